"""More files at once than the system's queue of events can hold."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from watch_place import Place, until

from app.core.events import EventBus
from app.core.watch.hints import Hints
from app.core.watch.watcher import Watcher, WatchOptions

pytestmark = pytest.mark.anyio

QUEUE_LIMIT = Path("/proc/sys/fs/inotify/max_queued_events")
QUICK = WatchOptions(settle_s=0.2, rescan_s=1.0, check_s=0.2)


@pytest.fixture
def small_queue() -> Iterator[None]:
    """A system that forgets after eight events; skipped with the reason where it cannot be told to."""
    try:
        before = QUEUE_LIMIT.read_text()
        QUEUE_LIMIT.write_text("8")
    except OSError as error:
        pytest.skip(f"the event queue's length cannot be set here ({error.strerror})")
    yield
    QUEUE_LIMIT.write_text(before)


@contextlib.asynccontextmanager
async def watching(place: Place) -> AsyncIterator[None]:
    watcher = Watcher(place.store, EventBus(), QUICK)
    place.add(place.inbox)
    await watcher.start()
    try:
        yield
    finally:
        await watcher.stop()


def letters(folder: Path, count: int) -> Path:
    for number in range(count):
        box = folder / f"box {number % 10}"
        box.mkdir(parents=True, exist_ok=True)
        (box / f"{number}.txt").write_text(f"letter number {number}")
    return folder


async def copied(source: Path, target: Path) -> None:
    """By another process, as fast as the disk takes it."""
    await asyncio.to_thread(subprocess.run, ["cp", "-r", source, target], check=True)


async def test_five_thousand_copied_files_become_five_thousand_documents(place: Place, tmp_path: Path) -> None:
    source = letters(tmp_path / "source", 5000)
    async with watching(place):
        await copied(source, place.inbox / "copied")
        await until(lambda: len(place.hashes()) >= 5000)
    assert len(place.documents()) == len(set(place.hashes())) == len(place.hashes()) == 5000


async def test_when_the_systems_queue_overflows_the_scan_finds_the_rest(
    place: Place, tmp_path: Path, small_queue: None
) -> None:
    source = letters(tmp_path / "source", 1500)
    hints = Hints(place.inbox, True, lambda: None)
    try:
        async with watching(place):
            await copied(source, place.inbox / "copied")
            await until(lambda: len(place.hashes()) >= 1500)
        told = {path for path in hints.taken() if path.endswith(b".txt")}
    finally:
        await asyncio.to_thread(hints.stop)
    assert len(place.documents()) == len(set(place.hashes())) == len(place.hashes()) == 1500
    if len(told) == 1500:
        pytest.skip("this machine took every event in time, so this has shown nothing")
