"""What the queue itself costs: documents per second with an engine that takes no time, and the pages of a large table.

Run with `python tests/perf/bench_queue.py [--documents N] [--jobs N]`; prints one JSON object.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import platform
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "core" / "queue")]

from desk import PLAIN, FileReader, Messages, ScriptedEngine  # noqa: E402

from app.core.documents.extractor import Extractor  # noqa: E402
from app.core.events import EventBus  # noqa: E402
from app.core.queue import moves  # noqa: E402
from app.core.queue.claim import Turns, claim  # noqa: E402
from app.core.queue.moves import Answer  # noqa: E402
from app.core.queue.queue import Queue, QueueOptions  # noqa: E402
from app.core.recipes.parse import parse_recipe  # noqa: E402
from app.core.recipes.shelf import record_recipe  # noqa: E402
from app.core.store.documents import save_blob, save_document  # noqa: E402
from app.core.store.folders import add_folder  # noqa: E402
from app.core.store.jobs import count_jobs, list_jobs  # noqa: E402
from app.core.store.results import list_results, search_results  # noqa: E402
from app.core.store.sqlite import Connection, sqlite3  # noqa: E402
from app.core.store.store import Store  # noqa: E402
from app.core.watch.scan import scan_once  # noqa: E402
from engines.client import ChatSampling, Completion  # noqa: E402
from engines.process import EngineProcess, EngineSpec  # noqa: E402
from engines.request import Priority  # noqa: E402

MODEL = ROOT / "resources" / "models" / "SmolLM2-135M-Instruct.Q4_1.gguf"
SAMPLES = ROOT / "resources" / "samples"
SUMMARY = "+++\nmax_tokens = 48\n+++\nSay in one sentence what this document is about.\n\n{{document}}"
ROWS = 8
ANSWER = Answer("a short answer about herons and rivers " * 4, None, "model", "", "stop", 200, 50, 40, 0.1, 1.0)
COMPLETION = Completion("a short answer about a heron", "stop", 100, 4, 10, 0.01, 0.02, 100.0, "instant")


class Instant(ScriptedEngine):
    """An engine that takes no time and remembers nothing: the tests' own one looks through all it was ever asked."""

    async def complete(self, messages: Messages, *, sampling: ChatSampling, priority: Priority) -> Completion:
        return COMPLETION


def new_folder(conn: Connection, path: Path, recipe: str = PLAIN) -> int:
    """A folder with a recipe."""
    record_recipe(conn, parse_recipe("plain", recipe))
    return add_folder(conn, path, "plain")


def whole_path(root: Path, documents: int, *, extractor: bool) -> dict[str, float]:
    """Files on disk to results in the table: scanned, claimed, read, asked (in no time), committed, indexed.

    With ``extractor`` the texts are read in Nightdesk's child process, else by the tests' reader.
    """
    files = root / f"files {extractor}"
    files.mkdir()
    for n in range(documents):
        (files / f"{n}.txt").write_text(f"document {n}: a heron stands in the river. " * 8, encoding="utf-8")

    async def work_off(store: Store) -> float:
        engine = Instant(context=4096)
        reader = Extractor() if extractor else None
        if reader is not None:
            await reader.start()  # as the service does while the engine loads

        async def source() -> ScriptedEngine:
            return engine

        queue = Queue(store, source, reader or FileReader(), EventBus(), QueueOptions(width=64, lookahead=64))
        folder = await store.write(lambda conn: new_folder(conn, files))
        await scan_once(store, folder)
        scanned = time.perf_counter()
        await queue.start()
        await queue.drained()
        await queue.stop()
        if reader is not None:
            await reader.stop()
        return scanned

    with Store.open(root / f"path {extractor}.db") as store:
        began = time.perf_counter()
        scanned = asyncio.run(work_off(store))
        done = time.perf_counter()
        assert store.read_now(count_jobs) == {"done": documents}
    return {
        "scanned_per_s": round(documents / (scanned - began)),
        "worked_off_per_s": round(documents / (done - scanned)),
        "end_to_end_per_s": round(documents / (done - began)),
    }


async def real_run(root: Path, copies: int) -> dict[str, Any]:
    """The samples, several times over, with the real engine and reader: what the queue costs, how full the batch is.

    ``rows_used`` is the share of slots held until the last request began: rows that wait for a document to be read are
    not used. ``queue_share`` is the time that the queue takes for so many documents with an engine that takes none.
    """
    files = root / "samples"
    for copy in range(copies):
        for path in sorted(SAMPLES.rglob("*.*")):
            target = files / str(copy) / path.relative_to(SAMPLES)
            target.parent.mkdir(parents=True, exist_ok=True)
            data = path.read_bytes()
            target.write_bytes(data + b"\n" * copy if path.suffix in (".txt", ".md", ".csv", ".eml") else data)
    engine = EngineProcess(EngineSpec(MODEL, rows=ROWS))
    reader = Extractor()
    with Store.open(root / "real.db") as store:
        queue = Queue(store, engine.client, reader, EventBus(), QueueOptions(width=ROWS))
        await engine.start()
        await engine.client()
        await reader.start()
        folder = await store.write(lambda conn: new_folder(conn, files, SUMMARY))
        cpu, began = time.process_time(), time.perf_counter()
        await scan_once(store, folder)
        await queue.start()
        figures = await queue.run_until_drained()
        wall_s, cpu_s = time.perf_counter() - began, time.process_time() - cpu
        await queue.stop()
        await reader.stop()
        await engine.stop()
    assert figures is not None
    return {
        "documents": figures["done"] + figures["failed"],
        "parts": figures["parts"],
        "wall_s": round(wall_s, 1),
        "rows_used": figures["rows_used"],
        "app_cpu_share": round(cpu_s / wall_s, 4),
    }


def fill(store: Store, root: Path, jobs: int) -> None:
    """Many documents that are ready, without files."""

    def add(conn: Connection) -> None:
        folder = new_folder(conn, root)
        for n in range(jobs):
            save_blob(conn, f"{n:064x}", 100)
            save_document(conn, folder, root / f"{n}.txt", state="ready", sha256=f"{n:064x}")
        conn.execute(
            "INSERT INTO job (recipe_id, sha256, folder_id, created_at) SELECT 1, sha256, ?, 1.0 FROM blob", (folder,)
        )

    store.write_now(add)


def claim_and_commit(store: Store, documents: int, group: int) -> int:
    """Claims and commits per second on a large table; ``group`` documents share a transaction."""
    turns = Turns(10**9)

    def one_group(conn: Connection) -> None:
        for one in claim(conn, turns, None, group, 5.0):
            moves.finish(conn, one, ANSWER, 6.0)

    began = time.perf_counter()
    for _ in range(documents // group):
        store.write_now(one_group)
    return round(documents / (time.perf_counter() - began))


def milliseconds(store: Store, work: Callable[[Connection], Any]) -> float:
    """The median time of a read."""
    times = []
    for _ in range(15):
        began = time.perf_counter()
        store.read_now(work)
        times.append(time.perf_counter() - began)
    return round(median(times) * 1000, 2)


def large_table(root: Path, jobs: int) -> dict[str, float]:
    """Pages, counts and searches over many jobs, half of them done."""
    with Store.open(root / "large.db") as store:
        fill(store, root, jobs)
        figures: dict[str, float] = {
            "claim_commit_one_by_one_per_s": claim_and_commit(store, min(2000, jobs // 10), 1),
            "claim_commit_in_32s_per_s": claim_and_commit(store, jobs // 2, 32),
        }
        middle = jobs // 4
        reads: dict[str, Callable[[Connection], Any]] = {
            "first_page_of_100_ms": lambda conn: list_jobs(conn),
            "page_in_the_middle_ms": lambda conn: list_jobs(conn, after=middle),
            "newest_page_of_ready_ms": lambda conn: list_jobs(conn, states=["ready"], newest_first=True),
            "counts_ms": lambda conn: count_jobs(conn),
            "page_of_results_ms": lambda conn: list_results(conn, recipe_name="plain", after=middle),
            "search_of_a_common_word_ms": lambda conn: search_results(conn, "heron"),
        }
        figures |= {name: milliseconds(store, work) for name, work in reads.items()}
        figures["megabytes"] = round(store.path.stat().st_size / 1e6)
    return figures


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=5000)
    parser.add_argument("--jobs", type=int, default=100_000)
    parser.add_argument("--copies", type=int, default=2, help="of the samples, for the real run; 0 leaves it out")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="nightdesk-bench-") as name:
        figures: dict[str, Any] = {
            "machine": f"{platform.machine()}, {platform.system()}, SQLite {sqlite3.sqlite_version}",
            "zero_time_engine": whole_path(Path(name), arguments.documents, extractor=False),
            "zero_time_engine_with_extraction": whole_path(Path(name), arguments.documents, extractor=True),
            f"{arguments.jobs}_jobs": large_table(Path(name), arguments.jobs),
        }
        if arguments.copies and MODEL.exists():
            real = asyncio.run(real_run(Path(name), arguments.copies))
            per_s = figures["zero_time_engine_with_extraction"]["end_to_end_per_s"]
            real["queue_share"] = round(real["documents"] / per_s / real["wall_s"], 4)
            figures["real_run"] = real
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
