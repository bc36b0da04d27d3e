"""The SQLite we use: pysqlite3, because a WAL database with two connections is safe only from 3.51.3 on."""

from __future__ import annotations

import time
from typing import Any

import pysqlite3.dbapi2 as sqlite3
from pysqlite3.dbapi2 import Connection

from app.core.errors import StoreError

# https://sqlite.org/releaselog/3_51_3.html: fixes a rare WAL-reset race that can corrupt the file
OLDEST_SAFE = (3, 51, 3)

Row = tuple[Any, ...]

__all__ = ["OLDEST_SAFE", "Connection", "Row", "check_version", "now", "sqlite3"]


def check_version(found: tuple[int, ...] = tuple(sqlite3.sqlite_version_info)) -> None:
    """Refuse an SQLite that may damage the database; raises StoreError."""
    if found < OLDEST_SAFE:
        raise StoreError(
            f"SQLite {'.'.join(map(str, found))} can damage the database; "
            f"install pysqlite3 0.6.1 or newer (SQLite {'.'.join(map(str, OLDEST_SAFE))} or newer)."
        )


def now() -> float:
    """Seconds since 1970, as every ``_at`` column keeps it."""
    return time.time()
