"""A long night: thousands of small documents, and nothing that grows with them but the results."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "core" / "queue"))

from desk import PLAIN, FileReader, ScriptedEngine, loose_ends

from app.core.events import EventBus, ResultsChanged
from app.core.queue.queue import Queue, QueueOptions
from app.core.recipes.parse import parse_recipe
from app.core.recipes.shelf import record_recipe
from app.core.store.folders import add_folder
from app.core.store.jobs import count_jobs
from app.core.store.sqlite import Connection
from app.core.store.store import Store
from app.core.watch.scan import scan_once

pytestmark = [pytest.mark.faults, pytest.mark.anyio, pytest.mark.timeout(900)]

DOCUMENTS = 20_000 if os.environ.get("NIGHTDESK_FAULTS") else 1_500
MORE_RSS = 24 << 20  # bytes of memory that SQLite's page caches may still fill
MORE_HANDLES = 8
LARGEST_WAL = 16 << 20


class Forgetful(list[str]):
    """A list that keeps nothing: what the tests' engine notes must not be taken for growth."""

    def append(self, _: str) -> None:
        return


@dataclass(frozen=True)
class Footprint:
    """What the process holds: bytes of memory and of the database's log, open files, threads."""

    rss: int
    wal: int
    handles: int
    threads: int

    @classmethod
    def of(cls, store: Store) -> Footprint:
        process = psutil.Process()
        wal = store.path.with_name(store.path.name + "-wal")
        handles = process.num_fds() if hasattr(process, "num_fds") else process.num_handles()
        return cls(process.memory_info().rss, wal.stat().st_size, handles, process.num_threads())


async def test_thousands_of_documents_leave_memory_handles_and_log_as_they_were(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for n in range(DOCUMENTS):
        (folder / f"{n}.txt").write_text(f"document {n}: a heron stands in the river. " * 4, encoding="utf-8")

    def bind(conn: Connection) -> int:
        record_recipe(conn, parse_recipe("plain", PLAIN))
        return add_folder(conn, folder, "plain", kind="once")

    engine, reader = ScriptedEngine(asked=Forgetful()), FileReader(read=Forgetful())
    engine.sizes = Forgetful()  # type: ignore[assignment]

    async def source() -> ScriptedEngine:
        return engine

    footprints: list[Footprint] = []
    events = EventBus()
    with Store.open(tmp_path / "data" / "n.db") as store:
        scanned = await scan_once(store, store.write_now(bind))
        assert scanned.jobs == DOCUMENTS
        queue = Queue(store, source, reader, events, QueueOptions(width=32, lookahead=32))
        events.subscribe(
            lambda event: footprints.append(Footprint.of(store)) if type(event) is ResultsChanged else None
        )
        await queue.start()
        await queue.drained()
        await queue.stop()
        assert store.read_now(count_jobs) == {"done": DOCUMENTS}
        assert store.read_now(loose_ends) == []
    early, late = footprints[len(footprints) // 4 :][: len(footprints) // 4], footprints[-len(footprints) // 4 :]
    assert max(one.rss for one in late) - max(one.rss for one in early) < MORE_RSS
    assert max(one.handles for one in late) - max(one.handles for one in early) <= MORE_HANDLES
    assert max(one.threads for one in late) <= max(one.threads for one in early)
    assert max(one.wal for one in footprints) < LARGEST_WAL
