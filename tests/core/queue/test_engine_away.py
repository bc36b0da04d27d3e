"""An engine that refuses, is away, or is changed for another: no document is blamed, and work goes on when it can."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from desk import Desk, ScriptedEngine, echo

from app.core.events import EventBus, RunFinished
from app.core.queue import cancelling, moves
from app.core.queue.queue import Queue
from engines.errors import (
    EngineAway,
    EngineBusy,
    EngineError,
    EngineGone,
    EngineStopping,
    KeyRefused,
    ModelError,
    RequestError,
)

pytestmark = pytest.mark.anyio

MakeQueue = Callable[..., Queue]


class Door:
    """An engine that may not be had; counts how often it was loaded anew."""

    def __init__(self, engine: ScriptedEngine) -> None:
        self.engine = engine
        self.failure: EngineError | None = None
        self.loads = 0
        self.mended_by_load = 10**6

    async def source(self) -> ScriptedEngine:
        if self.failure is not None:
            raise self.failure
        return self.engine

    async def load(self) -> None:
        self.loads += 1
        if self.loads >= self.mended_by_load:
            self.failure = None


def spoken(events: EventBus, words: str) -> asyncio.Event:
    """Set once the queue rests for a reason with these words."""
    said = asyncio.Event()
    events.subscribe(lambda event: said.set() if words in (getattr(event, "paused_reason", "") or "") else None)
    return said


def ended(events: EventBus) -> asyncio.Event:
    """Set once a run has ended."""
    heard = asyncio.Event()
    events.subscribe(lambda event: heard.set() if isinstance(event, RunFinished) else None)
    return heard


@pytest.mark.parametrize("failure", [KeyRefused("The key is refused."), EngineAway("The server is away.")])
async def test_what_every_request_would_have_met_pauses_the_queue_and_blames_no_document(
    desk: Desk, engine: ScriptedEngine, make_queue: MakeQueue, failure: EngineError
) -> None:
    mended = False

    async def script(prompt: str, _: int) -> str:
        if len(engine.asked) > 5 and not mended:
            raise failure
        return await echo(prompt, 1)

    engine.script = script
    events = EventBus()
    said, finished = spoken(events, str(failure)), ended(events)
    desk.add(desk.add_folder("in"), {f"{n}.txt": f"text {n}" for n in range(20)})
    queue = make_queue(events=events)
    await queue.start()
    await said.wait()
    mended = True
    await finished.wait()
    assert desk.states() == {"done": 20}
    assert desk.all("SELECT DISTINCT attempts, suspect, error_class FROM job") == [(1, 0, None)]


async def test_a_terminal_is_told_of_a_key_that_is_refused(
    desk: Desk, engine: ScriptedEngine, make_queue: MakeQueue
) -> None:
    async def script(prompt: str, _: int) -> str:
        raise KeyRefused("The server refuses the API key.")

    engine.script = script
    desk.add(desk.add_folder("in"), {"a.txt": "text"})
    queue = make_queue(first_backoff_s=60.0)
    await queue.start()
    with pytest.raises(EngineError, match="refuses the API key"):
        await queue.drained()
    assert desk.all("SELECT state, attempts FROM job") == [("ready", 0)]


@pytest.mark.parametrize(
    "failure", [EngineError("The engine gave up."), EngineGone("Not reached."), EngineBusy("Still loading.")]
)
async def test_an_engine_that_was_off_at_the_start_is_asked_for_until_it_is_there(
    desk: Desk, engine: ScriptedEngine, make_queue: MakeQueue, failure: EngineError
) -> None:
    door, events = Door(engine), EventBus()
    door.failure, door.mended_by_load = failure, 3
    finished = ended(events)
    desk.add(desk.add_folder("in"), {f"{n}.txt": f"text {n}" for n in range(6)})
    queue = make_queue(events=events, client_source=door.source, load=door.load)
    await queue.start()
    await finished.wait()
    assert desk.states() == {"done": 6}
    assert door.loads == 3
    assert queue.paused_reason is None


async def test_a_model_that_cannot_be_served_is_not_loaded_again_and_again(
    desk: Desk, engine: ScriptedEngine, make_queue: MakeQueue
) -> None:
    door = Door(engine)
    door.failure = ModelError("The file is cut short.")
    desk.add(desk.add_folder("in"), {"a.txt": "text"})
    queue = make_queue(client_source=door.source, load=door.load)
    await queue.start()
    with pytest.raises(EngineError, match="cut short"):
        await queue.drained()
    await asyncio.sleep(0.1)
    assert door.loads == 0
    assert queue.paused_reason == "The file is cut short."


async def test_a_night_goes_on_after_an_engine_that_had_given_up_in_the_middle(
    desk: Desk, engine: ScriptedEngine, make_queue: MakeQueue
) -> None:
    door = Door(engine)
    door.mended_by_load = 2

    async def script(prompt: str, _: int) -> str:
        if len(engine.asked) == 3:
            door.failure = EngineError("The engine gave up.")
            raise EngineGone("The engine died.")
        return await echo(prompt, 1)

    engine.script = script
    desk.add(desk.add_folder("in"), {f"{n}.txt": f"text {n}" for n in range(12)})
    queue = make_queue(client_source=door.source, load=door.load)
    await queue.start()
    await queue.drained()
    assert desk.states() == {"done": 12}
    assert door.loads >= 2


async def test_another_model_in_the_middle_finds_the_batch_as_wide_as_before(
    desk: Desk, engine: ScriptedEngine, make_queue: MakeQueue
) -> None:
    stopping, full = asyncio.Event(), asyncio.Event()

    async def script(prompt: str, times: int) -> str:
        if times == 1 and len(engine.asked) <= 4:
            if engine.now == 4:
                stopping.set()
            await stopping.wait()
            raise EngineStopping("The engine is stopping.")
        if engine.now == 4:
            full.set()
        await full.wait()
        return await echo(prompt, 1)

    engine.script = script
    desk.add(desk.add_folder("in"), {f"{n}.txt": f"text {n}" for n in range(16)})
    queue = make_queue(width=4)
    await queue.start()
    await full.wait()
    await queue.drained()
    assert desk.states() == {"done": 16}
    assert queue._runner.slots.limit == 4
    assert engine.most == 4
    assert desk.all("SELECT DISTINCT attempts, suspect FROM job") == [(1, 0)]


async def test_work_from_before_a_cancel_does_not_hide_the_work_after_it(
    desk: Desk, engine: ScriptedEngine, make_queue: MakeQueue
) -> None:
    asked, again, answer = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def script(prompt: str, times: int) -> str:
        (asked if times == 1 else again).set()
        if times == 1:
            await asyncio.Event().wait()
        await answer.wait()
        return await echo(prompt, 1)

    engine.script = script
    desk.add(desk.add_folder("in"), {"a.txt": "text"})
    queue = make_queue()
    await queue.start()
    await asked.wait()
    # as `nightdesk jobs cancel` and `retry` do it beside us
    await desk.store.write(lambda conn: (cancelling.cancel(conn, [1], 1.0), moves.retry(conn, [1])))
    await again.wait()
    await asyncio.sleep(0)
    assert queue.busy
    assert engine.now == 1, "the work from before was given up"
    answer.set()
    await queue.drained()
    assert desk.states() == {"done": 1}


@pytest.mark.parametrize(
    ("failure", "error_class"),
    [
        (RequestError("No such schema."), "refused"),
        (RequestError("Too late.", "deadline_exceeded"), "timed_out"),
        (EngineError("Internal server error."), "engine_failed"),
        (EngineError("There is no memory left."), "out_of_memory"),
    ],
)
async def test_a_failure_is_called_what_it_was(
    desk: Desk, engine: ScriptedEngine, make_queue: MakeQueue, failure: EngineError, error_class: str
) -> None:
    async def script(prompt: str, _: int) -> str:
        raise failure

    engine.script = script
    desk.add(desk.add_folder("in"), {"a.txt": "text"})
    queue = make_queue()
    await queue.start()
    await queue.drained()
    [(state, found, error)] = desk.all("SELECT state, error_class, error FROM job")
    assert (state, found) == ("failed", error_class)
    assert str(failure) in error


@pytest.mark.parametrize(
    ("code", "error_class"), [("out_of_memory", "out_of_memory"), ("backend_failed", "engine_failed")]
)
async def test_the_engines_own_word_goes_before_what_its_sentence_sounds_like(
    desk: Desk, engine: ScriptedEngine, make_queue: MakeQueue, code: str, error_class: str
) -> None:
    failure = EngineError("The backend failed in its memory manager.")
    failure.code = code  # type: ignore[attr-defined, unused-ignore]

    async def script(prompt: str, _: int) -> str:
        raise failure

    engine.script = script
    desk.add(desk.add_folder("in"), {"a.txt": "text"})
    queue = make_queue()
    await queue.start()
    await queue.drained()
    assert desk.all("SELECT error_class FROM job") == [(error_class,)]


async def test_a_bystander_of_a_crash_is_asked_as_if_for_the_first_time(
    desk: Desk, engine: ScriptedEngine, make_queue: MakeQueue
) -> None:
    seen: dict[str, list[float | None]] = {}
    complete = engine.complete

    async def noting(messages, *, sampling, priority):
        seen.setdefault(messages[-1]["content"].split("\n")[-1], []).append(sampling.temperature)
        return await complete(messages, sampling=sampling, priority=priority)

    engine.complete = noting  # type: ignore[method-assign]

    async def script(prompt: str, times: int) -> str:
        if "bystander" in prompt and times < 3:
            raise EngineGone("The engine died.")
        return "" if "wordless" in prompt and times == 1 else await echo(prompt, 1)

    engine.script = script
    desk.add(desk.add_folder("in"), {"a.txt": "bystander", "b.txt": "wordless"})
    queue = make_queue()
    await queue.start()
    await queue.drained()
    assert desk.states() == {"done": 2}
    assert seen["bystander"] == [0.0, 0.0, 0.0]
    assert seen["wordless"] == [0.0, 0.4]
