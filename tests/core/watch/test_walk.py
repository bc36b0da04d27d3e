"""The tree as every system lists it: drives, separators, entries that cannot be read, listings without inodes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from watch_place import Place

from app.core.store.folders import get_folder
from app.core.watch import settle
from app.core.watch.folder import FolderWatch
from app.core.watch.rules import Rules
from app.core.watch.scan import scan_once
from app.core.watch.walk import fingerprint, inside, relative_to


def watch_of(place: Place, **options: object) -> FolderWatch:
    folder = place.add(place.inbox, **options)
    row = place.store.read_now(lambda connection: get_folder(connection, folder))
    assert row is not None
    return FolderWatch(place.store, row, Rules(), 0.0)


@pytest.mark.parametrize("name", [".git", "@eaDir", "lost+found"])
def test_a_hint_at_a_folder_that_no_scan_enters_takes_nothing_from_it(place: Place, name: str) -> None:
    """This is what `git clone` into a watched folder tells of."""
    watch = watch_of(place)
    (place.inbox / name / "hooks").mkdir(parents=True)
    (place.inbox / name / "config.txt").write_text("no document")
    (place.inbox / name / "hooks" / "sample.txt").write_text("no document either")
    watch.look_at([os.fsencode(place.inbox / name)])
    assert watch.waiting == 0


def test_a_hint_at_a_new_subfolder_takes_nothing_where_subfolders_are_left_out(place: Place) -> None:
    watch = watch_of(place, recursive=False)
    (place.inbox / "deep").mkdir()
    (place.inbox / "deep" / "a.txt").write_text("deep")
    watch.look_at([os.fsencode(place.inbox / "deep")])
    assert watch.waiting == 0


def test_a_hint_at_a_subfolder_takes_what_a_scan_would(place: Place) -> None:
    watch = watch_of(place)
    (place.inbox / "deep" / ".cache").mkdir(parents=True)
    (place.inbox / "deep" / "a.txt").write_text("deep")
    (place.inbox / "deep" / ".cache" / "b.txt").write_text("hidden")
    watch.look_at([os.fsencode(place.inbox / "deep")])
    assert watch.waiting == 1


def test_a_path_below_its_root_reads_the_same_on_every_system() -> None:
    assert relative_to(b"C:\\in", b"C:\\in\\sub\\a.pdf", b"\\") == "sub/a.pdf"
    assert relative_to(b"E:\\", b"E:\\sub\\a.pdf", b"\\") == "sub/a.pdf"
    assert relative_to(b"/", b"/sub/a.pdf", b"/") == "sub/a.pdf"
    assert relative_to(b"/in", b"/in/sub/a\\b.pdf", b"/") == "sub/a\\b.pdf", "here it is a letter like others"
    assert (inside(b"E:\\", b"\\"), inside(b"/in", b"/")) == (b"E:\\", b"/in/")


def test_a_listing_without_inodes_knows_the_file_again(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("words")
    whole = (tmp_path / "a.txt").lstat()
    listed = os.stat_result(
        (whole.st_mode, 0, 0, 0, 0, 0, whole.st_size, *whole[7:]), {"st_mtime_ns": whole.st_mtime_ns}
    )
    assert fingerprint(listed, numbered=False) == fingerprint(whole, numbered=False)
    assert fingerprint(listed, numbered=True) != fingerprint(whole, numbered=True)


class _Bad:
    """An entry of a listing that the system refuses to tell about."""

    def __init__(self, entry: os.DirEntry[bytes]) -> None:
        self.path, self.name = entry.path, entry.name

    def stat(self, *, follow_symlinks: bool) -> os.stat_result:
        raise OSError(5, "Input/output error")


class _Listing:
    def __init__(self, path: bytes) -> None:
        with os_scandir(path) as entries:
            self._entries = sorted(entries, key=lambda entry: entry.name)

    def __enter__(self) -> Iterator[Any]:
        return (_Bad(one) if one.name == b"b.txt" else one for one in self._entries)

    def __exit__(self, *_: object) -> None:
        pass


os_scandir = os.scandir


@pytest.mark.anyio
async def test_one_entry_that_cannot_be_read_costs_neither_the_rest_nor_itself(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    (place.inbox / "b.txt").write_text("behind a bad sector")
    folder = place.add(place.inbox)
    await scan_once(place.store, folder)
    for name in ("a.txt", "c.txt"):
        (place.inbox / name).write_text(name)
    monkeypatch.setattr(os, "scandir", _Listing)
    report = await scan_once(place.store, folder)
    assert report.problems == [f"{place.inbox / 'b.txt'} cannot be read: Input/output error."]
    assert set(place.documents()) == {"inbox/a.txt", "inbox/b.txt", "inbox/c.txt"}


@pytest.mark.parametrize("old", [False, True])
def test_where_nobody_tells_who_writes_a_fresh_file_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: bool
) -> None:
    monkeypatch.setattr(settle, "_FRESH_NS", 1_000_000_000_000)
    path = tmp_path / "a.txt"
    path.write_text("half of it")
    status = path.stat()
    ago = 2_000_000_000_000 if old else 0
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns - ago))
    digest = settle.hash_still(os.fsencode(path), fingerprint(path.lstat()))
    assert (digest is not None) is old
