"""The one thread that writes: everything that waits is committed together, each piece in its own savepoint."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from app.core.errors import StoreError
from app.core.store.sqlite import Connection, sqlite3

T = TypeVar("T")
Work = Callable[[Connection], Any]

GROUP = 64  # pieces of work in one transaction: beyond this a commit costs less than the wait for it


class Passing(StoreError):
    """The database cannot be written now. Nothing was; the same can be tried again when what is in the way has gone.

    ``while_waiting`` is the sentence for something that waits and then goes on by itself.
    """

    def __init__(self, sentence: str, while_waiting: str = "") -> None:
        super().__init__(sentence)
        self.while_waiting = while_waiting or sentence


class DiskFull(Passing):
    """The disk has no room, or does not work."""


class InUse(Passing):
    """Another program holds the database: a browser of databases with an open edit, a command that was stopped."""


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
        held = f"The database {path} is in use by another program."
        return InUse(f"{held} Close it and try again.", f"{held} Close it; work goes on by itself.")
    if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")):
        return StoreError(f"The database {path} cannot be written. Check its folder's permissions.")
    if name.startswith("SQLITE_IOERR"):
        return DiskFull(f"The disk that holds {path} reports an error ({error}). Check it; work goes on by itself.")
    return None


@dataclass(eq=False, slots=True)
class Piece:
    """One piece of work, the future of the one who waits for it, and how it ended."""

    work: Work
    future: Future[Any] | asyncio.Future[Any]
    value: Any = None
    error: BaseException | None = None

    def begins(self) -> bool:
        """Whether it is still wanted."""
        if isinstance(self.future, Future):
            return self.future.set_running_or_notify_cancel()
        return not self.future.cancelled()

    def ends(self) -> None:
        """Tell the one who waits, on the thread that its future belongs to."""
        if self.future.done():
            return  # cancelled while it was written
        if self.error is None:
            self.future.set_result(self.value)
        else:
            self.future.set_exception(self.error)


class Writer:
    """Runs pieces of work in order on its own thread; a future is resolved only after its commit."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._path = Path(connection.execute("PRAGMA database_list").fetchone()[2])
        self._waiting: SimpleQueue[Piece | None] = SimpleQueue()
        self._closing = threading.Lock()
        self._closed = False
        self._thread = threading.Thread(target=self._serve, name="store-writer", daemon=True)
        self._thread.start()

    def submit(self, work: Callable[[Connection], T]) -> Future[T]:
        """Ask for ``work`` to be done and committed. Raises StoreError when the store is closed."""
        future: Future[T] = Future()
        self._put(Piece(work, future))
        return future

    async def write(self, work: Callable[[Connection], T]) -> T:
        """``submit`` for an event loop, which is woken once for all that was committed together."""
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._put(Piece(work, future))
        return await future

    def close(self) -> None:
        """Finish everything asked for so far, then close the connection."""
        with self._closing:
            self._closed = True
            self._waiting.put(None)
        self._thread.join()
        self._connection.close()

    def _put(self, piece: Piece) -> None:
        with self._closing:
            if self._closed:
                raise StoreError("The database is closed.")
            self._waiting.put(piece)

    def _serve(self) -> None:
        going = True
        while going:
            group, going = self._next_group()
            running = [piece for piece in group if piece.begins()]
            if running:
                self._commit(running)
                _tell(running)

    def _next_group(self) -> tuple[list[Piece], bool]:
        """Everything that waits now, at most GROUP pieces; False when the store is being closed."""
        group: list[Piece] = []
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

    def _commit(self, group: list[Piece]) -> None:
        try:
            with as_store_error(self._path):
                self._connection.execute("BEGIN IMMEDIATE")
                for piece in group:
                    self._one(piece)
                self._connection.execute("COMMIT")
        except BaseException as error:  # noqa: BLE001 - each waiter gets it; the writer thread must live on
            with suppress(sqlite3.Error):
                self._connection.rollback()
            for piece in group:
                piece.error = piece.error or error

    def _one(self, piece: Piece) -> None:
        """One piece of work. Its own mistake undoes only itself; a lost transaction undoes the group."""
        self._connection.execute("SAVEPOINT piece")
        try:
            piece.value = piece.work(self._connection)
        except BaseException as error:
            if not self._connection.in_transaction or _is_environment(error, self._path):
                raise
            self._connection.execute("ROLLBACK TO piece")
            self._connection.execute("RELEASE piece")
            piece.error = error
            return
        self._connection.execute("RELEASE piece")


def _tell(group: list[Piece]) -> None:
    """Resolve the futures: those of an event loop together, so that it is woken once."""
    by_loop: dict[asyncio.AbstractEventLoop, list[Piece]] = {}
    for piece in group:
        if isinstance(piece.future, Future):
            piece.ends()
        else:
            by_loop.setdefault(piece.future.get_loop(), []).append(piece)
    for loop, pieces in by_loop.items():
        with suppress(RuntimeError):  # the loop was closed: nobody waits there any more
            loop.call_soon_threadsafe(_end_all, pieces)


def _end_all(pieces: list[Piece]) -> None:
    for piece in pieces:
        piece.ends()


def _is_environment(error: BaseException, path: Path) -> bool:
    return isinstance(error, sqlite3.OperationalError) and sentence(error, path) is not None
