"""Rates and the time that is left."""

from __future__ import annotations

import pytest

from app.core.queue.meter import Meter


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def meter(clock: Clock) -> Meter:
    return Meter(clock)


def work(meter: Meter, clock: Clock, documents: int, seconds_each: float) -> None:
    for _ in range(documents):
        clock.now += seconds_each
        meter.finished(1, 10)


def test_the_time_left_follows_the_last_minute_and_not_the_whole_run(meter: Meter, clock: Clock) -> None:
    work(meter, clock, 10, 60.0)
    work(meter, clock, 60, 1.0)
    now = meter.progress(running=2, ready=28)
    assert now.eta_s == pytest.approx(30, rel=0.05)
    assert now.docs_per_h == pytest.approx(3600, rel=0.05)
    assert now.tokens_per_s == pytest.approx(10, rel=0.05)


def test_documents_that_ran_alone_do_not_spoil_the_estimate(meter: Meter, clock: Clock) -> None:
    work(meter, clock, 2, 20.0)
    meter.together()
    work(meter, clock, 10, 1.0)
    assert meter.progress(running=0, ready=100).eta_s == pytest.approx(100, rel=0.05)


def test_nothing_is_promised_before_anything_is_done(meter: Meter, clock: Clock) -> None:
    clock.now += 5
    assert meter.progress(running=1, ready=9).eta_s is None
    assert meter.progress(running=0, ready=0).eta_s == 0.0


def test_what_fails_counts_as_worked_off(meter: Meter, clock: Clock) -> None:
    for _ in range(10):
        clock.now += 2.0
        meter.failed_one()
    assert meter.progress(running=0, ready=10).eta_s == pytest.approx(20, rel=0.05)


def test_a_request_takes_as_long_as_nine_in_ten_of_the_last_ones(meter: Meter) -> None:
    assert meter.request_s == 0.0
    for seconds in (500.0, *range(1, 65)):
        meter.took(float(seconds))
    assert 56 <= meter.request_s <= 59  # and the first is forgotten
