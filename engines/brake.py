"""Breaking off the step under way, so that nobody waits for what can be done later."""

from __future__ import annotations

from engines.backends.base import Stop

# What is broken off is computed again, so a step that is nearly done is left to end.
WORTH_BREAKING_S = 0.04


class Brake:
    """Holds the ``Stop`` of the step under way while that step may be broken off. Its owner's lock guards it."""

    def __init__(self) -> None:
        self._stop: Stop | None = None
        self._ends = 0.0

    def arm(self, stop: Stop, ends: float) -> None:
        """The step that begins now may be broken off, and is expected to end at ``ends``."""
        self._stop, self._ends = stop, ends

    def disarm(self) -> None:
        """The step has ended."""
        self._stop = None

    def pull(self, now: float) -> None:
        """Breaks the step off unless its end is near. One that is late already may go on for long."""
        if self._stop is not None and not 0 <= self._ends - now <= WORTH_BREAKING_S:
            self._stop.ask()
