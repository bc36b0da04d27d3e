"""Whose a file is: one that is no database of Nightdesk is neither written into nor put aside as damaged."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from app.core.errors import StoreError
from app.core.store.connect import connect_reader
from app.core.store.place import lock_file
from app.core.store.rescue import backups
from app.core.store.sqlite import sqlite3

_HEADER = b"SQLite format 3\0"
_OURS = frozenset({"blob", "document", "job"})
_KEPT_BY_SQLITE_UTILS = frozenset({"_sqlite_migrations"})  # all that is there when the first start was killed early
_USUAL_NAME = "nightdesk.db"


def refuse_foreign(path: Path) -> None:
    """Raise StoreError when there is something at ``path`` that Nightdesk has not made. An empty file is no one's."""
    if path.is_dir():
        raise StoreError(f"{path} is a folder; name a file in it with --db.")
    if not path.exists() or not path.stat().st_size:
        return
    tables = _tables(path)
    ours = _has_traces(path) if tables is None else tables <= _KEPT_BY_SQLITE_UTILS or tables >= _OURS
    if not ours:
        raise StoreError(f"{path} is no database of Nightdesk, and is left as it is. Name another file with --db.")


def _tables(path: Path) -> frozenset[str] | None:
    """The names of its tables, or None when it cannot be read as a database."""
    with path.open("rb") as file:
        if file.read(len(_HEADER)) != _HEADER:
            return None
    try:
        with closing(connect_reader(path)) as connection:
            rows = connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite@_%' ESCAPE '@'"
            )
            return frozenset(name for (name,) in rows)
    except sqlite3.OperationalError as error:
        # One that cannot be read now, for it is held or lies where nothing may be written: whoever opens it says why.
        return _OURS if "unable to open" in str(error) or "locked" in str(error) else None
    except sqlite3.DatabaseError:
        return None


def _has_traces(path: Path) -> bool:
    """What tells a damaged database of ours from any other file: what lies beside it, and its name."""
    # no -wal is one: Nightdesk never leaves it without the lock, and other programs do
    return lock_file(path).exists() or path.name == _USUAL_NAME or bool(backups(path))
