"""The log of attempts: every claim and every end is in it, whatever the way a job took."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.failures import FailureClass
from app.core.queue import moves
from app.core.queue.claim import Claim, Turns, claim
from app.core.queue.moves import Answer, PartPlan
from app.core.queue.recovery import sweep
from app.core.store.attempts import AttemptRow, attempts_of
from app.core.store.store import Store
from tests.core.queue.desk import Desk

ANSWER = Answer("yes", None, "m", "e", "stop", 10, 0, 3, 0.1, 0.5)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """One document in one folder."""
    with Store.open(tmp_path / "n.db") as store:
        desk = Desk(store, tmp_path)
        desk.add(desk.add_folder("in"), {"a.txt": "one"})
        yield desk


def take(desk: Desk, at: float) -> Claim:
    return desk.store.write_now(lambda conn: claim(conn, Turns(8), None, 1, at))[0]


def log(desk: Desk, job_id: int) -> list[AttemptRow]:
    return desk.store.read_now(lambda conn: attempts_of(conn, job_id))


def test_an_attempt_is_logged_with_its_claim_and_ends_with_its_result(desk: Desk) -> None:
    one = take(desk, 100.0)
    assert [(row.started_at, row.outcome) for row in log(desk, one.id)] == [(100.0, None)]
    desk.store.write_now(lambda conn: moves.finish(conn, one, ANSWER, 107.5))
    assert [(row.started_at, row.ended_at, row.outcome) for row in log(desk, one.id)] == [(100.0, 107.5, "done")]


def test_a_failure_keeps_its_reason_for_each_attempt(desk: Desk) -> None:
    for at in (100.0, 200.0, 300.0):
        one = take(desk, at)
        reason = f"reason at {at:.0f}"
        desk.store.write_now(lambda conn, one=one, reason=reason, at=at: moves.fail(
            conn, one, FailureClass.TIMED_OUT, reason, at + 1, 0.0))  # fmt: skip
    assert [(row.outcome, row.error) for row in log(desk, one.id)] == [
        ("ready", "reason at 100"),
        ("ready", "reason at 200"),
        ("failed", "reason at 300"),
    ]


def test_a_job_that_was_given_back_untried_leaves_no_attempt(desk: Desk) -> None:
    one = take(desk, 100.0)
    desk.store.write_now(lambda conn: moves.give_back(conn, [one]))
    assert log(desk, one.id) == []


def test_an_attempt_that_was_cut_off_says_so_after_the_next_start(desk: Desk) -> None:
    one = take(desk, 100.0)
    desk.store.write_now(lambda conn: sweep(conn, 200.0))
    (row,) = log(desk, one.id)
    assert (row.outcome, row.error_class) == ("ready", "interrupted")


def test_a_retry_goes_on_in_the_same_log(desk: Desk) -> None:
    one = take(desk, 100.0)
    desk.store.write_now(lambda conn: moves.fail(conn, one, FailureClass.DAMAGED, "cut short", 101.0, 0.0))
    desk.store.write_now(lambda conn: moves.retry(conn, [one.id]))
    again = take(desk, 200.0)
    desk.store.write_now(lambda conn: moves.finish(conn, again, ANSWER, 201.0))
    assert [row.outcome for row in log(desk, one.id)] == ["failed", "done"]


def test_a_part_that_failed_stands_in_the_documents_log(desk: Desk) -> None:
    one = take(desk, 100.0)
    desk.store.write_now(lambda conn: moves.divide(conn, one, 1, [PartPlan(0, 0, 1), PartPlan(1, 1, 3)], 100.5))
    parts = [take(desk, 101.0), take(desk, 102.0)]
    desk.store.write_now(lambda conn: moves.finish(conn, parts[0], ANSWER, 103.0))
    desk.store.write_now(lambda conn: moves.fail(conn, parts[1], FailureClass.TOO_LONG, "too long", 104.0, 0.0))
    assert [(row.part, row.outcome, row.error) for row in log(desk, one.id)] == [
        (None, "blocked", None),
        (2, "failed", "too long"),
    ]
