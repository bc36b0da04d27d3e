"""The course of a run: what ended when, in slices of a round length, with the chats that went first."""

from __future__ import annotations

from pathlib import Path

from app.core.failures import FailureClass
from app.core.queue import moves
from app.core.queue.claim import Turns, claim
from app.core.queue.moves import Answer
from app.core.store.conversations import add_conversation, add_message
from app.core.store.runs import SLICES_S, begin_run, course_of, end_run, get_run
from app.core.store.sqlite import Connection
from app.core.store.store import Store
from tests.core.queue.desk import Desk

BEGAN = 1_000_000.0
ANSWER = Answer("yes", None, "m", "e", "stop", 10, 0, 3, 0.1, 0.5)


def test_documents_are_counted_where_they_ended(tmp_path: Path) -> None:
    with Store.open(tmp_path / "n.db") as store:
        desk = Desk(store, tmp_path)
        desk.add(desk.add_folder("in"), {f"{number}.txt": f"text {number}" for number in range(5)})

        def night(conn: Connection) -> int:
            run = begin_run(conn, BEGAN)
            for minute in (1, 2, 2, 59):
                (one,) = claim(conn, Turns(1), run, 1, BEGAN + minute * 60)
                moves.finish(conn, one, ANSWER, BEGAN + minute * 60 + 5)
            (one,) = claim(conn, Turns(1), run, 1, BEGAN + 600)
            moves.fail(conn, one, FailureClass.DAMAGED, "", BEGAN + 605, 0.0)
            chat = add_message(conn, add_conversation(conn, "c"), "assistant", "Hello.")
            conn.execute("UPDATE message SET created_at = ? WHERE id = ?", (BEGAN + 300, chat))
            end_run(conn, run, "finished", BEGAN + 3600, [], {}, "")
            return run

        run_id = store.write_now(night)
        run = store.read_now(lambda conn: get_run(conn, run_id))
        assert run is not None
        course = store.read_now(lambda conn: course_of(conn, run))
    assert course.slice_s == 60
    assert len(course.done) == len(course.failed) == 60
    assert [place for place, count in enumerate(course.done) if count] == [1, 2, 59]
    assert course.done[2] == 2
    assert [place for place, count in enumerate(course.failed) if count] == [10]
    assert course.chats == (BEGAN + 300,)


def test_slices_have_a_round_length_however_long_the_run_was(tmp_path: Path) -> None:
    with Store.open(tmp_path / "n.db") as store:
        for number, hours in enumerate((0.001, 0.5, 9, 60), 1):
            store.write_now(lambda conn: begin_run(conn, BEGAN))
            end = BEGAN + hours * 3600
            store.write_now(lambda conn, number=number, end=end: end_run(conn, number, "finished", end, [], {}, ""))
            run = store.read_now(lambda conn, number=number: get_run(conn, number))
            assert run is not None
            course = store.read_now(lambda conn, run=run: course_of(conn, run))
            assert course.slice_s in SLICES_S
            assert 1 <= len(course.done) <= 60
            assert course.slice_s * len(course.done) >= hours * 3600
