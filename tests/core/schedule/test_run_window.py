"""Run windows: midnight, weekdays and the change of the clocks."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import UsageError
from app.core.schedule.shift import Shift
from app.core.schedule.window import EVERY_DAY, Window, next_time, parse_days, parse_time, parse_window

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = st.sampled_from(
    [ZoneInfo(name) for name in ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe")]
)
NIGHT = parse_window("22:00-07:00", zone=BERLIN)

minutes = st.builds(time, st.integers(0, 23), st.integers(0, 59))
moments = st.integers(1_700_000_000, 1_900_000_000).map(float)
windows = st.builds(Window, minutes, minutes, st.frozensets(st.integers(0, 6), min_size=1), ZONES)


def at(text: str, zone: ZoneInfo = BERLIN, fold: int = 0) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold).timestamp()


@pytest.mark.parametrize(
    ("moment", "reason"),
    [
        ("2026-11-23 21:59", "Waiting for 22:00."),
        ("2026-11-23 22:00", None),
        ("2026-11-23 23:59", None),
        ("2026-11-24 00:00", None),
        ("2026-11-24 06:59", None),
        ("2026-11-24 07:00", "Waiting for 22:00."),
    ],
)
def test_a_night_begins_before_midnight_and_ends_after_it(moment: str, reason: str | None) -> None:
    assert Shift(NIGHT).judge(at(moment)).reason == reason


def test_a_window_belongs_to_the_day_on_which_it_begins() -> None:
    sunday_night = parse_window("22:00-07:00", "sun", BERLIN)
    assert sunday_night.at(at("2026-11-23 03:00")) is not None  # Monday, early
    assert sunday_night.at(at("2026-11-22 03:00")) is None  # Sunday, early
    assert Shift(sunday_night).judge(at("2026-11-24 12:00")).reason == "Waiting for Sun 22:00."


def test_no_document_is_begun_that_would_not_be_done_before_the_end() -> None:
    shift = Shift(NIGHT)
    assert shift.judge(at("2026-11-24 06:50"), 300).reason is None
    late = shift.judge(at("2026-11-24 06:56"), 300)
    assert late.reason == "No further document would be done before 07:00. It goes on at 22:00."
    assert late.changes_at == at("2026-11-24 07:00")
    assert not late.over


def test_until_morning_begins_now_and_then_the_window_holds_again() -> None:
    shift = Shift(NIGHT, until=next_time(parse_time("07:00"), at("2026-11-23 13:00"), BERLIN))
    assert shift.judge(at("2026-11-23 13:00")).reason is None
    assert shift.judge(at("2026-11-24 06:59"), 120).over
    ended = shift.judge(at("2026-11-24 12:00"))
    assert (ended.reason, ended.over) == ("Waiting for 22:00.", True)
    without_a_window = Shift(until=shift.until).judge(at("2026-11-24 12:00"))
    assert (without_a_window.reason or "").startswith("The shift ended at ")
    assert without_a_window.over


def test_the_night_the_clocks_go_back_is_an_hour_longer_and_the_other_one_shorter() -> None:
    assert [lasts(date(2026, 10, 24)), lasts(date(2026, 3, 28)), lasts(date(2026, 11, 23))] == [10, 8, 9]


def lasts(day: date) -> float:
    night = NIGHT.on(day)
    assert night is not None
    return (night.end - night.start) / 3600


def test_a_start_that_the_clocks_leave_out_is_as_long_after_the_change() -> None:
    found = parse_window("02:30-05:00", zone=BERLIN).on(date(2026, 3, 29))
    assert found is not None
    assert datetime.fromtimestamp(found.start, BERLIN).time() == time(3, 30)


def test_a_start_that_comes_twice_is_the_first_and_the_window_opens_once() -> None:
    window = parse_window("02:30-05:00", zone=BERLIN)
    assert window.at(at("2026-10-25 02:45", fold=0)) == window.at(at("2026-10-25 02:10", fold=1)) is not None


def test_the_same_start_and_end_is_a_whole_day() -> None:
    window = parse_window("06:00-06:00", "mon", BERLIN)
    assert window.at(at("2026-11-24 05:59")) is not None
    assert window.at(at("2026-11-24 06:00")) is None


@given(windows, moments)
def test_every_moment_is_inside_or_the_window_opens_within_a_week_and_a_day(window: Window, moment: float) -> None:
    inside, following = window.at(moment), window.next(moment)
    if inside is not None:
        assert inside.start <= moment < inside.end
        assert inside.end - inside.start <= timedelta(hours=26).total_seconds()
    if following is not None:
        assert moment < following.start
        assert window.at(following.start) is not None
        assert datetime.fromtimestamp(following.start, window.zone).weekday() in window.days
    else:
        assert len(window.days) == 1  # its one night in this week may be the one that the change swallows


@given(windows, moments, st.floats(0, 7200))
def test_what_may_begin_is_done_before_the_end(window: Window, moment: float, document_s: float) -> None:
    verdict = Shift(window).judge(moment, document_s)
    tonight, following = window.at(moment), window.next(moment)
    seamless = tonight is not None and following is not None and following.start <= tonight.end
    if verdict.reason is None and not seamless:
        assert tonight is not None
        assert moment + document_s < tonight.end
        assert verdict.changes_at is not None
        assert Shift(window).judge(verdict.changes_at + 1, document_s).reason is not None


@given(windows, moments)
def test_waiting_ends_at_the_moment_that_was_said(window: Window, moment: float) -> None:
    verdict = Shift(window).judge(moment)
    if verdict.reason is not None and verdict.changes_at is not None:
        assert Shift(window).judge(verdict.changes_at).reason is None
        assert Shift(window).judge(verdict.changes_at - 1).reason is not None


@pytest.mark.parametrize(
    ("days", "numbers"),
    [("", EVERY_DAY), ("mon-fri", {0, 1, 2, 3, 4}), ("fri-mon", {4, 5, 6, 0}), ("Saturday, sun", {5, 6}), ("wed", {2})],
)
def test_days_are_written_as_people_do(days: str, numbers: set[int]) -> None:
    assert parse_days(days) == numbers


@pytest.mark.parametrize("text", ["22:00", "22-7", "25:00-07:00", "22:00-07:61", "-", "ten to six"])
def test_what_is_no_window_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(UsageError, match=r"such as 22:00-07:00|no time of day"):
        parse_window(text)


@pytest.mark.parametrize("days", ["someday", "mon-", "mo", "1"])
def test_what_is_no_day_is_refused_by_name(days: str) -> None:
    with pytest.raises(UsageError, match="is no day"):
        parse_days(days)
