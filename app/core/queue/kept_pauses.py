"""The store's copy of the pauses in force: every window and command line shows its words, and may change it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping

from app.core.queue import pauses
from app.core.queue.notes import Notes
from app.core.queue.pauses import DISK, IN_USE, PERSON, SCHEDULE, STORE, Pauses
from app.core.store.sqlite import now
from app.core.store.store import Store, StoreError


class KeptPauses:
    """Writes what holds the queue into the store. What a person does to that in another process holds here too.

    ``on_go_on`` is called when somebody there does not want to wait for the run window.
    """

    def __init__(self, store: Store, notes: Notes, held: Pauses, poll_s: float, on_go_on: Callable[[], object]) -> None:
        self._store = store
        self._notes = notes
        self._pauses = held
        self._poll_s = poll_s
        self._on_go_on = on_go_on
        self._stored: dict[str, str | None] = {PERSON: None}  # what it is known to hold; nothing while one is written
        self._changes = 0
        self._last: dict[str, int] = {}

    def known(self, saved: Mapping[str, str]) -> None:
        """The store holds these: taking them over writes nothing, so who lifts one there meanwhile is heard."""
        self._stored.update(saved)

    def changed(self, source: str, reason: str | None) -> None:
        """A pause began, has another reason, or was lifted."""
        if source in self._stored and self._stored[source] == reason:
            return  # it was read there
        self._stored.pop(source, None)
        self._changes += 1
        number = self._last[source] = self._changes
        at = now()

        def written() -> None:
            if self._last[source] == number:
                self._stored[source] = reason

        if reason is None:
            self._notes.keep(lambda conn: pauses.forget_pause(conn, source), then=written)
        elif source not in (DISK, IN_USE, STORE):  # where writing is what does not go
            self._notes.keep(lambda conn: pauses.save_pause(conn, source, reason, at), then=written)

    async def heed_others(self) -> None:
        """Until cancelled: what another process has written about a person's wish holds."""
        while True:
            await asyncio.sleep(self._poll_s)
            with contextlib.suppress(StoreError):  # the loop that works says what is wrong
                await self._heed()

    async def _heed(self) -> None:
        if PERSON not in self._stored and not self._notes.busy:  # it could not be written: perhaps it can now
            self.changed(PERSON, self._pauses.reasons.get(PERSON))
            return
        known, changes = dict(self._stored), self._changes
        saved = await self._store.read(pauses.saved_pauses)
        if changes != self._changes:
            return  # what was read is older than what was done here
        if PERSON in known and saved.get(PERSON) != known[PERSON]:
            self._take_over(saved.get(PERSON))
        if known.get(SCHEDULE) is not None and SCHEDULE not in saved:
            self._stored[SCHEDULE] = None
            self._on_go_on()

    def _take_over(self, reason: str | None) -> None:
        self._stored[PERSON] = reason
        if reason is None:
            self._pauses.lift(PERSON)
        else:
            self._pauses.add(PERSON, reason)
