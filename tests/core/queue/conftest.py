"""A desk with an open store, and a queue that is stopped at the end."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
from desk import Desk, FileReader, ScriptedEngine, loose_ends

from app.core.events import EventBus
from app.core.queue.contract import Client
from app.core.queue.knocking import nothing_to_load
from app.core.queue.queue import Queue, QueueOptions
from app.core.store.store import Store

MakeQueue = Callable[..., Queue]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk; at the end of every test its database has no loose ends."""
    with Store.open(tmp_path / "data" / "n.db") as store:
        yield Desk(store, tmp_path / "folders")
        assert store.read_now(loose_ends) == []


@pytest.fixture
def engine() -> ScriptedEngine:
    """An engine that echoes."""
    return ScriptedEngine()


@pytest.fixture
def reader() -> FileReader:
    """Reads text files."""
    return FileReader()


@pytest.fixture
async def make_queue(desk: Desk, engine: ScriptedEngine, reader: FileReader) -> AsyncIterator[Callable[..., Queue]]:
    """Makes queues that back off for a moment only; they are stopped at the end."""
    made: list[Queue] = []

    async def source() -> Client:
        return engine

    def make(
        *,
        events: EventBus | None = None,
        client_source: object = source,
        load: object = nothing_to_load,
        **options: object,
    ) -> Queue:
        fast = {"first_backoff_s": 0.01, "poll_s": 0.05, "disk_retry_s": 0.05, "width": 4, "lookahead": 2, **options}
        queue = Queue(desk.store, client_source, reader, events or EventBus(), QueueOptions(**fast), load=load)  # type: ignore[arg-type]
        made.append(queue)
        return queue

    yield make
    for queue in made:
        await queue.stop()
