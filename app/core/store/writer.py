"""The one thread that writes: everything that waits is committed together, each piece in its own savepoint."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from app.core.errors import StoreError
from app.core.store.sqlite import Connection, sqlite3

T = TypeVar("T")
Work = Callable[[Connection], Any]

GROUP = 64  # pieces of work in one transaction: beyond this a commit costs less than the wait for it


class DiskFull(StoreError):
    """The disk has no room. Nothing was written; the same write can be tried again once there is room."""


@contextmanager
def as_store_error(path: Path) -> Iterator[None]:
    """Turn what the environment did wrong into StoreError; what we did wrong passes through."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise sentence(error, path) or error from error
    except sqlite3.DatabaseError as error:
        if type(error) is not sqlite3.DatabaseError:
            raise
        raise StoreError(
            f"The database {path} is damaged ({error}). Start Nightdesk again: it puts the newest backup in place."
        ) from error


def sentence(error: Exception, path: Path) -> StoreError | None:
    """The error people see for an environment's failure, or None when the mistake is in our own SQL."""
    name = str(getattr(error, "sqlite_errorname", ""))
    if name.startswith("SQLITE_FULL"):
        return DiskFull(f"The disk that holds {path} is full. Make room; work goes on by itself.")
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return StoreError(f"The database {path} is in use by another program. Close it and try again.")
    if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")):
        return StoreError(f"The database {path} cannot be written. Check its folder's permissions.")
    if name.startswith("SQLITE_IOERR"):
        return DiskFull(f"The disk that holds {path} reports an error ({error}). Check it; work goes on by itself.")
    return None


class Writer:
    """Runs pieces of work in order on its own thread; a future is resolved only after its commit."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._path = Path(connection.execute("PRAGMA database_list").fetchone()[2])
        self._waiting: SimpleQueue[tuple[Work, Future[Any]] | None] = SimpleQueue()
        self._closing = threading.Lock()
        self._closed = False
        self._thread = threading.Thread(target=self._serve, name="store-writer", daemon=True)
        self._thread.start()

    def submit(self, work: Callable[[Connection], T]) -> Future[T]:
        """Ask for ``work`` to be done and committed. Raises StoreError when the store is closed."""
        future: Future[T] = Future()
        with self._closing:
            if self._closed:
                raise StoreError("The database is closed.")
            self._waiting.put((work, future))
        return future

    def close(self) -> None:
        """Finish everything asked for so far, then close the connection."""
        with self._closing:
            self._closed = True
            self._waiting.put(None)
        self._thread.join()
        self._connection.close()

    def _serve(self) -> None:
        going = True
        while going:
            group, going = self._next_group()
            running = [(work, future) for work, future in group if future.set_running_or_notify_cancel()]
            if running:
                self._commit(running)

    def _next_group(self) -> tuple[list[tuple[Work, Future[Any]]], bool]:
        """Everything that waits now, at most GROUP pieces; False when the store is being closed."""
        group: list[tuple[Work, Future[Any]]] = []
        item = self._waiting.get()
        while item is not None:
            group.append(item)
            if len(group) == GROUP:
                return group, True
            try:
                item = self._waiting.get_nowait()
            except Empty:
                return group, True
        return group, False

    def _commit(self, group: list[tuple[Work, Future[Any]]]) -> None:
        outcomes: list[tuple[Future[Any], Any]] = []
        try:
            with as_store_error(self._path):
                self._connection.execute("BEGIN IMMEDIATE")
                for work, future in group:
                    self._one(work, future, outcomes)
                self._connection.execute("COMMIT")
        except BaseException as error:  # noqa: BLE001 - each waiter gets it; the writer thread must live on
            with suppress(sqlite3.Error):
                self._connection.rollback()
            for _, future in group:
                if not future.done():
                    future.set_exception(error)
            return
        for future, value in outcomes:
            future.set_result(value)

    def _one(self, work: Work, future: Future[Any], outcomes: list[tuple[Future[Any], Any]]) -> None:
        """One piece of work. Its own mistake undoes only itself; a lost transaction undoes the group."""
        self._connection.execute("SAVEPOINT piece")
        try:
            value = work(self._connection)
        except BaseException as error:
            if not self._connection.in_transaction or _is_environment(error, self._path):
                raise
            self._connection.execute("ROLLBACK TO piece")
            self._connection.execute("RELEASE piece")
            future.set_exception(error)
            return
        self._connection.execute("RELEASE piece")
        outcomes.append((future, value))


def _is_environment(error: BaseException, path: Path) -> bool:
    return isinstance(error, sqlite3.OperationalError) and sentence(error, path) is not None
