"""How full the batch was: slots held against slots there, up to the moment at which the last request began."""

from __future__ import annotations

import time
from collections.abc import Callable


class Occupancy:
    """Left out are the last wave, in which rows must fall empty, and time with no request at all."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self.reset()

    def reset(self) -> None:
        """Begin to count anew."""
        self._held_s = self._there_s = 0.0
        self._kept = (0.0, 0.0)
        self._seen: float | None = None

    def note(self, held: int, width: int, *, begins: bool) -> None:
        """So many slots of ``width`` were held until now, when a request begins or ends."""
        now = self._clock()
        if held and self._seen is not None:
            self._held_s += held * (now - self._seen)
            self._there_s += width * (now - self._seen)
        self._seen = now
        if begins:
            self._kept = (self._held_s, self._there_s)

    @property
    def used(self) -> float | None:
        """The share of slots that were held, from 0 to 1; None when nothing was seen."""
        held_s, there_s = self._kept
        return held_s / there_s if there_s else None
