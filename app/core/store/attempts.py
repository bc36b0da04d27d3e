"""The log of attempts: when each began and ended, and how. Triggers write it with the job's own moves."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.store.sqlite import Connection

MOST = 60  # a document of a thousand parts has more; the last ones say what there is to say


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """One attempt at a job. ``outcome`` is the state the job went to, None while the attempt goes on.

    ``ready`` is a failure that is tried again, ``blocked`` a long document that was taken apart. ``part`` counts
    from 1 and is None for the document itself.
    """

    id: int
    part: int | None
    started_at: float
    ended_at: float | None
    outcome: str | None
    error_class: str | None
    error: str | None


def attempts_of(conn: Connection, job_id: int) -> list[AttemptRow]:
    """The attempts at a document, oldest first, and those at its parts that did not give an answer."""
    rows = conn.execute(
        "SELECT id, part, started_at, ended_at, outcome, error_class, error FROM ("
        "SELECT a.id, NULL AS part, a.started_at, a.ended_at, a.outcome, a.error_class, a.error "
        "FROM attempt a WHERE a.job_id = ?1 "
        "UNION ALL SELECT a.id, p.seq + 1, a.started_at, a.ended_at, a.outcome, a.error_class, a.error "
        "FROM job p JOIN attempt a ON a.job_id = p.id WHERE p.parent_id = ?1 AND coalesce(a.outcome, '') <> 'done') "
        "ORDER BY id DESC LIMIT ?2",
        (job_id, MOST),
    )
    return [AttemptRow(*row) for row in rows][::-1]
