"""How fast the queue is now: documents and tokens over a sliding minute, and the time that is left."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

WINDOW_S = 60.0
TIMED = 64  # requests whose time is remembered
SLOW = 0.9  # of these, the one that nine in ten are faster than
ENOUGH = 3  # documents in the window before it is trusted more than the whole run


@dataclass(frozen=True, slots=True)
class QueueProgress:
    """The queue as a whole, for the run that is going on. Rates over the last minute; ``eta_s`` None if unknown."""

    done: int = 0
    failed: int = 0
    running: int = 0
    ready: int = 0
    total: int = 0
    docs_per_h: float = 0.0
    tokens_per_s: float = 0.0
    eta_s: float | None = None


class Meter:
    """Counts what a run finishes."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seconds: deque[float] = deque(maxlen=TIMED)
        self.reset()

    def reset(self) -> None:
        """A new run begins."""
        self.done = 0
        self.failed = 0
        self._began = self._steady_since = self._clock()
        self._forget()

    def together(self) -> None:
        """The documents that ran alone are through: their pace says nothing of the rest."""
        self._steady_since = self._clock()
        self._forget()

    def finished(self, documents: int, tokens: int) -> None:
        """So many documents ended well, and so many tokens were generated."""
        self.done += documents
        self._note(documents, tokens)

    def failed_one(self) -> None:
        """A document ended without a result."""
        self.failed += 1
        self._note(1, 0)

    def took(self, seconds: float) -> None:
        """A request took this long, from its slot to its answer."""
        self._seconds.append(seconds)

    @property
    def request_s(self) -> float:
        """Seconds that a request takes, of the slower ones; 0 while nothing was measured."""
        ordered = sorted(self._seconds)
        return ordered[int(SLOW * (len(ordered) - 1))] if ordered else 0.0

    def progress(self, *, running: int, ready: int) -> QueueProgress:
        """Everything at once; ``ready`` counts what waits, blocked documents included."""
        now = self._clock()
        self._leave_behind(now - WINDOW_S)
        span = max(min(now - self._steady_since, WINDOW_S), 1e-3)
        per_s = self._documents / span
        if self._documents < ENOUGH:
            per_s = (self.done + self.failed) / max(now - self._began, 1e-3)
        left = running + ready
        return QueueProgress(
            done=self.done,
            failed=self.failed,
            running=running,
            ready=ready,
            total=self.done + self.failed + left,
            docs_per_h=per_s * 3600,
            tokens_per_s=self._tokens / span,
            eta_s=left / per_s if per_s and left else (None if left else 0.0),
        )

    def _forget(self) -> None:
        self._recent: deque[tuple[float, int, int]] = deque()
        self._documents = self._tokens = 0

    def _note(self, documents: int, tokens: int) -> None:
        self._recent.append((self._clock(), documents, tokens))
        self._documents += documents
        self._tokens += tokens

    def _leave_behind(self, before: float) -> None:
        """What is older no longer counts; the sums go along, for a minute may hold tens of thousands."""
        while self._recent and self._recent[0][0] < before:
            _, documents, tokens = self._recent.popleft()
            self._documents -= documents
            self._tokens -= tokens
