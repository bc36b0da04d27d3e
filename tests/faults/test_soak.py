"""A long night: thousands of small documents, and nothing that grows with them but the results."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "core" / "queue"))

from desk import PLAIN, FileReader, ScriptedEngine, loose_ends

from app.core.documents.extractor import Extractor
from app.core.events import Event, EventBus, ResultsChanged
from app.core.queue.queue import Queue, QueueOptions
from app.core.recipes.parse import parse_recipe
from app.core.recipes.shelf import record_recipe
from app.core.store.folders import add_folder
from app.core.store.jobs import count_jobs
from app.core.store.sqlite import Connection
from app.core.store.store import Store
from app.core.watch.scan import scan_once
from engines.process import EngineProcess, EngineSpec

pytestmark = [pytest.mark.faults, pytest.mark.anyio, pytest.mark.timeout(900)]

FULL = bool(os.environ.get("NIGHTDESK_FAULTS"))
DOCUMENTS = 20_000 if FULL else 1_500
REAL_DOCUMENTS = 500
MORE_BYTES = 24 << 20  # bytes of memory that SQLite's page caches may still fill
MORE_HANDLES = 8
LARGEST_WAL = 16 << 20


def own_bytes(process: psutil.Process) -> int:
    """Memory that nobody else could give back: what is read from files comes and goes as the system likes."""
    memory = process.memory_info()
    return int(memory.rss - getattr(memory, "shared", 0))


class Forgetful(list[str]):
    """A list that keeps nothing: what the tests' engine notes must not be taken for growth."""

    def append(self, _: str) -> None:
        return


class Every(Forgetful):
    """The same, and looks around after every so many: progress is told by the clock, and a fast night tells little."""

    def __init__(self, count: int, look: Callable[[], object]) -> None:
        super().__init__()
        self._count, self._look, self._seen = count, look, 0

    def append(self, _: str) -> None:
        self._seen += 1
        if self._seen % self._count == 0:
            self._look()


@dataclass(frozen=True)
class Footprint:
    """What the process holds: bytes of memory and of the database's log, open files, threads."""

    own: int
    wal: int
    handles: int
    threads: int

    @classmethod
    def of(cls, store: Store) -> Footprint:
        process = psutil.Process()
        wal = store.path.with_name(store.path.name + "-wal")
        handles = process.num_fds() if hasattr(process, "num_fds") else process.num_handles()
        return cls(own_bytes(process), wal.stat().st_size, handles, process.num_threads())


async def test_thousands_of_documents_leave_memory_handles_and_log_as_they_were(tmp_path: Path) -> None:
    footprints: list[Footprint] = []
    asked = Every(DOCUMENTS // 60, lambda: footprints.append(Footprint.of(store)))
    engine, reader = ScriptedEngine(asked=asked), FileReader(read=Forgetful())
    engine.sizes = Forgetful()  # type: ignore[assignment]

    async def source() -> ScriptedEngine:
        return engine

    with Store.open(tmp_path / "data" / "n.db") as store:
        await hand_over(store, tmp_path / "in", PLAIN, DOCUMENTS)
        queue = Queue(store, source, reader, EventBus(), QueueOptions(width=32, lookahead=32))
        await queue.start()
        await queue.drained()
        await queue.stop()
        assert store.read_now(count_jobs) == {"done": DOCUMENTS}
        assert store.read_now(loose_ends) == []
    nothing_grew(footprints)


@pytest.mark.skipif(not FULL, reason="takes minutes: run `make faults`")
async def test_a_night_with_the_real_engine_and_reader_leaves_them_as_they_were(
    tmp_path: Path, model_path: Path
) -> None:
    engine = EngineProcess(EngineSpec(model_path, rows=8, context=1024, threads=2))
    footprints: list[Footprint] = []
    of_engine: list[int] = []
    events, extractor = EventBus(), Extractor()

    def look(event: Event) -> None:
        if type(event) is ResultsChanged and engine.state.pid is not None:
            footprints.append(Footprint.of(store))
            of_engine.append(own_bytes(psutil.Process(engine.state.pid)))

    events.subscribe(look)
    with Store.open(tmp_path / "data" / "n.db") as store:
        await hand_over(store, tmp_path / "in", "+++\nmax_tokens = 8\n+++\nIn a word: {{document}}", REAL_DOCUMENTS)
        queue = Queue(store, engine.client, extractor, events, QueueOptions(width=8, lookahead=8))
        await engine.start()
        try:
            await queue.start()
            await queue.drained()
        finally:
            await queue.stop()
            await extractor.stop()
            await engine.stop()
        assert store.read_now(count_jobs) == {"done": REAL_DOCUMENTS}
        assert store.read_now(loose_ends) == []
    nothing_grew(footprints)
    quarter = len(of_engine) // 4
    assert max(of_engine[-quarter:]) - max(of_engine[quarter : 2 * quarter]) < MORE_BYTES


async def hand_over(store: Store, folder: Path, recipe: str, documents: int) -> None:
    """Make the documents and have them scanned."""
    make_files(folder, documents)

    def bind(conn: Connection) -> int:
        record_recipe(conn, parse_recipe("plain", recipe))
        return add_folder(conn, folder, "plain", kind="once")

    scanned = await scan_once(store, store.write_now(bind))
    assert scanned.jobs == documents


def make_files(folder: Path, count: int) -> None:
    folder.mkdir()
    for n in range(count):
        (folder / f"{n}.txt").write_text(f"document {n}: a heron stands in the river. " * 4, encoding="utf-8")


def nothing_grew(footprints: list[Footprint]) -> None:
    """From the second quarter of the night to the last."""
    quarter = len(footprints) // 4
    early, late = footprints[quarter : 2 * quarter], footprints[-quarter:]
    print(f"second quarter {early[-1]}, last {late[-1]}")
    assert max(one.own for one in late) - max(one.own for one in early) < MORE_BYTES
    assert max(one.handles for one in late) - max(one.handles for one in early) <= MORE_HANDLES
    assert max(one.threads for one in late) <= max(one.threads for one in early)
    assert max(one.wal for one in footprints) < LARGEST_WAL
