"""How the next token is chosen from the logits, the same for every backend and over all rows of a step."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engines.backends.base import Logits, Shortlisting, StepOutput
from engines.errors import RequestError
from engines.grammar import Grammar, GrammarMasks
from engines.request import SamplingParams, TokenLogprob

# Tokens whose weight is e^-20 of the likeliest's are never drawn, all of them together hardly once in 10,000.
HOPELESS = 20.0
HEAVY = np.float32(1e-4)
# So many tokens of each row come from a graphics card; the choice hardly ever falls on another.
SHORT = 256


@dataclass(frozen=True, slots=True)
class Choice:
    """A chosen token, with its log probability where it was asked for."""

    token: int
    logprob: TokenLogprob | None = None


class Sampler:
    """One request's choices: its own random numbers, so that its neighbours in the batch change nothing."""

    def __init__(self, params: SamplingParams, prompt: Sequence[int], grammar: Grammar | None = None) -> None:
        self.params = params
        self.grammar = grammar
        self._random = np.random.Generator(np.random.Philox(seed_of(params)))
        self._seen = np.unique(np.asarray(prompt, np.int64)) if params.repetition_penalty != 1.0 else None
        self._written: Counter[int] = Counter()
        bias = params.logit_bias
        self._bias = (np.fromiter(bias.keys(), np.int64), np.fromiter(bias.values(), np.float32)) if bias else None
        self._penalised = bool(params.presence_penalty or params.frequency_penalty or self._seen is not None)
        self.plain = not (
            params.temperature > 0 or self._penalised or bias or grammar is not None or params.logprobs is not None
        )
        greedy = params.temperature <= 0 and not self._penalised and grammar is None and params.logprobs is None
        raised = params.repetition_penalty < 1 or min(params.presence_penalty, params.frequency_penalty) < 0
        self.lowers_only = not (
            raised or grammar is not None or params.logprobs is not None or max(bias.values(), default=0) > 0
        )
        # Where tokens are only held back, the likeliest of all stays it, unless it is one of them.
        self.held_back = frozenset(bias) if greedy and bias and max(bias.values()) <= 0 else None

    def accept(self, token: int) -> None:
        """Takes note of the token that was chosen."""
        if self._penalised:
            self._written[token] += 1
        if self.grammar is not None:
            self.grammar.accept(token)

    def uniform(self) -> float:
        """The request's next random number in [0, 1)."""
        return float(self._random.random())

    def adjust(self, logits: Logits) -> None:
        """Applies penalties and biases to one row, in place."""
        if self._seen is not None:
            self._penalise_repetition(logits)
        if self._written and self._penalised:
            tokens = np.fromiter(self._written.keys(), np.int64)
            counts = np.fromiter(self._written.values(), np.float32)
            logits[tokens] -= self.params.presence_penalty + self.params.frequency_penalty * counts
        if self._bias is not None:
            logits[self._bias[0]] += self._bias[1]

    def _penalise_repetition(self, logits: Logits) -> None:
        assert self._seen is not None
        tokens = np.union1d(self._seen, np.fromiter(self._written.keys(), np.int64))
        values, penalty = logits[tokens], self.params.repetition_penalty
        logits[tokens] = np.where(values > 0, values / penalty, values * penalty)


def check_sampling(params: SamplingParams, vocab_size: int) -> None:
    """Raises ``RequestError`` that names the first parameter outside its range."""
    ranges = (
        ("max_tokens", params.max_tokens, 1, math.inf),
        ("temperature", params.temperature, 0, 100),
        ("top_k", params.top_k, -1, math.inf),
        ("top_p", params.top_p, 0, 1),
        ("min_p", params.min_p, 0, 1),
        ("presence_penalty", params.presence_penalty, -100, 100),
        ("frequency_penalty", params.frequency_penalty, -100, 100),
        ("repetition_penalty", params.repetition_penalty, 0.01, 100),
        ("logprobs", params.logprobs, 0, vocab_size),
    )
    for name, value, least, most in ranges:
        # Written so that NaN is outside every range.
        if value is not None and not least <= value <= most:
            bounds = f"at least {least}" if most == math.inf else f"from {least} to {most}"
            raise RequestError(f"{name} is {value}, but must be {bounds}.", f"invalid_{name}")
    for token in params.logit_bias:
        if not 0 <= token < vocab_size:
            raise RequestError(f"logit_bias names token {token}, which the model does not have.", "invalid_logit_bias")


def seed_of(params: SamplingParams) -> int | None:
    """OpenAI's seeds may be negative, numpy's may not."""
    return None if params.seed is None else params.seed % (1 << 64)


def choose(output: StepOutput, samplers: Sequence[Sampler], masks: GrammarMasks) -> list[Choice]:
    """One token for every row of ``output``; rows that only want the likeliest token cost one argmax."""
    choices = [Choice(0)] * len(samplers)
    if any(sampler.plain or sampler.held_back is not None for sampler in samplers):
        choices = [Choice(token) for token in output.argmax()]
    special = [i for i, sampler in enumerate(samplers) if not is_cheap(sampler, choices[i].token)]
    if isinstance(output, Shortlisting):
        lowered = {i: samplers[i] for i in special if samplers[i].lowers_only}
        for i, token in from_shortlists(output, lowered, masks.vocab_size):
            choices[i] = Choice(token)
            special.remove(i)
    if not special:
        return choices
    for i, choice in zip(special, sample(output.logits(special), [samplers[i] for i in special], masks), strict=True):
        choices[i] = choice
    return choices


def is_cheap(sampler: Sampler, likeliest: int) -> bool:
    """Whether the likeliest token is this sampler's choice without a further look at the logits."""
    return sampler.plain or (sampler.held_back is not None and likeliest not in sampler.held_back)


def from_shortlists(
    output: Shortlisting, samplers: Mapping[int, Sampler], vocab_size: int
) -> Iterator[tuple[int, int]]:
    """The tokens of those rows whose likeliest tokens leave no doubt about the choice from all, as (row, token)."""
    if not samplers:
        return
    found, logits = output.likeliest(list(samplers), SHORT)
    row = np.full(vocab_size, -np.inf, np.float32)
    for (i, sampler), listed, values in zip(samplers.items(), found, logits, strict=True):
        # No token beyond the list had more than its last one, and adjusting only lowers.
        tokens, beyond = np.sort(listed), values[-1]
        row[listed] = values
        sampler.adjust(row)
        values = row[tokens]
        row[listed] = -np.inf
        if is_settled(values, beyond, sampler.params):
            greedy = sampler.params.temperature <= 0
            at = int(values.argmax()) if greedy else pick(values, sampler.params, sampler.uniform())
            yield i, int(tokens[at])


def is_settled(values: Logits, beyond: np.float32, params: SamplingParams) -> bool:
    """Whether no token with a logit of ``beyond`` or less could be chosen beside those with ``values``."""
    if beyond < values.max() - np.float32(depth_of(params) * max(params.temperature, 0)):
        return True
    most = params.top_k
    return 0 < most <= len(values) and bool(np.partition(values, -most)[-most] > beyond)


def sample(logits: Logits, samplers: Sequence[Sampler], masks: GrammarMasks) -> list[Choice]:
    """The full way from logits (changed in place) to tokens."""
    raw = {i: logits[i].copy() for i, sampler in enumerate(samplers) if sampler.params.logprobs is not None}
    for row, sampler in zip(logits, samplers, strict=True):
        sampler.adjust(row)
    constrained = [(i, s.grammar) for i, s in enumerate(samplers) if s.grammar is not None]
    if constrained:
        masks.apply(logits, constrained)
    tokens: list[int] = logits.argmax(axis=1).tolist()
    random = [i for i, sampler in enumerate(samplers) if sampler.params.temperature > 0]
    if random:
        for i, token in zip(random, draw(logits[random], [samplers[i] for i in random]), strict=True):
            tokens[i] = token
    return [
        Choice(token, logprob_of(raw[i], token, samplers[i].params.logprobs or 0) if i in raw else None)
        for i, token in enumerate(tokens)
    ]


def draw(logits: Logits, samplers: Sequence[Sampler]) -> list[int]:
    """Random tokens by temperature, then min-p, top-k and top-p, in vLLM's order."""
    return [pick(row, sampler.params, sampler.uniform()) for row, sampler in zip(logits, samplers, strict=True)]


def pick(logits: Logits, params: SamplingParams, uniform: float) -> int:
    """The token at which the running sum of the weights that are left passes ``uniform`` of the whole."""
    top = logits.max()
    tokens = np.flatnonzero(logits >= top - np.float32(depth_of(params) * params.temperature))
    weights = np.exp((logits[tokens] - top) / np.float32(params.temperature))
    if params.top_k > 0 or params.top_p < 1.0:
        order = likeliest(weights, params)
        tokens, weights = tokens[order], weights[order]
    sums = np.cumsum(weights, dtype=np.float64)
    return int(tokens[min(int(np.searchsorted(sums, uniform * sums[-1], side="right")), len(sums) - 1)])


def depth_of(params: SamplingParams) -> float:
    """How far below the likeliest, in logits at temperature 1, a token may be that is drawn."""
    return HOPELESS if params.min_p <= 0 else min(HOPELESS, -math.log(params.min_p))


def likeliest(weights: Logits, params: SamplingParams) -> NDArray[np.int64]:
    """What top-k and top-p leave, the likeliest first; sorts all weights only if the heavy ones are not enough."""
    most = params.top_k if params.top_k > 0 else len(weights)
    whole = float(weights.sum(dtype=np.float64)) * params.top_p
    heavy = np.flatnonzero(weights > HEAVY)
    if len(heavy) < most and (params.top_k > 0 or weights[heavy].sum(dtype=np.float64) <= whole):
        heavy = np.arange(len(weights))
    order = heavy[np.argsort(-weights[heavy], kind="stable")][:most]
    if params.top_p >= 1.0:
        return order
    sums = np.cumsum(weights[order], dtype=np.float64)
    limit = params.top_p * sums[-1] if params.top_k > 0 else whole
    return order[: int(np.searchsorted(sums, limit)) + 1]


def logprob_of(logits: Logits, token: int, count: int) -> TokenLogprob:
    """Log probabilities of the model itself, before penalties and masks."""
    top = float(logits.max())
    total = top + float(np.log(np.exp(logits.astype(np.float64) - top).sum()))
    count = min(count, len(logits))
    best = np.argpartition(logits, len(logits) - count)[len(logits) - count :] if count else np.empty(0, np.int64)
    best = best[np.argsort(-logits[best], kind="stable")]
    return TokenLogprob(token, float(logits[token]) - total, tuple((int(t), float(logits[t]) - total) for t in best))
