"""An engine that could not be had is asked for again, after moments at first and then every few minutes."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable

from app.core.queue.door import EngineDoor
from app.core.queue.pauses import ENGINE, Pauses
from app.core.queue.states import backoff_s
from engines.errors import EngineError


async def nothing_to_load() -> None:
    """For an engine that somebody else starts."""


class Knocking:
    """Ends the engine's pause by itself. ``load`` starts the engine again, where that is ours to do."""

    def __init__(
        self, door: EngineDoor, held: Pauses, load: Callable[[], Awaitable[None]], first_backoff_s: float
    ) -> None:
        self._door = door
        self._pauses = held
        self._load = load
        self._first_backoff_s = first_backoff_s
        self._paused = asyncio.Event()
        self._knocks = 0

    def pause_changed(self, source: str, reason: str | None) -> None:
        """The queue was paused, or a pause was lifted."""
        if source == ENGINE and reason is not None:
            self._paused.set()
        elif source == ENGINE:
            self._paused.clear()

    def answered(self) -> None:
        """The engine has answered a document: the next time begins with a short wait again."""
        self._knocks = 0

    async def serve(self) -> None:
        """Knock until cancelled, while the engine's pause is in force."""
        while True:
            await self._paused.wait()
            self._knocks += 1
            await asyncio.sleep(backoff_s(self._knocks, random.random(), self._first_backoff_s))
            if self._paused.is_set() and not self._door.is_for_good:
                await self._knock()

    async def _knock(self) -> None:
        try:
            await self._load()
            await self._door.engine()
        except EngineError as error:
            if self._paused.is_set():
                self._pauses.add(ENGINE, str(error))
        else:
            self._pauses.lift(ENGINE)
