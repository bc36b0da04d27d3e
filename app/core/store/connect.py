"""How a connection is opened: the pragmas that make a commit survive a power cut."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from app.core.store.sqlite import Connection, sqlite3

BUSY_TIMEOUT_MS = 10_000


def create_private_file(path: Path) -> None:
    """Make the database file readable by its owner only; SQLite gives its -wal and -shm the same mode."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    if os.name == "posix":
        path.chmod(0o600)


def connect_writer(path: Path) -> Connection:
    """A connection for the writer: WAL, every commit on the disk, explicit transactions only."""
    connection = sqlite3.connect(
        str(path), isolation_level=None, check_same_thread=False, timeout=BUSY_TIMEOUT_MS / 1000
    )
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")  # NORMAL loses acknowledged jobs in a power cut
    if sys.platform == "darwin":
        connection.execute("PRAGMA fullfsync = ON")
        connection.execute("PRAGMA checkpoint_fullfsync = ON")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    connection.execute("PRAGMA cache_size = -16000")
    # a checkpoint that a reader blocked must not leave a huge log behind for ever
    connection.execute(f"PRAGMA journal_size_limit = {64 * 1024 * 1024}")
    return connection


def connect_reader(path: Path) -> Connection:
    """A connection that cannot write, whatever it is asked to do."""
    uri = path.absolute().as_uri() + "?mode=ro"
    connection = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    connection.execute("PRAGMA query_only = ON")
    return connection
