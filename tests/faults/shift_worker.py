"""Works documents off in a process of its own, which a test then stops, kills or cuts from its disk.

Prints ``committed N`` after each result that is in the database, and one JSON line at the end.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "core" / "queue")]

from desk import Desk, FileReader, ScriptedEngine  # noqa: E402

from app.core.events import EventBus  # noqa: E402
from app.core.queue.queue import Queue, QueueOptions  # noqa: E402
from app.core.store.store import Store  # noqa: E402


async def work_off(store: Store, engine: ScriptedEngine, stop_at: int) -> None:
    """The whole queue; each commit is told as soon as it is acknowledged. Stands still after ``stop_at`` of them."""
    committed = 0

    def tell() -> None:
        nonlocal committed
        committed += 1
        print(f"committed {committed}", flush=True)
        if committed == stop_at:
            os.kill(os.getpid(), signal.SIGSTOP)

    async def source() -> ScriptedEngine:
        return engine

    queue = Queue(store, source, FileReader(), EventBus(), QueueOptions(width=4, lookahead=4))
    posted = queue._runner.delivered
    queue._runner.delivered = lambda: (tell(), posted())  # type: ignore[assignment,func-returns-value]
    await queue.start()
    await queue.drained()
    await queue.stop()


def main() -> None:
    """Make the documents where there are none yet, then work."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--documents", type=int, default=200)
    parser.add_argument("--answer-s", type=float, default=0.005)
    parser.add_argument("--stop-at", type=int, default=0, help="stop this process after so many results")
    parser.add_argument("--careless", action="store_true", help="the planted bug: commits are not synced")
    arguments = parser.parse_args()

    async def script(prompt: str, _: int) -> str:
        await asyncio.sleep(arguments.answer_s)
        return f"an answer of {len(prompt)} characters"

    engine = ScriptedEngine(script)
    with Store.open(arguments.folder / "n.db") as store:
        if arguments.careless:
            store._writer._connection.execute("PRAGMA synchronous = OFF")
        desk = Desk(store, arguments.folder / "in")
        if not desk.all("SELECT 1 FROM folder"):
            folder_id = desk.add_folder("x")
            desk.add(folder_id, {f"{n}.txt": f"document number {n}" for n in range(arguments.documents)})
            store.write_now(lambda _: None)
            os.sync()  # the documents themselves were there long before the power was cut
        print("queued", flush=True)
        asyncio.run(work_off(store, engine, arguments.stop_at))
    print(json.dumps({"asked": len(engine.asked), "different": len(set(engine.asked))}), flush=True)


if __name__ == "__main__":
    main()
