"""Hands results over as files while the queue works, and says when a folder for them is away or back."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path

from app.core.events import EventBus, Notice
from app.core.queue import outbox
from app.core.queue.notes import Notes
from app.core.store.store import Passing, Store

EVERY_S = 0.25  # results come in swarms; each look is a question to the database


class Delivering:
    """Times in seconds, between tries: ``closed_s`` on a folder that cannot be written to, ``passing_s`` on a
    database that cannot.
    """

    def __init__(self, store: Store, events: EventBus, notes: Notes, closed_s: float, passing_s: float) -> None:
        self._store = store
        self._events = events
        self._notes = notes
        self._closed_s = closed_s
        self._passing_s = passing_s
        self._wanted = asyncio.Event()
        self._one_at_a_time = asyncio.Lock()
        self._closed: set[Path] = set()

    def want(self) -> None:
        """There may be something to deliver."""
        self._wanted.set()

    async def serve(self) -> None:
        """Deliver until cancelled."""
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._closed_s if self._closed else None):
                    await self._wanted.wait()
            self._wanted.clear()
            await self.now()
            await asyncio.sleep(EVERY_S)

    async def now(self) -> None:
        """Deliver everything that is due, however long the database keeps it waiting; the letters stay in it."""
        async with self._one_at_a_time:
            said = False
            while True:
                try:
                    return self._tell(await outbox.deliver(self._store))
                except Passing as error:
                    if not said:
                        self._events.publish(Notice("warning", error.while_waiting))
                    said = True
                    await asyncio.sleep(self._passing_s)

    def _tell(self, delivery: outbox.Delivery) -> None:
        """A folder that cannot be written to is said once, and once more when it can."""
        sentences = [f"A result could not be written as a file ({error})." for error in delivery.given_up]
        for folder in delivery.closed.keys() - self._closed:
            why = delivery.closed[folder]
            sentences.append(
                f"Results cannot be written to {folder} ({why}). They are kept, and written when they can."
            )
        for sentence in sentences:
            self._notes.warn("outbox", sentence)
            self._events.publish(Notice("warning", sentence))
        for folder in self._closed - delivery.closed.keys():
            self._events.publish(Notice("info", f"Results are written to {folder} again."))
        self._closed = set(delivery.closed)
