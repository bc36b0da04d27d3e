"""The event table: what happened, in sentences, for the morning after."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from app.core.store.sqlite import Connection, now


@dataclass(frozen=True, slots=True)
class EventRow:
    """One thing that happened. ``severity`` is ``info``, ``warning`` or ``error``."""

    id: int
    at: float
    kind: str
    severity: str
    text: str
    data: dict[str, Any] | None


def add_event(conn: Connection, kind: str, severity: str, text: str, data: dict[str, Any] | None = None) -> int:
    """Note one event; returns its id."""
    cursor = conn.execute(
        "INSERT INTO event (at, kind, severity, text, data) VALUES (?, ?, ?, ?, ?)",
        (now(), kind, severity, text, None if data is None else json.dumps(data)),
    )
    return int(cursor.lastrowid)


def list_events(conn: Connection, *, limit: int = 100, before: int | None = None) -> list[EventRow]:
    """Events, newest first; ``before`` is the id to go on from."""
    rows = conn.execute(
        "SELECT id, at, kind, severity, text, data FROM event WHERE id < ? ORDER BY id DESC LIMIT ?",
        (before if before is not None else 2**62, limit),
    )
    return [EventRow(*(*head, None if data is None else json.loads(data))) for *head, data in rows]
