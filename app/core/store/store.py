"""The store: one writer thread that groups commits, reader threads that cannot write."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import local
from typing import TypeVar

from app.core.errors import StoreError
from app.core.store.connect import connect_reader, connect_writer
from app.core.store.opening import OwnerLock, open_database
from app.core.store.rescue import back_up
from app.core.store.sqlite import Connection
from app.core.store.writer import DiskFull, InUse, Passing, Writer, as_store_error

T = TypeVar("T")

READERS = 2

__all__ = ["DiskFull", "InUse", "Passing", "Store", "StoreError"]


class Store:
    """The database. Write with ``write``, read with ``read``; both take a function of a connection."""

    def __init__(self, path: Path, writer: Connection, lock: OwnerLock | None, notice: str | None) -> None:
        self.path = path
        self.notice = notice
        self.owner = lock is not None
        self._lock = lock
        self._writer = Writer(writer)
        self._local = local()
        self._opened: list[Connection] = []
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="store-reader")
        self._closed = False

    @classmethod
    def open(cls, path: Path, *, owner: bool = True) -> Store:
        """Open or create the database at ``path``: version, damage, migrations (after a backup), owner lock.

        ``owner`` False opens beside a running owner. ``notice`` then holds a sentence for people when the
        database had to be rescued. Raises StoreError: another owner, a newer version, no room, no permission.
        """
        writer, lock, notice = open_database(path.absolute(), owner=owner)
        return cls(path.absolute(), writer, lock, notice)

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` inside a write transaction and return its value once that is on the disk.

        Writes that wait together are committed together; one that raises takes back only its own changes.
        Raises Passing or another StoreError when the database could not be written, and whatever ``work`` raises.
        """
        return await self._writer.write(work)

    def write_now(self, work: Callable[[Connection], T]) -> T:
        """``write`` for callers without an event loop; blocks."""
        return self._writer.submit(work).result()

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` on a read-only connection, off the caller's thread. Raises StoreError."""
        return await asyncio.wrap_future(self._submit_read(work))

    def read_now(self, work: Callable[[Connection], T]) -> T:
        """``read`` for callers without an event loop; blocks."""
        return self._submit_read(work).result()

    def back_up_now(self) -> Path:
        """Write a consistent copy beside the database, of which the newest three are kept; returns it. Blocks."""
        with as_store_error(self.path), closing(connect_writer(self.path)) as connection:
            return back_up(connection, self.path)

    def close(self) -> None:
        """Finish what was asked, close every connection and give the owner lock back. Harmless the second time."""
        if self._closed:
            return
        self._closed = True
        self._readers.shutdown()
        for connection in self._opened:
            connection.close()
        self._writer.close()
        if self._lock is not None:
            self._lock.release()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _submit_read(self, work: Callable[[Connection], T]) -> Future[T]:
        if self._closed:
            raise StoreError("The database is closed.")
        return self._readers.submit(self._read, work)

    def _read(self, work: Callable[[Connection], T]) -> T:
        with as_store_error(self.path):
            connection: Connection | None = getattr(self._local, "connection", None)
            if connection is None:
                connection = self._local.connection = connect_reader(self.path)
                self._opened.append(connection)
            return work(connection)
