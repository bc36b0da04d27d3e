"""The real engine process killed in the middle of a run: every document is done, and exactly once."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "core" / "queue"))

from desk import Desk, FileReader, loose_ends

from app.core.documents.extractor import Extractor
from app.core.events import EventBus
from app.core.queue.queue import Queue, QueueOptions
from app.core.store.store import Store
from engines.process import EngineProcess, EngineSpec
from engines.watchdog import Patience

pytestmark = [pytest.mark.faults, pytest.mark.anyio, pytest.mark.timeout(900)]

FULL = bool(os.environ.get("NIGHTDESK_FAULTS"))
DOCUMENTS = 12
LOT = 24
BLOWS = 4
EVERY_S = 12.0
SHORT = "+++\nmax_tokens = 16\n+++\nWhat is this about?\n{{document}}"


async def test_a_killed_engine_costs_time_and_no_document(tmp_path: Path, model_path: Path) -> None:
    engine = EngineProcess(EngineSpec(model_path, rows=4, context=1024, threads=2))
    killed: list[int] = []

    def kill_once() -> None:
        if not killed:
            assert engine.state.pid is not None
            killed.append(engine.state.pid)
            os.kill(engine.state.pid, signal.SIGKILL)

    with Store.open(tmp_path / "n.db") as store:
        desk = Desk(store, tmp_path / "in", {"short": SHORT})
        desk.add(
            desk.add_folder("x", "short"), {f"{n}.txt": f"Note {n}: the heron eats fish." for n in range(DOCUMENTS)}
        )
        queue = Queue(store, engine.client, FileReader(), EventBus(), QueueOptions(width=4, lookahead=2))
        posted = queue._runner.delivered  # with the first result: the news of it may come when all is done
        queue._runner.delivered = lambda: (kill_once(), posted())  # type: ignore[assignment,func-returns-value]
        await engine.start()
        try:
            await queue.start()
            figures = await queue.run_until_drained()
        finally:
            await queue.stop()
            await engine.stop()
        assert killed
        assert figures is not None
        assert figures["recoveries"] >= 1
        assert desk.states() == {"done": DOCUMENTS}
        assert desk.all("SELECT count(*) FROM result") == [(DOCUMENTS,)]
        assert store.read_now(loose_ends) == []


@pytest.mark.skipif(not FULL, reason="takes minutes: run `make faults`")
async def test_an_engine_that_is_killed_again_and_again_and_wedged_once_does_everything_once(
    tmp_path: Path, model_path: Path
) -> None:
    patience = Patience(unanswered_s=10.0, first_backoff_s=0.1)
    engine = EngineProcess(EngineSpec(model_path, rows=8, context=1024, threads=2, patience=patience))
    blows: list[signal.Signals] = []
    added = 0

    async def torment() -> None:
        while len(blows) < BLOWS:
            await asyncio.sleep(EVERY_S)  # the clock is the point here
            blow = signal.SIGSTOP if len(blows) == 1 else signal.SIGKILL
            if engine.state.phase == "ready" and engine.state.pid is not None:
                os.kill(engine.state.pid, blow)
                blows.append(blow)

    async def feed(desk: Desk, queue: Queue, folder: int) -> None:
        """There is always something to do while the engine is tormented, however fast this machine is."""
        nonlocal added
        while len(blows) < BLOWS:
            if queue.progress.ready < LOT // 2:
                texts = {f"{added + n}.txt": f"Note {added + n}: the heron eats fish." for n in range(LOT)}
                desk.add(folder, texts)
                added += LOT
                queue.wake()
            await asyncio.sleep(0.25)

    with Store.open(tmp_path / "n.db") as store:
        desk = Desk(store, tmp_path / "in", {"short": SHORT})
        folder = desk.add_folder("x", "short")
        extractor = Extractor()
        queue = Queue(store, engine.client, extractor, EventBus(), QueueOptions(width=8, lookahead=4))
        await engine.start()
        try:
            await queue.start()
            await asyncio.gather(torment(), feed(desk, queue, folder))
            await queue.drained()
            restarts = engine.state.restarts
        finally:
            await queue.stop()
            await extractor.stop()
            await engine.stop()
        assert restarts >= BLOWS - 1, "a blow may hit an engine that is being started"
        assert desk.states() == {"done": added}
        assert desk.all("SELECT count(*), count(DISTINCT job_id) FROM result") == [(added, added)]
        assert store.read_now(loose_ends) == []
