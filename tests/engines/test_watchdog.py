"""When an engine counts as wedged; time is given, so nothing waits."""

from __future__ import annotations

import pytest

from engines.client import Health
from engines.watchdog import Patience, Pulse

PATIENCE = Patience(unanswered_s=10, stalled_s=30, start_s=60)


def working(steps: int) -> Health:
    """An answer of an engine with a request under way."""
    return Health("ok", steps=steps, running=1)


def test_an_engine_that_makes_steps_is_left_alone() -> None:
    pulse = Pulse(PATIENCE, 0)
    assert all(pulse.judge(working(second), True, second) is None for second in range(1000))


def test_an_idle_engine_may_stand_still_for_ever() -> None:
    pulse = Pulse(PATIENCE, 0)
    assert all(pulse.judge(Health("ok", steps=5), True, second) is None for second in range(1000))


def test_steps_that_stop_while_a_request_runs_are_a_standstill() -> None:
    pulse = Pulse(PATIENCE, 0)
    assert all(pulse.judge(working(1), True, second) is None for second in range(1, 32))
    assert "stood still" in (pulse.judge(working(1), True, 32) or "")


def test_requests_that_wait_while_none_runs_and_no_step_ends_are_a_standstill() -> None:
    pulse = Pulse(PATIENCE, 0)
    waiting = Health("ok", steps=9, waiting=3)
    assert all(pulse.judge(waiting, True, second) is None for second in range(1, 32))
    assert "in hand: 3" in (pulse.judge(waiting, True, 32) or "")


def test_a_machine_that_slept_in_the_middle_of_a_step_is_given_time_to_end_it() -> None:
    pulse = Pulse(PATIENCE, 0)
    assert all(pulse.judge(working(1), True, second) is None for second in range(1, 15))
    assert all(pulse.judge(working(1), True, 30_000 + second) is None for second in range(3))
    assert pulse.judge(working(2), True, 30_003) is None


def test_a_request_that_comes_after_a_pause_has_the_whole_patience() -> None:
    pulse = Pulse(PATIENCE, 0)
    assert pulse.judge(Health("ok", steps=7), True, 500) is None
    assert all(pulse.judge(working(7), True, second) is None for second in range(501, 530))
    assert pulse.judge(working(8), True, 531) is None


def test_silence_counts_only_after_several_misses() -> None:
    pulse = Pulse(PATIENCE, 0)
    assert pulse.judge(None, True, 50) is None
    assert pulse.judge(None, True, 51) is None
    assert "did not answer" in (pulse.judge(None, True, 52) or "")


def test_one_answer_ends_the_silence() -> None:
    pulse = Pulse(PATIENCE, 0)
    for second in (8, 9):
        assert pulse.judge(None, True, second) is None
    assert pulse.judge(Health("ok"), True, 10) is None
    assert all(pulse.judge(None, True, second) is None for second in (11, 15, 20))
    assert pulse.judge(None, True, 21) is not None


def test_a_process_that_never_opens_its_port_is_late() -> None:
    pulse = Pulse(PATIENCE, 0)
    assert pulse.judge(None, False, 60) is None
    assert "did not start" in (pulse.judge(None, False, 61) or "")


@pytest.mark.parametrize(("strikes", "seconds"), [(1, 0.2), (2, 0.4), (4, 1.6), (50, 30.0)])
def test_the_wait_before_a_restart_doubles_up_to_a_limit(strikes: int, seconds: float) -> None:
    assert Patience().backoff_s(strikes) == pytest.approx(seconds)
