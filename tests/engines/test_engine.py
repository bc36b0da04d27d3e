"""The engine thread, over a backend without a model: one end for every request, whatever happens."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
from fake_backend import END, FakeBackend, FakeClock, FakeOutput, alone

from engines.backends.base import NEVER, BackendFailed, Interrupted, Limits, NoRoom, Row, Stop
from engines.brake import Brake
from engines.engine import Engine, EngineOptions
from engines.errors import EngineBusy, EngineError, EngineGone, RequestError
from engines.request import Delta, FinishReason, Priority, Request, SamplingParams

LIMITS = Limits(slots=6, slot_tokens=200, pool_tokens=1200, step_tokens=64)
OPTIONS = EngineOptions(batch_rows=4, chat_rows=1, resident_slots=1, share_tokens=8, queue_limit=300)
PATIENCE_S = 200


class Caller:
    """Collects the deltas of its requests and waits for their ends."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.deltas: dict[str, list[Delta]] = {}
        self._ended = threading.Condition()

    def ask(self, name: str, prompt: Sequence[int], answer: int | None = 10, **more: object) -> None:
        priority = Priority(more.pop("priority", Priority.BATCH))  # type: ignore[arg-type]
        deadline = more.pop("deadline_s", None)
        sampling = SamplingParams(max_tokens=answer, **more)  # type: ignore[arg-type]
        self.deltas[name] = []
        self.engine.submit(
            Request(name, tuple(prompt), sampling, priority, deadline),  # type: ignore[arg-type]
            self.hear,
        )

    def hear(self, delta: Delta) -> None:
        with self._ended:
            self.deltas[delta.request_id].append(delta)
            self._ended.notify_all()

    def end(self, name: str) -> Delta:
        with self._ended:
            assert self._ended.wait_for(lambda: any(d.finish for d in self.deltas[name]), PATIENCE_S), name
            return self.deltas[name][-1]

    def begun(self, name: str) -> None:
        with self._ended:
            assert self._ended.wait_for(lambda: self.deltas[name], PATIENCE_S), name

    def tokens(self, name: str) -> list[int]:
        return [token for delta in self.deltas[name] for token in delta.tokens]

    def check(self) -> None:
        for name, deltas in self.deltas.items():
            assert [bool(d.finish) for d in deltas] == [False] * (len(deltas) - 1) + [True], name


class Gate(FakeBackend):
    """Computes only while the gate is open, so that a test decides what happens between two steps."""

    def __init__(self, limits: Limits = LIMITS) -> None:
        super().__init__(limits)
        self.gate = threading.Semaphore(0)
        self.entered = threading.Semaphore(0)

    def step(self, rows: Sequence[Row], stop: Stop = NEVER) -> FakeOutput:
        self.entered.release()
        assert self.gate.acquire(timeout=PATIENCE_S)
        return super().step(rows)

    def open(self) -> None:
        self.gate.release(1_000_000)


class Breakable(Gate):
    """Its steps run until the gate is opened or they are told to stop, which they look for after every operation.

    An engine over it goes by its clock: a step whose end is near is not broken off, and a real one is soon near it.
    """

    def __init__(self) -> None:
        super().__init__(replace(LIMITS, interruptible=True))
        self.stop = NEVER

    def step(self, rows: Sequence[Row], stop: Stop = NEVER) -> FakeOutput:
        self.stop = stop
        self.entered.release()
        while not self.gate.acquire(timeout=0.001):
            if stop.asked:
                raise Interrupted("The step was broken off.")
        return FakeBackend.step(self, rows)


@pytest.fixture
def backend() -> FakeBackend:
    return FakeBackend(LIMITS)


@pytest.fixture
def caller(backend: FakeBackend) -> Iterator[Caller]:
    engine = Engine(backend, OPTIONS)
    engine.start()
    yield Caller(engine)
    engine.close()
    assert backend.closed


def text(seed: int, size: int) -> list[int]:
    return [(seed * 31 + i * (seed + 3)) % 62 for i in range(size)]


def test_many_requests_get_the_text_they_would_get_alone(caller: Caller) -> None:
    for i in range(30):
        caller.ask(f"r{i}", text(i, 10 + i), 20, priority=i % 2)
    for i in range(30):
        end = caller.end(f"r{i}")
        assert end.finish is FinishReason.LENGTH
        assert caller.tokens(f"r{i}") == alone(text(i, 10 + i), 20)
        assert end.usage is not None
        assert (end.usage.prompt, end.usage.generated) == (10 + i, 20)
    caller.check()


def test_the_text_of_the_deltas_is_the_text_of_the_tokens(caller: Caller) -> None:
    caller.ask("one", text(1, 10), 20)
    caller.end("one")
    expected = caller.engine.tokenizer.decode(caller.tokens("one")).decode()
    assert "".join(delta.text for delta in caller.deltas["one"]) == expected


def test_a_stop_string_ends_the_answer_and_is_not_shown(caller: Caller) -> None:
    expected = caller.engine.tokenizer.decode(alone(text(1, 10), 20)).decode()
    caller.ask("one", text(1, 10), 20, stop=(expected[5:8],))
    assert caller.end("one").finish is FinishReason.STOP
    assert "".join(delta.text for delta in caller.deltas["one"]) == expected[: expected.find(expected[5:8])]


def test_a_token_that_ends_the_answer_is_neither_shown_nor_counted(caller: Caller) -> None:
    caller.ask("one", text(1, 10), 20, logit_bias={END: 100.0})
    end = caller.end("one")
    assert end.finish is FinishReason.STOP
    assert end.tokens == ()
    assert end.usage is not None
    assert end.usage.generated == 0


def test_an_answer_without_a_limit_ends_with_the_context(caller: Caller) -> None:
    caller.ask("one", text(1, 150), None)
    assert caller.end("one").finish is FinishReason.LENGTH
    assert len(caller.tokens("one")) == 50


def test_a_prompt_longer_than_the_context_is_refused_with_the_numbers(caller: Caller) -> None:
    with pytest.raises(RequestError, match="200 tokens") as refused:
        caller.ask("long", text(1, 200))
    assert refused.value.code == "context_length_exceeded"


@pytest.mark.parametrize(
    ("prompt", "more"), [([], {}), ([99], {}), ([-1], {}), ([1], {"logit_bias": {64: 1.0}}), ([1], {"answer": 0})]
)
def test_nonsense_is_refused_at_once(caller: Caller, prompt: list[int], more: dict[str, object]) -> None:
    with pytest.raises(RequestError):
        caller.ask("bad", prompt, **more)  # type: ignore[arg-type]


def test_the_same_id_cannot_run_twice_but_may_come_again() -> None:
    backend = Gate()
    caller = Caller(Engine(backend, OPTIONS))
    caller.engine.start()
    caller.ask("one", text(1, 10), 3)
    with pytest.raises(RequestError, match="one"):
        caller.engine.submit(Request("one", (1, 2)), caller.hear)
    backend.open()
    caller.end("one")
    caller.ask("one", text(1, 10), 3)
    assert caller.end("one").finish is FinishReason.LENGTH
    caller.engine.close()


def test_a_full_queue_says_so_and_takes_more_once_it_has_emptied() -> None:
    backend = Gate()
    caller = Caller(Engine(backend, OPTIONS))
    caller.engine.start()
    for i in range(300):
        caller.ask(f"r{i}", text(i % 5, 10), 1)
    with pytest.raises(EngineBusy, match="300"):
        caller.ask("more", text(1, 10), 1)
    backend.open()
    for i in range(300):
        caller.end(f"r{i}")
    caller.ask("more", text(1, 10), 1)
    caller.end("more")
    caller.engine.close()


def test_a_cancelled_request_gets_its_one_end_and_the_others_go_on(caller: Caller) -> None:
    for i in range(40):
        caller.ask(f"r{i}", text(i, 20), 60, priority=i % 2)
    for i in range(0, 40, 2):
        caller.engine.cancel(f"r{i}")
        caller.engine.cancel(f"r{i}")
    caller.engine.cancel("never heard of")
    for i in range(40):
        end = caller.end(f"r{i}")
        if i % 2:
            assert end.finish is FinishReason.LENGTH
            assert caller.tokens(f"r{i}") == alone(text(i, 20), 60)
        else:
            assert end.finish in (FinishReason.CANCELLED, FinishReason.LENGTH)
    caller.check()
    stats = caller.engine.stats()
    assert sum(stats.running.values()) == sum(stats.waiting.values()) == 0


def test_a_cancellation_takes_effect_at_the_next_step() -> None:
    backend = Gate()
    caller = Caller(Engine(backend, OPTIONS))
    caller.engine.start()
    caller.ask("one", text(1, 10), 100)
    assert backend.entered.acquire(timeout=PATIENCE_S)
    caller.engine.cancel("one")
    backend.gate.release()
    assert caller.end("one").finish is FinishReason.CANCELLED
    assert len(caller.tokens("one")) <= 1
    backend.open()
    caller.engine.close()


def test_a_chat_does_not_wait_for_the_end_of_a_step_that_only_reads_documents() -> None:
    backend = Breakable()
    caller = Caller(Engine(backend, OPTIONS, backend.clock))
    caller.engine.start()
    for i in range(3):
        caller.ask(f"d{i}", text(i, 150), 10)
    assert backend.entered.acquire(timeout=PATIENCE_S)
    caller.ask("chat", text(9, 10), 5, priority=Priority.INTERACTIVE)
    assert backend.entered.acquire(timeout=PATIENCE_S), "the step was not broken off"
    backend.open()
    caller.end("chat")
    assert caller.tokens("chat") == alone(text(9, 10), 5)
    for i in range(3):
        caller.end(f"d{i}")
        assert caller.tokens(f"d{i}") == alone(text(i, 150), 10)
    stats = caller.engine.stats()
    assert (stats.interruptions, stats.preemptions) == (1, 0)
    caller.check()
    caller.engine.close()


def test_neither_a_document_nor_a_second_chat_breaks_a_step_off() -> None:
    backend = Breakable()
    caller = Caller(Engine(backend, OPTIONS, backend.clock))
    caller.engine.start()
    caller.ask("d", text(1, 150), 10)
    assert backend.entered.acquire(timeout=PATIENCE_S)
    caller.ask("another", text(2, 150), 10)
    assert not backend.stop.asked
    caller.ask("chat", text(9, 40), 5, priority=Priority.INTERACTIVE)
    assert backend.entered.acquire(timeout=PATIENCE_S)
    caller.ask("second", text(8, 40), 5, priority=Priority.INTERACTIVE)
    backend.open()
    for name in ("d", "another", "chat", "second"):
        assert caller.end(name).finish is FinishReason.LENGTH
    assert caller.engine.stats().interruptions == 1
    caller.engine.close()


def test_a_chat_does_not_wait_for_a_step_that_takes_longer_than_was_predicted() -> None:
    backend, clock = Breakable(), FakeClock()
    caller = Caller(Engine(backend, OPTIONS, clock))
    caller.engine.start()
    caller.ask("d", text(1, 150), 10)
    assert backend.entered.acquire(timeout=PATIENCE_S)
    clock.now += 100.0
    caller.ask("chat", text(9, 10), 5, priority=Priority.INTERACTIVE)
    assert backend.entered.acquire(timeout=PATIENCE_S), "the step was not broken off"
    backend.open()
    assert caller.tokens("d") == []
    for name in ("chat", "d"):
        assert caller.end(name).finish is FinishReason.LENGTH
    assert caller.engine.stats().interruptions == 1
    caller.engine.close()


@pytest.mark.parametrize(("left_s", "breaks"), [(1.0, True), (0.05, True), (0.03, False), (0.0, False), (-0.01, True)])
def test_a_step_is_left_to_end_only_where_its_end_is_near(left_s: float, breaks: bool) -> None:
    brake, stop = Brake(), Stop()
    brake.pull(10.0)
    brake.arm(stop, 10.0 + left_s)
    brake.pull(10.0)
    assert stop.asked is breaks


def test_a_step_that_has_ended_is_not_told_to_stop() -> None:
    brake, stop = Brake(), Stop()
    brake.arm(stop, 10.0)
    brake.disarm()
    brake.pull(0.0)
    assert not stop.asked


def test_a_backend_that_cannot_break_off_is_not_asked_to() -> None:
    backend = Breakable()
    backend.limits = LIMITS
    caller = Caller(Engine(backend, OPTIONS, backend.clock))
    caller.engine.start()
    caller.ask("d", text(1, 150), 10)
    assert backend.entered.acquire(timeout=PATIENCE_S)
    first = backend.stop
    caller.ask("chat", text(9, 10), 5, priority=Priority.INTERACTIVE)
    assert not first.asked
    backend.open()
    for name in ("chat", "d"):
        assert caller.end(name).finish is FinishReason.LENGTH
    assert caller.engine.stats().interruptions == 0
    caller.engine.close()


def test_closing_does_not_wait_for_the_end_of_a_step_that_only_reads_documents() -> None:
    backend = Breakable()
    caller = Caller(Engine(backend, OPTIONS, backend.clock))
    caller.engine.start()
    caller.ask("d", text(1, 150), 10)
    assert backend.entered.acquire(timeout=PATIENCE_S)
    caller.engine.close()
    assert caller.end("d").finish is FinishReason.CANCELLED
    assert backend.closed


def test_a_request_that_misses_its_deadline_ends_with_a_sentence(caller: Caller) -> None:
    caller.ask("late", text(1, 10), 100, deadline_s=0.0)
    end = caller.end("late")
    assert end.finish is FinishReason.ERROR
    assert end.error == "The answer was not ready within 0 seconds."


def test_a_receiver_that_breaks_hurts_nobody_else(caller: Caller) -> None:
    def gone(delta: Delta) -> None:
        raise ConnectionError("the window was closed")

    caller.engine.submit(Request("gone", tuple(text(1, 10)), SamplingParams(max_tokens=50)), gone)
    caller.ask("one", text(2, 10), 30)
    assert caller.end("one").finish is FinishReason.LENGTH
    assert caller.engine.stats().finished == {"cancelled": 1, "length": 1}


def test_an_error_of_the_engines_own_fails_the_running_requests_and_not_the_engine(
    caller: Caller, backend: FakeBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(rows: Sequence[Row], stop: Stop) -> FakeOutput:
        raise ZeroDivisionError("a bug")

    with monkeypatch.context() as patch:
        patch.setattr(backend, "step", broken)
        caller.ask("one", text(1, 10), 10)
        end = caller.end("one")
    assert end.finish is FinishReason.ERROR
    assert end.error is not None
    assert "a bug" in end.error
    caller.ask("two", text(1, 10), 10)
    assert caller.end("two").finish is FinishReason.LENGTH
    assert caller.tokens("two") == alone(text(1, 10), 10)


@pytest.mark.parametrize(("error", "code"), [(BackendFailed, "backend_failed"), (NoRoom, "out_of_memory")])
def test_a_backend_that_never_recovers_fails_each_request_with_its_sentence_and_a_word_for_programs(
    caller: Caller, backend: FakeBackend, monkeypatch: pytest.MonkeyPatch, error: type[EngineError], code: str
) -> None:
    def refuse(rows: Sequence[Row], stop: Stop) -> FakeOutput:
        raise error("The graphics card has gone.")

    monkeypatch.setattr(backend, "step", refuse)
    for i in range(8):
        caller.ask(f"r{i}", text(i, 30), 10, priority=i % 2)
    ends = [caller.end(f"r{i}") for i in range(8)]
    assert {(end.error, end.code) for end in ends} == {("The graphics card has gone.", code)}
    caller.check()


def test_a_sampler_that_breaks_fails_its_own_request_alone(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> list[int]:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr("engines.sampling.draw", broken)
    caller.ask("plain", text(2, 10), 30)
    caller.ask("odd", text(1, 10), 10, temperature=1.0)
    end = caller.end("odd")
    assert end.finish is FinishReason.ERROR
    assert end.error == "The next token could not be chosen: a bug"
    assert caller.end("plain").finish is FinishReason.LENGTH
    assert caller.tokens("plain") == alone(text(2, 10), 30)
    caller.check()


def test_closing_ends_every_request_and_later_ones_are_told() -> None:
    backend = Gate()
    caller = Caller(Engine(backend, OPTIONS))
    caller.engine.start()
    for i in range(20):
        caller.ask(f"r{i}", text(i, 10), 100)
    backend.open()
    caller.engine.close()
    caller.engine.close()
    caller.check()
    assert backend.closed
    with pytest.raises(EngineGone):
        caller.ask("late", text(1, 10))


def test_the_figures_add_up(caller: Caller) -> None:
    for i in range(10):
        caller.ask(f"r{i}", text(7, 40) + text(i, 5), 6)
    ends = [caller.end(f"r{i}") for i in range(10)]
    caller.ask("chat", text(9, 10), 6, priority=Priority.INTERACTIVE)
    ends.append(caller.end("chat"))
    stats = caller.engine.stats()
    assert stats.prompt_tokens == sum(end.usage.prompt for end in ends if end.usage)
    assert stats.cached_tokens == sum(end.usage.cached for end in ends if end.usage) > 0
    assert stats.generated_tokens == 66
    assert stats.finished == {"length": 11}
    assert sum(stats.ttft["batch"].counts) == 10
    assert sum(stats.itl["batch"].counts) == 50
    for end in ends:
        assert end.timings is not None
        assert 0 <= end.timings.queued_s <= end.timings.ttft_s <= end.timings.total_s
