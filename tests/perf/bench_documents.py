"""How fast documents are found, read and split; prints a table, changes nothing.

The work: small text files in folders of 500 for the scans, the samples for extraction, and prose of 450,000 tokens
(word and sign tokens) for splitting.
"""

from __future__ import annotations

import asyncio
import re
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import click

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from app.core.documents.extractor import Extractor
from app.core.documents.split import split
from app.core.failures import WorkFailed
from app.core.store.folders import add_folder, get_folder
from app.core.store.recipes import save_recipe
from app.core.store.store import Store
from app.core.watch.folder import FolderWatch
from app.core.watch.rules import Rules
from app.core.watch.scan import scan_once

SAMPLES = Path(__file__).resolve().parents[2] / "resources" / "samples"


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def make_files(folder: Path, count: int) -> None:
    for number in range(count):
        if number % 500 == 0:
            (folder / str(number // 500)).mkdir(parents=True)
        (folder / str(number // 500) / f"{number}.txt").write_text(f"Letter {number} from the harbour office.\n")


def scans(base: Path, count: int) -> tuple[float, float]:
    """Seconds for taking in ``count`` new files, and for the scan after it."""
    make_files(base / "inbox", count)
    with Store.open(base / "data" / "nightdesk.db") as store:
        store.write_now(lambda connection: save_recipe(connection, "summary", "0" * 64, "{{document}}"))
        folder = store.write_now(lambda connection: add_folder(connection, base / "inbox", "summary"))
        first = timed(lambda: asyncio.run(scan_once(store, folder)))
        row = store.read_now(lambda connection: get_folder(connection, folder))
        assert row is not None
        again = min(timed(FolderWatch(store, row, Rules(), 5.0).scan) for _ in range(3))
    return first, again


async def extraction(rounds: int) -> tuple[int, int, float]:
    """Documents read, characters of text, and seconds, over the samples."""
    extractor = Extractor()
    await extractor.start()
    paths = [path for path in sorted(SAMPLES.rglob("*")) if path.is_file()]
    began = time.perf_counter()
    characters = 0
    for path in paths * rounds:
        try:
            characters += len((await extractor.extract(path)).text)
        except WorkFailed:
            continue  # the broken samples cost their time as well
    seconds = time.perf_counter() - began
    await extractor.stop()
    return len(paths) * rounds, characters, seconds


def splitting(tokens: int, most: int) -> tuple[int, float, float]:
    """Tokens split, seconds, and how full the spans are."""
    prose = (SAMPLES / "interviews" / "interview-ropemaker.txt").read_text(encoding="utf-8")
    per_copy = len(re.findall(r" ?\w+|\s|[^\w\s]", prose))
    text = prose * (tokens // per_copy)
    offsets = [match.start() for match in re.finditer(r" ?\w+|\s|[^\w\s]", text)]
    spans = split(text, offsets, most)
    seconds = timed(lambda: split(text, offsets, most))
    return len(offsets), seconds, sum(span.tokens for span in spans[:-1]) / (most * (len(spans) - 1))


@click.command()
@click.option("--files", default=100_000, show_default=True, help="Files in the scanned folder.")
@click.option("--rounds", default=10, show_default=True, help="How often the samples are read.")
def main(files: int, rounds: int) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        first, again = scans(Path(name), files)
    read, characters, seconds = asyncio.run(extraction(rounds))
    tokens, split_s, fill = splitting(450_000, 1500)
    print(f"{'new files taken in':34}{files / first:12,.0f} files/s   {files:,} in {first:.1f} s")
    print(f"{'scan of known files':34}{files / again:12,.0f} files/s   {files:,} in {again:.2f} s")
    print(f"{'samples read, one child':34}{read / seconds:12,.0f} docs/s    {characters / 1e6:.1f} M characters")
    print(f"{'splitting at 1,500 tokens':34}{tokens / split_s:12,.0f} tokens/s  {fill:.0%} full")


if __name__ == "__main__":
    main()
