"""Cancelling by a person, and taking that back: a job remembers what it was, and becomes it again."""

from __future__ import annotations

from collections.abc import Iterable

from app.core.queue.states import DEAD_LETTERS
from app.core.store.sqlite import Connection

_OPEN = "state IN ('ready', 'blocked', 'running', 'away')"
_CANCEL = "UPDATE job SET was = state, state = 'cancelled', finished_at = ?, epoch = epoch + 1"

# the file in which it was still holds it under the epoch that it had, so its answer will find it
_STILL_IN_A_FILE = (
    "EXISTS (SELECT 1 FROM away a WHERE a.job_id = job.id AND a.epoch = job.epoch - 1 AND a.state = 'away')"
)
_WAS_HELD = "NOT EXISTS (SELECT 1 FROM away a WHERE a.job_id = job.id AND a.epoch = job.epoch - 1)"
_UNFINISHED_PARTS = "EXISTS (SELECT 1 FROM job part WHERE part.parent_id = job.id AND part.state <> 'done')"
_AS_IT_WAS = (
    f"UPDATE job SET state = 'away', epoch = epoch - 1 WHERE %s AND was = 'away' AND {_STILL_IN_A_FILE}",
    f"UPDATE job SET state = 'away', epoch = epoch + 1 WHERE %s AND was = 'away' AND {_WAS_HELD}",
    # the attempt that was broken off is not counted, as at a clean stop
    f"UPDATE job SET state = CASE WHEN {_UNFINISHED_PARTS} THEN 'blocked' ELSE 'ready' END, epoch = epoch + 1, "
    "attempts = CASE WHEN was = 'running' THEN attempts - 1 ELSE attempts END WHERE %s",
)
# a part that failed meanwhile did not end its document, which was cancelled: it would wait for that part for ever
_FAILED_PARTS_AGAIN = (
    "UPDATE job SET state = 'ready', epoch = epoch + 1, attempts = 0, suspect = 0, not_before = 0, error_class = NULL, "
    "error = NULL, finished_at = NULL WHERE parent_id = ? AND state IN "
    f"({', '.join(repr(str(state)) for state in sorted(DEAD_LETTERS))})"
)


def cancel(conn: Connection, job_ids: Iterable[int], at: float) -> list[int]:
    """End jobs that are not finished, and their parts; finished rows stay. Returns the documents that were ended."""
    return [job_id for job_id in job_ids if _cancel_one(conn, job_id, at)]


def uncancel(conn: Connection, job_ids: Iterable[int]) -> int:
    """Have documents back that were cancelled by mistake; what became of them meanwhile stays. Returns how many."""
    return sum(_uncancel_one(conn, job_id) for job_id in job_ids)


def _cancel_one(conn: Connection, job_id: int, at: float) -> int:
    ended = conn.execute(f"{_CANCEL} WHERE id = ? AND kind = 'document' AND {_OPEN}", (at, job_id)).rowcount
    if ended:
        conn.execute(f"{_CANCEL} WHERE parent_id = ? AND {_OPEN}", (at, job_id))
    return int(ended)


def _uncancel_one(conn: Connection, job_id: int) -> int:
    cancelled = "SELECT 1 FROM job WHERE id = ? AND kind = 'document' AND state = 'cancelled'"
    if conn.execute(cancelled, (job_id,)).fetchone() is None:
        return 0
    conn.execute(_FAILED_PARTS_AGAIN, (job_id,))
    for which in ("parent_id = ?", "id = ?"):  # the parts first: whether the document waits for them follows from them
        ids = [row[0] for row in conn.execute(f"SELECT id FROM job WHERE {which} AND state = 'cancelled'", (job_id,))]
        for sql in _AS_IT_WAS:
            conn.executemany(sql % "id = ? AND state = 'cancelled'", [(one,) for one in ids])
        conn.executemany("UPDATE job SET was = NULL, finished_at = NULL WHERE id = ?", [(one,) for one in ids])
    return 1
