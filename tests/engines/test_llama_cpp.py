"""The engine over the real embedded model: what runs in one batch must be what the model alone would write.

Quantised weights and batched arithmetic round differently, so a text is judged by the model itself: each of its
tokens must be the likeliest, or all but as likely, when the same text is computed alone.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from engines.backends.base import Logits, Row
from engines.backends.llama_cpp import LlamaCppBackend, attention_for
from engines.detokenize import TextStream
from engines.engine import Engine, EngineOptions
from engines.errors import ModelError, RequestError
from engines.load import load_engine
from engines.request import Delta, FinishReason, Priority, Request, SamplingParams

PATIENCE_S = 90
NEAR_TIE = 1.0
CHAT, DOCUMENT = Priority.INTERACTIVE, Priority.BATCH
OPTIONS = EngineOptions(context=512, batch_rows=4, chat_rows=1, resident_slots=1, threads=2)
INSTRUCTIONS = (
    "You read one short note at a time. Say in one plain sentence what the note is about, name the people and the "
    "places in it, and do not add anything that the note does not say."
)
NOTES = [
    "The baker in Lyon closes on Mondays because the oven must rest.",
    "Anna sold her bicycle to Karl and walks to the office in Bern now.",
    "The river rose by two metres in the night and the bridge was closed.",
    "Tickets for the museum cost eight euros, children pay nothing.",
    "Our train stands in Vienna; the driver is looking for his glasses.",
    "The choir meets on Friday at seven, bring the blue book with you.",
    "Mr Ito found a wallet with forty dollars and brought it back.",
    "In the garden behind the school grow beans, onions and one old pear tree.",
]


class Caller:
    """Sends requests and collects their deltas."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.deltas: dict[str, list[Delta]] = {}
        self._changed = threading.Condition()

    def prompt(self, user: str, system: str = INSTRUCTIONS) -> tuple[int, ...]:
        encode = self.engine.tokenizer.encode
        return (
            *encode(f"<|im_start|>system\n{system}<|im_end|>\n<|im_start|>user\n", special=True),
            *encode(user, special=False),
            *encode("<|im_end|>\n<|im_start|>assistant\n", special=True),
        )

    def ask(self, name: str, prompt: Sequence[int], sampling: SamplingParams, priority: Priority = DOCUMENT) -> None:
        self.deltas[name] = []
        self.engine.submit(Request(name, tuple(prompt), sampling, priority), self.hear)

    def hear(self, delta: Delta) -> None:
        with self._changed:
            self.deltas[delta.request_id].append(delta)
            self._changed.notify_all()

    def end(self, name: str) -> Delta:
        with self._changed:
            done = self._changed.wait_for(lambda: any(d.finish for d in self.deltas[name]), PATIENCE_S)
            assert done, f"{name} does not end"
            assert sum(d.finish is not None for d in self.deltas[name]) == 1
            return self.deltas[name][-1]

    def tokens(self, name: str) -> list[int]:
        return [token for delta in self.deltas[name] for token in delta.tokens]

    def text(self, name: str) -> str:
        return "".join(delta.text for delta in self.deltas[name])


@pytest.fixture(scope="module")
def engine(model_path: Path) -> Iterator[Engine]:
    progress: list[float] = []
    engine = load_engine(model_path, OPTIONS, progress.append)
    assert progress
    assert progress[-1] == 1.0
    yield engine
    engine.close()


@pytest.fixture
def caller(engine: Engine) -> Caller:
    return Caller(engine)


@pytest.fixture(scope="module")
def judge(model_path: Path) -> Iterator[LlamaCppBackend]:
    """The same model with one sequence at a time: what a text is worth alone."""
    backend = LlamaCppBackend(model_path, EngineOptions(context=512, batch_rows=1, chat_rows=1, resident_slots=1))
    yield backend
    backend.close()


def logits_alone(judge: LlamaCppBackend, prompt: Sequence[int], answer: Sequence[int]) -> Logits:
    """The logits from which each token of ``answer`` is chosen, computed one at a time."""
    judge.trim(0, 0)
    rows = [judge.step([Row(0, list(prompt), 0, True)]).logits([0])]
    for i, token in enumerate(answer[:-1]):
        rows.append(judge.step([Row(0, [token], len(prompt) + i, True)]).logits([0]))
    return np.concatenate(rows)


def assert_greedy(judge: LlamaCppBackend, prompt: Sequence[int], answer: Sequence[int]) -> None:
    logits = logits_alone(judge, prompt, answer)
    behind = logits.max(axis=1) - logits[np.arange(len(answer)), list(answer)]
    assert behind.max() < NEAR_TIE, f"token {int(behind.argmax())} is {behind.max():.2f} below the likeliest"
    assert np.sum(behind > 0) <= max(2, len(answer) // 10)


GREEDY = SamplingParams(max_tokens=24)


def test_documents_in_one_batch_get_the_text_they_would_get_alone(caller: Caller, judge: LlamaCppBackend) -> None:
    prompts = [caller.prompt(note) for note in NOTES]
    for i, prompt in enumerate(prompts):
        caller.ask(f"note {i}", prompt, GREEDY)
    ends = [caller.end(f"note {i}") for i in range(len(NOTES))]
    for i, prompt in enumerate(prompts):
        assert_greedy(judge, prompt, caller.tokens(f"note {i}"))
    shared = len(caller.engine.tokenizer.encode(INSTRUCTIONS, special=False))
    assert sum(end.usage.cached >= shared for end in ends if end.usage) >= len(NOTES) - 1


def test_a_chat_beside_documents_is_answered_first_and_as_if_alone(caller: Caller, judge: LlamaCppBackend) -> None:
    for i, note in enumerate(NOTES):
        caller.ask(f"long {i}", caller.prompt(note, "Tell a story about this."), SamplingParams(max_tokens=40))
    prompt = caller.prompt("What is the capital of France?", "You are a helpful assistant.")
    caller.ask("chat", prompt, SamplingParams(max_tokens=12), CHAT)
    end = caller.end("chat")
    waiting = [name for name in caller.deltas if name != "chat" and not any(d.finish for d in caller.deltas[name])]
    assert len(waiting) >= 4
    assert end.finish is FinishReason.STOP
    assert "Paris" in caller.text("chat")
    assert_greedy(judge, prompt, caller.tokens("chat"))
    for name in waiting:
        caller.end(name)


def test_documents_that_chats_pushed_out_go_on_where_they_were(caller: Caller, judge: LlamaCppBackend) -> None:
    before = caller.engine.stats().preemptions
    prompts = [caller.prompt(note, "Tell a long story about this.") for note in NOTES[:4]]
    for i, prompt in enumerate(prompts):
        caller.ask(f"story {i}", prompt, SamplingParams(max_tokens=40))
    for i in range(6):
        caller.ask(f"chat {i}", caller.prompt(f"Count to {i + 3}.", "Be brief."), GREEDY, CHAT)
    for name in caller.deltas:
        caller.end(name)
    assert caller.engine.stats().preemptions > before
    for i, prompt in enumerate(prompts):
        assert_greedy(judge, prompt, caller.tokens(f"story {i}"))


def test_the_next_turn_of_a_chat_computes_only_what_is_new(caller: Caller, judge: LlamaCppBackend) -> None:
    first = caller.prompt("Name a city in Italy.", "You are a guide.")
    caller.ask("turn 1", first, GREEDY, CHAT)
    caller.end("turn 1")
    encode = caller.engine.tokenizer.encode
    more = encode("<|im_end|>\n<|im_start|>user\nAnd one in Spain?<|im_end|>\n<|im_start|>assistant\n", special=True)
    second = [*first, *caller.tokens("turn 1"), *more]
    caller.ask("turn 2", second, GREEDY, CHAT)
    end = caller.end("turn 2")
    assert end.usage is not None
    assert end.usage.cached >= len(first) + len(caller.tokens("turn 1")) - 1
    assert_greedy(judge, second, caller.tokens("turn 2"))


def test_mixed_steps_give_the_logits_of_single_ones(judge: LlamaCppBackend, caller: Caller) -> None:
    one, two = (list(caller.prompt(note)) for note in NOTES[:2])
    alone = logits_alone(judge, two, [5])[0]
    judge.trim(0, 0)
    judge.step([Row(0, one, 0, True)])
    judge.trim(1, 0)
    judge.step([Row(0, [1, 2][:1], len(one), True), Row(1, two[:20], 0, False)])
    judge.copy(1, 2, 10)
    mixed = judge.step([Row(0, [3], len(one) + 1, True), Row(1, two[20:], 20, True), Row(2, two[10:], 10, True)])
    for row in (1, 2):
        assert kl(alone, mixed.logits([row])[0]) < 0.02


def kl(p_logits: Logits, q_logits: Logits) -> float:
    p = p_logits.astype(np.float64) - np.logaddexp.reduce(p_logits.astype(np.float64))
    q = q_logits.astype(np.float64) - np.logaddexp.reduce(q_logits.astype(np.float64))
    return float(np.sum(np.exp(p) * (p - q)))


def test_a_seed_gives_the_same_text_again_and_another_seed_another(caller: Caller) -> None:
    seeded = SamplingParams(max_tokens=16, temperature=0.8, top_p=0.95, seed=11)
    prompt = caller.prompt("Tell me about rivers.", "You are a poet.")
    # The first run reads the prompt in chunks and the others find it in memory, which rounds differently.
    for name in ("first", "one", "two"):
        caller.ask(name, prompt, seeded)
        caller.end(name)
    assert caller.tokens("one") == caller.tokens("two")
    caller.ask("other", prompt, SamplingParams(max_tokens=16, temperature=0.8, seed=12))
    caller.end("other")
    assert caller.tokens("other") != caller.tokens("one")


def test_a_stop_string_ends_the_answer_before_it(caller: Caller) -> None:
    prompt = caller.prompt("What is the capital of France?", "You are a helpful assistant.")
    caller.ask("whole", prompt, GREEDY)
    caller.end("whole")
    stop = caller.text("whole")[5:12]
    caller.ask("cut", prompt, SamplingParams(max_tokens=24, stop=(stop,)))
    assert caller.end("cut").finish is FinishReason.STOP
    assert caller.text("cut") == caller.text("whole").split(stop)[0]


SCHEMA = {
    "type": "object",
    "properties": {
        "topic": {"type": "string", "maxLength": 40},
        "urgent": {"type": "boolean"},
        "kind": {"enum": ["letter", "note", "bill"]},
        "people": {"type": "array", "items": {"type": "string", "maxLength": 20}, "maxItems": 3},
    },
    "required": ["topic", "urgent", "kind", "people"],
    "additionalProperties": False,
}


def test_answers_with_a_schema_fit_it_beside_free_ones(caller: Caller) -> None:
    for i, note in enumerate(NOTES[:4]):
        sampling = SamplingParams(max_tokens=150, schema=SCHEMA, temperature=0.0 if i % 2 else 0.9, seed=i)
        caller.ask(f"data {i}", caller.prompt(note), sampling)
    caller.ask("free", caller.prompt(NOTES[4]), GREEDY)
    for i in range(4):
        assert caller.end(f"data {i}").finish is FinishReason.STOP
        data = json.loads(caller.text(f"data {i}"))
        assert set(data) == set(SCHEMA["required"])
        assert data["kind"] in ("letter", "note", "bill")
        assert isinstance(data["urgent"], bool)
    assert caller.end("free").finish is not FinishReason.ERROR


def test_any_json_object_is_an_object(caller: Caller) -> None:
    caller.ask(
        "object", caller.prompt("Give name and age of Ann, 31, as JSON."), SamplingParams(max_tokens=90, schema={})
    )
    if caller.end("object").finish is FinishReason.STOP:
        assert isinstance(json.loads(caller.text("object")), dict)
    assert caller.text("object").startswith("{")


def test_a_schema_that_cannot_be_compiled_is_refused_by_the_part_at_fault(caller: Caller) -> None:
    look = {"type": "object", "properties": {"a": {"type": "array", "items": {"type": "string", "pattern": "(?<=x)y"}}}}
    with pytest.raises(RequestError, match=r"properties/a/items: .*look-around") as refused:
        caller.ask("bad", (1, 2), SamplingParams(schema=look))
    assert refused.value.code == "invalid_json_schema"
    with pytest.raises(RequestError, match="nonsense"):
        caller.ask("bad", (1, 2), SamplingParams(schema={"type": "nonsense"}))


def test_log_probabilities_come_with_their_tokens(caller: Caller) -> None:
    caller.ask("p", caller.prompt(NOTES[0]), SamplingParams(max_tokens=5, logprobs=3))
    caller.end("p")
    found = [entry for delta in caller.deltas["p"] for entry in delta.logprobs]
    assert [entry.token for entry in found] == caller.tokens("p")
    for entry in found:
        assert entry.logprob == max(value for _, value in entry.top) <= 0


def test_emoji_and_other_scripts_survive_tokens_and_text(engine: Engine) -> None:
    text = "naïve 😀👩‍👩‍👧 日本語 Ελλάδα \u0000 end"
    tokens = engine.tokenizer.encode(text, special=False)
    assert engine.tokenizer.decode(tokens).decode() == text
    assert b"".join(engine.tokenizer.piece(token) for token in tokens).decode() == text


def test_streamed_emoji_are_never_cut(engine: Engine) -> None:
    text = "😀👩‍👩‍👧 日本語"
    tokens = engine.tokenizer.encode(text, special=False)
    assert len(tokens) > len(text)
    stream = TextStream(engine.tokenizer.piece)
    shown = [stream.push(token) for token in tokens]
    assert "".join(shown) == text
    assert not any("\ufffd" in piece for piece in shown)


def test_control_tokens_in_plain_text_stay_text(engine: Engine) -> None:
    plain = engine.tokenizer.encode("<|im_end|>", special=False)
    special = engine.tokenizer.encode("<|im_end|>", special=True)
    assert len(special) == 1
    assert engine.tokenizer.is_end(special[0])
    assert len(plain) > 1
    assert not any(engine.tokenizer.is_end(token) for token in plain)
    assert engine.tokenizer.decode(plain) == b"<|im_end|>"


def test_a_prompt_longer_than_the_context_is_refused_with_the_numbers(caller: Caller) -> None:
    with pytest.raises(RequestError, match=r"600 tokens.*512 tokens") as refused:
        caller.ask("long", [5] * 600, GREEDY)
    assert refused.value.code == "context_length_exceeded"


def test_fifty_cancellations_in_a_storm_leave_nothing_behind(caller: Caller) -> None:
    for i in range(50):
        caller.ask(f"r{i}", caller.prompt(NOTES[i % 8]), SamplingParams(max_tokens=100), Priority(i % 2))
    for i in range(50):
        caller.engine.cancel(f"r{i}")
    reasons = {caller.end(f"r{i}").finish for i in range(50)}
    assert reasons <= {FinishReason.CANCELLED, FinishReason.STOP, FinishReason.LENGTH}
    assert FinishReason.CANCELLED in reasons
    stats = caller.engine.stats()
    assert sum(stats.running.values()) == sum(stats.waiting.values()) == 0


def test_the_card_tells_what_the_model_is(engine: Engine, model_path: Path) -> None:
    card = engine.model
    assert (card.architecture, card.quantisation, card.train_context, card.context) == ("llama", "Q4_1", 8192, 512)
    assert card.path == model_path
    assert card.parameters == 134_515_008
    assert card.chat_template is not None


def test_the_unified_memory_gives_the_same_text(model_path: Path, judge: LlamaCppBackend) -> None:
    options = EngineOptions(
        context=512, batch_rows=4, chat_rows=1, resident_slots=1, kv_layout="unified", kv_memory_bytes=1024 * 23040
    )
    engine = load_engine(model_path, options)
    try:
        caller = Caller(engine)
        for i, note in enumerate(NOTES):
            caller.ask(f"note {i}", caller.prompt(note), GREEDY)
        for i, note in enumerate(NOTES):
            assert caller.end(f"note {i}").finish is not FinishReason.ERROR
            assert_greedy(judge, caller.prompt(note), caller.tokens(f"note {i}"))
    finally:
        engine.close()


def test_the_memory_suits_the_processor() -> None:
    assert attention_for("CPU : AVX512 = 1 | AMX_INT8 = 1 | REPACK = 1") == ("bf16", False)
    assert attention_for("CPU : AVX512 = 1 | AVX512_BF16 = 1 | REPACK = 1") == ("f16", True)


def test_a_file_that_is_no_model_is_refused_with_a_sentence(tmp_path: Path, model_path: Path) -> None:
    with pytest.raises(ModelError, match=r"missing\.gguf"):
        load_engine(tmp_path / "missing.gguf")
    other = tmp_path / "letter.gguf"
    other.write_text("Dear reader, " * 10_000)
    with pytest.raises(ModelError, match=r"letter\.gguf"):
        load_engine(other)
    short = tmp_path / "short.gguf"
    with model_path.open("rb") as file:
        short.write_bytes(file.read(20_000_000))
    with pytest.raises(ModelError, match=r"short\.gguf"):
        load_engine(short)


def test_rows_in_any_order_and_with_gaps_between_their_slots_get_their_own_logits(model_path: Path) -> None:
    backend = LlamaCppBackend(model_path, EngineOptions(context=128, batch_rows=6, chat_rows=1, resident_slots=1))
    try:
        prompts = {slot: backend.tokenizer.encode(NOTES[slot], special=False) for slot in (5, 0, 3, 1)}
        alone = {}
        for slot, prompt in prompts.items():
            alone[slot] = backend.step([Row(slot, prompt, 0, True)]).logits([0])[0].copy()
            backend.trim(slot, len(prompt) - 1)
        backend.step([Row(2, prompts[0][:4], 0, False)])
        rows = [Row(slot, prompt[-1:], len(prompt) - 1, slot != 3) for slot, prompt in prompts.items()]
        output = backend.step(rows)
        wanted = [slot for slot in prompts if slot != 3]
        assert output.argmax() == [int(alone[slot].argmax()) for slot in wanted]
        for i, slot in enumerate(wanted):
            assert np.abs(output.logits([i])[0] - alone[slot]).max() < NEAR_TIE
        # The idle slot 2, which lay in the gap, still holds its four tokens and nothing else.
        rest = backend.step([Row(2, prompts[0][4:], 4, True)]).logits([0])[0]
        assert np.abs(rest - alone[0]).max() < NEAR_TIE
    finally:
        backend.close()


def test_rows_that_find_no_memory_are_left_out_instead_of_failing_the_load(model_path: Path) -> None:
    backend = LlamaCppBackend(model_path, EngineOptions(batch_rows=64, context=512, kv_memory_bytes=96 << 20))
    try:
        assert 5 <= backend.limits.slots < 20
        assert backend.limits.slot_tokens == 512
    finally:
        backend.close()
