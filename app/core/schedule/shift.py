"""Whether the clock lets the queue work, and if not, why not and until when."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from app.core.schedule.window import DAY_NAMES, Window

DAY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """``reason`` why the queue rests, None while it may work; ``changes_at`` when to ask again at the latest.

    Times in seconds since 1970. ``over``: the shift that ends ``until`` then has ended.
    """

    reason: str | None = None
    changes_at: float | None = None
    over: bool = False


@dataclass(frozen=True, slots=True)
class Shift:
    """Work inside ``window`` (None: at any time), or when ``until`` is given from now until that moment.

    ``until`` in seconds since 1970; after it the window holds again, or without a window nothing more is begun.
    """

    window: Window | None = None
    until: float | None = None

    def judge(self, moment: float, document_s: float = 0.0) -> Verdict:
        """Whether a document that takes ``document_s`` seconds may be begun at ``moment``."""
        if self.until is not None and (moment < self.until or self.window is None):
            return self._until(self.until, moment, document_s)
        if self.window is None:
            return Verdict()
        return replace(self._inside(self.window, moment, document_s), over=self.until is not None)

    def _inside(self, window: Window, moment: float, document_s: float) -> Verdict:
        tonight = window.at(moment)
        if tonight is None:
            return self._wait(window, moment)
        if moment + document_s < tonight.end:
            return Verdict(changes_at=tonight.end - document_s)
        following = window.next(moment)
        if following is not None and following.start <= tonight.end:  # a whole day, and another one after it
            return Verdict(changes_at=tonight.end)
        again = f" It goes on at {clock(following.start, moment, self._zone)}." if following else ""
        end = clock(tonight.end, moment, self._zone)
        return Verdict(f"No further document would be done before {end}.{again}", tonight.end)

    def _until(self, until: float, moment: float, document_s: float) -> Verdict:
        end = clock(until, moment, self._zone)
        if moment >= until:
            return Verdict(f"The shift ended at {end}.", over=True)
        if moment + document_s >= until:
            return Verdict(f"No further document would be done before {end}.", until, over=True)
        return Verdict(changes_at=until - document_s)

    def _wait(self, window: Window, moment: float) -> Verdict:
        following = window.next(moment)
        if following is None:
            return Verdict("The run window has no days.")
        return Verdict(f"Waiting for {clock(following.start, moment, self._zone)}.", following.start)

    @property
    def _zone(self) -> tzinfo | None:
        return self.window.zone if self.window else None


def clock(moment: float, seen_from: float, zone: tzinfo | None = None) -> str:
    """A moment as people say it: ``22:00``, or with its day when it is more than a day away."""
    when = datetime.fromtimestamp(moment, zone)
    if abs(moment - seen_from) < DAY_S:
        return f"{when:%H:%M}"
    return f"{DAY_NAMES[when.weekday()].capitalize()} {when:%H:%M}"
