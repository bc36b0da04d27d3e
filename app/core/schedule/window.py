"""Run windows: a time of day to begin, a time to end, and the days on which they begin."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from app.core.errors import UsageError

_LONG_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAY_NAMES = tuple(name[:3] for name in _LONG_NAMES)
EVERY_DAY = frozenset(range(7))
AHEAD_DAYS = 8  # every weekday comes within a week; one more for the window that is over today

_TIME = re.compile(r"([01]?\d|2[0-3])[:.]([0-5]\d)")


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One night of a window, in seconds since 1970; ``end`` is the first moment outside."""

    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Window:
    """From ``start`` to ``end`` by the clock on the wall; an end that is not after the start is on the next day.

    ``days`` are the weekdays on which it begins, 0 for Monday. ``zone`` None is this machine's time zone.
    """

    start: time
    end: time
    days: frozenset[int] = EVERY_DAY
    zone: tzinfo | None = None

    def at(self, moment: float) -> Occurrence | None:
        """The occurrence that holds ``moment`` (seconds since 1970), None outside."""
        today = datetime.fromtimestamp(moment, self.zone).date()
        for day in (today - timedelta(days=1), today):
            found = self.on(day)
            if found is not None and found.start <= moment < found.end:
                return found
        return None

    def next(self, moment: float) -> Occurrence | None:
        """The first occurrence that begins after ``moment``; None for a window without days."""
        today = datetime.fromtimestamp(moment, self.zone).date()
        for ahead in range(AHEAD_DAYS):
            found = self.on(today + timedelta(days=ahead))
            if found is not None and found.start > moment:
                return found
        return None

    def on(self, day: date) -> Occurrence | None:
        """The occurrence that begins on ``day``; None on other days, and where the clocks' change leaves nothing."""
        if day.weekday() not in self.days:
            return None
        last = day if self.end > self.start else day + timedelta(days=1)
        start, end = moment_of(day, self.start, self.zone), moment_of(last, self.end, self.zone)
        return Occurrence(start, end) if start < end else None


def moment_of(day: date, clock: time, zone: tzinfo | None = None) -> float:
    """Seconds since 1970 at which the clocks show ``clock`` on ``day``.

    Of a time that comes twice it is the first; for a time that is left out, as long after the change.
    """
    return datetime.combine(day, clock, zone).timestamp()


def next_time(clock: time, after: float, zone: tzinfo | None = None) -> float:
    """The next moment after ``after`` at which the clocks show ``clock``, in seconds since 1970."""
    today = datetime.fromtimestamp(after, zone).date()
    moments = (moment_of(today + timedelta(days=ahead), clock, zone) for ahead in range(3))
    return next(moment for moment in moments if moment > after)


def parse_window(text: str, days: str = "", zone: tzinfo | None = None) -> Window:
    """A window from ``22:00-07:00`` and days such as ``mon-thu, sun`` (empty: every day). Raises UsageError."""
    start, dash, end = text.replace("–", "-").partition("-")
    if not dash:
        raise UsageError(f"The run window {text!r} needs a start and an end, such as 22:00-07:00.")
    return Window(parse_time(start), parse_time(end), parse_days(days), zone)


def parse_time(text: str) -> time:
    """A time of day from ``22:00``. Raises UsageError."""
    found = _TIME.fullmatch(text.strip())
    if found is None:
        raise UsageError(f"{text.strip()!r} is no time of day; write it as 22:00.")
    return time(int(found[1]), int(found[2]))


def parse_days(text: str) -> frozenset[int]:
    """Weekdays from ``mon-thu, sun``; empty is every day. Raises UsageError."""
    days: set[int] = set()
    for part in text.lower().replace("–", "-").split(","):
        if not part.strip():
            continue
        first, dash, last = part.partition("-")
        begin = _day(first)
        end = _day(last) if dash else begin
        days |= {(begin + step) % 7 for step in range((end - begin) % 7 + 1)}
    return frozenset(days) or EVERY_DAY


def _day(text: str) -> int:
    name = text.strip()
    for number, day in enumerate(_LONG_NAMES):
        if len(name) >= 3 and day.startswith(name):
            return number
    raise UsageError(f"{name!r} is no day; days are {', '.join(DAY_NAMES)}, such as mon-fri.")
