"""Writing on a disk that may be full for a while."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol, TypeVar

from app.core.queue.pauses import DISK, Pauses
from app.core.store.sqlite import Connection
from app.core.store.store import DiskFull, Store

T = TypeVar("T")


class Write(Protocol):
    """Something that writes to the database: the store itself, or a patient writer before it."""

    async def __call__(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` in a transaction and return its value once that is on the disk."""


class PatientWriter:
    """Writes as the store does, but waits for room: what was worked out is kept in memory until it can be kept."""

    def __init__(self, store: Store, held: Pauses, retry_s: float) -> None:
        self.on_change: Callable[[], None] = lambda: None
        self._store = store
        self._pauses = held
        self._retry_s = retry_s

    async def __call__(self, work: Callable[[Connection], T]) -> T:
        """Write, however long the disk stays full; the queue is paused with the reason meanwhile."""
        while True:
            try:
                value = await self._store.write(work)
            except DiskFull as error:
                self._pauses.add(DISK, str(error))
                self.on_change()
                await asyncio.sleep(self._retry_s)
            else:
                if self._pauses.lift(DISK):
                    self.on_change()
                return value
