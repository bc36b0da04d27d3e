"""What is written beside the work: pauses, so that every window shows the same words, and sentences for the log."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable

from app.core.queue import pauses
from app.core.queue.pauses import DISK, IN_USE, PERSON, STORE, Pauses
from app.core.store import log
from app.core.store.sqlite import Connection, now
from app.core.store.store import Store, StoreError

logger = logging.getLogger(__name__)


class Notes:
    """Writes in the background; a note that cannot be kept is no reason to stop anything."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._writing: set[asyncio.Future[object]] = set()

    def keep(self, work: Callable[[Connection], object], then: Callable[[], object] = lambda: None) -> None:
        """Write, and go on with ``then``."""
        task = asyncio.ensure_future(self._store.write(work))
        self._writing.add(task)
        task.add_done_callback(lambda task: self._kept(task, then))

    def warn(self, kind: str, text: str) -> None:
        """Keep a warning in the log."""
        self.keep(lambda conn: log.add_event(conn, kind, "warning", text))

    async def written(self) -> None:
        """Return when nothing is being written any more."""
        await asyncio.gather(*self._writing, return_exceptions=True)

    def _kept(self, task: asyncio.Future[object], then: Callable[[], object]) -> None:
        self._writing.discard(task)
        if task.cancelled():
            return
        if (error := task.exception()) is not None:
            logger.warning("a note was not kept: %s", error)
        else:
            then()


class KeptPauses:
    """The store's copy of the pauses in force. What a person takes back there, in another window, is lifted here."""

    def __init__(self, store: Store, notes: Notes, held: Pauses, poll_s: float) -> None:
        self._store = store
        self._notes = notes
        self._pauses = held
        self._poll_s = poll_s
        self._kept: set[str] = set()

    def changed(self, source: str, reason: str | None) -> None:
        """A pause began, has another reason, or was lifted."""
        at = now()
        self._kept.discard(source)
        if reason is None:
            self._notes.keep(lambda conn: pauses.forget_pause(conn, source))
        elif source not in (DISK, IN_USE, STORE):  # where writing is what does not go
            self._notes.keep(
                lambda conn: pauses.save_pause(conn, source, reason, at), then=lambda: self._kept.add(source)
            )

    async def heed_others(self) -> None:
        """Until cancelled: what the store says of the person's pause holds."""
        while True:
            await asyncio.sleep(self._poll_s)
            if PERSON not in self._kept:
                continue
            with contextlib.suppress(StoreError):  # the loop that works says what is wrong
                if PERSON not in await self._store.read(pauses.saved_pauses) and PERSON in self._kept:
                    self._pauses.lift(PERSON)
