"""What is written beside the work, in the background: pauses, and sentences for the log."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from app.core.store import log
from app.core.store.sqlite import Connection
from app.core.store.store import Store

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

    @property
    def busy(self) -> bool:
        """Whether something is being written."""
        return bool(self._writing)

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
