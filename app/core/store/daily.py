"""A backup a day, made while nothing else is going on."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from pathlib import Path

from app.core.errors import StoreError
from app.core.store.log import add_event
from app.core.store.rescue import backups
from app.core.store.store import Store

log = logging.getLogger(__name__)

IDLE_S = 900.0  # the queue has rested so long: a copy disturbs nobody
DAY_S = 86_400.0
RETRY_S = 3_600.0


class DailyBackup:
    """Copies the database once a day in an idle quarter of an hour; the newest three copies are kept."""

    def __init__(self, store: Store, clock: Callable[[], float] = time.time) -> None:
        self._store = store
        self._clock = clock
        self._not_before = 0.0

    async def look(self, idle_s: float) -> Path | None:
        """The copy that was made, if it was time for one; ``idle_s`` seconds the queue has had nothing to do."""
        now = self._clock()
        if idle_s < IDLE_S or now < self._not_before or not await asyncio.to_thread(is_due, self._store.path, now):
            return None
        try:
            copy = await asyncio.to_thread(self._store.back_up_now)
            await self._store.write(lambda db: add_event(db, "store", "info", f"A backup was made: {copy.name}."))
        except (StoreError, OSError) as error:
            self._not_before = now + RETRY_S
            log.warning("No backup was made: %s", error)
            return None
        return copy


def is_due(database: Path, now: float) -> bool:
    """Whether the newest backup is a day old and something was written since; ``now`` in seconds since 1970."""
    newest = next(iter(backups(database)), None)
    if newest is None:
        return True
    copied_at = newest.stat().st_mtime
    written_at = max(
        side.stat().st_mtime for side in (database, database.with_name(database.name + "-wal")) if side.exists()
    )
    return now - copied_at >= DAY_S and written_at > copied_at
