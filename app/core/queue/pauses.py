"""Why the queue stands still: each source has its own pause, and the queue goes on when the last one is lifted."""

from __future__ import annotations

import asyncio

from app.core.store.sqlite import Connection

PERSON = "person"
ENGINE = "engine"
DISK = "disk"
STORE = "store"


class Pauses:
    """Pauses in force now. The person's own is in the store and outlives a restart; the others assert themselves."""

    def __init__(self) -> None:
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

    def add(self, source: str, reason: str) -> None:
        """Pause for this reason."""
        self._reasons[source] = reason
        self._open.clear()

    def lift(self, source: str) -> bool:
        """Take this source's pause back; False when there was none."""
        had = self._reasons.pop(source, None) is not None
        if not self._reasons:
            self._open.set()
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


def saved_pauses(conn: Connection) -> dict[str, str]:
    """Every pause in force, by source."""
    return dict(conn.execute("SELECT source, reason FROM pause ORDER BY since").fetchall())


def forget_all_but_the_persons(conn: Connection) -> None:
    """At start: a full battery or a new engine must not be held back by what was true yesterday."""
    conn.execute("DELETE FROM pause WHERE source <> ?", (PERSON,))
