"""Folders handed to Nightdesk, each bound to a recipe."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.core.store.sqlite import Connection, Row, now

COLUMNS = (
    "id, path, path_text, kind, recipe_name, recursive, include, exclude, network, output, output_kind, priority, "
    "state, reason, created_at, scanned_at, recipe_id, recipe_path"
)

PRIORITIES = {"high": -1, "normal": 0, "low": 1}


@dataclass(frozen=True, slots=True)
class FolderRow:
    """A folder bound to a recipe. ``kind``: ``watched``, ``once`` or ``files`` (single files handed over).

    ``recipe_id`` is the version that new documents are worked off under, ``recipe_path`` the file that it came from.
    """

    id: int
    path: Path
    path_text: str
    kind: str
    recipe_name: str
    recursive: bool
    include: tuple[str, ...]
    exclude: tuple[str, ...]
    network: bool
    output: Path | None
    output_kind: str
    priority: int
    state: str
    reason: str | None
    created_at: float
    scanned_at: float | None
    recipe_id: int | None
    recipe_path: Path | None

    @property
    def priority_name(self) -> str:
        """The priority as people set it: one of PRIORITIES."""
        return "high" if self.priority < 0 else "low" if self.priority > 0 else "normal"


def display(path: Path | bytes) -> str:
    """A path as people read it: bytes that are not text become replacement characters."""
    return os.fsencode(path).decode("utf-8", errors="replace")


def add_folder(
    conn: Connection,
    path: Path,
    recipe_name: str,
    *,
    kind: str = "watched",
    recursive: bool = True,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    network: bool = False,
    output: Path | None = None,
    output_kind: str = "md",
    priority: int | None = None,
    recipe_id: int | None = None,
    recipe_path: Path | None = None,
) -> int:
    """Bind ``path`` to a recipe; the same pair again changes the options and makes it active. Returns the id.

    A watched folder stays watched when it is worked off once in between.

    ``output``: a folder in which each result is written as a file of ``output_kind`` (``md`` or ``json``).
    ``priority``: lower is worked off first; None is 0, or what the folder has already. ``recipe_id``: the version;
    None is the newest of that name.
    """
    row = conn.execute(
        "INSERT INTO folder (path, path_text, kind, recipe_name, recursive, include, exclude, network, output, "
        "output_kind, created_at, recipe_id, recipe_path) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (path, recipe_name) DO UPDATE SET "
        "kind = CASE WHEN kind = 'watched' AND state <> 'removed' THEN kind ELSE excluded.kind END, "
        "recursive = excluded.recursive, "
        "include = excluded.include, exclude = excluded.exclude, network = excluded.network, "
        "output = excluded.output, output_kind = excluded.output_kind, "
        "recipe_id = excluded.recipe_id, recipe_path = excluded.recipe_path, "
        "state = 'active', reason = NULL RETURNING id",
        (
            os.fsencode(path),
            display(path),
            kind,
            recipe_name,
            recursive,
            json.dumps(list(include)),
            json.dumps(list(exclude)),
            network,
            None if output is None else os.fsencode(output),
            output_kind,
            now(),
            recipe_id,
            None if recipe_path is None else os.fsencode(recipe_path.absolute()),
        ),
    ).fetchone()
    if priority is not None:
        set_priority(conn, row[0], priority)
    return int(row[0])


def save_options(conn: Connection, row: FolderRow) -> None:
    """Keep the options that a folder has in ``row``; what it is bound to stays."""
    conn.execute(
        "UPDATE folder SET recursive = ?, include = ?, exclude = ?, network = ?, output = ?, output_kind = ? "
        "WHERE id = ?",
        (
            row.recursive,
            json.dumps(list(row.include)),
            json.dumps(list(row.exclude)),
            row.network,
            None if row.output is None else os.fsencode(row.output),
            row.output_kind,
            row.id,
        ),
    )
    set_priority(conn, row.id, row.priority)


def set_priority(conn: Connection, folder_id: int, priority: int) -> None:
    """Work the folder's documents off before (lower) or after others; those that wait keep their order."""
    conn.execute(
        "UPDATE job SET priority = priority + ?1 - (SELECT priority FROM folder WHERE id = ?2) "
        "WHERE folder_id = ?2 AND state <> 'done' AND ?1 <> (SELECT priority FROM folder WHERE id = ?2)",
        (priority, folder_id),
    )
    conn.execute("UPDATE folder SET priority = ? WHERE id = ?", (priority, folder_id))


def get_folder(conn: Connection, folder_id: int) -> FolderRow | None:
    """The folder with this id."""
    row = conn.execute(f"SELECT {COLUMNS} FROM folder WHERE id = ?", (folder_id,)).fetchone()
    return None if row is None else _folder(row)


def list_folders(conn: Connection, *, kind: str | None = None, removed: bool = False) -> list[FolderRow]:
    """Folders in the order they were added; removed ones only when asked for."""
    rows = conn.execute(
        f"SELECT {COLUMNS} FROM folder WHERE (? IS NULL OR kind = ?) AND (? OR state <> 'removed') ORDER BY id",
        (kind, kind, removed),
    )
    return [_folder(row) for row in rows]


def set_folder_state(conn: Connection, folder_id: int, state: str, reason: str | None = None) -> None:
    """``active``, ``missing``, ``paused`` or ``removed``, with the sentence people see."""
    conn.execute("UPDATE folder SET state = ?, reason = ? WHERE id = ?", (state, reason, folder_id))


def set_recipe(conn: Connection, folder_id: int, recipe_id: int) -> None:
    """Work new documents of the folder off under this version of its recipe."""
    conn.execute("UPDATE folder SET recipe_id = ? WHERE id = ?", (recipe_id, folder_id))


def set_scanned(conn: Connection, folder_id: int, at: float) -> None:
    """Note when the folder was last looked through."""
    conn.execute("UPDATE folder SET scanned_at = ? WHERE id = ?", (at, folder_id))


def remove_folder(conn: Connection, folder_id: int) -> list[int]:
    """Take the folder out of the list and cancel its waiting jobs; results stay. Returns the cancelled documents.

    What lies in another folder of the same recipe too is worked on for that one.
    """
    set_folder_state(conn, folder_id, "removed")
    _hand_on(conn, folder_id)
    rows = conn.execute(
        "UPDATE job SET was = state, state = 'cancelled', epoch = epoch + 1, finished_at = ? "
        "WHERE folder_id = ? AND state IN ('ready', 'blocked', 'away') RETURNING id, kind",
        (now(), folder_id),
    ).fetchall()
    return sorted(job_id for job_id, kind in rows if kind == "document")


def restore_folder(conn: Connection, folder_id: int) -> None:
    """Put a folder that was removed back into the list, with the options that it had."""
    conn.execute("UPDATE folder SET state = 'active', reason = NULL WHERE id = ? AND state = 'removed'", (folder_id,))


def _hand_on(conn: Connection, folder_id: int) -> None:
    conn.execute(
        f"UPDATE job SET folder_id = ({_ALSO_IN}), priority = priority + ({_ITS_PRIORITY}) "
        "- (SELECT priority FROM folder WHERE id = ?1) WHERE folder_id = ?1 AND kind = 'document' "
        f"AND state IN ('ready', 'blocked', 'away') AND EXISTS ({_ALSO_IN})",
        (folder_id,),
    )
    conn.execute(
        "UPDATE job SET (folder_id, priority) = "
        "(SELECT whole.folder_id, whole.priority FROM job whole WHERE whole.id = job.parent_id) "
        "WHERE folder_id = ?1 AND parent_id IN (SELECT id FROM job WHERE folder_id <> ?1)",
        (folder_id,),
    )


# a job belongs to the folder that found the content first; the others have it as well
_OTHERS = (
    "FROM document d JOIN folder other ON other.id = d.folder_id JOIN recipe r ON r.id = job.recipe_id "
    "WHERE d.sha256 = job.sha256 AND d.state = 'ready' AND other.state <> 'removed' AND other.recipe_name = r.name "
    "ORDER BY other.id LIMIT 1"
)
_ALSO_IN = f"SELECT other.id {_OTHERS}"
_ITS_PRIORITY = f"SELECT other.priority {_OTHERS}"


def _folder(row: Row) -> FolderRow:
    return FolderRow(
        id=row[0],
        path=Path(os.fsdecode(row[1])),
        path_text=row[2],
        kind=row[3],
        recipe_name=row[4],
        recursive=bool(row[5]),
        include=tuple(json.loads(row[6])),
        exclude=tuple(json.loads(row[7])),
        network=bool(row[8]),
        output=None if row[9] is None else Path(os.fsdecode(row[9])),
        output_kind=row[10],
        priority=row[11],
        state=row[12],
        reason=row[13],
        created_at=row[14],
        scanned_at=row[15],
        recipe_id=row[16],
        recipe_path=None if row[17] is None else Path(os.fsdecode(row[17])),
    )
