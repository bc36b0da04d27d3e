"""A pause is one for all: what a person does to it in another process holds here, and the other way round."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator

import pytest
from desk import Desk, ScriptedEngine

from app.core.events import Event, EventBus, ProgressChanged
from app.core.queue.pauses import PAUSED_BY_YOU, PERSON, SCHEDULE, go_on, pause_by_person, saved_pauses
from app.core.queue.queue import Queue
from app.core.store.sqlite import Connection
from app.core.store.store import Store

pytestmark = pytest.mark.anyio


@pytest.fixture
def beside(desk: Desk) -> Iterator[Callable[[Callable[[Connection], object]], object]]:
    """Another process with the same database: what it writes."""
    with Store.open(desk.store.path, owner=False) as store:
        yield store.write_now


def heard_by(events: EventBus) -> Callable[[str | None], asyncio.Event]:
    """Set once the window was told this reason."""
    loop, told = asyncio.get_running_loop(), dict[str | None, asyncio.Event]()

    def hear(event: Event) -> None:
        if isinstance(event, ProgressChanged):
            loop.call_soon_threadsafe(told.setdefault(event.paused_reason, asyncio.Event()).set)

    events.subscribe(hear)
    return lambda reason: told.setdefault(reason, asyncio.Event())


async def test_a_pause_from_another_process_holds_here_in_the_same_words_until_it_is_taken_back(
    desk: Desk, make_queue: Callable[..., Queue], engine: ScriptedEngine, beside
) -> None:
    events = EventBus()
    told = heard_by(events)
    queue = make_queue(events=events)
    await queue.start()
    assert beside(pause_by_person) is True
    assert beside(pause_by_person) is False, "it was paused already"
    await told(PAUSED_BY_YOU).wait()
    desk.add(desk.add_folder("in"), {"a.txt": "one"})
    queue.wake()
    await told(PAUSED_BY_YOU).wait()
    assert (queue.paused_reason, engine.asked) == ("Paused by you.", [])
    beside(go_on)
    await queue.drained()
    assert queue.paused_reason is None
    assert desk.states() == {"done": 1}


async def test_a_pause_that_is_taken_back_in_another_process_ends_here_too(desk: Desk, make_queue, beside) -> None:
    queue = make_queue()
    await queue.start()
    queue.pause("Paused by you.")
    desk.add(desk.add_folder("in"), {"a.txt": "one"})
    await queue._notes.written()
    assert beside(go_on) == {PERSON}
    await queue.drained()
    assert queue.paused_reason is None
    assert desk.states() == {"done": 1}


async def test_a_pause_from_before_the_start_can_be_taken_back_in_another_process(
    desk: Desk, make_queue, beside
) -> None:
    beside(pause_by_person)
    desk.add(desk.add_folder("in"), {"a.txt": "one"})
    queue = make_queue()
    await queue.start()
    assert queue.paused_reason == PAUSED_BY_YOU
    await queue._notes.written()
    beside(go_on)
    await queue.drained()
    assert desk.states() == {"done": 1}


async def test_what_waits_for_the_run_window_goes_on_when_another_process_says_so(
    desk: Desk, make_queue, beside
) -> None:
    queue = make_queue()
    wished = asyncio.Event()
    queue.on_go_on = lambda: (queue.resume(SCHEDULE), wished.set())
    await queue.start()
    queue.pause("Waiting for 22:00.", SCHEDULE)
    queue.pause("Paused by you.")
    queue.pause("Running on battery.", "battery")
    await queue._notes.written()
    desk.add(desk.add_folder("in"), {"a.txt": "one"})
    assert beside(go_on) == {PERSON, SCHEDULE}
    await wished.wait()
    assert queue._pauses.sources == ("battery",)
    queue.resume("battery")
    await queue.drained()
    assert desk.states() == {"done": 1}


async def test_pausing_and_resuming_here_in_quick_turns_ends_as_the_person_left_it(desk: Desk, make_queue) -> None:
    queue = make_queue(poll_s=0.001)
    await queue.start()
    for turn in range(60):
        for _ in range(turn % 4 + 1):
            queue.pause(PAUSED_BY_YOU)
            queue.resume()
        if turn % 2:
            queue.pause(PAUSED_BY_YOU)
        for _ in range(turn % 3):  # so many reads of the store may come in between
            await queue.look()
        assert (queue.paused_reason is not None) == bool(turn % 2), "a look at the store knows nothing newer"
        queue.resume()
    queue.pause(PAUSED_BY_YOU)
    await queue._notes.written()
    for _ in range(5):
        await queue.look()
    assert queue.paused_reason == PAUSED_BY_YOU
    assert desk.store.read_now(saved_pauses) == {PERSON: PAUSED_BY_YOU}
