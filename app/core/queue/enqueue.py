"""How a document becomes a job: one for each recipe version and content, however many paths it has."""

from __future__ import annotations

from collections.abc import Iterable

from app.core.errors import UsageError
from app.core.store.sqlite import Connection


def enqueue_document(conn: Connection, folder_id: int, sha256: str, now: float) -> bool:
    """Create the job for this content under the folder's recipe; False when there is one already.

    ``now`` is in seconds since 1970. The same bytes were worked on under an older version of the recipe:
    then there is no new job either, since running again is asked for (``queue_again``), never assumed.
    Call it in the transaction that writes the document row. Raises UsageError for an unknown folder or recipe.
    """
    recipe_name, recipe_id, priority = _binding(conn, folder_id)
    known = conn.execute(
        "SELECT 1 FROM job WHERE sha256 = ? AND kind = 'document' "
        "AND recipe_id IN (SELECT id FROM recipe WHERE name = ?) LIMIT 1",
        (sha256, recipe_name),
    ).fetchone()
    if known is not None:
        return False
    return _add_job(conn, recipe_id or _newest(conn, recipe_name), sha256, folder_id, priority, now)


def enqueue_under(conn: Connection, job_ids: Iterable[int], recipe_id: int, now: float) -> int:
    """Work on the documents of these jobs under another recipe version too; how many jobs were created."""
    created = 0
    for job_id in job_ids:
        row = conn.execute(
            "SELECT sha256, folder_id, priority FROM job WHERE id = ? AND kind = 'document'", (job_id,)
        ).fetchone()
        if row is not None:
            sha256, folder_id, priority = row
            created += _add_job(conn, recipe_id, sha256, folder_id, priority, now)
    return created


def _binding(conn: Connection, folder_id: int) -> tuple[str, int | None, int]:
    """The name and the version of a folder's recipe, and its priority."""
    row = conn.execute("SELECT recipe_name, recipe_id, priority FROM folder WHERE id = ?", (folder_id,)).fetchone()
    if row is None:
        raise UsageError(f"There is no folder number {folder_id}.")
    return row[0], row[1], row[2]


def _newest(conn: Connection, name: str) -> int:
    """The newest version of a recipe, for a folder bound before folders knew theirs; without its source."""
    row = conn.execute("SELECT id FROM recipe WHERE name = ? ORDER BY version DESC LIMIT 1", (name,)).fetchone()
    if row is None:
        raise UsageError(f"There is no recipe called {name}. `nightdesk recipes` lists them.")
    return int(row[0])


def _add_job(conn: Connection, recipe_id: int, sha256: str, folder_id: int, priority: int, now: float) -> bool:
    cursor = conn.execute(
        "INSERT INTO job (recipe_id, sha256, folder_id, priority, created_at) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT DO NOTHING",
        (recipe_id, sha256, folder_id, priority, now),
    )
    return bool(cursor.rowcount)
