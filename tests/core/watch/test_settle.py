"""Settling: a file is taken after it has stood still, and only if it is then what it was."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest
from watch_place import Place

from app.core.store.folders import get_folder
from app.core.watch import settle
from app.core.watch.folder import FolderWatch
from app.core.watch.rules import Rules
from app.core.watch.settle import hash_still
from app.core.watch.walk import fingerprint


class Clock:
    """A monotonic clock that goes when it is told to."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def age(path: Path) -> None:
    """Let the file be a minute old."""
    status = path.stat()
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns - 60_000_000_000))


def test_a_file_is_taken_five_seconds_after_its_last_change_and_not_before(place: Place) -> None:
    folder = place.add(place.inbox)
    row = place.store.read_now(lambda connection: get_folder(connection, folder))
    assert row is not None
    clock = Clock()
    watch = FolderWatch(place.store, row, Rules(), 5.0, clock)
    path = place.inbox / "log.txt"
    path.write_text("one")
    age(path)
    watch.scan()
    assert place.documents("settling").keys() == {"inbox/log.txt"}
    clock.now += 4.9
    assert watch.settle().new == 0
    path.write_text("one two")
    age(path)
    clock.now += 4.9
    watch.settle()
    clock.now += 4.9
    assert watch.settle().new == 0, "the change has started the wait again"
    clock.now += 0.2
    assert watch.settle().new == 1
    assert place.hashes() == [hashlib.sha256(b"one two").hexdigest()]


def looks(path: Path) -> tuple[int, int, int, int]:
    return fingerprint(path.lstat())


def test_a_file_of_this_very_tick_of_the_clock_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.txt"
    path.write_text("same size")
    written = path.stat().st_mtime_ns
    monkeypatch.setattr(settle.time, "time_ns", lambda: written + 2_000_000)
    assert hash_still(os.fsencode(path), looks(path)) is None
    monkeypatch.setattr(settle.time, "time_ns", lambda: written + 50_000_000)
    assert hash_still(os.fsencode(path), looks(path)) == hashlib.sha256(b"same size").hexdigest()


@pytest.mark.parametrize("change", ["replaced", "appended", "reopened"])
def test_a_file_that_changes_while_it_is_hashed_is_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    path = tmp_path / "a.txt"
    path.write_text("before")
    age(path)
    digest = settle._digest
    writers = []

    def interrupted(descriptor: int) -> str:
        found = digest(descriptor)
        if change == "replaced":
            (tmp_path / "b.txt").write_text("after")
            (tmp_path / "b.txt").replace(path)
        elif change == "appended":
            with path.open("a") as file:
                file.write(" and after")
        else:
            writers.append(path.open("a"))
        return found

    monkeypatch.setattr(settle, "_digest", interrupted)
    taken = hash_still(os.fsencode(path), looks(path))
    for writer in writers:
        writer.close()
    assert taken is None


def test_a_writer_never_waits_for_our_lease(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.txt"
    path.write_text("before")
    age(path)

    def write_meanwhile(descriptor: int) -> str:
        os.close(os.open(path, os.O_WRONLY | os.O_NONBLOCK))  # raises BlockingIOError where a lease is in the way
        return "digest"

    monkeypatch.setattr(settle, "_digest", write_meanwhile)
    assert hash_still(os.fsencode(path), looks(path)) == "digest"
