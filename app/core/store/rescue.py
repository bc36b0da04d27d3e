"""Backups of the database, and the way back from a damaged one."""

from __future__ import annotations

import os
import re
import time
from contextlib import closing
from pathlib import Path

from app.core.errors import StoreError
from app.core.store.connect import connect_reader, create_private_file
from app.core.store.sqlite import Connection, sqlite3

BACKUPS_KEPT = 3
SIDE_FILES = ("", "-wal", "-shm")
_MADE_AT = re.compile(r"-(\d{8}-\d{6}-\d{9})\.db")


def backups_folder(path: Path) -> Path:
    """Where the backups of the database at ``path`` lie."""
    return path.parent / "backups"


def backups(path: Path) -> list[Path]:
    """The backups of the database at ``path``, newest first; those of others that lie there too are not among them."""
    names = {path.name}
    if path.suffix == ".db" or not path.with_suffix(".db").exists():
        names.add(path.stem)  # as backups were called before: work.sqlite and work.db shared that
    found: list[tuple[str, Path]] = []
    for file in backups_folder(path).glob("*.db"):
        made = _MADE_AT.search(file.name)
        if made is not None and made.end() == len(file.name) and file.name[: made.start()] in names:
            found.append((made[1], file))
    return [file for _, file in sorted(found, reverse=True)]


def back_up(connection: Connection, path: Path) -> Path:
    """Write a consistent copy of the live database beside it and keep the newest three; returns the copy.

    ``VACUUM INTO`` reads through the log; a plain copy of a live file can lose what is still in it.
    """
    target = backups_folder(path) / f"{path.name}-{time.strftime('%Y%m%d-%H%M%S')}-{time.time_ns() % 10**9:09d}.db"
    unfinished = target.with_suffix(".part")
    unfinished.unlink(missing_ok=True)
    create_private_file(unfinished)
    connection.execute("VACUUM INTO ?", (str(unfinished),))
    with unfinished.open("rb+") as handle:
        os.fsync(handle.fileno())
    unfinished.replace(target)
    for old in backups(path)[BACKUPS_KEPT:]:
        old.unlink()
    return target


def damage(path: Path) -> str | None:
    """What is wrong with the file, or None when SQLite's quick check finds nothing. An empty file is sound."""
    try:
        with closing(connect_reader(path)) as connection:
            found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.OperationalError as error:
        if "locked" in str(error) or "unable to open" in str(error):
            raise StoreError(f"The database {path} cannot be read: {error}.") from error
        return str(error)
    except sqlite3.DatabaseError as error:
        return str(error)
    return None if found == "ok" else str(found)


def quarantine(path: Path) -> Path:
    """Move the damaged database and its side files away together; returns the folder they are in now."""
    folder = path.parent / "quarantine" / f"{time.strftime('%Y%m%d-%H%M%S')}-{time.time_ns() % 10**9:09d}"
    folder.mkdir(parents=True, mode=0o700)
    for suffix in SIDE_FILES:
        side = path.with_name(path.name + suffix)
        if side.exists():
            side.replace(folder / side.name)
    return folder


def rescue(path: Path, found: str) -> str:
    """Put a damaged database aside and the newest sound backup in its place; returns what was done, for people."""
    folder = quarantine(path)
    for backup in backups(path):
        if damage(backup) is None:
            create_private_file(path)
            path.write_bytes(backup.read_bytes())
            return (
                f"The database was damaged ({_short(found)}). It was moved to {folder} and the backup "
                f"{backup.name} was put in its place; folders are scanned again and newer work is done again."
            )
    return (
        f"The database was damaged ({_short(found)}) and there was no backup. It was moved to {folder} "
        "and a new one was begun; folders have to be added again."
    )


def _short(found: str) -> str:
    return found.splitlines()[0][:120]
