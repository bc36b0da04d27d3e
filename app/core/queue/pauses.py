"""Why the queue stands still: each source has its own pause, and the queue goes on when the last one is lifted."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

from app.core.store.sqlite import Connection, now

PERSON = "person"
ENGINE = "engine"
DISK = "disk"
STORE = "store"
IN_USE = "in use"
SCHEDULE = "schedule"

PAUSED_BY_YOU = "Paused by you."
_FOR_A_PERSON = (PERSON, SCHEDULE)  # what the window's Resume takes back


class Pauses:
    """Pauses in force now. ``on_change`` is told the source and its reason, None for one that was lifted.

    The store keeps them too; the person's own outlives a restart, the others assert themselves.
    """

    def __init__(self) -> None:
        self.on_change: Callable[[str, str | None], None] = lambda _source, _reason: None
        self._reasons: dict[str, str] = {}
        self._open = asyncio.Event()
        self._open.set()

    @property
    def reason(self) -> str | None:
        """The sentence people see, the person's own first; None while the queue works."""
        if PERSON in self._reasons:
            return self._reasons[PERSON]
        return next(iter(self._reasons.values()), None)

    @property
    def sources(self) -> tuple[str, ...]:
        """Who pauses the queue."""
        return tuple(self._reasons)

    @property
    def reasons(self) -> dict[str, str]:
        """Every reason, by source."""
        return dict(self._reasons)

    def add(self, source: str, reason: str) -> None:
        """Pause for this reason."""
        if self._reasons.get(source) == reason:
            return
        self._reasons[source] = reason
        self._open.clear()
        self.on_change(source, reason)

    def lift(self, source: str) -> bool:
        """Take this source's pause back; False when there was none."""
        had = self._reasons.pop(source, None) is not None
        if not self._reasons:
            self._open.set()
        if had:
            self.on_change(source, None)
        return had

    async def lifted(self) -> None:
        """Wait until nothing pauses the queue."""
        await self._open.wait()


def save_pause(conn: Connection, source: str, reason: str, at: float) -> None:
    """Keep a pause, so that every window and command line shows the same words."""
    conn.execute(
        "INSERT INTO pause (source, reason, since) VALUES (?, ?, ?) "
        "ON CONFLICT (source) DO UPDATE SET reason = excluded.reason, since = excluded.since",
        (source, reason, at),
    )


def forget_pause(conn: Connection, source: str) -> None:
    """The pause was lifted."""
    conn.execute("DELETE FROM pause WHERE source = ?", (source,))


def pause_by_person(conn: Connection) -> bool:
    """Pause on behalf of a person, whoever works this database off, now or later; False if they had already."""
    if PERSON in saved_pauses(conn):
        return False
    save_pause(conn, PERSON, PAUSED_BY_YOU, now())
    return True


def go_on(conn: Connection) -> set[str]:
    """A person does not want to wait, neither for themselves nor for the run window; which of these pauses there were.

    Whoever works this database off looks here every second.
    """
    return {row[0] for row in conn.execute("DELETE FROM pause WHERE source IN (?, ?) RETURNING source", _FOR_A_PERSON)}


def saved_pauses(conn: Connection) -> dict[str, str]:
    """Every pause in force, by source."""
    return dict(conn.execute("SELECT source, reason FROM pause ORDER BY since").fetchall())


def forget_all_but_the_persons(conn: Connection) -> None:
    """At start and at the end: nobody waits for 22:00 when nobody is there, and a battery may be full tomorrow."""
    conn.execute("DELETE FROM pause WHERE source <> ?", (PERSON,))


def save_pauses(conn: Connection, reasons: Mapping[str, str], at: float) -> None:
    """Keep several pauses."""
    for source, reason in reasons.items():
        save_pause(conn, source, reason, at)
