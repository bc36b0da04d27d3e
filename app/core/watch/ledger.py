"""What the store knows of a folder's files: read before a scan, written after it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.core.queue.enqueue import enqueue_document
from app.core.queue.moves import retry, revive
from app.core.store.documents import save_blob, save_document
from app.core.store.sqlite import Connection, now
from app.core.watch.walk import SEPARATOR, Fingerprint, inside


@dataclass(frozen=True, slots=True)
class Known:
    """A document row: how its file looked, and its state."""

    fingerprint: Fingerprint
    state: str

    @property
    def final(self) -> bool:
        """Whether an unchanged file needs no second look. What the rules left out is judged again: they may change."""
        return self.state == "ready"


@dataclass(frozen=True, slots=True)
class Finding:
    """What is to be written about one path; ``sha256`` only where the content was read."""

    path: bytes
    fingerprint: Fingerprint
    state: str
    reason: str | None = None
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """What came of writing findings."""

    jobs: int = 0
    duplicates: int = 0


_DUPLICATE = "SELECT 1 FROM document WHERE sha256 = ? AND state = 'ready' AND NOT (folder_id = ? AND path = ?) LIMIT 1"


def own_outputs(connection: Connection) -> list[bytes]:
    """The folders that results are exported to: reading those would feed us our own words."""
    return [bytes(row[0]) for row in connection.execute("SELECT DISTINCT output FROM folder WHERE output IS NOT NULL")]


def known_documents(connection: Connection, folder_id: int) -> dict[bytes, Known]:
    """Every path of the folder that is not gone."""
    rows = connection.execute(
        "SELECT path, bytes, mtime_ns, inode, device, state FROM document WHERE folder_id = ? AND state <> 'gone'",
        (folder_id,),
    )
    return {path: Known((size, mtime, inode, device), state) for path, size, mtime, inode, device, state in rows}


def known_document(connection: Connection, folder_id: int, path: bytes) -> Known | None:
    """What is known of one path, or None."""
    row = connection.execute(
        "SELECT bytes, mtime_ns, inode, device, state FROM document"
        " WHERE folder_id = ? AND path = ? AND state <> 'gone'",
        (folder_id, path),
    ).fetchone()
    return None if row is None else Known(row[:4], row[4])


def record(connection: Connection, folder_id: int, findings: Sequence[Finding]) -> Recorded:
    """Write findings; content that is ready gets its blob and its job in the same transaction."""
    jobs = duplicates = 0
    at = now()
    for finding in findings:
        if finding.sha256 is not None:
            save_blob(connection, finding.sha256, finding.fingerprint[0])
        size, mtime_ns, inode, device = finding.fingerprint
        save_document(
            connection,
            folder_id,
            finding.path,
            state=finding.state,
            sha256=finding.sha256,
            size=size,
            mtime_ns=mtime_ns,
            inode=inode,
            device=device,
            reason=finding.reason,
            at=at,
        )
        if finding.sha256 is not None:
            jobs += (
                enqueue_document(connection, folder_id, finding.sha256, at)
                or revive(connection, finding.sha256)
                or _take_over(connection, folder_id, finding.sha256)
            )
            twin = connection.execute(_DUPLICATE, (finding.sha256, folder_id, finding.path)).fetchone()
            duplicates += twin is not None
    return Recorded(jobs, duplicates)


def _take_over(connection: Connection, folder_id: int, sha256: str) -> int:
    """A job that ended only because its folder was removed is this folder's now, and begins anew. How many."""
    rows = connection.execute(
        "UPDATE job SET (folder_id, priority) = (SELECT id, priority FROM folder WHERE id = ?1) WHERE sha256 = ?2 "
        "AND kind = 'document' AND state = 'cancelled' "
        "AND folder_id IN (SELECT id FROM folder WHERE state = 'removed') AND recipe_id IN "
        "(SELECT r.id FROM recipe r JOIN folder f ON f.recipe_name = r.name WHERE f.id = ?1) RETURNING id",
        (folder_id, sha256),
    ).fetchall()
    connection.executemany(
        "UPDATE job SET (folder_id, priority) = (SELECT id, priority FROM folder WHERE id = ?) WHERE parent_id = ?",
        [(folder_id, row[0]) for row in rows],
    )
    return retry(connection, [row[0] for row in rows])


def mark_gone(connection: Connection, folder_id: int, paths: Iterable[bytes]) -> int:
    """These files are no longer there; their results stay. Returns how many rows changed."""
    at = now()
    cursor = connection.executemany(
        "UPDATE document SET state = 'gone', reason = NULL, seen_at = ?"
        " WHERE folder_id = ? AND path = ? AND state <> 'gone'",
        [(at, folder_id, path) for path in paths],
    )
    return max(0, int(cursor.rowcount))


def paths_under(connection: Connection, folder_id: int, path: bytes) -> list[bytes]:
    """The known path itself and those below it, when it was a folder."""
    below = inside(path)
    rows = connection.execute(
        "SELECT path FROM document WHERE folder_id = ? AND state <> 'gone' AND (path = ? OR (path >= ? AND path < ?))",
        (folder_id, path, below, below[:-1] + bytes([SEPARATOR[0] + 1])),
    )
    return [row[0] for row in rows]
