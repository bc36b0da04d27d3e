"""How the database is opened: who owns it, whether it is sound, and whether it is of our version."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from filelock import FileLock, Timeout
from sqlite_utils import Database

from app.core.errors import StoreError
from app.core.store import log
from app.core.store.connect import connect_reader, connect_writer, create_private_file
from app.core.store.foreign import refuse_foreign
from app.core.store.place import lock_file, refuse_shared_place
from app.core.store.rescue import back_up, damage, rescue
from app.core.store.schema import migrations
from app.core.store.sqlite import Connection, check_version, sqlite3
from app.core.store.writer import as_store_error

MIGRATION_WAIT_S = 10.0
PROBE_S = 0.2  # another command may hold the lock for a moment, to see whether there is an owner


class OwnerLock:
    """The lock of the one process that works the queue off; the system frees it when that process dies."""

    def __init__(self, database: Path) -> None:
        self._database = database
        self._lock = FileLock(lock_file(database), thread_local=False, mode=0o600)

    def acquire(self, wait_s: float = 0) -> None:
        """Become the owner, waiting at most ``wait_s`` seconds. Raises StoreError when another process is."""
        try:
            self._lock.acquire(timeout=wait_s)
        except Timeout as error:
            if not Path(self._lock.lock_file).exists():  # filelock takes every refusal for another's lock
                raise StoreError(
                    f"The folder {self._database.parent} takes no files, so no database can be made there. "
                    "Name another place with --db, or set NIGHTDESK_HOME."
                ) from error
            raise StoreError(
                f"Another Nightdesk is using {self._database}. Use its window, or close it and try again."
            ) from error

    def release(self) -> None:
        """Let another process become the owner."""
        self._lock.release()


def open_database(path: Path, *, owner: bool) -> tuple[Connection, OwnerLock | None, str | None]:
    """The writer's connection, the owner lock (None beside an owner), and a sentence when it had to be rescued."""
    check_version()
    refuse_shared_place(path)
    try:
        refuse_foreign(path)
        return _open_owned(path) if owner else (_open_beside(path), None, None)
    except OSError as error:
        raise StoreError(
            f"The database {path} cannot be opened: {error.strerror or error}. "
            "Name another place with --db, or set NIGHTDESK_HOME."
        ) from error


def _open_owned(path: Path) -> tuple[Connection, OwnerLock, str | None]:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = OwnerLock(path)
    lock.acquire(PROBE_S)
    try:
        connection, notice = _prepare(path)
    except BaseException:
        lock.release()
        raise
    return connection, lock, notice


def _open_beside(path: Path) -> Connection:
    """A connection beside the owner; a missing or older database is first brought up to date under the lock."""
    if not _is_current(path):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = OwnerLock(path)
        lock.acquire(MIGRATION_WAIT_S)
        try:
            _prepare(path)[0].close()
        finally:
            lock.release()
    with as_store_error(path):
        return connect_writer(path)


def _is_current(path: Path) -> bool:
    if not path.exists():
        return False
    with as_store_error(path), closing(connect_reader(path)) as connection:
        database = Database(connection)
        _refuse_newer(database, path)
        return not migrations.pending(database)


def _prepare(path: Path) -> tuple[Connection, str | None]:
    """Check, rescue if need be, migrate."""
    create_private_file(path)
    found = damage(path)
    notice = rescue(path, found) if found else None
    create_private_file(path)
    with as_store_error(path):
        connection = connect_writer(path)
        try:
            _migrate(connection, path)
            if notice:
                log.add_event(connection, "store", "warning", notice)
        except BaseException:
            connection.close()
            raise
    return connection, notice


def _migrate(connection: Connection, path: Path) -> None:
    database = Database(connection)
    _refuse_newer(database, path)
    if not migrations.pending(database):
        return
    if migrations.applied(database):
        back_up(connection, path)
    try:
        migrations.apply(database)
    except sqlite3.IntegrityError as error:
        raise StoreError(
            f"The database {path} could not be brought to this version ({error}). "
            "It is unchanged; a backup lies beside it."
        ) from error


def _refuse_newer(database: Database, path: Path) -> None:
    known = {migration.name for migration in migrations._migrations}
    unknown = [migration.name for migration in migrations.applied(database) if migration.name not in known]
    if unknown:
        raise StoreError(
            f"The database {path} was written by a newer Nightdesk ({unknown[-1]}). Install that version to open it."
        )
