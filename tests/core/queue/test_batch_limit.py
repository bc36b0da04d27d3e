"""A provider limits the requests of a file: what has no room waits for the next one, and no document is torn for it."""

from __future__ import annotations

from pathlib import Path

import pytest
from desk import Desk, FileReader
from test_batch_files import answer, returned, sent

from app.core.batch import leave, ledger
from app.core.failures import FailureClass

pytestmark = pytest.mark.anyio

LONG = " ".join(f"Sentence number {number} of a long document." for number in range(400))  # five parts at 2,000 tokens


async def test_the_limit_counts_requests_and_a_long_document_is_one_for_each_of_its_parts(
    desk: Desk, reader: FileReader, tmp_path: Path
) -> None:
    desk.add(desk.add_folder("a"), {"long.txt": LONG, **{f"{n}.txt": f"Short {n}." for n in range(10)}})
    left, requests = await sent(desk, reader, tmp_path / "1.jsonl", context=2000, limit=8)
    assert (left.requests, len(requests)) == (8, 8)
    assert left.parts == sum("-m1-" in one["custom_id"] for one in requests) >= 3
    assert left.waiting == 10 - (8 - left.parts)
    assert desk.states()["ready"] == left.waiting, "what had no room is in the queue as before"
    left, rest = await sent(desk, reader, tmp_path / "2.jsonl", context=2000, limit=50)
    assert left.waiting == 0
    assert {one["custom_id"] for one in rest}.isdisjoint(one["custom_id"] for one in requests)
    came = await returned(desk, tmp_path / "out.jsonl", [answer(one) for one in requests + rest])
    assert (came.results, came.waiting) == (10, 1)


async def test_a_long_document_without_room_for_all_its_parts_leaves_with_the_next_file(
    desk: Desk, reader: FileReader, tmp_path: Path
) -> None:
    folder = desk.add_folder("a")
    desk.add(folder, {f"{n}.txt": f"Short {n}." for n in range(3)})
    desk.add(folder, {"long.txt": LONG})
    desk.add(folder, {f"{n}.txt": f"Short {n}." for n in range(3, 6)})
    left, requests = await sent(desk, reader, tmp_path / "1.jsonl", context=2000, limit=6)
    assert (left.requests, left.divided, left.waiting) == (6, 0, 1)
    assert all("-d0-" in one["custom_id"] for one in requests)
    assert (desk.states(), desk.states("map")) == ({"ready": 1, "away": 6}, {})
    left, _ = await sent(desk, reader, tmp_path / "2.jsonl", context=2000, limit=6)
    assert (left.divided, left.waiting, desk.states("map")) == (1, 0, {"away": left.requests})


async def test_a_document_with_more_parts_than_a_file_may_hold_leaves_in_several_and_only_there(
    desk: Desk, reader: FileReader, tmp_path: Path
) -> None:
    desk.add(desk.add_folder("a"), {"long.txt": LONG})
    left, first = await sent(desk, reader, tmp_path / "1.jsonl", context=2000, limit=2)
    assert (left.requests, left.divided, len(first)) == (2, 1, 2)
    total = sum(desk.states("map").values())
    assert desk.states("map") == {"away": total}, "the local model must not answer for the rest"
    assert left.waiting == total - 2
    requests = list(first)
    for number in range(2, 9):
        left, more = await sent(desk, reader, tmp_path / f"{number}.jsonl", context=2000, limit=2)
        requests += more
        if not left.waiting:
            break
    assert len({one["custom_id"] for one in requests}) == len(requests) == total
    came = await returned(desk, tmp_path / "out.jsonl", [answer(one, "note") for one in requests])
    assert (came.parts, came.waiting) == (total, 1)
    assert desk.states() == {"away": 1}


async def test_an_export_of_such_a_document_that_breaks_off_leaves_all_of_it_in_the_queue(
    desk: Desk, reader: FileReader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    desk.add(desk.add_folder("a"), {"long.txt": LONG})
    with monkeypatch.context() as patch:
        patch.setattr("app.core.batch.leave.os.fsync", full)
        with pytest.raises(OSError, match="No space"):
            await sent(desk, reader, tmp_path / "1.jsonl", context=2000, limit=2)
    assert desk.states("map").keys() == {"ready"}


@pytest.mark.parametrize("killed", [False, True])
async def test_what_waited_for_its_next_round_still_does_after_an_export_that_broke_off(
    desk: Desk, reader: FileReader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, killed: bool
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    folder = desk.add_folder("a")
    desk.add(folder, {"long.txt": LONG})
    _, first = await sent(desk, reader, tmp_path / "1.jsonl", context=2000)
    await returned(desk, tmp_path / "out.jsonl", [answer(one, "note") for one in first])
    if killed:
        batch = await desk.store.write(lambda conn: ledger.begin(conn, "gone.jsonl", "m", 1.0))
        await desk.store.write(lambda conn: ledger.reserve(conn, batch, "plain", [folder], 100))
        await desk.store.write(lambda conn: conn.execute("UPDATE batch SET pid_started = 1.0").rowcount)
        await desk.store.write(ledger.release_broken)
    else:
        with monkeypatch.context() as patch:
            patch.setattr("app.core.batch.leave.os.fsync", full)
            with pytest.raises(OSError, match="No space"):
                await sent(desk, reader, tmp_path / "2.jsonl", context=2000)
    assert desk.states() == {"away": 1}
    assert await desk.store.read(ledger.held) == 1
    _, second = await sent(desk, reader, tmp_path / "3.jsonl", context=2000)
    assert len(second) == 1


async def test_documents_that_cannot_be_asked_take_no_room(desk: Desk, reader: FileReader, tmp_path: Path) -> None:
    reader.fails["0.txt"] = FailureClass.ENCRYPTED
    desk.add(desk.add_folder("a"), {f"{n}.txt": f"Short {n}." for n in range(4)})
    left, _ = await sent(desk, reader, tmp_path / "1.jsonl", limit=2)
    assert (left.failed, left.requests, left.waiting) == (1, 2, 1)


async def test_an_export_does_not_read_everything_that_waits_to_fill_the_last_places(
    desk: Desk, reader: FileReader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leave, "MISFITS", 2)
    folder = desk.add_folder("a")
    desk.add(folder, {f"{n}.txt": f"Short {n}." for n in range(3)})
    desk.add(folder, {f"long {n}.txt": f"{n} {LONG}" for n in range(5)})
    left, _ = await sent(desk, reader, tmp_path / "1.jsonl", context=2000, limit=6)
    assert (left.requests, left.divided, left.waiting) == (3, 0, 5)
    assert sum(name.startswith("long") for name in reader.read) == 2
    assert desk.states() == {"ready": 5, "away": 3}
