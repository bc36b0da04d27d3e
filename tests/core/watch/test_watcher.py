"""The watcher against reality: copies, moves, slow writers, atomic saves, folders that vanish, and silence."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import shutil
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from watch_place import Place, until

from app.core.events import Event, EventBus, JobsChanged, Notice
from app.core.store.folders import add_folder, remove_folder
from app.core.store.store import Store
from app.core.watch.hints import Hints
from app.core.watch.watcher import Watcher, WatchOptions

pytestmark = pytest.mark.anyio

BY_HINTS = WatchOptions(settle_s=0.2, rescan_s=3600.0, check_s=0.2)
BY_SCANS = WatchOptions(settle_s=0.2, rescan_s=0.3, check_s=0.2, hints=False)


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@contextlib.asynccontextmanager
async def watching(place: Place, options: WatchOptions, events: EventBus | None = None) -> AsyncIterator[Watcher]:
    """A watcher that has looked at everything once."""
    watcher = Watcher(place.store, events or EventBus(), options)
    await watcher.start()
    try:
        await until(lambda: all(_settled(place, folder) for folder in place.folders))
        yield watcher
    finally:
        await watcher.stop()


def _settled(place: Place, folder: int) -> bool:
    row = place.store.read_now(
        lambda connection: connection.execute("SELECT scanned_at, state FROM folder WHERE id = ?", (folder,)).fetchone()
    )
    return row[0] is not None or row[1] != "active"


def on_disk(place: Place) -> dict[str, str]:
    return {
        path.relative_to(place.root).as_posix(): sha(path.read_bytes())
        for path in place.inbox.rglob("*")
        if path.is_file() and not path.name.startswith(".")
    }


async def in_step(place: Place) -> None:
    """Wait until the store has exactly what lies on the disk; then nothing may be missing, doubled or partial."""
    disk = on_disk(place)
    await until(lambda: place.documents() == disk)
    assert len(place.hashes()) == len(set(place.hashes()))
    assert set(disk.values()) <= set(place.hashes())


@pytest.mark.parametrize("options", [BY_HINTS, BY_SCANS], ids=["hints only", "no events at all"])
async def test_a_thousand_copied_files_become_a_thousand_documents(
    place: Place, tmp_path: Path, options: WatchOptions
) -> None:
    source = tmp_path / "source"
    for number in range(1000):
        folder = source / f"box {number % 10}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{number}.txt").write_text(f"letter number {number}")
    place.add(place.inbox)
    async with watching(place, options):
        await asyncio.to_thread(shutil.copytree, source, place.inbox / "copied")
        await in_step(place)
    assert len(place.hashes()) == 1000


async def test_a_tree_that_is_moved_in_is_found_whole(place: Place, tmp_path: Path) -> None:
    """A move of a folder is one event about the folder and none about its files."""
    tree = tmp_path / "tree" / "a" / "b"
    tree.mkdir(parents=True)
    for number in range(50):
        (tree / f"{number}.txt").write_text(f"page {number}")
    place.add(place.inbox)
    async with watching(place, BY_HINTS):
        (tmp_path / "tree").rename(place.inbox / "tree")
        await in_step(place)
        (place.inbox / "tree" / "a").rename(place.inbox / "moved")
        await in_step(place)
        (place.inbox / "moved").rename(tmp_path / "away")
        await in_step(place)
    assert len(place.hashes()) == 50
    assert place.documents() == {}


async def test_a_writer_that_keeps_the_file_open_is_waited_for(place: Place) -> None:
    place.add(place.inbox)
    async with watching(place, BY_HINTS):
        with (place.inbox / "slow.txt").open("wb", buffering=0) as file:
            for _ in range(6):
                file.write(b"another line of the log\n")
                await asyncio.sleep(0.25)  # longer than the settle time: only the lease can tell
            assert place.hashes() == []
        await in_step(place)
    assert place.hashes() == [sha(b"another line of the log\n" * 6)]


async def test_a_writer_that_opens_appends_and_closes_is_waited_for(place: Place) -> None:
    place.add(place.inbox)
    options = WatchOptions(settle_s=3.0, rescan_s=0.3, check_s=0.2)  # far longer than a busy machine holds us up
    async with watching(place, options):
        for _ in range(5):
            with (place.inbox / "log.txt").open("ab") as file:
                file.write(b"one more line\n")
            await asyncio.sleep(0.1)
        await in_step(place)
    assert place.hashes() == [sha(b"one more line\n" * 5)]


async def test_atomic_saves_never_show_a_half_file(place: Place) -> None:
    place.add(place.inbox)
    versions = [f"version {number} ".encode() * 500 for number in range(20)]
    async with watching(place, BY_HINTS):
        for version in versions:
            hidden = place.inbox / ".letter.txt.swp"
            hidden.write_bytes(version)
            hidden.replace(place.inbox / "letter.txt")
            await asyncio.sleep(0.03)
        await in_step(place)
    assert set(place.hashes()) <= {sha(version) for version in versions}
    assert place.documents() == {"inbox/letter.txt": sha(versions[-1])}


async def test_a_download_is_taken_under_its_final_name_only(place: Place) -> None:
    place.add(place.inbox)
    async with watching(place, BY_HINTS):
        part = place.inbox / "report.pdf.crdownload"
        part.write_bytes(b"half")
        await asyncio.sleep(0.5)
        part.write_bytes(b"%PDF-1.4 whole")
        part.rename(place.inbox / "report.pdf")
        await until(lambda: place.documents() == {"inbox/report.pdf": sha(b"%PDF-1.4 whole")})
    assert place.hashes() == [sha(b"%PDF-1.4 whole")]


async def test_a_root_that_is_deleted_and_made_again_is_watched_again(place: Place) -> None:
    place.add(place.inbox)
    async with watching(place, BY_HINTS):
        (place.inbox / "old.txt").write_text("old")
        await in_step(place)
        shutil.rmtree(place.inbox)
        place.inbox.mkdir()
        (place.inbox / "at once.txt").write_text("written before anybody looked")
        await in_step(place)
        (place.inbox / "later.txt").write_text("written when it was watched again")
        await in_step(place)
    assert len(place.hashes()) == 3


async def test_a_folder_that_goes_away_is_a_state_with_a_sentence_and_comes_back(place: Place) -> None:
    folder = place.add(place.inbox)
    events: list[Event] = []
    bus = EventBus()
    bus.subscribe(events.append)
    async with watching(place, BY_HINTS, bus):
        (place.inbox / "a.txt").write_text("kept")
        await in_step(place)
        place.inbox.rename(place.root / "unplugged")
        await until(lambda: place.folder_state(folder)[0] == "missing")
        assert "inbox is not there" in str(place.folder_state(folder)[1])
        assert set(place.documents()) == {"inbox/a.txt"}, "a folder that is away must not empty the store"
        (place.root / "unplugged" / "b.txt").write_text("written while away")
        (place.root / "unplugged").rename(place.inbox)
        await in_step(place)
        assert place.folder_state(folder) == ("active", None)
    notices = [event.text for event in events if isinstance(event, Notice)]
    assert len(notices) == 2
    assert any(isinstance(event, JobsChanged) for event in events)


async def test_a_folder_that_is_missing_at_the_start_is_watched_when_it_appears(place: Place) -> None:
    folder = place.add(place.root / "stick")
    place.inbox = place.root / "stick"
    async with watching(place, BY_HINTS):
        assert place.folder_state(folder)[0] == "missing"
        place.inbox.mkdir()
        (place.inbox / "a.txt").write_text("from the stick")
        await in_step(place)


async def test_several_folders_are_watched_and_one_can_be_added_and_removed(place: Place) -> None:
    second = place.root / "second"
    second.mkdir()
    place.add(place.inbox)
    async with watching(place, BY_HINTS) as watcher:
        (second / "before.txt").write_text("there before the folder was added")
        added = place.add(second)
        await watcher.add(added)
        (place.inbox / "a.txt").write_text("in the first")
        await until(lambda: len(place.documents()) == 2)
        await watcher.remove(added)
        (second / "after.txt").write_text("nobody looks")
        (place.inbox / "b.txt").write_text("in the first again")
        await until(lambda: len(place.documents()) == 3)
        assert "second/after.txt" not in place.documents("settling") | place.documents()


async def test_what_another_process_binds_or_takes_away_is_followed(place: Place, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    place.add(place.inbox)
    async with watching(place, BY_HINTS):
        with Store.open(place.store.path, owner=False) as guest:
            second = guest.write_now(lambda db: add_folder(db, other, "summary", include=["*.md"]))
            (other / "a.md").write_text("a note")
            (other / "b.txt").write_text("no note")
            await until(lambda: set(place.documents()) == {"other/a.md"})
            guest.write_now(lambda db: add_folder(db, other, "summary"))
            await until(lambda: set(place.documents()) == {"other/a.md", "other/b.txt"})
            guest.write_now(lambda db: remove_folder(db, second))
            (place.inbox / "c.txt").write_text("a letter")
            await until(lambda: "inbox/c.txt" in place.documents())
            (other / "d.md").write_text("too late")
            (place.inbox / "e.txt").write_text("another letter")
            await until(lambda: "inbox/e.txt" in place.documents())
    assert "other/d.md" not in place.documents()


async def test_a_subfolder_that_cannot_be_read_is_told_once(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    (place.inbox / "locked").mkdir()
    listing, tries = os.scandir, []

    def refuse(path: bytes) -> object:
        if os.fsencode(path).endswith(b"locked"):
            tries.append(path)
            raise PermissionError(13, "Permission denied")
        return listing(path)

    monkeypatch.setattr(os, "scandir", refuse)
    events, told = EventBus(), []
    events.subscribe(lambda event: told.append(event.text) if isinstance(event, Notice) else None)
    place.add(place.inbox)
    async with watching(place, BY_SCANS, events):
        await until(lambda: len(tries) > 2)
    assert told == [f"{place.inbox / 'locked'} cannot be read: Permission denied."]


async def test_a_network_folder_is_found_by_scans_alone(place: Place) -> None:
    place.add(place.inbox, network=True)
    async with watching(place, WatchOptions(settle_s=0.1, rescan_s=0.3, check_s=0.2)):
        assert not [one for one in threading.enumerate() if "notify" in type(one).__name__.lower()]
        (place.inbox / "a.txt").write_text("on the share")
        await in_step(place)


async def test_what_changed_while_nobody_watched_is_found_at_the_next_start(place: Place) -> None:
    place.add(place.inbox)
    (place.inbox / "stays.txt").write_text("stays")
    (place.inbox / "goes.txt").write_text("goes")
    async with watching(place, BY_HINTS):
        await in_step(place)
    (place.inbox / "goes.txt").unlink()
    (place.inbox / "comes.txt").write_text("comes")
    async with watching(place, BY_HINTS):
        await in_step(place)
    assert set(place.documents("gone")) == {"inbox/goes.txt"}


async def test_asking_for_a_rescan_finds_what_no_event_told(place: Place) -> None:
    place.add(place.inbox)
    async with watching(place, WatchOptions(settle_s=0.1, rescan_s=3600.0, hints=False)) as watcher:
        (place.inbox / "a.txt").write_text("after waking up")
        watcher.rescan()
        await in_step(place)


async def hinted_until(hints: Hints, path: Path) -> set[bytes]:
    """Every path hinted at until ``path`` is among them."""
    taken: set[bytes] = set()

    def arrived() -> bool:
        taken.update(hints.taken())
        return os.fsencode(path) in taken

    await until(arrived)
    return taken


async def test_our_own_reading_gives_no_hints(place: Place) -> None:
    """Hints about the reads we make ourselves would keep the watcher busy for ever."""
    (place.inbox / "a.txt").write_text("quiet")
    hints = await asyncio.to_thread(Hints, place.inbox, True, lambda: None)
    (place.inbox / "a.txt").read_text()
    (place.inbox / "b.txt").write_text("loud")
    assert os.fsencode(place.inbox / "a.txt") not in await hinted_until(hints, place.inbox / "b.txt")
    await asyncio.to_thread(hints.stop)


async def test_hints_know_when_they_are_dead(place: Place) -> None:
    hints = await asyncio.to_thread(Hints, place.inbox, True, lambda: None)
    assert hints.alive()
    place.inbox.rename(place.root / "elsewhere")
    assert not hints.alive()
    place.inbox.mkdir()
    assert not hints.alive(), "another folder of the same name is not the one that is watched"
    await asyncio.to_thread(hints.stop)


async def test_a_waker_that_fails_does_not_end_the_hints(place: Place) -> None:
    def closed() -> None:
        raise RuntimeError("Event loop is closed")

    hints = await asyncio.to_thread(Hints, place.inbox, True, closed)
    for name in ("a.txt", "b.txt"):
        (place.inbox / name).write_text("x")
        await hinted_until(hints, place.inbox / name)
    assert hints.alive()
    await asyncio.to_thread(hints.stop)
