"""Which jobs are away, in which file, and how they come home. Each function is one step of a transaction."""

from __future__ import annotations

import os
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass

import psutil

from app.core.queue.claim import CLAIMED, Claim
from app.core.store.sqlite import Connection

_MINE = "id IN (SELECT job_id FROM away WHERE batch_id = ? AND state = 'away' AND epoch = job.epoch)"
# away, and in no file: parts have come back, and what they are merged into waits for its own round
_HELD = "state = 'away' AND NOT EXISTS (SELECT 1 FROM away a WHERE a.job_id = job.id AND a.epoch = job.epoch)"
_AS_BEFORE = (
    "UPDATE job SET epoch = epoch + 1, state = CASE WHEN (SELECT held FROM away a WHERE a.job_id = job.id "
    "AND a.epoch = job.epoch) THEN 'away' ELSE 'ready' END"
)
_FRESH = "error_class = NULL, error = NULL, run_id = NULL, not_before = 0, suspect = 0"


@dataclass(frozen=True, slots=True)
class BatchRow:
    """A file that left, with how many of its requests are still away, came back, failed, or were taken back."""

    id: int
    path: str
    model: str
    created_at: float
    away: int
    back: int
    failed: int
    taken: int


@dataclass(frozen=True, slots=True)
class AwayRow:
    """One request that left. ``state``: away, back, failed or taken."""

    custom_id: str
    job_id: int
    epoch: int
    max_tokens: int
    state: str


def begin(conn: Connection, path: str, model: str, at: float) -> int:
    """A batch whose file is being written by this process; its id."""
    cursor = conn.execute(
        "INSERT INTO batch (path, model, state, pid, pid_started, created_at) VALUES (?, ?, 'writing', ?, ?, ?)",
        (path, model, os.getpid(), psutil.Process().create_time(), at),
    )
    return int(cursor.lastrowid)


def reserve(conn: Connection, batch_id: int, recipe: str, folder_ids: Sequence[int], limit: int) -> list[Claim]:
    """Take up to ``limit`` waiting jobs of a recipe out of the queue, those that wait for their next round first.

    Without ``folder_ids`` those of every folder.
    """
    rows = conn.execute(
        f"SELECT id, state = 'away' FROM job WHERE {_waiting(folder_ids)} ORDER BY state, id LIMIT ?",
        (recipe, *folder_ids, limit),
    ).fetchall()
    return send(conn, batch_id, [job_id for job_id, _ in rows], {job_id for job_id, was_held in rows if was_held})


def count_waiting(conn: Connection, recipe: str, folder_ids: Sequence[int]) -> int:
    """How many jobs ``reserve`` would take without a limit."""
    sql = f"SELECT count(*) FROM job WHERE {_waiting(folder_ids)}"
    return int(conn.execute(sql, (recipe, *folder_ids)).fetchone()[0])


def _waiting(folder_ids: Sequence[int]) -> str:
    marks = ", ".join("?" * len(folder_ids))
    among = "recipe_id IN (SELECT id FROM recipe WHERE name = ?)" + (f" AND folder_id IN ({marks})" if marks else "")
    return f"{among} AND (state = 'ready' OR ({_HELD}))"


def send(conn: Connection, batch_id: int, job_ids: Iterable[int], held: Container[int] = ()) -> list[Claim]:
    """Put jobs that are ready or held into a batch; from now on nobody here works on them. ``held``: which were."""
    claims = []
    for job_id in job_ids:
        row = conn.execute(
            f"UPDATE job SET state = 'away', epoch = epoch + 1, {_FRESH} "
            f"WHERE id = ? AND state IN ('ready', 'away') RETURNING {CLAIMED}",
            (job_id,),
        ).fetchone()
        if row is not None:
            claims.append(Claim.of(row))
    conn.executemany(
        "INSERT INTO away (custom_id, job_id, batch_id, epoch, held) VALUES (?, ?, ?, ?, ?)",
        [(key_of(conn, one), one.id, batch_id, one.epoch, one.id in held) for one in claims],
    )
    return claims


def key_of(conn: Connection, claim: Claim) -> str:
    """The name under which a request leaves: the same for the same job, another for each time that it leaves.

    It is made of the recipe version, the content and the part, so it means the same in every database.
    """
    (recipe,) = conn.execute("SELECT sha256 FROM recipe WHERE id = ?", (claim.recipe_id,)).fetchone()
    part = f"{claim.kind[0]}{claim.level}-{claim.seq}"
    return f"nd-{recipe[:12]}-{claim.sha256[:24]}-{part}-{claim.epoch}"


def written(conn: Connection, batch_id: int, sizes: Sequence[tuple[str, int]], later: Iterable[str]) -> None:
    """The file is complete: note the answers' largest lengths, by custom id. ``later`` are held for the next file."""
    conn.executemany("UPDATE away SET max_tokens = ? WHERE custom_id = ?", [(size, key) for key, size in sizes])
    conn.executemany("DELETE FROM away WHERE custom_id = ?", [(key,) for key in later])
    conn.execute("UPDATE batch SET state = 'away' WHERE id = ?", (batch_id,))


def take(conn: Connection, job_id: int, epoch: int) -> Claim | None:
    """Claim a job that is away, to end or divide it in this transaction; None if it is not away under this epoch."""
    row = conn.execute(
        "UPDATE job SET state = 'running', attempts = attempts + 1, epoch = epoch + 1 "
        f"WHERE id = ? AND epoch = ? AND state = 'away' RETURNING {CLAIMED}",
        (job_id, epoch),
    ).fetchone()
    return None if row is None else Claim.of(row)


def hold(conn: Connection, job_id: int) -> None:
    """Keep a job that has just become ready from the local queue: its next round is to leave as well."""
    conn.execute("UPDATE job SET state = 'away', epoch = epoch + 1 WHERE id = ? AND state = 'ready'", (job_id,))


def find(conn: Connection, custom_id: str) -> AwayRow | None:
    """The request that left under this name."""
    row = conn.execute(
        "SELECT custom_id, job_id, epoch, max_tokens, state FROM away WHERE custom_id = ?", (custom_id,)
    ).fetchone()
    return None if row is None else AwayRow(*row)


def mark(conn: Connection, custom_id: str, state: str, error: str | None = None) -> None:
    """Note what became of a request."""
    conn.execute("UPDATE away SET state = ?, error = ? WHERE custom_id = ?", (state, error, custom_id))


def drop(conn: Connection, custom_id: str) -> None:
    """Forget a request that is in no file, before its job is taken. One that was cancelled meanwhile keeps it."""
    conn.execute(
        "DELETE FROM away WHERE custom_id = ? AND epoch = (SELECT epoch FROM job WHERE id = away.job_id)", (custom_id,)
    )
    conn.execute("UPDATE away SET state = 'taken' WHERE custom_id = ?", (custom_id,))


def put_back(conn: Connection, claim: Claim) -> None:
    """There was no room for this one in the file: it is what it was, waiting in the queue or for its next round."""
    moved = conn.execute(
        f"{_AS_BEFORE} WHERE id = ? AND epoch = ? AND state = 'away'", (claim.id, claim.epoch)
    ).rowcount
    # cancelled meanwhile: who takes that back has to see that it was in a file, and not held for the next one
    end = "DELETE FROM away" if moved else "UPDATE away SET state = 'taken'"
    conn.execute(f"{end} WHERE job_id = ? AND epoch = ?", (claim.id, claim.epoch))


def give_up(conn: Connection, batch_id: int) -> None:
    """The file could not be completed: what was to leave with it is what it was."""
    conn.execute(f"{_AS_BEFORE} WHERE state = 'away' AND {_MINE}", (batch_id,))
    take_back(conn, [batch_id])


def take_back(conn: Connection, batch_ids: Iterable[int]) -> int:
    """Give what is away in these batches to the local queue; answers that still come are not used. How many."""
    count = 0
    for batch_id in batch_ids:
        count += conn.execute(
            f"UPDATE job SET state = 'ready', epoch = epoch + 1 WHERE state = 'away' AND {_MINE}", (batch_id,)
        ).rowcount
        conn.execute("UPDATE away SET state = 'taken' WHERE batch_id = ? AND state = 'away'", (batch_id,))
        conn.execute("UPDATE batch SET state = 'away' WHERE id = ?", (batch_id,))
    return count


def take_back_held(conn: Connection) -> int:
    """Give to the local queue what waits for its next round. How many."""
    return int(conn.execute(f"UPDATE job SET state = 'ready', epoch = epoch + 1 WHERE {_HELD}").rowcount)


def held(conn: Connection) -> int:
    """How many documents and parts wait for their next round."""
    return int(conn.execute(f"SELECT count(*) FROM job WHERE {_HELD}").fetchone()[0])


def release_broken(conn: Connection) -> int:
    """Give back what processes had taken that died before their files were complete. How many files."""
    rows = conn.execute("SELECT id, pid, pid_started FROM batch WHERE state = 'writing'").fetchall()
    broken = [batch_id for batch_id, pid, started in rows if not _lives(pid, started)]
    for batch_id in broken:
        give_up(conn, batch_id)
    return len(broken)


def batches(conn: Connection) -> list[BatchRow]:
    """All files that left, the newest first; those without a request are passed over."""
    rows = conn.execute(
        "SELECT b.id, b.path, b.model, b.created_at, coalesce(sum(a.state = 'away'), 0), "
        "coalesce(sum(a.state = 'back'), 0), coalesce(sum(a.state = 'failed'), 0), coalesce(sum(a.state = 'taken'), 0) "
        "FROM batch b JOIN away a ON a.batch_id = b.id GROUP BY b.id ORDER BY b.id DESC"
    )
    return [BatchRow(*row) for row in rows]


def _lives(pid: int, started: float) -> bool:
    try:
        return bool(abs(psutil.Process(pid).create_time() - started) < 1.0)
    except psutil.Error:
        return False
