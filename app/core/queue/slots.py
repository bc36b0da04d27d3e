"""How many requests may be in flight: fewer after the engine refused one, more again while it accepts them."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from types import TracebackType

from app.core.queue.occupancy import Occupancy


class Slots:
    """A semaphore whose limit moves between 1 and ``width``: ``shrink`` takes one, a round of ``grow`` gives one.

    A slot that is let go is handed to the one who has waited longest. Waking all of them for each slot would cost
    more than everything else the queue does for a document.
    """

    def __init__(self, width: int) -> None:
        self.width = width
        self.held = 0
        self._limit = float(width)
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._busy_since: float | None = None
        self._busy_s = 0.0
        self.occupancy = Occupancy()

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
        self.occupancy.reset()

    def shrink(self) -> None:
        """The engine had no room for one that is held now: when all that were refused are gone, the rest fits."""
        self._limit = max(1.0, min(self._limit, self.held - 1.0))

    def grow(self) -> None:
        """The engine finished a request."""
        self._limit = min(float(self.width), self._limit + 1 / self._limit)

    def resize(self, width: int) -> None:
        """Another engine: up to ``width`` from now on, whatever the one before it refused."""
        self.width = width
        self._limit = float(width)
        self._hand_over()

    async def __aenter__(self) -> None:
        if self.held < self.limit and not self._waiting:
            self._hold()
            return
        place = asyncio.get_running_loop().create_future()
        self._waiting.append(place)
        try:
            await place
        except asyncio.CancelledError:
            if not place.cancelled():  # the slot was handed over in the very moment
                self._let_go()
            elif place in self._waiting:
                self._waiting.remove(place)
            raise

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._let_go()

    def _hold(self) -> None:
        self.occupancy.note(self.held, self.limit, begins=True)
        self.held += 1
        if self._busy_since is None:
            self._busy_since = time.monotonic()

    def _let_go(self) -> None:
        self.occupancy.note(self.held, self.limit, begins=False)
        self.held -= 1
        if self.held == 0 and self._busy_since is not None:
            self._busy_s += time.monotonic() - self._busy_since
            self._busy_since = None
        self._hand_over()

    def _hand_over(self) -> None:
        while self._waiting and self.held < self.limit:
            place = self._waiting.popleft()
            if not place.done():  # else it was cancelled
                self._hold()
                place.set_result(None)
