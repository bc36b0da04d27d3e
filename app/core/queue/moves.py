"""How a job moves on: one fenced UPDATE each, with everything that belongs to it in the caller's transaction."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from app.core.failures import FAILURES, FailureClass
from app.core.queue.claim import CLAIMED, Claim
from app.core.queue.states import ATTEMPTS_TO_POISON, LONGEST_BACKOFF_S, MAX_ATTEMPTS, RETRYABLE, JobState
from app.core.store.sqlite import Connection

FIRST = -1.0  # `not_before` of work that was begun: it goes before every fresh document


@dataclass(frozen=True, slots=True)
class Answer:
    """What the model said about one document or part, with its figures."""

    text: str
    data: Any | None
    model: str
    engine: str
    finish_reason: str
    prompt_tokens: int
    cached_tokens: int
    generated_tokens: int
    ttft_s: float | None
    seconds: float


@dataclass(frozen=True, slots=True)
class PartPlan:
    """One part of a long document: its place in the text, in characters."""

    seq: int
    start: int
    end: int


def finish(conn: Connection, claim: Claim, answer: Answer, at: float) -> int | None:
    """Result, job, search index, outbox and the freed parent, all or nothing; the result's id.

    None when the claim no longer holds (cancelled or retried meanwhile): then nothing is written.
    """
    if not _move(conn, claim, JobState.DONE, at):
        return None
    result_id = _insert_result(conn, claim, answer, at)
    if claim.kind == "document":
        _index(conn, claim, result_id, answer.text)
        _post(conn, claim, result_id, at)
    else:
        _free_parent(conn, claim)
    return result_id


def fail(
    conn: Connection, claim: Claim, failure: FailureClass, detail: str, at: float, wait_s: float
) -> JobState | None:
    """Take note of a failed attempt: ready again after ``wait_s`` seconds if its class allows it, else ended.

    Returns the state it is in now, None when the claim no longer holds.
    """
    rule = FAILURES[failure]
    if rule.retry and claim.attempts < MAX_ATTEMPTS:
        moved = back(conn, claim, at + wait_s, failure, detail, suspect=False)
        return JobState.READY if moved else None
    return end(conn, claim, JobState(rule.final_state), failure, detail, at)


def died(conn: Connection, claim: Claim, failure: FailureClass, detail: str, at: float) -> JobState | None:
    """The engine died under this job. It runs alone from now on; one that dies alone for the third time is poison.

    Twice would not do: an engine that something else ends every few seconds hits the same bystander twice in a night.
    """
    if claim.suspect and claim.attempts >= ATTEMPTS_TO_POISON:
        return end(conn, claim, JobState.POISON, failure, detail, at)
    return JobState.READY if back(conn, claim, at, failure, detail, suspect=True) else None


def give_back(conn: Connection, claims: Iterable[Claim], not_before: float = 0.0) -> int:
    """Jobs that were claimed and not tried: ready again, the attempt not counted. Returns how many."""
    return sum(
        conn.execute(
            "UPDATE job SET state = 'ready', attempts = attempts - 1, epoch = epoch + 1, started_at = NULL, "
            "not_before = CASE WHEN ? > 0 THEN ? ELSE not_before END WHERE id = ? AND state = 'running' AND epoch = ?",
            (not_before, not_before, one.id, one.epoch),
        ).rowcount
        for one in claims
    )


def give_back_all(conn: Connection) -> int:
    """At a clean stop: whatever is running was not finished and is not to blame."""
    return give_back(conn, running(conn))


def running(conn: Connection) -> list[Claim]:
    """What is claimed now. For the database's owner at its start and its end: then it is all nobody's."""
    rows = conn.execute(f"SELECT {CLAIMED} FROM job WHERE state = 'running'").fetchall()
    return [Claim.of(row) for row in rows]


def divide(conn: Connection, claim: Claim, level: int, parts: Sequence[PartPlan], at: float) -> bool:
    """Turn a long document into parts of ``level``, blocked until the last of them is done; False if not ours."""
    if not _move(conn, claim, JobState.BLOCKED, None):
        return False
    conn.execute("DELETE FROM job WHERE parent_id = ? AND level >= ?", (claim.id, level))
    conn.executemany(
        "INSERT INTO job (recipe_id, sha256, folder_id, kind, level, seq, parent_id, start_offset, end_offset, "
        "priority, not_before, run_id, created_at) "
        "SELECT recipe_id, sha256, folder_id, 'map', ?, ?, id, ?, ?, priority, ?, run_id, ? FROM job WHERE id = ?",
        [(level, part.seq, part.start, part.end, FIRST, at, claim.id) for part in parts],
    )
    return True


def retry(conn: Connection, job_ids: Iterable[int]) -> int:
    """Give ended jobs a fresh start, attempts at zero; the parts of a long document that are done stay done."""
    return sum(_retry_one(conn, job_id) for job_id in job_ids)


def revive(conn: Connection, sha256: str) -> int:
    """This content's file is there again (a drive was plugged in, a share came back): what failed for want of it
    is ready again. Returns how many jobs.
    """
    rows = conn.execute(
        "SELECT id FROM job WHERE sha256 = ? AND kind = 'document' AND state = 'failed' AND error_class = ?",
        (sha256, FailureClass.UNREADABLE),
    ).fetchall()
    return retry(conn, [row[0] for row in rows])


def revive_folder(conn: Connection, folder_id: int) -> int:
    """``revive`` for every document of a folder that has come back, or that a person has handed over again."""
    rows = conn.execute(
        "SELECT DISTINCT d.sha256 FROM document d JOIN job j ON j.sha256 = d.sha256 "
        "WHERE d.folder_id = ? AND d.state = 'ready' AND j.state = 'failed' AND j.error_class = ?",
        (folder_id, FailureClass.UNREADABLE),
    ).fetchall()
    return sum(revive(conn, row[0]) for row in rows)


def _move(conn: Connection, claim: Claim, state: JobState, finished_at: float | None) -> bool:
    """The fence: the job moves only if it is still running under this claim."""
    cursor = conn.execute(
        "UPDATE job SET state = ?, finished_at = ?, error_class = NULL, error = NULL, epoch = epoch + 1 "
        "WHERE id = ? AND state = 'running' AND epoch = ?",
        (state, finished_at, claim.id, claim.epoch),
    )
    return bool(cursor.rowcount == 1)


def back(
    conn: Connection, claim: Claim, not_before: float, failure: FailureClass, detail: str, *, suspect: bool
) -> bool:
    """Ready again after a failed attempt; False when the claim no longer holds. ``suspect``: it runs alone."""
    cursor = conn.execute(
        "UPDATE job SET state = 'ready', not_before = ?, error_class = ?, error = ?, suspect = ?, epoch = epoch + 1 "
        "WHERE id = ? AND state = 'running' AND epoch = ?",
        (not_before, failure, detail or FAILURES[failure].sentence, int(suspect), claim.id, claim.epoch),
    )
    return bool(cursor.rowcount == 1)


def end(
    conn: Connection, claim: Claim, state: JobState, failure: FailureClass, detail: str, at: float
) -> JobState | None:
    """Set the job aside, and its document with it; None when the claim no longer holds."""
    if not _move(conn, claim, state, at):
        return None
    detail = detail or FAILURES[failure].sentence
    conn.execute("UPDATE job SET error_class = ?, error = ? WHERE id = ?", (failure, detail, claim.id))
    if claim.kind == "map":
        _end_parent(conn, claim, state, failure, detail, at)
    return state


def _end_parent(conn: Connection, claim: Claim, state: JobState, failure: FailureClass, detail: str, at: float) -> None:
    """A document whose part has no result has none either; parts that wait are not worth the work."""
    (parts,) = conn.execute(
        "SELECT count(*) FROM job WHERE parent_id = ? AND level = ?", (claim.parent_id, claim.level)
    ).fetchone()
    conn.execute(
        "UPDATE job SET state = ?, error_class = ?, error = ?, finished_at = ?, epoch = epoch + 1 "
        "WHERE id = ? AND state = 'blocked'",
        (state, failure, f"Part {claim.seq + 1} of {parts}: {detail}", at, claim.parent_id),
    )
    conn.execute(
        "UPDATE job SET state = 'cancelled', finished_at = ?, epoch = epoch + 1 "
        "WHERE parent_id = ? AND state = 'ready'",
        (at, claim.parent_id),
    )


def _free_parent(conn: Connection, claim: Claim) -> None:
    """The last part's own transaction makes the document ready to be put together."""
    conn.execute(
        "UPDATE job SET state = 'ready', not_before = ?, attempts = 0, suspect = 0, epoch = epoch + 1 "
        "WHERE id = ? AND state = 'blocked' "
        "AND NOT EXISTS (SELECT 1 FROM job part WHERE part.parent_id = job.id AND part.state <> 'done')",
        (FIRST, claim.parent_id),
    )


def _insert_result(conn: Connection, claim: Claim, answer: Answer, at: float) -> int:
    cursor = conn.execute(
        "INSERT INTO result (job_id, kind, recipe_id, sha256, run_id, text, data, model, engine, finish_reason, "
        "prompt_tokens, cached_tokens, generated_tokens, ttft_s, seconds, created_at) "
        "VALUES (?, ?, ?, ?, (SELECT run_id FROM job WHERE id = ?), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            claim.id,
            claim.kind,
            claim.recipe_id,
            claim.sha256,
            claim.id,
            answer.text,
            None if answer.data is None else json.dumps(answer.data, ensure_ascii=False),
            answer.model,
            answer.engine,
            answer.finish_reason,
            answer.prompt_tokens,
            answer.cached_tokens,
            answer.generated_tokens,
            answer.ttft_s,
            answer.seconds,
            at,
        ),
    )
    return int(cursor.lastrowid)


def _index(conn: Connection, claim: Claim, result_id: int, text: str) -> None:
    names = conn.execute(
        "SELECT name FROM document WHERE sha256 = ? ORDER BY state = 'gone', id LIMIT 20", (claim.sha256,)
    ).fetchall()
    joined = " ".join(name for (name,) in names)
    conn.execute("INSERT INTO result_fts (rowid, name, text) VALUES (?, ?, ?)", (result_id, joined, text))


def _post(conn: Connection, claim: Claim, result_id: int, at: float) -> None:
    """If the folder wants its results as files, note the file to write; it is written after the commit."""
    conn.execute(
        "INSERT INTO outbox (result_id, kind, target, created_at) "
        "SELECT ?, output_kind, output, ? FROM folder WHERE id = ? AND output IS NOT NULL",
        (result_id, at, claim.folder_id),
    )


def _retry_one(conn: Connection, job_id: int) -> int:
    marks = ", ".join("?" * len(RETRYABLE))
    row = conn.execute(
        f"SELECT sha256 FROM job WHERE id = ? AND kind = 'document' AND state IN ({marks})", (job_id, *RETRYABLE)
    ).fetchone()
    if row is None:
        return 0
    conn.execute("UPDATE blob SET state = 'new' WHERE sha256 = ? AND state = 'failed'", row)
    fresh = (
        "attempts = 0, suspect = 0, not_before = 0, error_class = NULL, error = NULL, finished_at = NULL, was = NULL"
    )
    conn.execute(
        f"UPDATE job SET state = 'ready', epoch = epoch + 1, {fresh} WHERE parent_id = ? AND state IN ({marks})",
        (job_id, *RETRYABLE),
    )
    conn.execute(
        f"UPDATE job SET epoch = epoch + 1, {fresh}, state = CASE WHEN EXISTS (SELECT 1 FROM job part "
        "WHERE part.parent_id = job.id AND part.state <> 'done') THEN 'blocked' ELSE 'ready' END WHERE id = ?",
        (job_id,),
    )
    return 1


def move_with_clock(conn: Connection, at: float, jump_s: float) -> None:
    """After the clock was set back by ``-jump_s``, to ``at``: jobs in back-off wait as long as they would have.

    None waits longer than a back-off may last, whenever the clock was set.
    """
    if jump_s < 0:
        conn.execute(
            "UPDATE job SET not_before = not_before + ? WHERE state = 'ready' AND not_before > ?", (jump_s, at)
        )
    latest = at + LONGEST_BACKOFF_S
    conn.execute("UPDATE job SET not_before = ? WHERE state = 'ready' AND not_before > ?", (latest, latest))
