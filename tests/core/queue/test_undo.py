"""Undoing a cancelling: every document is what it was, wherever it stood, and nothing that was on its way is lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from desk import Desk, FileReader
from test_batch_files import answer, returned, sent

from app.core.batch import ledger
from app.core.failures import FailureClass
from app.core.queue import moves
from app.core.queue.cancelling import cancel, uncancel
from app.core.queue.claim import Claim, Turns, claim
from app.core.store.folders import remove_folder, restore_folder

pytestmark = pytest.mark.anyio

LONG = " ".join(f"Sentence number {number} of a long document." for number in range(400))
EVERYTHING = (
    "SELECT id, kind, state, attempts, suspect, not_before, error_class, error, finished_at FROM job ORDER BY id"
)


def cancelled(desk: Desk) -> list[int]:
    """A person cancels everything; the documents that were."""
    ids = [row[0] for row in desk.all("SELECT id FROM job WHERE kind = 'document' ORDER BY id")]
    return desk.store.write_now(lambda conn: cancel(conn, ids, 1.0))


def undone(desk: Desk, ids: list[int]) -> int:
    return desk.store.write_now(lambda conn: uncancel(conn, ids))


def removed_and_put_back(desk: Desk) -> None:
    """The same by way of the folder."""
    ids = desk.store.write_now(lambda conn: remove_folder(conn, 1))
    desk.store.write_now(lambda conn: restore_folder(conn, 1))
    assert undone(desk, ids) == len(ids) > 0


def cancelled_and_undone(desk: Desk) -> None:
    ids = cancelled(desk)
    assert desk.states() == {"cancelled": len(ids)}
    assert undone(desk, ids) == len(ids) > 0


Way = Callable[[Desk], None]
both_ways = pytest.mark.parametrize("away_and_back", [cancelled_and_undone, removed_and_put_back])


def take(desk: Desk) -> list[Claim]:
    return desk.store.write_now(lambda conn: claim(conn, Turns(9), None, 9, 9e9))


@both_ways
async def test_an_answer_to_a_document_that_is_away_is_taken_after_an_undo(
    desk: Desk, reader: FileReader, tmp_path: Path, away_and_back: Way
) -> None:
    desk.add(desk.add_folder("a"), {"0.txt": "One.", "1.txt": "Two."})
    _, requests = await sent(desk, reader, tmp_path / "requests.jsonl")
    before = desk.all(EVERYTHING)
    away_and_back(desk)
    assert desk.all(EVERYTHING) == before
    came = await returned(desk, tmp_path / "out.jsonl", [answer(one) for one in requests])
    assert (came.results, came.late) == (2, 0)
    assert desk.states() == {"done": 2}


@both_ways
async def test_a_long_document_whose_parts_are_away_goes_on_where_it_was(
    desk: Desk, reader: FileReader, tmp_path: Path, away_and_back: Way
) -> None:
    desk.add(desk.add_folder("a"), {"long.txt": LONG})
    _, requests = await sent(desk, reader, tmp_path / "1.jsonl", context=2000)
    await returned(desk, tmp_path / "some.jsonl", [answer(one, "note") for one in requests[:2]])
    before = desk.all(EVERYTHING)
    away_and_back(desk)
    assert desk.all(EVERYTHING) == before
    came = await returned(desk, tmp_path / "rest.jsonl", [answer(one, "note") for one in requests])
    assert (came.parts, came.known, came.waiting) == (len(requests) - 2, 2, 1)


@both_ways
async def test_what_waits_for_its_next_round_is_not_the_local_models_after_an_undo(
    desk: Desk, reader: FileReader, tmp_path: Path, away_and_back: Way
) -> None:
    desk.add(desk.add_folder("a"), {"long.txt": LONG})
    _, requests = await sent(desk, reader, tmp_path / "1.jsonl", context=2000)
    await returned(desk, tmp_path / "out.jsonl", [answer(one, "note") for one in requests])
    away_and_back(desk)
    assert desk.states() == {"away": 1}
    assert await desk.store.read(ledger.held) == 1


async def test_what_was_taken_back_from_its_file_meanwhile_waits_here(
    desk: Desk, reader: FileReader, tmp_path: Path
) -> None:
    desk.add(desk.add_folder("a"), {"0.txt": "One."})
    _, requests = await sent(desk, reader, tmp_path / "requests.jsonl")
    ids = cancelled(desk)
    await desk.store.write(lambda conn: ledger.take_back(conn, [1]))
    undone(desk, ids)
    assert desk.states() == {"ready": 1}
    assert (await returned(desk, tmp_path / "out.jsonl", [answer(requests[0])])).late == 1


@both_ways
async def test_a_document_that_waited_keeps_what_is_known_of_its_attempts(desk: Desk, away_and_back: Way) -> None:
    desk.add(desk.add_folder("a"), {"0.txt": "One.", "1.txt": "Two.", "2.txt": "Three."})
    busy, killer, _ = take(desk)
    desk.store.write_now(lambda conn: moves.fail(conn, busy, FailureClass.TIMED_OUT, "", 5.0, 60.0))
    desk.store.write_now(lambda conn: moves.died(conn, killer, FailureClass.ENGINE_GONE, "", 5.0))
    desk.store.write_now(moves.give_back_all)
    before = desk.all(EVERYTHING)
    away_and_back(desk)
    assert desk.all(EVERYTHING) == before, "a document that crashed the engine must not meet others in the batch"


async def test_a_document_that_was_being_worked_on_waits_again_and_is_not_blamed(desk: Desk) -> None:
    desk.add(desk.add_folder("a"), {"0.txt": "One."})
    (one,) = take(desk)
    assert undone(desk, cancelled(desk)) == 1
    assert desk.all("SELECT state, attempts, suspect, finished_at FROM job") == [("ready", 0, 0, None)]
    answer_: Any = moves.Answer("late", None, "m", "", "stop", 1, 0, 1, None, 0.1)
    assert desk.store.write_now(lambda conn: moves.finish(conn, one, answer_, 5.0)) is None, "its old work is in vain"


async def test_a_long_document_whose_parts_wait_is_blocked_again(desk: Desk) -> None:
    desk.add(desk.add_folder("a"), {"long.txt": LONG})
    (one,) = take(desk)
    parts = [moves.PartPlan(n, n, n + 1) for n in range(3)]
    desk.store.write_now(lambda conn: moves.divide(conn, one, 1, parts, 5.0))
    (first, *_) = take(desk)
    done: Any = moves.Answer("note", None, "m", "", "stop", 1, 0, 1, None, 0.1)
    desk.store.write_now(lambda conn: moves.finish(conn, first, done, 5.0))
    cancelled_and_undone(desk)
    assert (desk.states(), desk.states("map")) == ({"blocked": 1}, {"done": 1, "ready": 2})


async def test_an_undo_leaves_alone_what_has_been_tried_again_since(desk: Desk) -> None:
    desk.add(desk.add_folder("a"), {"0.txt": "One."})
    ids = cancelled(desk)
    desk.store.write_now(lambda conn: moves.retry(conn, ids))
    assert undone(desk, ids) == 0
    assert desk.states() == {"ready": 1}


async def test_a_part_that_failed_after_its_document_was_cancelled_is_tried_again(desk: Desk) -> None:
    desk.add(desk.add_folder("a"), {"long.txt": LONG})
    (one,) = take(desk)
    parts = [moves.PartPlan(n, n, n + 1) for n in range(3)]
    desk.store.write_now(lambda conn: moves.divide(conn, one, 1, parts, 5.0))
    (first, *_) = take(desk)
    desk.store.write_now(moves.give_back_all)
    (first, *_) = take(desk)
    ids = desk.store.write_now(lambda conn: remove_folder(conn, 1))
    desk.store.write_now(lambda conn: moves.fail(conn, first, FailureClass.REFUSED, "no", 5.0, 0.0))
    desk.store.write_now(lambda conn: restore_folder(conn, 1))
    undone(desk, ids)
    assert desk.states() == {"blocked": 1}
    assert "failed" not in desk.states("map"), "its document would wait for it for ever"


async def test_a_document_that_was_cancelled_while_a_file_was_written_waits_here_after_an_undo(desk: Desk) -> None:
    desk.add(desk.add_folder("a"), {"0.txt": "One."})
    batch = desk.store.write_now(lambda conn: ledger.begin(conn, "requests.jsonl", "m", 1.0))
    (one,) = desk.store.write_now(lambda conn: ledger.reserve(conn, batch, "plain", (), 9))
    ids = cancelled(desk)
    desk.store.write_now(lambda conn: ledger.put_back(conn, one))
    undone(desk, ids)
    assert desk.states() == {"ready": 1}, "it is in no file"
