"""How many requests may be in flight: fewer after the engine refused one, more again while it accepts them."""

from __future__ import annotations

import asyncio
import time
from types import TracebackType


class Slots:
    """A semaphore whose limit moves between 1 and ``width``: ``shrink`` takes one, a round of ``grow`` gives one."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.held = 0
        self._limit = float(width)
        self._released = asyncio.Event()
        self._busy_since: float | None = None
        self._busy_s = 0.0

    @property
    def limit(self) -> int:
        """How many may be held now."""
        return int(self._limit)

    @property
    def busy_s(self) -> float:
        """Seconds during which at least one was held, since ``reset``."""
        return self._busy_s + (time.monotonic() - self._busy_since if self._busy_since is not None else 0.0)

    def reset(self) -> None:
        """Begin to count busy seconds anew."""
        self._busy_s = 0.0
        self._busy_since = time.monotonic() if self.held else None

    def shrink(self) -> None:
        """The engine had no room for one that is held now: when all that were refused are gone, the rest fits."""
        self._limit = max(1.0, min(self._limit, self.held - 1.0))

    def grow(self) -> None:
        """The engine finished a request."""
        self._limit = min(float(self.width), self._limit + 1 / self._limit)

    async def __aenter__(self) -> None:
        while self.held >= self.limit:
            await self._released.wait()
        self.held += 1
        if self._busy_since is None:
            self._busy_since = time.monotonic()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.held -= 1
        if self.held == 0 and self._busy_since is not None:
            self._busy_s += time.monotonic() - self._busy_since
            self._busy_since = None
        released, self._released = self._released, asyncio.Event()
        released.set()
