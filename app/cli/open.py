"""Opens the database for a command that only looks or makes small changes."""

from __future__ import annotations

from pathlib import Path

from app.core.errors import UsageError
from app.core.store.store import Store


def open_store(database: Path, *, create: bool = False) -> Store:
    """The database, beside whoever owns it. Raises UsageError when there is none and ``create`` is False."""
    if not create and not database.exists():
        raise UsageError(f"There is no database at {database} yet; `nightdesk run FOLDER --recipe NAME` makes one.")
    return Store.open(database, owner=False)
