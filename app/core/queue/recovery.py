"""At start: what Nightdesk had begun when it died is ready again, and what it died over three times is set aside."""

from __future__ import annotations

from collections.abc import Mapping

from app.core.batch.ledger import release_broken
from app.core.failures import FailureClass
from app.core.queue import outbox, pauses
from app.core.queue.claim import Claim
from app.core.queue.moves import back, end, retry, running
from app.core.queue.options import QueueOptions
from app.core.queue.runs import lost_runs, report_lost_runs
from app.core.queue.states import DEATHS_TO_POISON, JobState
from app.core.store.jobs import job_ids_in
from app.core.store.sqlite import Connection, now

_STOPPED = "Nightdesk stopped while working on this document."


def open_for_work(conn: Connection, held: Mapping[str, str], options: QueueOptions) -> tuple[int, int]:
    """Put everything right for a new owner, whose pauses are ``held``; what ``sweep`` returns."""
    outbox.forgive(conn)
    if options.ocr:
        retry(conn, job_ids_in(conn, [JobState.NEEDS_OCR]))
    release_broken(conn)
    pauses.forget_all_but_the_persons(conn)
    pauses.save_pauses(conn, held, now())
    lost = lost_runs(conn)
    swept = sweep(conn, now())
    report_lost_runs(conn, lost, options.prices)
    return swept


def recovered(ready: int, poison: int) -> str:
    """What people are told when ``sweep`` found anything."""
    text = f"Nightdesk had stopped while it worked; what it had begun is ready again ({ready})."
    if poison:
        text += f" Set aside, because Nightdesk stopped three times while working on it: {poison}."
    return text


def sweep(conn: Connection, at: float) -> tuple[int, int]:
    """At start, nothing can be running: (jobs made ready again, jobs that are poison now).

    Most often it was a power cut or a person, so a job runs in the batch once more before it has to run alone.
    One over which Nightdesk has died three times, the last time alone, is poison and blocks nobody: whether it is to
    blame cannot be known, and at night nobody could end it.
    """
    poison = ready = 0
    for claim in running(conn):
        deaths = _deaths_before(conn, claim) + 1
        if claim.suspect and deaths >= DEATHS_TO_POISON:
            end(conn, claim, JobState.POISON, FailureClass.INTERRUPTED, "", at)
            poison += 1
        else:
            suspect = claim.suspect or deaths >= DEATHS_TO_POISON - 1
            back(conn, claim, at, FailureClass.INTERRUPTED, _STOPPED, suspect=suspect)
            ready += 1
    conn.execute("UPDATE run SET state = 'interrupted', ended_at = ? WHERE state = 'running'", (at,))
    return ready, poison


def _deaths_before(conn: Connection, claim: Claim) -> int:
    """How many of the attempts that count ended so: those since the document was last given a fresh start."""
    (deaths,) = conn.execute(
        "SELECT count(*) FROM (SELECT error_class FROM attempt WHERE job_id = ? ORDER BY id DESC LIMIT ?) "
        "WHERE error_class = ?",
        (claim.id, claim.attempts, FailureClass.INTERRUPTED),
    ).fetchone()
    return int(deaths)
