"""How tokens are chosen: the same request gives the same tokens, whoever its neighbours are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from engines.backends.base import Logits
from engines.errors import RequestError
from engines.grammar import GrammarMasks
from engines.request import SamplingParams
from engines.sampling import Sampler, check_sampling, choose, draw

VOCABULARY = 1000
MASKS = GrammarMasks(VOCABULARY)


class Output:
    """Logits of a step, as a backend gives them."""

    def __init__(self, values: Logits) -> None:
        self.values = values

    def argmax(self) -> list[int]:
        return [int(token) for token in self.values.argmax(axis=1)]

    def logits(self, rows: Sequence[int]) -> Logits:
        return self.values[list(rows)]


def random_logits(rows: int, seed: int = 0, size: int = VOCABULARY) -> Logits:
    return np.random.default_rng(seed).normal(0, 3, (rows, size)).astype(np.float32)


def one(params: SamplingParams, logits: Logits, prompt: Sequence[int] = (1, 2)) -> int:
    return choose(Output(logits), [Sampler(params, prompt)], MASKS)[0].token


@pytest.mark.parametrize(
    ("name", "value"),
    [("temperature", -0.1), ("temperature", float("nan")), ("top_p", 1.1), ("repetition_penalty", 0.0)],
)
def test_a_parameter_out_of_range_is_refused_by_name(name: str, value: float) -> None:
    with pytest.raises(RequestError, match=f"{name} is {value}"):
        check_sampling(SamplingParams(**{name: value}), VOCABULARY)  # type: ignore[arg-type]


def test_temperature_zero_takes_the_likeliest() -> None:
    logits = random_logits(1)
    assert one(SamplingParams(), logits) == logits[0].argmax()
    assert one(SamplingParams(logprobs=2), logits) == logits[0].argmax()


def test_a_seed_gives_the_same_tokens_alone_and_among_neighbours() -> None:
    params = SamplingParams(temperature=1.0, top_p=0.9, top_k=50, seed=7)
    alone, among = Sampler(params, (1,)), Sampler(params, (1,))
    for step in range(20):
        logits = random_logits(5, seed=step)
        others = [Sampler(SamplingParams(temperature=0.5 + i, top_k=i), (1,)) for i in range(2)]
        single = choose(Output(logits[2:3]), [alone], MASKS)[0]
        batch = choose(Output(logits), [Sampler(SamplingParams(), ()), others[0], among, others[1], others[0]], MASKS)
        assert batch[2] == single


def test_different_seeds_give_different_texts_and_negative_seeds_are_seeds_too() -> None:
    logits = random_logits(1)
    texts = set()
    for seed in (1, 2, -1):
        sampler = Sampler(SamplingParams(temperature=1.5, seed=seed), (1,))
        texts.add(tuple(choose(Output(logits), [sampler], MASKS)[0].token for _ in range(20)))
    assert len(texts) == 3


def test_tokens_come_as_often_as_their_probability_says() -> None:
    logits = np.log(np.array([[0.5, 0.3, 0.2]], np.float32))
    sampler = Sampler(SamplingParams(temperature=1.0, seed=3), ())
    counts = Counter(draw(logits, [sampler])[0] for _ in range(4000))
    for token, share in enumerate((0.5, 0.3, 0.2)):
        assert abs(counts[token] / 4000 - share) < 0.03


@pytest.mark.parametrize(
    ("params", "allowed"),
    [
        (SamplingParams(temperature=2.0, top_k=2), {0, 1}),
        (SamplingParams(temperature=1.0, top_p=0.6), {0, 1}),
        (SamplingParams(temperature=1.0, top_p=0.01), {0}),
        (SamplingParams(temperature=1.0, min_p=0.5), {0, 1}),
        (SamplingParams(temperature=1.0, top_k=3, top_p=0.99, min_p=0.3), {0, 1, 2}),
    ],
)
def test_only_tokens_that_the_filters_leave_are_drawn(params: SamplingParams, allowed: set[int]) -> None:
    logits = np.log(np.array([[0.45, 0.3, 0.15, 0.1]], np.float32))
    sampler = Sampler(params, ())
    assert {draw(logits, [sampler])[0] for _ in range(400)} == allowed


@given(st.floats(0.05, 0.99), st.integers(0, 20), st.integers(0, 1000))
def test_top_p_over_a_large_vocabulary_equals_the_sorted_definition(top_p: float, top_k: int, seed: int) -> None:
    logits = random_logits(1, seed, size=600) / 20
    token = draw(logits.copy(), [Sampler(SamplingParams(temperature=1.0, top_p=top_p, top_k=top_k, seed=seed), ())])[0]
    order = np.argsort(-logits[0], kind="stable")
    order = order[: top_k or None]
    shares = np.exp(logits[0][order].astype(np.float64))
    shares /= shares.sum()
    kept = order[: int(np.searchsorted(np.cumsum(shares), top_p - 1e-6)) + 2]
    assert token in kept


def test_penalties_lower_what_has_been_written_and_only_that() -> None:
    logits = np.array([[1.0, 0.9, 0.8, -1.0]], np.float32)
    sampler = Sampler(SamplingParams(presence_penalty=0.15, frequency_penalty=0.1), ())
    tokens = []
    for _ in range(3):
        tokens.append(choose(Output(logits), [sampler], MASKS)[0].token)
        sampler.accept(tokens[-1])
    assert tokens == [0, 1, 2]


def test_the_repetition_penalty_counts_the_prompt() -> None:
    logits = np.array([[2.0, 1.9, -3.0]], np.float32)
    assert one(SamplingParams(repetition_penalty=1.5), logits, prompt=(0,)) == 1


def test_a_bias_can_force_and_forbid() -> None:
    logits = random_logits(1)
    best = int(logits[0].argmax())
    assert one(SamplingParams(logit_bias={3: 100.0}), logits) == 3
    assert one(SamplingParams(logit_bias={best: -100.0}), logits) != best


def test_log_probabilities_are_the_models_own_and_add_up() -> None:
    logits = random_logits(1)
    choice = choose(Output(logits), [Sampler(SamplingParams(logprobs=5, logit_bias={3: 100.0}), ())], MASKS)[0]
    assert choice.logprob is not None
    exact = logits[0].astype(np.float64) - np.log(np.exp(logits[0].astype(np.float64)).sum())
    assert choice.token == 3
    assert choice.logprob.logprob == pytest.approx(exact[3], abs=1e-5)
    assert [token for token, _ in choice.logprob.top] == np.argsort(-exact)[:5].tolist()
    assert [value for _, value in choice.logprob.top] == pytest.approx(np.sort(exact)[::-1][:5], abs=1e-5)


def test_tokens_that_are_only_held_back_change_nothing_but_their_own_rows() -> None:
    logits = random_logits(2)
    likeliest = int(logits[0].argmax())
    samplers = [Sampler(SamplingParams(logit_bias={likeliest: -100.0}), (1, 2)) for _ in range(2)]
    logits[1, (likeliest + 1) % VOCABULARY] = 50.0
    tokens = [choice.token for choice in choose(Output(logits.copy()), samplers, MASKS)]
    assert tokens == [int(np.argsort(logits[0])[-2]), (likeliest + 1) % VOCABULARY]


class FarOutput(Output):
    """Logits that lie on a graphics card: it counts the rows that were brought over whole."""

    whole = 0

    def likeliest(self, rows: Sequence[int], count: int) -> tuple[NDArray[np.int64], Logits]:
        chosen = self.values[list(rows)]
        tokens = np.argsort(-chosen, axis=1, kind="stable")[:, :count]
        return tokens, np.take_along_axis(chosen, tokens, axis=1)

    def logits(self, rows: Sequence[int]) -> Logits:
        self.whole += len(rows)
        return super().logits(rows)


@given(
    params=st.builds(
        SamplingParams,
        temperature=st.sampled_from([0.0, 0.3, 0.8, 1.5]),
        top_k=st.sampled_from([0, 1, 20, 40, 300]),
        top_p=st.sampled_from([1.0, 0.9]),
        min_p=st.sampled_from([0.0, 0.05]),
        repetition_penalty=st.sampled_from([1.0, 1.1, 0.9]),
        presence_penalty=st.sampled_from([0.0, 0.5, -0.5]),
        logit_bias=st.sampled_from([{}, {3: -100.0, 500: -1.0}, {7: 6.0}]),
        seed=st.just(5),
    ),
    seed=st.integers(0, 50),
    wide=st.sampled_from([1.0, 3.0, 9.0]),
)
def test_a_token_chosen_from_the_likeliest_alone_is_the_token_chosen_from_all(
    params: SamplingParams, seed: int, wide: float
) -> None:
    logits = random_logits(3, seed) * np.float32(wide)
    prompt = logits[0].argsort()[-300::3].tolist()
    near, far = ([Sampler(params, prompt) for _ in range(3)] for _ in range(2))
    for _ in range(3):
        expected = choose(Output(logits.copy()), near, MASKS)
        given_back = choose(FarOutput(logits.copy()), far, MASKS)
        assert given_back == expected
        for samplers in (near, far):
            for sampler, choice in zip(samplers, expected, strict=True):
                sampler.accept(choice.token)


@pytest.mark.parametrize(
    "params",
    [
        SamplingParams(repetition_penalty=1.1),
        SamplingParams(temperature=0.7, top_k=40, top_p=0.9, repetition_penalty=1.1, seed=1),
        SamplingParams(temperature=0.7, min_p=0.05, seed=1),
    ],
)
def test_the_usual_ways_of_choosing_leave_the_logits_on_the_card(params: SamplingParams) -> None:
    output = FarOutput(random_logits(8) * np.float32(2))
    choose(output, [Sampler(params, (1, 2, 3)) for _ in range(8)], MASKS)
    assert output.whole == 0
