"""What every backend owes the engine, over the real embedded model and through the real scheduler.

Answers are short: a backend for graphics cards computes some ten tokens in a second on a test machine's CPU.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from caller import INSTRUCTIONS, Caller, Judge
from caller import NOTES as ALL_NOTES
from conformance import SMALL, Candidate

from engines.backends.base import Row
from engines.engine import Engine
from engines.errors import ModelError, RequestError
from engines.load import OPENERS
from engines.request import FinishReason, Priority, SamplingParams

CHAT = Priority.INTERACTIVE
GREEDY = SamplingParams(max_tokens=8)
NOTES = ALL_NOTES[:6]
SCHEMA = {
    "type": "object",
    "properties": {"urgent": {"type": "boolean"}, "kind": {"enum": ["letter", "note", "bill"]}},
    "required": ["urgent", "kind"],
    "additionalProperties": False,
}


def test_documents_in_one_batch_get_the_text_they_would_get_alone(caller: Caller, judge: Judge) -> None:
    prompts = {f"note {i}": caller.prompt(note) for i, note in enumerate(NOTES)}
    for name, prompt in prompts.items():
        caller.ask(name, prompt, GREEDY)
    ends = [caller.end(name) for name in prompts]
    for name, prompt in list(prompts.items())[:4]:
        judge.assert_greedy(prompt, caller.tokens(name))
    shared = len(caller.engine.tokenizer.encode(INSTRUCTIONS, special=False))
    usages = [end.usage for end in ends if end.usage is not None]
    assert len(usages) == len(NOTES)
    assert sum(usage.cached >= shared for usage in usages) >= len(NOTES) - 1


def test_an_answer_streams_and_its_pieces_are_its_text(caller: Caller) -> None:
    caller.ask("one", caller.prompt("Name three rivers.", "You are a guide."), GREEDY)
    caller.end("one")
    deltas = caller.deltas["one"]
    assert sum(bool(delta.text) for delta in deltas) >= 3
    assert caller.text("one") == caller.engine.tokenizer.decode(caller.tokens("one")).decode()


def test_a_stop_string_ends_the_answer_before_it(caller: Caller) -> None:
    prompt = caller.prompt("What is the capital of France?", "You are a helpful assistant.")
    caller.ask("whole", prompt, GREEDY)
    caller.end("whole")
    stop = caller.text("whole")[5:12]
    caller.ask("cut", prompt, SamplingParams(max_tokens=8, stop=(stop,)))
    assert caller.end("cut").finish is FinishReason.STOP
    assert caller.text("cut") == caller.text("whole").split(stop)[0]


def test_a_seed_gives_the_same_text_again_and_another_seed_another(caller: Caller) -> None:
    prompt = caller.prompt("Tell me about rivers.", "You are a poet.")
    # The first one computes the prompt, the others find it in memory; an engine that rounds may tell the two apart.
    for name, seed in (("warm", 10), ("first", 11), ("again", 11), ("other", 12)):
        caller.ask(name, prompt, SamplingParams(max_tokens=8, temperature=1.0, top_p=0.95, seed=seed))
        caller.end(name)
    assert caller.tokens("again") == caller.tokens("first")
    assert caller.tokens("other") != caller.tokens("first")


def test_a_cancelled_answer_ends_at_once_and_its_neighbour_goes_on(caller: Caller, judge: Judge) -> None:
    prompt = caller.prompt(NOTES[1])
    caller.ask("gone", caller.prompt(NOTES[0]), caller.endless(400))
    caller.ask("stays", prompt, GREEDY)
    caller.begun("gone")
    caller.engine.cancel("gone")
    assert caller.end("gone").finish is FinishReason.CANCELLED
    assert caller.end("stays").finish in (FinishReason.LENGTH, FinishReason.STOP)
    judge.assert_greedy(prompt, caller.tokens("stays"))


def test_a_chat_is_answered_while_the_batch_is_full(caller: Caller, judge: Judge) -> None:
    for i, note in enumerate(NOTES):
        caller.ask(f"story {i}", caller.prompt(note, "Tell a long story."), caller.endless(200))
    caller.begun("story 0")
    prompt = caller.prompt("What is the capital of France?", "You are a helpful assistant.")
    caller.ask("chat", prompt, GREEDY, CHAT)
    assert caller.end("chat").finish is not FinishReason.ERROR
    assert len(caller.running()) >= 4
    assert "Paris" in caller.text("chat")
    judge.assert_greedy(prompt, caller.tokens("chat"))


def test_the_next_turn_of_a_chat_computes_only_what_is_new(caller: Caller, judge: Judge) -> None:
    first = caller.prompt("Name a city in Italy.", "You are a guide.")
    caller.ask("turn 1", first, GREEDY, CHAT)
    caller.end("turn 1")
    encode = caller.engine.tokenizer.encode
    more = encode("<|im_end|>\n<|im_start|>user\nAnd one in Spain?<|im_end|>\n<|im_start|>assistant\n", special=True)
    second = [*first, *caller.tokens("turn 1"), *more]
    caller.ask("turn 2", second, SamplingParams(max_tokens=4), CHAT)
    usage = caller.end("turn 2").usage
    assert usage is not None
    assert usage.cached >= len(first) + len(caller.tokens("turn 1")) - 1
    judge.assert_greedy(second, caller.tokens("turn 2"))


def test_documents_that_chats_pushed_out_go_on_where_they_were(caller: Caller, judge: Judge) -> None:
    before = caller.engine.stats().preemptions
    prompts = {f"story {i}": caller.prompt(note, "Tell a story.") for i, note in enumerate(NOTES[:4])}
    chats = {f"chat {i}": caller.prompt(f"Count to {i + 3}.", "Be brief.") for i in range(5)}

    def chats_come() -> None:
        """As soon as every story has begun, and before any has ended: between two steps of the engine."""
        if all(caller.deltas[name] for name in prompts):
            caller.on_delta = lambda: None
            for name, prompt in chats.items():
                caller.ask(name, prompt, SamplingParams(max_tokens=4), CHAT)

    caller.deltas |= {name: [] for name in (*prompts, *chats)}
    caller.on_delta = chats_come
    for name, prompt in prompts.items():
        caller.ask(name, prompt, SamplingParams(max_tokens=16))
    for name in chats:
        caller.begun(name)
    for name in list(caller.deltas):
        assert caller.end(name).finish in (FinishReason.LENGTH, FinishReason.STOP)
    assert caller.engine.stats().preemptions > before
    for name in ("story 0", "story 3"):
        judge.assert_greedy(prompts[name], caller.tokens(name))


def test_answers_with_a_schema_fit_it_beside_free_ones(caller: Caller, judge: Judge) -> None:
    for i, temperature in enumerate((0.0, 0.9)):
        sampling = SamplingParams(max_tokens=40, schema=SCHEMA, temperature=temperature, seed=i)
        caller.ask(f"data {i}", caller.prompt(NOTES[i]), sampling)
    free = caller.prompt(NOTES[4])
    caller.ask("free", free, GREEDY)
    for i in range(2):
        assert caller.end(f"data {i}").finish is FinishReason.STOP
        jsonschema.validate(json.loads(caller.text(f"data {i}")), SCHEMA)
    caller.end("free")
    judge.assert_greedy(free, caller.tokens("free"))


def test_a_prompt_longer_than_the_context_is_refused_with_the_numbers(caller: Caller) -> None:
    with pytest.raises(RequestError, match=r"600 tokens.*512 tokens") as refused:
        caller.ask("long", [5] * 600, GREEDY)
    assert refused.value.code == "context_length_exceeded"


def test_control_tokens_in_plain_text_stay_text(engine: Engine) -> None:
    plain = engine.tokenizer.encode("<|im_end|>", special=False)
    special = engine.tokenizer.encode("<|im_end|>", special=True)
    assert [engine.tokenizer.is_end(token) for token in special] == [True]
    assert not any(engine.tokenizer.is_end(token) for token in plain)
    assert engine.tokenizer.decode(plain) == b"<|im_end|>"
    assert engine.tokenizer.decode(special) == b""


def test_a_slot_cut_back_and_copied_goes_on_like_a_new_one(judge: Judge) -> None:
    backend, text = judge.backend, list(range(300, 340))
    expected = judge.logits(text, [7, 8])[1]
    backend.step([Row(1, text + [99] * 9, 0, False)])
    backend.copy(1, 2, 30)
    backend.trim(1, len(text))
    both = backend.step([Row(1, [7], len(text), True), Row(2, [*text[30:], 7], 30, True)]).logits([0, 1])
    for given in both:
        assert abs(given - expected).max() < 40 * judge.near_tie
        assert given[given.argmax()] - given[expected.argmax()] < judge.near_tie
    for slot in (1, 2):
        backend.trim(slot, 0)


def test_a_step_without_logits_gives_none(judge: Judge) -> None:
    assert judge.backend.step([Row(1, [5, 6, 7], 0, False)]).argmax() == []
    judge.backend.trim(1, 0)


def test_a_folder_or_file_that_is_cut_short_is_refused_with_a_sentence(
    candidate: Candidate, weights: Path, tmp_path: Path
) -> None:
    broken = tmp_path / weights.name
    if weights.is_dir():
        broken.mkdir()
        for file in weights.iterdir():
            (broken / file.name).write_bytes(file.read_bytes()[: 20_000_000 if file.suffix == ".safetensors" else None])
    else:
        broken.write_bytes(weights.read_bytes()[:20_000_000])
    with pytest.raises(ModelError, match=weights.name[:20]):
        OPENERS[candidate.kind](broken, SMALL, None)


UNLOADING = """
import sys, threading, psutil
from importlib import import_module
from pathlib import Path
from engines.backends.heap import sweep
from engines.load import load_engine
from engines.options import EngineOptions
from engines.request import Request, SamplingParams
mib = lambda: psutil.Process().memory_info().rss >> 20
path = Path(sys.argv[1])
import_module("engines.backends." + sys.argv[2])
options = EngineOptions(context=512, batch_rows=2, chat_rows=1, resident_slots=1, threads=2, kv_memory_bytes=1 << 28)
request = Request("one", tuple(range(300, 320)), SamplingParams(max_tokens=2))
for _ in range(2):  # the first load also brings libraries into memory, which stay
    before, done = mib(), threading.Event()
    engine = load_engine(path, options)
    engine.submit(request, lambda d: d.finish and done.set())
    assert done.wait(200)
    loaded = mib()
    engine.close()
    del engine
    sweep()  # the tokenizer was the engine's, and went after the backend had swept
print(before, loaded, mib())
"""


def test_a_closed_engine_gives_its_memory_back_and_the_process_ends_well(candidate: Candidate, weights: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", UNLOADING, str(weights), candidate.backend], capture_output=True, text=True, timeout=280
    )
    assert ran.returncode == 0, ran.stderr[-2000:]
    before, loaded, after = map(int, ran.stdout.split())
    assert loaded - before > 80
    assert after - before < (loaded - before) / 3, f"{before} MiB before, {loaded} loaded, {after} after"
