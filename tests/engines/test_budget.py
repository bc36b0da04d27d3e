"""The step-time model learns what this machine does and ignores what other programs do to it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.budget import StepBudget


def taught(first_s: float, row_s: float, token_s: float) -> StepBudget:
    budget = StepBudget()
    for _ in range(60):
        for rows in (1, 8, 16):
            budget.observe(rows, 0, first_s + row_s * rows)
            budget.observe(rows, 64, first_s + row_s * rows + 64 * token_s)
    return budget


@pytest.mark.parametrize(("first_s", "row_s", "token_s"), [(0.005, 0.003, 0.001), (0.01, 0.0001, 0.00002)])
def test_it_learns_a_machine_and_reads_between_what_it_saw(first_s: float, row_s: float, token_s: float) -> None:
    budget = taught(first_s, row_s, token_s)
    assert budget.decode_s(8) == pytest.approx(first_s + 8 * row_s, rel=0.05)
    assert budget.decode_s(12) == pytest.approx(first_s + 12 * row_s, rel=0.05)
    assert budget.prefill_tokens(0.1) == pytest.approx(0.1 / token_s, rel=0.1)


def test_one_slow_step_changes_little() -> None:
    budget = taught(0.005, 0.003, 0.001)
    before = budget.decode_s(16)
    budget.observe(16, 0, 10.0)
    assert budget.decode_s(16) < 1.5 * before


@pytest.mark.parametrize("token_s", [0.2, 0.00001])
def test_the_first_step_sets_the_rate_at_which_prompts_are_read(token_s: float) -> None:
    budget = StepBudget()
    budget.observe(0, 64, 64 * token_s)
    assert budget.prefill_s(100) == pytest.approx(100 * token_s)


def test_a_first_step_that_was_slow_for_reasons_of_its_own_is_soon_made_good() -> None:
    budget = StepBudget()
    budget.observe(0, 64, 64 * 0.010)
    for _ in range(8):
        budget.observe(0, 128, 128 * 0.001)
    assert budget.prefill_s(100) < 0.2


def test_a_step_too_short_for_the_clock_teaches_nothing() -> None:
    budget = StepBudget()
    before = budget.prefill_s(1), budget.decode_s(1)
    budget.observe(0, 64, 0.0)
    budget.observe(1, 0, 0.0)
    assert (budget.prefill_s(1), budget.decode_s(1)) == before


def test_no_time_left_means_no_prompt_tokens() -> None:
    assert StepBudget().prefill_tokens(-0.01) == 0
    assert StepBudget().decode_s(0) == 0.0


@given(st.lists(st.tuples(st.integers(0, 64), st.integers(0, 512), st.floats(1e-6, 100.0)), max_size=60))
def test_predictions_stay_positive_whatever_is_measured(steps: list[tuple[int, int, float]]) -> None:
    budget = StepBudget()
    for rows, tokens, seconds in steps:
        budget.observe(rows, tokens, seconds)
    assert all(budget.decode_s(rows) > 0 for rows in range(1, 80))
    assert budget.prefill_s(1) > 0
