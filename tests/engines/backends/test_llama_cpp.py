"""llama.cpp over the real embedded model: what the conformance suite, which it passes too, does not ask of all."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from caller import NOTES, Caller, Judge

from engines.backends.base import Logits, Row
from engines.backends.llama_cpp import LlamaCppBackend, attention_for
from engines.detokenize import TextStream
from engines.engine import Engine, EngineOptions
from engines.errors import ModelError, RequestError
from engines.load import load_engine
from engines.request import FinishReason, Priority, SamplingParams

NEAR_TIE = 1.0
OPTIONS = EngineOptions(context=512, batch_rows=4, chat_rows=1, resident_slots=1, threads=2)


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
def judge(model_path: Path) -> Iterator[Judge]:
    """The same model with one sequence at a time: what a text is worth alone."""
    backend = LlamaCppBackend(model_path, EngineOptions(context=512, batch_rows=1, chat_rows=1, resident_slots=1))
    yield Judge(backend, NEAR_TIE)
    backend.close()


GREEDY = SamplingParams(max_tokens=24)


def test_mixed_steps_give_the_logits_of_single_ones(judge: Judge, caller: Caller) -> None:
    one, two = (list(caller.prompt(note)) for note in NOTES[:2])
    alone, backend = judge.logits(two, [5])[0], judge.backend
    backend.trim(0, 0)
    backend.step([Row(0, one, 0, True)])
    backend.trim(1, 0)
    backend.step([Row(0, [1, 2][:1], len(one), True), Row(1, two[:20], 0, False)])
    backend.copy(1, 2, 10)
    mixed = backend.step([Row(0, [3], len(one) + 1, True), Row(1, two[20:], 20, True), Row(2, two[10:], 10, True)])
    for row in (1, 2):
        assert kl(alone, mixed.logits([row])[0]) < 0.02


def kl(p_logits: Logits, q_logits: Logits) -> float:
    p = p_logits.astype(np.float64) - np.logaddexp.reduce(p_logits.astype(np.float64))
    q = q_logits.astype(np.float64) - np.logaddexp.reduce(q_logits.astype(np.float64))
    return float(np.sum(np.exp(p) * (p - q)))


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


def test_answers_with_strings_and_lists_fit_their_schema_beside_free_ones(caller: Caller) -> None:
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


def test_the_unified_memory_gives_the_same_text(model_path: Path, judge: Judge) -> None:
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
            judge.assert_greedy(caller.prompt(note), caller.tokens(f"note {i}"))
    finally:
        engine.close()


def test_more_rows_in_a_unified_memory_shorten_no_conversation(model_path: Path) -> None:
    memory = EngineOptions().slots * 768 * 23040
    options = EngineOptions(batch_rows=48, kv_layout="unified", kv_memory_bytes=memory)
    engine = load_engine(model_path, options)
    try:
        assert engine.model.context == 768
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
