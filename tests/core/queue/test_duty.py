"""The watch beside a real queue: pauses with words in the store, and going on by itself."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from desk import Desk, ScriptedEngine

from app.core.events import EventBus, RunFinished
from app.core.queue.pauses import saved_pauses
from app.core.queue.queue import Queue
from app.core.schedule.awake import Awake
from app.core.schedule.duty import Duty, DutyOptions, Senses
from app.core.schedule.power import PowerRules, Reading
from app.core.schedule.room import Disk
from app.core.schedule.shift import Shift
from app.core.schedule.window import parse_window
from engines.errors import EngineBusy

pytestmark = pytest.mark.anyio

EVENING = datetime(2026, 11, 23, 21, 0, tzinfo=UTC).timestamp()
NIGHT = Shift(parse_window("22:00-07:00", zone=UTC))
HOUR = 3600.0


@dataclass
class Machine:
    """Recorded readings, and what was asked of the machine."""

    wall: float = EVENING
    steady: float = 0.0
    reading: Reading = field(default_factory=Reading)
    disk: Disk = field(default_factory=lambda: Disk(10**12, 0))
    awake: list[str] = field(default_factory=list)
    untouched_s: float = 0.0

    def passes(self, seconds: float, *, asleep: bool = False) -> None:
        self.wall += seconds
        self.steady += 0.0 if asleep else seconds

    @contextlib.contextmanager
    def stays_awake(self) -> Iterator[None]:
        self.awake.append("awake")
        yield
        self.awake.append("may sleep")

    def senses(self) -> Senses:
        return Senses(
            lambda: self.wall,
            lambda: self.steady,
            lambda: self.reading,
            lambda _: self.disk,
            Awake(self.stays_awake),
            lambda: self.untouched_s,
        )


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
async def on_duty(desk: Desk, machine: Machine) -> AsyncIterator[Callable[..., Duty]]:
    """Watches a queue; looks only when the test does."""
    made: list[Duty] = []

    def watch(queue: Queue, **options: object) -> Duty:
        duty = Duty(queue, desk.store.path, DutyOptions(**options), senses=machine.senses(), on_jump=queue.clock_jumped)  # type: ignore[arg-type]
        made.append(duty)
        return duty

    yield watch
    for duty in made:
        await duty.stop()


async def words(desk: Desk, queue: Queue, source: str) -> str | None:
    """The pause as another process reads it; what the queue says itself must be the same."""
    await queue._notes.written()
    saved = (await desk.store.read(saved_pauses)).get(source)
    assert saved is None or saved in queue._pauses.reasons.values()
    return saved


async def test_nothing_begins_before_the_window_and_everything_is_done_in_it(
    desk: Desk, make_queue: Callable[..., Queue], on_duty: Callable[..., Duty], machine: Machine, engine: ScriptedEngine
) -> None:
    queue = make_queue()
    duty = on_duty(queue, shift=NIGHT)
    desk.add(desk.add_folder("x"), {f"{n}.txt": f"text {n}" for n in range(6)})
    await duty.look()
    await queue.start()
    assert await words(desk, queue, "schedule") == "Waiting for 22:00."
    await asyncio.sleep(0.2)
    assert engine.asked == []
    machine.passes(HOUR)
    await duty.look()
    await queue.drained()
    assert await words(desk, queue, "schedule") is None
    assert desk.states() == {"done": 6}


async def test_at_the_end_what_is_in_flight_ends_and_the_rest_waits_for_the_next_night(
    desk: Desk, make_queue: Callable[..., Queue], on_duty: Callable[..., Duty], machine: Machine, engine: ScriptedEngine
) -> None:
    asked, answer = asyncio.Event(), asyncio.Event()

    async def slow(prompt: str, _: int) -> str:
        if engine.now == 2:
            asked.set()
        await answer.wait()
        return "yes"

    engine.script = slow
    machine.passes(2 * HOUR)
    report, events = asyncio.Event(), EventBus()
    events.subscribe(lambda event: report.set() if isinstance(event, RunFinished) else None)
    queue = make_queue(width=2, lookahead=1, events=events)
    duty = on_duty(queue, shift=NIGHT)
    desk.add(desk.add_folder("x"), {f"{n}.txt": f"text {n}" for n in range(6)})
    await duty.look()
    await queue.start()
    await asked.wait()
    machine.passes(8 * HOUR)
    await duty.look()
    answer.set()
    await queue.settled()
    assert desk.states() == {"done": 2, "ready": 4}
    await report.wait()  # the night has its report in the morning
    assert desk.all("SELECT state FROM run") == [("interrupted",)]
    machine.passes(15 * HOUR)
    await duty.look()
    await queue.drained()
    assert desk.states() == {"done": 6}
    assert desk.all("SELECT state FROM run") == [("interrupted",), ("finished",)]


async def test_a_machine_that_slept_through_the_start_begins_when_it_wakes(
    desk: Desk, make_queue: Callable[..., Queue], on_duty: Callable[..., Duty], machine: Machine
) -> None:
    queue = make_queue()
    duty = on_duty(queue, shift=NIGHT)
    await duty.look()
    await queue.start()
    desk.add(desk.add_folder("x"), {"a.txt": "a"})
    machine.passes(5 * HOUR, asleep=True)
    await duty.look()
    await queue.drained()
    assert desk.states() == {"done": 1}
    assert "asleep" in desk.all("SELECT text FROM event WHERE kind = 'clock'")[0][0]


async def test_a_clock_that_is_set_back_holds_no_job_for_hours(
    desk: Desk, make_queue: Callable[..., Queue], on_duty: Callable[..., Duty], machine: Machine
) -> None:
    queue = make_queue()
    duty = on_duty(queue)
    desk.add(desk.add_folder("x"), {"a.txt": "a"})
    year = 365 * 24 * HOUR
    desk.store.write_now(lambda db: db.execute("UPDATE job SET not_before = not_before + ?", (4e9,)))
    machine.wall -= year
    await duty.look()
    ((not_before, at),) = desk.all("SELECT not_before, unixepoch() FROM job")
    assert not_before - at <= 301


async def test_the_clock_is_set_back_a_day_in_the_middle_and_everything_is_asked_once(
    desk: Desk,
    make_queue: Callable[..., Queue],
    on_duty: Callable[..., Duty],
    machine: Machine,
    engine: ScriptedEngine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    busy = asyncio.Event()

    async def refuses_first(prompt: str, times: int) -> str:
        if times == 1:
            busy.set()
            raise EngineBusy("no room")
        return "yes"

    engine.script = refuses_first
    queue = make_queue(first_backoff_s=0.3)
    duty = on_duty(queue)
    desk.add(desk.add_folder("x"), {f"{n}.txt": f"text {n}" for n in range(8)})
    await queue.start()
    await busy.wait()
    day, real = 24 * HOUR, time.time
    monkeypatch.setattr(time, "time", lambda: real() - day)
    machine.wall -= day
    await duty.look()
    await queue.drained()
    assert desk.states() == {"done": 8}
    assert len(engine.asked) == 16
    assert desk.all("SELECT count(*), max(attempts) FROM job") == [(8, 1)]


async def test_two_pauses_hold_until_both_are_over(
    desk: Desk, make_queue: Callable[..., Queue], on_duty: Callable[..., Duty], machine: Machine
) -> None:
    queue = make_queue()
    duty = on_duty(queue, power=PowerRules(30), least_free=10**9)
    await queue.start()
    machine.reading, machine.disk = Reading(False, 10), Disk(10**8, 0)
    await duty.look()
    assert "battery is below 30" in (await words(desk, queue, "battery") or "")
    assert "0.1 GB left" in (await words(desk, queue, "room") or "")
    machine.reading = Reading(True, 10)
    await duty.look()
    assert queue.paused_reason is not None
    machine.disk = Disk(10**12, 0)
    await duty.look()
    assert queue.paused_reason is None
    assert desk.store.read_now(saved_pauses) == {} or await words(desk, queue, "room") is None


async def test_a_spike_of_heat_is_no_reason_but_lasting_heat_is(
    make_queue: Callable[..., Queue], on_duty: Callable[..., Duty], machine: Machine
) -> None:
    queue = make_queue()
    duty = on_duty(queue, power=PowerRules(above_c=90))
    reasons = []
    for degrees in (99, 70, 99, 99, 99):
        machine.reading = Reading(hottest_c=degrees)
        await duty.look()
        reasons.append(queue.paused_reason is not None)
    assert reasons == [False, False, False, False, True]


async def test_the_queue_rests_while_somebody_is_there_only_if_that_is_wanted(
    desk: Desk, make_queue: Callable[..., Queue], on_duty: Callable[..., Duty], machine: Machine
) -> None:
    queue = make_queue()
    duty = on_duty(queue)
    await queue.start()
    await duty.look()
    assert queue.paused_reason is None
    duty.change(DutyOptions(power=PowerRules(used_min=5)))
    await duty.look()
    assert "Somebody is using this machine" in (await words(desk, queue, "used") or "")
    machine.untouched_s = 301.0
    await duty.look()
    assert queue.paused_reason is None


async def test_the_persons_pause_is_not_lifted_by_a_full_battery(
    make_queue: Callable[..., Queue], on_duty: Callable[..., Duty], machine: Machine
) -> None:
    queue = make_queue()
    duty = on_duty(queue, power=PowerRules(30))
    queue.pause("Paused by you.")
    machine.reading = Reading(False, 10)
    await duty.look()
    machine.reading = Reading(True, 100)
    await duty.look()
    assert queue.paused_reason == "Paused by you."


async def test_the_machine_is_kept_awake_while_there_is_work_and_only_then(
    desk: Desk, make_queue: Callable[..., Queue], on_duty: Callable[..., Duty], machine: Machine, engine: ScriptedEngine
) -> None:
    asked, answer = asyncio.Event(), asyncio.Event()

    async def slow(prompt: str, _: int) -> str:
        asked.set()
        await answer.wait()
        return "yes"

    engine.script = slow
    queue = make_queue()
    duty = on_duty(queue, keep_awake=True)
    await duty.look()
    assert machine.awake == []
    desk.add(desk.add_folder("x"), {"a.txt": "a"})
    await queue.start()
    await asked.wait()
    await duty.look()
    assert machine.awake == ["awake"]
    answer.set()
    await queue.drained()
    await queue.look()
    await duty.look()
    assert machine.awake == ["awake", "may sleep"]


async def test_where_the_system_does_not_let_us_a_log_line_says_so_once(caplog: pytest.LogCaptureFixture) -> None:
    def refused() -> contextlib.AbstractContextManager[None]:
        raise OSError("no such bus")

    awake = Awake(refused)
    with caplog.at_level(logging.WARNING):
        for wanted in (True, False, True, False):
            await awake.set(wanted)
    await awake.close()
    assert len(caplog.records) == 1
    assert "no such bus" in caplog.text


async def test_until_overrides_the_window_and_says_when_the_shift_is_over(
    make_queue: Callable[..., Queue], on_duty: Callable[..., Duty], machine: Machine
) -> None:
    queue = make_queue()
    duty = on_duty(queue, shift=NIGHT)
    await duty.look()
    assert queue.paused_reason == "Waiting for 22:00."
    duty.change(DutyOptions(Shift(until=EVENING + HOUR)))
    await duty.look()
    assert queue.paused_reason is None
    machine.passes(HOUR)
    await duty.look()
    assert (queue.paused_reason or "").startswith("The shift ended at ")
    await asyncio.wait_for(duty.over(), 60)


async def test_a_person_who_says_go_on_need_not_wait_for_the_window_and_the_next_night_is_as_ever(
    make_queue: Callable[..., Queue], on_duty: Callable[..., Duty], machine: Machine
) -> None:
    queue = make_queue()
    duty = on_duty(queue, shift=NIGHT)
    said = []
    await duty.look()
    duty.go_on()
    for hours in (0, 9, 2, 9):  # 21:00, 06:00 inside the window, 08:00 after it, 17:00
        machine.passes(hours * HOUR)
        await duty.look()
        said.append(queue.paused_reason)
    assert said == [None, None, "Waiting for 22:00.", "Waiting for 22:00."]


async def test_a_shift_that_ended_without_a_window_holds_the_next_day_back_until_a_person_says_go_on(
    make_queue: Callable[..., Queue], on_duty: Callable[..., Duty], machine: Machine
) -> None:
    queue = make_queue()
    duty = on_duty(queue)
    duty.work_until(EVENING + HOUR)
    machine.passes(2 * HOUR)
    await duty.look()
    assert (queue.paused_reason or "").startswith("The shift ended at ")
    duty.go_on()
    machine.passes(24 * HOUR)
    await duty.look()
    assert queue.paused_reason is None


async def test_other_hours_do_not_wait_for_a_shift_that_is_over(
    make_queue: Callable[..., Queue], on_duty: Callable[..., Duty], machine: Machine
) -> None:
    queue = make_queue()
    duty = on_duty(queue, shift=NIGHT)
    duty.work_until(EVENING + HOUR)
    machine.passes(12 * HOUR)
    await duty.look()
    assert queue.paused_reason == "Waiting for 22:00."
    duty.change(DutyOptions(Shift(until=duty.options.shift.until)))  # the window is taken away
    await duty.look()
    assert queue.paused_reason is None


async def test_the_watch_looks_by_itself_and_notices_the_start(
    desk: Desk, make_queue: Callable[..., Queue], on_duty: Callable[..., Duty], machine: Machine, tmp_path: Path
) -> None:
    queue = make_queue()
    duty = on_duty(queue, shift=NIGHT, look_s=0.02)
    desk.add(desk.add_folder("x"), {"a.txt": "a"})
    await duty.start()
    await queue.start()
    machine.passes(HOUR)
    await queue.drained()
    assert desk.states() == {"done": 1}
