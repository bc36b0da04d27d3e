"""What a start makes of the documents that Nightdesk itself died over, and what it says of them."""

from __future__ import annotations

import pytest
from desk import Desk

from app.core.failures import FailureClass, way_out
from app.core.queue import moves
from app.core.queue.claim import Claim, Turns, claim, claim_suspect
from app.core.queue.moves import Answer, finish
from app.core.queue.recovery import sweep
from app.core.store.attempts import attempts_of
from app.core.store.runs import begin_run

ANSWER = Answer("text", None, "model", "", "stop", 1, 0, 1, None, 0.1)
THREE_TIMES = "Nightdesk stopped three times while working on this document."


def taken(desk: Desk, run_id: int | None = None) -> list[Claim]:
    """What a queue would begin now: all that may run together, else one that has to run alone."""
    together = desk.store.write_now(lambda conn: claim(conn, Turns(9), run_id, 9, 9e9))
    alone = None if together else desk.store.write_now(lambda conn: claim_suspect(conn, run_id, 9e9))
    return together if alone is None else [alone]


def a_life_that_ends_suddenly(desk: Desk, run_id: int | None = None) -> tuple[int, int]:
    """Nightdesk begins what it can and is killed; what its next start makes of that."""
    taken(desk, run_id)
    return desk.store.write_now(lambda conn: sweep(conn, 5.0))


def error_of(desk: Desk) -> tuple[str, str, str, str]:
    """State, class, reason and way out of the one document."""
    [(state, name, error)] = desk.all("SELECT state, error_class, error FROM job")
    return state, name, error, way_out(FailureClass(name), state)


def test_a_document_that_kills_nightdesk_itself_is_poison_after_three_starts(desk: Desk) -> None:
    desk.add(desk.add_folder("in"), {"k.txt": "killer", **{f"{n}.txt": f"text {n}" for n in range(5)}})
    lives = 0
    while desk.states().get("ready"):
        lives += 1
        # a life that ends while the killer is in hand, whatever else is
        for one in taken(desk):
            text = desk.all("SELECT name FROM document WHERE sha256 = ?", one.sha256)[0][0]
            if text != "k.txt" and lives > 1:
                desk.store.write_now(lambda conn, one=one: finish(conn, one, ANSWER, 9e9))
        desk.store.write_now(lambda conn: sweep(conn, 5.0))
    assert desk.states() == {"done": 5, "poison": 1}
    assert desk.all("SELECT attempts, error_class FROM job WHERE state = 'poison'") == [(3, "interrupted")]
    assert lives == 3


def test_what_was_set_aside_says_that_nightdesk_stopped_and_not_that_the_file_is_bad(desk: Desk) -> None:
    desk.add(desk.add_folder("in"), {"a.txt": "one"})
    assert a_life_that_ends_suddenly(desk) == (1, 0)
    state, name, reason, hint = error_of(desk)
    assert (state, name, reason) == ("ready", "interrupted", "Nightdesk stopped while working on this document.")
    assert hint == "It is tried again by itself."
    a_life_that_ends_suddenly(desk)
    assert a_life_that_ends_suddenly(desk) == (0, 1)
    state, name, reason, hint = error_of(desk)
    assert (state, name, reason) == ("poison", "interrupted", THREE_TIMES)
    assert hint.startswith("Try it again if the power failed or somebody ended Nightdesk")
    (job_id,) = desk.all("SELECT id FROM job")[0]
    log = desk.store.read_now(lambda conn: attempts_of(conn, job_id))
    assert [one.error for one in log][-1] == THREE_TIMES


def test_deaths_of_the_engine_are_not_counted_as_nightdesks_own(desk: Desk) -> None:
    desk.add(desk.add_folder("in"), {"a.txt": "one"})
    for _ in range(2):
        (one,) = taken(desk)
        desk.store.write_now(lambda conn, one=one: moves.died(conn, one, FailureClass.ENGINE_GONE, "", 5.0))
    for _ in range(2):
        assert a_life_that_ends_suddenly(desk) == (1, 0), "it would be untrue that Nightdesk stopped three times"
    assert a_life_that_ends_suddenly(desk) == (0, 1)


def test_a_document_that_is_tried_again_by_hand_has_three_tries_again(desk: Desk) -> None:
    desk.add(desk.add_folder("in"), {"a.txt": "one"})
    for _ in range(3):
        a_life_that_ends_suddenly(desk)
    desk.store.write_now(lambda conn: moves.retry(conn, [1]))
    assert [a_life_that_ends_suddenly(desk)[1] for _ in range(3)] == [0, 0, 1]


def test_a_part_of_a_long_document_says_so_too(desk: Desk) -> None:
    desk.add(desk.add_folder("in"), {"a.txt": "one"})
    (one,) = taken(desk)
    parts = [moves.PartPlan(0, 0, 1), moves.PartPlan(1, 1, 3)]
    desk.store.write_now(lambda conn: moves.divide(conn, one, 1, parts, 5.0))
    (first, _) = taken(desk)
    desk.store.write_now(lambda conn: finish(conn, first, ANSWER, 5.0))
    for _ in range(3):
        desk.store.write_now(lambda conn: sweep(conn, 5.0))
        taken(desk)
    assert desk.all("SELECT state, error FROM job WHERE kind = 'document'") == [
        ("poison", f"Part 2 of 2: {THREE_TIMES}")
    ]


@pytest.mark.anyio
async def test_the_report_of_the_night_that_ended_so_names_what_was_set_aside(desk: Desk, make_queue) -> None:
    desk.add(desk.add_folder("in"), {"a.txt": "one"})
    for _ in range(2):
        a_life_that_ends_suddenly(desk)
    run_id = desk.store.write_now(lambda conn: begin_run(conn, 1.0))
    taken(desk, run_id)
    queue = make_queue()
    await queue.start()
    [(state, report)] = desk.all("SELECT state, report FROM run")
    assert state == "interrupted"
    assert f"1 document: {THREE_TIMES}" in report
    assert "a.txt" in report
