"""When an engine process counts as wedged, and how patient its supervisor is."""

from __future__ import annotations

from dataclasses import dataclass

from engines.exchange import Health


@dataclass(frozen=True, slots=True)
class Patience:
    """How long the supervisor waits, in seconds, before it acts.

    ``unanswered_s``: /health gives no answer; ``stalled_s``: there are requests and no step ends; ``settled_s``: a life
    that was ready for longer than this does not count as a quick failure; ``strikes`` quick failures are allowed.
    """

    look_every_s: float = 1.0
    answer_s: float = 5.0
    unanswered_s: float = 20.0
    stalled_s: float = 60.0
    start_s: float = 120.0
    stop_s: float = 8.0
    settled_s: float = 10.0
    strikes: int = 12  # two documents that crash it leave eight; then the queue has set them aside
    first_backoff_s: float = 0.2
    longest_backoff_s: float = 30.0

    def backoff_s(self, strikes: int) -> float:
        """The wait before the next start, doubling with every quick failure."""
        return float(min(self.first_backoff_s * 2 ** (strikes - 1), self.longest_backoff_s))


class Pulse:
    """Tells an engine at work from one that is late, silent or standing still. Times are seconds of one clock.

    ``busy_at`` is when it was last seen with something to do. Time in which nobody looked does not count against it:
    the machine was asleep, or this process was held up, and the engine perhaps as well.
    """

    def __init__(self, patience: Patience, now: float) -> None:
        self.busy_at = now
        self._patience = patience
        self._started = self._looked = now
        self._silent_s = self._still_s = 0.0
        self._steps = -1
        self._misses = 0

    def judge(self, health: Health | None, listening: bool, now: float) -> str | None:
        """A sentence when the process must be ended, else None."""
        passed = min(now - self._looked, 2 * (self._patience.look_every_s + self._patience.answer_s))
        self._looked = now
        if not listening:
            late = now - self._started > self._patience.start_s
            return f"The engine did not start within {self._patience.start_s:.0f} s." if late else None
        if health is None:
            return self._missed(passed)
        self._silent_s, self._misses = 0.0, 0
        in_hand = health.running + health.waiting
        if in_hand or health.steps != self._steps or health.status != "ok":
            self.busy_at = now
        if health.steps != self._steps or not in_hand:
            self._steps, self._still_s = health.steps, 0.0
            return None
        self._still_s += passed
        if self._still_s > self._patience.stalled_s:
            return f"The engine stood still for {self._still_s:.0f} s with requests in hand: {in_hand}."
        return None

    def _missed(self, passed: float) -> str | None:
        # Several misses are asked for: after this process itself was held up, one late answer proves nothing.
        self._misses += 1
        self._silent_s += passed
        if self._misses >= 3 and self._silent_s > self._patience.unanswered_s:
            return f"The engine did not answer for {self._silent_s:.0f} s."
        return None
