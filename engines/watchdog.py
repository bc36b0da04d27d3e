"""When an engine process counts as wedged, and how patient its supervisor is."""

from __future__ import annotations

from dataclasses import dataclass

from engines.exchange import Health

SEVERAL = 3


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
    strikes: int = 5
    first_backoff_s: float = 0.2
    longest_backoff_s: float = 30.0

    def backoff_s(self, strikes: int) -> float:
        """The wait before the next start, doubling with every quick failure."""
        return float(min(self.first_backoff_s * 2 ** (strikes - 1), self.longest_backoff_s))


class Pulse:
    """Tells an engine at work from one that is late, silent or standing still. Times are seconds of one clock.

    ``busy_at`` is when it was last seen with something to do.
    """

    def __init__(self, patience: Patience, now: float) -> None:
        self.busy_at = now
        self._patience = patience
        self._started = self._answered = self._moved = now
        self._steps = -1
        self._misses = self._looks = 0

    def judge(self, health: Health | None, listening: bool, now: float) -> str | None:
        """A sentence when the process must be ended, else None."""
        if not listening:
            late = now - self._started > self._patience.start_s
            return f"The engine did not start within {self._patience.start_s:.0f} s." if late else None
        if health is None:
            return self._missed(now)
        self._answered, self._misses = now, 0
        in_hand = health.running + health.waiting
        if in_hand or health.steps != self._steps or health.status != "ok":
            self.busy_at = now
        if health.steps != self._steps or not in_hand:
            self._steps, self._moved, self._looks = health.steps, now, 0
        # Several looks, as below: after a machine's sleep the time has passed for nobody.
        self._looks += 1
        if self._looks >= SEVERAL and now - self._moved > self._patience.stalled_s:
            return f"The engine stood still for {now - self._moved:.0f} s with requests in hand: {in_hand}."
        return None

    def _missed(self, now: float) -> str | None:
        # Several misses are asked for: after this process itself was held up, one late answer proves nothing.
        self._misses += 1
        silence = now - self._answered
        if self._misses >= SEVERAL and silence > self._patience.unanswered_s:
            return f"The engine did not answer for {silence:.0f} s."
        return None
