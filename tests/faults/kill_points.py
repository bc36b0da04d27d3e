"""Kills a process at every SQL statement of the document path, reopens the database, and looks for what was lost.

A program of its own, because it forks: once per statement, from a process without threads.
Prints one JSON line: how many points there were, and what was wrong at which of them.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "core" / "queue")]

from desk import Desk, FileReader, ScriptedEngine, loose_ends  # noqa: E402

from app.core.events import EventBus  # noqa: E402
from app.core.queue import moves  # noqa: E402
from app.core.queue.queue import Queue, QueueOptions  # noqa: E402
from app.core.store import opening  # noqa: E402
from app.core.store.connect import connect_writer  # noqa: E402
from app.core.store.sqlite import Connection  # noqa: E402
from app.core.store.store import Store  # noqa: E402

SHORT = {"a.txt": "one", "b.txt": "two", "c.txt": "one"}
LONG = {"long.txt": "Sentence of a long document. " * 60}
MOST_POINTS = 3000


class Countdown:
    """Kills this very process when the last statement begins."""

    def __init__(self, statements: int) -> None:
        self.left = statements

    def __call__(self, _: str) -> None:
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


def plant_two_transactions() -> None:
    """The bug this test must be able to find: the job is done in one transaction, its result comes in the next."""
    insert = moves._insert_result

    def late(conn: Connection, *rest: object) -> int:
        for statement in ("COMMIT", "BEGIN IMMEDIATE", "SAVEPOINT piece"):
            conn.execute(statement)
        return insert(conn, *rest)  # type: ignore[arg-type]

    moves._insert_result = late


async def work_off(store: Store, engine: ScriptedEngine, on_result: Callable[[], None]) -> None:
    """The whole queue until nothing is left."""

    async def source() -> ScriptedEngine:
        return engine

    queue = Queue(store, source, FileReader(), EventBus(), QueueOptions(width=2, lookahead=1, first_backoff_s=0.01))
    posted = queue._runner.delivered
    queue._runner.delivered = lambda: (on_result(), posted())  # type: ignore[assignment,func-returns-value]
    await queue.start()
    await queue.drained()
    await queue.stop()


def first_life(folder: Path, statements: int) -> None:
    """Everything from an empty folder on, with death at the given statement."""
    countdown = Countdown(statements)

    def connect(path: Path) -> Connection:
        connection = connect_writer(path)
        connection.set_trace_callback(countdown)
        return connection

    opening.connect_writer = connect
    acknowledged = os.open(folder / "acknowledged", os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    with Store.open(folder / "n.db") as store:
        desk = Desk(store, folder / "in")
        folder_id = desk.add_folder("x", output=folder / "out")
        desk.add(folder_id, SHORT)
        desk.add(folder_id, LONG)
        asyncio.run(work_off(store, ScriptedEngine(), lambda: os.write(acknowledged, b".") and None))


def second_life(folder: Path) -> list[str]:
    """Start again after the death; what is wrong, or nothing."""
    with Store.open(folder / "n.db") as store:
        found = store.read_now(loose_ends)
        if store.notice:
            found.append(store.notice)
        acknowledged = (folder / "acknowledged").stat().st_size if (folder / "acknowledged").exists() else 0
        desk = Desk(store, folder / "in")
        had = {row[0] for row in desk.all("SELECT job_id FROM result WHERE kind = 'document'")}
        if len(had) < acknowledged:
            found.append(f"{acknowledged} results were acknowledged, {len(had)} are there")
        before = desk.all("SELECT job_id, created_at FROM result")
        documents = desk.all("SELECT DISTINCT sha256 FROM document")
        engine = ScriptedEngine()
        asyncio.run(work_off(store, engine, lambda: None))
        found += store.read_now(loose_ends)
        if desk.states().keys() - {"done"} or sum(desk.states().values()) != len(documents):
            found.append(f"not everything is done: {desk.states()} of {len(documents)}")
        if set(before) - set(desk.all("SELECT job_id, created_at FROM result")):
            found.append("a result was written twice")
        if len(engine.asked) != len(set(engine.asked)):
            found.append("the engine was asked twice for the same")
        files = list((folder / "out").glob("*.md")) if (folder / "out").exists() else []
        if len(files) != len(documents):
            found.append(f"{len(files)} files for {len(documents)} documents")
    return found


def forked(work: Callable[[], object]) -> int:
    """Run ``work`` in a child; how it ended, as ``os.waitpid`` says."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work()
            code = 0
        except BaseException:  # noqa: BLE001 - a forked child must never return into the loop of its parent
            traceback.print_exc()
        finally:
            os._exit(code)
    return os.waitpid(child, 0)[1]


def one_point(statements: int) -> tuple[bool, list[str]]:
    """Whether the process was killed at this statement, and what was wrong afterwards."""
    with tempfile.TemporaryDirectory(prefix="nightdesk-kill-") as name:
        folder = Path(name)
        (folder / "in").mkdir()
        status = forked(lambda: first_life(folder, statements))
        if os.WIFEXITED(status) and os.WEXITSTATUS(status):
            return True, ["the first life ended with an error"]
        report = folder / "report.json"
        again = forked(lambda: report.write_text(json.dumps(second_life(folder))))
        found = ["the second life ended with an error"] if again else json.loads(report.read_text())
        return os.WIFSIGNALED(status), found


def main() -> None:
    """Try every point, or every so many-th, until a life is long enough to end by itself."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--planted-bug", action="store_true")
    parser.add_argument("--step", type=int, default=1)
    parser.add_argument("--from", type=int, default=1, dest="first")
    arguments = parser.parse_args()
    if arguments.planted_bug:
        plant_two_transactions()
    wrong: dict[int, list[str]] = {}
    points = 0
    for statements in range(arguments.first, MOST_POINTS, arguments.step):
        killed, found = one_point(statements)
        if found:
            wrong[statements] = found
        if not killed:
            break
        points += 1
    print(json.dumps({"points": points, "last": statements, "wrong": wrong}))


if __name__ == "__main__":
    main()
