"""Watches clock, power and disk beside the queue: pauses it with the reason in words, and lets it go on by itself."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from app.core.queue.pauses import SCHEDULE
from app.core.schedule.awake import Awake
from app.core.schedule.power import BATTERY, HEAT, USED, PowerRules, Reading, judge
from app.core.schedule.presence import Presence
from app.core.schedule.room import ROOM, Disk, judge_room, read_disk
from app.core.schedule.sensors import read_sensors
from app.core.schedule.shift import Shift

log = logging.getLogger(__name__)

JUMP_S = 30.0  # the wall clock and the steady one differ by this much: it was set, or the machine has slept
HOT_READINGS = 3  # a moment's spike is no heat


class Worked(Protocol):
    """The part of the queue that is watched over."""

    @property
    def busy(self) -> bool:
        """Whether there is work going on, or work that is not held back."""

    @property
    def document_s(self) -> float:
        """Seconds that a document takes."""

    def pause(self, reason: str, source: str) -> None:
        """Start no more jobs."""

    def resume(self, source: str) -> None:
        """Take back this source's pause."""


@dataclass(frozen=True, slots=True)
class DutyOptions:
    """When the queue may work. ``least_free`` in bytes; ``look_s`` seconds between two looks."""

    shift: Shift = field(default_factory=Shift)
    power: PowerRules = field(default_factory=PowerRules)
    least_free: int = 0
    keep_awake: bool = False
    look_s: float = 5.0


@dataclass(slots=True)
class Senses:
    """Where the readings come from; tests bring recorded ones."""

    clock: Callable[[], float] = time.time
    steady: Callable[[], float] = time.monotonic
    sensors: Callable[[], Reading] = read_sensors
    disk: Callable[[Path], Disk] = read_disk
    awake: Awake = field(default_factory=Awake)
    presence: Callable[[], float | None] = field(default_factory=Presence)


class Duty:
    """One look every few seconds.

    ``on_jump`` is told by how many seconds the clock was moved, ``on_idle`` how many the queue has had nothing to do.
    """

    def __init__(
        self,
        queue: Worked,
        database: Path,
        options: DutyOptions,
        *,
        senses: Senses | None = None,
        on_jump: Callable[[float], Awaitable[None]] | None = None,
        on_idle: Callable[[float], Awaitable[object]] | None = None,
    ) -> None:
        self.options = options
        self._queue = queue
        self._database = database
        self._senses = senses or Senses()
        self._on_jump = on_jump
        self._on_idle = on_idle
        self._busy_at = self._senses.steady()
        self._reasons: dict[str, str] = {}
        self._heat: deque[float] = deque(maxlen=HOT_READINGS)
        self._over = asyncio.Event()
        self._change = asyncio.Event()
        self._last = (self._senses.clock(), self._senses.steady())
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Look once, so that the queue begins nothing that it may not, then go on looking."""
        await self.look()
        self._task = asyncio.create_task(self._serve(), name="duty")

    async def stop(self) -> None:
        """Stop looking and let the machine sleep."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None
        await self._senses.awake.close()

    async def over(self) -> None:
        """Return when the shift has ended for good (``until`` is past), which it never does without an end."""
        await self._over.wait()

    def change(self, options: DutyOptions) -> None:
        """Keep to other rules from now on. An end that is past and belongs to other hours holds nothing up."""
        shift = options.shift
        is_past = shift.until is not None and shift.until <= self._senses.clock()
        if is_past and shift.window != self.options.shift.window:
            options = replace(options, shift=replace(shift, until=None))
        self._keep_to(options)

    def work_until(self, until: float | None) -> None:
        """Work from now until this moment (seconds since 1970), whatever the window says; None: keep to the window."""
        self._keep_to(replace(self.options, shift=replace(self.options.shift, until=until)))

    def go_on(self) -> None:
        """A person does not want to wait: work from now until the window's next end, or without one for good."""
        window, now = self.options.shift.window, self._senses.clock()
        if SCHEDULE in self._reasons:
            following = window.next(now) if window is not None else None
            self.work_until(following.end if following else None)

    def _keep_to(self, options: DutyOptions) -> None:
        self.options = options
        self._change.set()

    async def look(self) -> float:
        """Judge everything once; seconds until the next look."""
        await self._notice_jump()
        now = self._senses.clock()
        verdict = self.options.shift.judge(now, self._queue.document_s)
        reasons = {SCHEDULE: verdict.reason} if verdict.reason else {}
        reasons |= await self._readings()
        self._apply(reasons)
        if verdict.over:
            self._over.set()
        else:
            self._over.clear()
        busy = self._queue.busy
        await self._senses.awake.set(self.options.keep_awake and busy)
        await self._tell_idle(busy)
        due = self.options.look_s if verdict.changes_at is None else verdict.changes_at - now
        return max(0.05, min(self.options.look_s, due))

    async def _serve(self) -> None:
        while True:
            try:
                wait_s = await self.look()
            except Exception:  # the queue must not be left without its watch
                log.exception("looking at clock, power and disk")
                wait_s = self.options.look_s
            try:
                async with asyncio.timeout(wait_s):
                    await self._change.wait()
            except TimeoutError:
                continue
            self._change.clear()

    async def _readings(self) -> dict[str, str]:
        reading = await asyncio.to_thread(self._senses.sensors)
        if self.options.power.used_min:  # else it is nobody's business who is there
            reading = replace(reading, untouched_s=await asyncio.to_thread(self._senses.presence))
        reasons = judge(self.options.power, self._steadied(reading), frozenset(self._reasons))
        try:
            disk = await asyncio.to_thread(self._senses.disk, self._database)
        except OSError as error:
            log.debug("no reading of the disk: %s", error)
            return reasons
        room = judge_room(disk, self.options.least_free, held=ROOM in self._reasons)
        return reasons | ({ROOM: room} if room else {})

    def _steadied(self, reading: Reading) -> Reading:
        """The temperature that the last few readings all had."""
        if reading.hottest_c is None:
            return reading
        self._heat.append(reading.hottest_c)
        steady = min(self._heat) if len(self._heat) == HOT_READINGS else None
        return replace(reading, hottest_c=steady)

    def _apply(self, reasons: dict[str, str]) -> None:
        for source in (SCHEDULE, BATTERY, HEAT, USED, ROOM):
            reason = reasons.get(source)
            if reason is not None and reason != self._reasons.get(source):
                self._queue.pause(reason, source)
            elif reason is None and source in self._reasons:
                self._queue.resume(source)
        self._reasons = reasons

    async def _tell_idle(self, busy: bool) -> None:
        steady = self._senses.steady()
        if busy:
            self._busy_at = steady
        elif self._on_idle is not None:
            await self._on_idle(steady - self._busy_at)

    async def _notice_jump(self) -> None:
        """The wall clock was set, or the machine slept: what waits for a time of day is judged anew by both clocks."""
        before, self._last = self._last, (self._senses.clock(), self._senses.steady())
        jump = (self._last[0] - before[0]) - (self._last[1] - before[1])
        if abs(jump) >= JUMP_S and self._on_jump is not None:
            await self._on_jump(jump)
