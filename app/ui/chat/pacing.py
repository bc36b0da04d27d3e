"""How often a streaming answer is shown: 30 times a second, and less often when showing it is dear."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

from PySide6.QtCore import QObject, Qt, QTimer

FLUSH_MS = 33.0
_BACK_OFF = 4.0


class Pacer(QObject):
    """Calls ``flush`` soon after ``request``, leaving at least four times the last flush's cost between two."""

    def __init__(
        self, flush: Callable[[], None], parent: QObject | None = None, clock: Callable[[], float] = perf_counter
    ) -> None:
        super().__init__(parent)
        self._flush = flush
        self._clock = clock
        self._due = 0.0
        self.interval_ms = FLUSH_MS
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.flush_now)

    def request(self) -> None:
        """Something is waiting to be shown."""
        if self._timer.isActive():
            return
        wait_ms = (self._due - self._clock()) * 1000
        if wait_ms <= 0:
            self.flush_now()
        else:
            self._timer.start(round(wait_ms))

    def flush_now(self) -> None:
        """Show what is waiting, and measure what that cost."""
        self._timer.stop()
        began = self._clock()
        self._flush()
        ended = self._clock()
        self.interval_ms = max(FLUSH_MS, _BACK_OFF * (ended - began) * 1000)
        self._due = ended + self.interval_ms / 1000
