"""Fewer documents at once while the machine's memory is short: slower, but neither swapping nor killed."""

from __future__ import annotations

import logging
from collections.abc import Callable

import psutil

log = logging.getLogger(__name__)

LOOK_EVERY_S = 1.0
LEAST_RESERVE = 512 << 20
RESERVED_SHARE = 0.04


def available_bytes() -> int:
    """Memory that programs can still get without swapping."""
    return int(psutil.virtual_memory().available)


def reserve_bytes() -> int:
    """What is left to the rest of the machine."""
    return max(LEAST_RESERVE, int(RESERVED_SHARE * psutil.virtual_memory().total))


class MemoryPressure:
    """How many rows documents may have now. Halves below the reserve, comes back one by one above twice of it."""

    def __init__(self, most: int, reserve: int | None = None, available: Callable[[], int] = available_bytes) -> None:
        self._most = self._rows = most
        self._reserve = reserve_bytes() if reserve is None else reserve
        self._available = available
        self._looked: float | None = None

    def rows(self, now: float) -> int:
        """The number of rows at the time ``now``, in seconds; looks at the memory once a second. Never below one."""
        if self._looked is None or now - self._looked >= LOOK_EVERY_S:
            self._looked = now
            self._look()
        return self._rows

    def _look(self) -> None:
        try:
            available = self._available()
        except (OSError, RuntimeError) as error:  # no file handle left, for one: no reason to give up what is running
            log.warning("the machine's memory cannot be read: %s", error)
        else:
            self._adapt(available)

    def _adapt(self, available: int) -> None:
        if available < self._reserve and self._rows > 1:
            self._rows = max(1, self._rows // 2)
            log.warning("Memory is short (%d MB left): %d documents at once.", available >> 20, self._rows)
        elif available > 2 * self._reserve and self._rows < self._most:
            self._rows += 1
