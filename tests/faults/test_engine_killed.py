"""The real engine process killed in the middle of a run: every document is done, and exactly once."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "core" / "queue"))

from desk import Desk, FileReader, loose_ends

from app.core.events import Event, EventBus, ResultsChanged
from app.core.queue.queue import Queue, QueueOptions
from app.core.store.store import Store
from engines.process import EngineProcess, EngineSpec

pytestmark = [pytest.mark.faults, pytest.mark.anyio, pytest.mark.timeout(200)]

DOCUMENTS = 12


async def test_a_killed_engine_costs_time_and_no_document(tmp_path: Path, model_path: Path) -> None:
    engine = EngineProcess(EngineSpec(model_path, rows=4, context=1024, threads=2))
    killed: list[int] = []

    def kill_once(event: Event) -> None:
        if isinstance(event, ResultsChanged) and not killed:
            assert engine.state.pid is not None
            killed.append(engine.state.pid)
            os.kill(engine.state.pid, signal.SIGKILL)

    events = EventBus()
    events.subscribe(kill_once)
    with Store.open(tmp_path / "n.db") as store:
        desk = Desk(store, tmp_path / "in", {"short": "+++\nmax_tokens = 16\n+++\nWhat is this about?\n{{document}}"})
        desk.add(
            desk.add_folder("x", "short"), {f"{n}.txt": f"Note {n}: the heron eats fish." for n in range(DOCUMENTS)}
        )
        queue = Queue(store, engine.client, FileReader(), events, QueueOptions(width=4, lookahead=2))
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
