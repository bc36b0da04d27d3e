"""Writing to a database that may be full or held by somebody for a while."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol, TypeVar

from app.core.queue.pauses import DISK, IN_USE, Pauses
from app.core.store.sqlite import Connection
from app.core.store.store import DiskFull, Passing, Store

T = TypeVar("T")


class Write(Protocol):
    """Something that writes to the database: the store itself, or a patient writer before it."""

    async def __call__(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` in a transaction and return its value once that is on the disk."""


class PatientWriter:
    """Writes as the store does, but waits until it can: what was worked out is kept in memory until it can be kept."""

    def __init__(self, store: Store, held: Pauses, retry_s: float) -> None:
        self._store = store
        self._pauses = held
        self._retry_s = retry_s

    async def __call__(self, work: Callable[[Connection], T]) -> T:
        """Write, however long that takes; the queue is paused with the reason meanwhile."""
        while True:
            try:
                value = await self._store.write(work)
            except Passing as error:
                self._pauses.add(DISK if isinstance(error, DiskFull) else IN_USE, error.while_waiting)
                await asyncio.sleep(self._retry_s)
            else:
                self._pauses.lift(DISK)
                self._pauses.lift(IN_USE)
                return value
