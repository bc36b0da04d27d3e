"""Battery, temperature and disk: recorded readings, and what the queue is told."""

from __future__ import annotations

from app.core.schedule.power import BATTERY, HEAT, PowerRules, Reading, judge
from app.core.schedule.room import Disk, judge_room

GB = 10**9
RULES = PowerRules(below_percent=30, above_c=90)


def told(rules: PowerRules, readings: list[Reading]) -> list[tuple[str, ...]]:
    """The sources that hold the queue after each reading, one following from the other."""
    held: frozenset[str] = frozenset()
    sources = []
    for reading in readings:
        held = frozenset(judge(rules, reading, held))
        sources.append(tuple(sorted(held)))
    return sources


def test_an_unplugged_laptop_rests_below_the_limit_and_goes_on_well_above_it_or_plugged_in() -> None:
    evening = [Reading(False, percent) for percent in (80, 31, 30, 29, 31, 34, 35)]
    assert told(RULES, evening) == [(), (), (), (BATTERY,), (BATTERY,), (BATTERY,), ()]
    assert told(RULES, [Reading(False, 12), Reading(True, 12)]) == [(BATTERY,), ()]


def test_a_machine_without_a_battery_never_rests_for_one() -> None:
    assert told(PowerRules(mains_only=True), [Reading(None, None), Reading(True, 5)]) == [(), ()]


def test_mains_only_rests_with_a_full_battery() -> None:
    assert told(PowerRules(mains_only=True), [Reading(False, 100)]) == [(BATTERY,)]


def test_zero_percent_never_rests_on_battery() -> None:
    assert told(PowerRules(below_percent=0), [Reading(False, 3)]) == [()]


def test_a_hot_machine_rests_until_it_is_ten_degrees_cooler() -> None:
    night = [Reading(hottest_c=value) for value in (70, 91, 89, 81, 79, 89)]
    assert told(RULES, night) == [(), (HEAT,), (HEAT,), (HEAT,), (), ()]


def test_every_reason_is_a_sentence_with_its_way_on() -> None:
    reasons = judge(PowerRules(30, above_c=90), Reading(False, 10, 95))
    assert reasons[BATTERY] == "The battery is below 30 %. It goes on when the machine is plugged in."
    assert reasons[HEAT] == "The machine is hotter than 90 °C. It goes on when it has cooled down."


def test_the_queue_rests_below_a_gigabyte_and_goes_on_somewhat_above_it() -> None:
    assert judge_room(Disk(free=GB, wal=0), GB) is None
    assert judge_room(Disk(free=GB - 1, wal=0), GB) is not None
    assert judge_room(Disk(free=GB + 1, wal=0), GB, held=True) is not None
    assert judge_room(Disk(free=GB * 12 // 10, wal=0), GB, held=True) is None


def test_a_long_log_needs_five_times_its_length() -> None:
    assert judge_room(Disk(free=2 * GB, wal=GB // 2), GB) == (
        "The disk has 2.0 GB left and 2.5 GB are needed. Make room; work goes on by itself."
    )


def test_without_a_limit_a_full_disk_is_left_to_the_writer() -> None:
    assert judge_room(Disk(free=0, wal=0), 0) is None
