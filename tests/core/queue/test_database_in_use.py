"""Another program holds the database for a while: the queue says so, waits, and goes on by itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest
from desk import Desk, ScriptedEngine, echo

from app.core.events import Event, EventBus, Notice
from app.core.store.connect import connect_writer
from app.core.store.store import InUse

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def held(desk: Desk) -> AsyncIterator[None]:
    """A browser of databases with an open edit; the store waits for a moment only."""
    await desk.store.write(lambda conn: conn.execute("PRAGMA busy_timeout = 1").fetchone())
    with closing(connect_writer(desk.store.path)) as browser:
        browser.execute("BEGIN IMMEDIATE")
        yield
        browser.rollback()


async def test_an_answer_that_cannot_be_kept_now_is_kept_when_the_lock_is_gone(
    desk: Desk, engine: ScriptedEngine, make_queue
) -> None:
    asked, answer, said = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def script(prompt: str, _: int) -> str:
        asked.set()
        await answer.wait()
        return await echo(prompt, 1)

    engine.script = script
    events, told = EventBus(), list[Event]()
    events.subscribe(told.append)
    events.subscribe(lambda event: said.set() if "in use" in (getattr(event, "paused_reason", "") or "") else None)
    desk.add(desk.add_folder("in"), {f"{n}.txt": f"text {n}" for n in range(9)})
    queue = make_queue(events=events)
    await queue.start()
    await asked.wait()
    async with held(desk):
        answer.set()
        await said.wait()
        assert (queue.paused_reason or "").endswith("is in use by another program. Close it; work goes on by itself.")
    await queue.drained()
    assert queue.paused_reason is None
    assert desk.states() == {"done": 9}
    assert len(engine.asked) == 9
    assert [event for event in told if isinstance(event, Notice) and event.severity == "error"] == []


async def test_results_are_written_as_files_once_the_lock_is_gone(desk: Desk, make_queue, tmp_path: Path) -> None:
    out, events, said = tmp_path / "out", EventBus(), asyncio.Event()
    events.subscribe(lambda event: said.set() if "in use" in getattr(event, "text", "") else None)
    desk.add(desk.add_folder("in", output=out), {"a.txt": "one"})
    queue = make_queue(events=events)
    await queue.start()
    await queue.drained()
    (path,) = out.iterdir()
    path.unlink()
    await desk.store.write(lambda conn: conn.execute("UPDATE outbox SET state = 'ready'"))
    async with held(desk):
        delivery = asyncio.create_task(queue.drained())
        await said.wait()
        assert not delivery.done()
    await delivery
    assert desk.all("SELECT state FROM outbox") == [("done",)]
    assert path.exists()


async def test_a_command_beside_is_told_to_try_again(desk: Desk) -> None:
    async with held(desk):
        with pytest.raises(InUse, match=r"in use by another program\. Close it and try again\."):
            await desk.store.write(lambda conn: conn.execute("DELETE FROM event"))
