"""One pass over a folder: documents, blobs and jobs in step with what lies on the disk."""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
from pathlib import Path

import pytest
from watch_place import Place, until

from app.core.errors import UsageError
from app.core.watch.scan import WatchOptions, scan_files, scan_once

pytestmark = pytest.mark.anyio


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


async def test_the_samples_become_one_job_for_each_content(place: Place, samples: Path) -> None:
    report = await scan_once(place.store, place.add(samples, kind="once"))
    files = [path for path in samples.rglob("*") if path.is_file()]  # noqa: ASYNC240 - a test may block
    contents = {path.read_bytes() for path in files if path.stat().st_size}
    assert report.new == len(files) - 1
    assert report.duplicates == 1
    assert report.ignored == 1
    assert report.jobs == len(contents) == len(place.hashes())


async def test_a_second_scan_reads_no_file_again(place: Place) -> None:
    (place.inbox / "a.txt").write_text("the log")
    folder = place.add(place.inbox)
    await scan_once(place.store, folder)
    # Were the content read again, the hash would change: size, time and inode are put back.
    status = (place.inbox / "a.txt").stat()
    with (place.inbox / "a.txt").open("r+") as file:
        file.write("THE")
    os.utime(place.inbox / "a.txt", ns=(status.st_atime_ns, status.st_mtime_ns))
    report = await scan_once(place.store, folder)
    assert (report.known, report.new) == (1, 0)
    assert place.documents() == {"inbox/a.txt": sha("the log")}


async def test_an_edited_file_is_a_new_content_and_a_new_job(place: Place) -> None:
    folder = place.add(place.inbox)
    (place.inbox / "a.txt").write_text("first")
    await scan_once(place.store, folder)
    (place.inbox / "a.txt").write_text("second")
    await scan_once(place.store, folder)
    assert place.documents() == {"inbox/a.txt": sha("second")}
    assert sorted(place.hashes()) == sorted([sha("first"), sha("second")])


async def test_a_touched_or_renamed_file_makes_no_new_job(place: Place) -> None:
    folder = place.add(place.inbox)
    (place.inbox / "a.txt").write_text("same")
    await scan_once(place.store, folder)
    os.utime(place.inbox / "a.txt", (1, 1))
    await scan_once(place.store, folder)
    (place.inbox / "a.txt").rename(place.inbox / "b.txt")
    report = await scan_once(place.store, folder)
    assert (report.gone, report.new, report.jobs, report.duplicates) == (1, 1, 0, 0)
    assert place.hashes() == [sha("same")]
    assert place.documents("gone") == {"inbox/a.txt": sha("same")}


async def test_ten_names_of_one_content_are_one_job(place: Place) -> None:
    for number in range(10):
        (place.inbox / f"copy {number}.txt").write_text("the same words")
    report = await scan_once(place.store, place.add(place.inbox))
    assert (report.new, report.jobs, report.duplicates) == (10, 1, 9)


async def test_names_that_are_no_text_are_kept_byte_for_byte(place: Place) -> None:
    names = [b"caf\xe9.txt", b"line\nbreak.txt", "\u202etxt.pdf.txt".encode(), b"x" * 240 + b".txt"]
    for name in names:
        (place.inbox / os.fsdecode(name)).write_text(f"{name!r}")
    report = await scan_once(place.store, place.add(place.inbox))
    assert report.new == 4
    rows = place.store.read_now(
        lambda connection: connection.execute("SELECT path, path_text FROM document").fetchall()
    )
    assert {path for path, _ in rows} == {os.fsencode(place.inbox) + b"/" + name for name in names}
    assert any("\ufffd" in text for _, text in rows)


async def test_subfolders_hidden_folders_and_links_are_treated_as_the_folder_says(place: Place) -> None:
    for folder in ("deep/er", ".git", "deep/.cache"):
        (place.inbox / folder).mkdir(parents=True)
        (place.inbox / folder / "a.txt").write_text(folder)
    (place.inbox / "loop").symlink_to(place.inbox, target_is_directory=True)
    (place.inbox / "top.txt").write_text("top")
    await scan_once(place.store, place.add(place.inbox))
    assert set(place.documents()) == {"inbox/deep/er/a.txt", "inbox/top.txt"}
    assert place.documents("ignored").keys() == {"inbox/loop"}


async def test_a_folder_that_is_not_recursive_takes_only_its_own_files(place: Place) -> None:
    (place.inbox / "deep").mkdir()
    (place.inbox / "deep" / "a.txt").write_text("deep")
    (place.inbox / "top.txt").write_text("top")
    await scan_once(place.store, place.add(place.inbox, recursive=False))
    assert set(place.documents()) == {"inbox/top.txt"}


async def test_patterns_size_and_emptiness_decide_and_leave_a_reason(place: Place) -> None:
    (place.inbox / "a.txt").write_text("take me")
    (place.inbox / "a.md").write_text("not me")
    (place.inbox / "draft-a.txt").write_text("nor me")
    (place.inbox / "long.txt").write_text("x" * 2000)
    (place.inbox / "empty.txt").touch()
    folder = place.add(place.inbox, include=["*.txt"], exclude=["draft-*"])
    report = await scan_once(place.store, folder, options=WatchOptions(settle_s=0.0, largest_bytes=1000))
    assert set(place.documents()) == {"inbox/a.txt"}
    assert (report.ignored, report.too_big) == (3, 1)
    assert "include" in str(place.reason("a.md"))
    assert "exclude" in str(place.reason("draft-a.txt"))
    assert "empty" in str(place.reason("empty.txt"))
    assert "MB" in str(place.reason("long.txt"))


async def test_the_results_we_write_into_the_folder_are_not_taken_in(place: Place) -> None:
    (place.inbox / "results").mkdir()
    (place.inbox / "results" / "summary.md").write_text("our own words")
    (place.inbox / "a.txt").write_text("theirs")
    await scan_once(place.store, place.add(place.inbox, output=place.inbox / "results"))
    assert set(place.documents()) == {"inbox/a.txt"}


async def test_a_file_that_is_being_written_waits_and_is_taken_whole(place: Place) -> None:
    folder = place.add(place.inbox)
    path = place.inbox / "slow.txt"
    with path.open("w") as file:
        file.write("first half, ")
        file.flush()
        scanning = asyncio.create_task(scan_once(place.store, folder, patience_s=200.0))
        await asyncio.sleep(0.4)
        assert place.documents() == {}
        file.write("second half")
    report = await scanning
    assert report.new == 1
    assert place.hashes() == [sha("first half, second half")]


async def test_patience_ends_and_the_file_is_counted_as_waiting(place: Place) -> None:
    folder = place.add(place.inbox)
    (place.inbox / "done.txt").write_text("done")
    os.utime(place.inbox / "done.txt", (1e9, 1e9))  # one that was written this very moment is looked at again
    with (place.inbox / "open.txt").open("w") as file:
        file.write("for ever")
        file.flush()
        report = await scan_once(place.store, folder, patience_s=0.3)
    assert (report.new, report.waiting) == (1, 1)


async def test_a_subfolder_that_cannot_be_listed_loses_no_document(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Root may list everything, so the refusal is played at the system's door."""
    (place.inbox / "locked").mkdir()
    (place.inbox / "locked" / "a.txt").write_text("behind the door")
    folder = place.add(place.inbox)
    await scan_once(place.store, folder)
    listing = os.scandir

    def refuse(path: bytes) -> object:
        if path.endswith(b"locked"):
            raise PermissionError(13, "Permission denied")
        return listing(path)

    monkeypatch.setattr(os, "scandir", refuse)
    report = await scan_once(place.store, folder)
    assert report.gone == 0
    assert "Permission denied" in report.problems[0]
    assert set(place.documents()) == {"inbox/locked/a.txt"}


async def test_a_missing_folder_or_number_is_one_sentence(place: Place) -> None:
    folder = place.add(place.root / "nowhere")
    with pytest.raises(UsageError, match=r"There is no folder .*nowhere"):
        await scan_once(place.store, folder)
    with pytest.raises(UsageError, match="number 999"):
        await scan_once(place.store, 999)


async def test_single_files_can_be_handed_over_from_anywhere(place: Place) -> None:
    elsewhere = place.root / "desk"
    elsewhere.mkdir()
    (elsewhere / "letter.txt").write_text("a letter")
    (elsewhere / "not chosen.txt").write_text("another")
    folder = place.add(place.root / "chosen files", kind="files")
    report = await scan_files(place.store, folder, [elsewhere / "letter.txt", elsewhere / "photo.png"])
    assert report.new == 1
    assert place.hashes() == [sha("a letter")]


async def test_two_folders_with_one_recipe_share_the_job(place: Place) -> None:
    shutil.copytree(place.inbox, place.root / "second")
    for folder in (place.inbox, place.root / "second"):
        (folder / "a.txt").write_text("shared words")
        await scan_once(place.store, place.add(folder))
    assert len(place.documents()) == 2
    assert place.hashes() == [sha("shared words")]


async def test_the_source_is_never_changed(place: Place) -> None:
    path = place.inbox / "a.txt"
    path.write_text("untouched")
    path.chmod(0o444)
    before = path.stat()
    await scan_once(place.store, place.add(place.inbox))
    after = path.stat()
    assert (before.st_mtime_ns, before.st_mode, before.st_nlink) == (after.st_mtime_ns, after.st_mode, after.st_nlink)
    await until(lambda: len(place.hashes()) == 1)


@pytest.mark.parametrize("settle_s", [0.0, 0.02])
async def test_jobs_are_made_in_the_order_people_expect_names(place: Place, settle_s: float) -> None:
    for number in (10, 2, 1, 21, 3):
        file = place.inbox / f"Scan {number}.txt"
        file.write_text(f"page {number}")
        os.utime(file, (1e9, 1e9))  # one that was written this very moment is looked at again
    await scan_once(place.store, place.add(place.inbox), options=WatchOptions(settle_s=settle_s))
    names = place.store.read_now(
        lambda conn: conn.execute("SELECT d.name FROM job j JOIN document d USING (sha256) ORDER BY j.id").fetchall()
    )
    assert [name for (name,) in names] == [f"Scan {number}.txt" for number in (1, 2, 3, 10, 21)]
