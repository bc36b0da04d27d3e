"""The search over settings, with a machine whose speeds are known."""

from __future__ import annotations

from collections.abc import Sequence

from engines.options import EngineOptions
from engines.tuning.descent import Descent, axes
from engines.tuning.probe import Measured
from engines.tuning.words import explain

AXES = axes(unpackable=True, physical=2)


class Machine:
    """Steps of 10 ms and 1 ms for every row, faster or slower by the settings; no gain beyond 16 rows."""

    def __init__(self, **factors: dict[object, float]) -> None:
        self.factors = factors
        self.now = 0.0

    def __call__(self, options: EngineOptions, widths: Sequence[int]) -> Measured | None:
        self.now += 2.0
        factor = 1.0
        for name, values in self.factors.items():
            factor *= values.get(getattr(options, name), 1.0)
        if factor == 0:
            return None
        step = {rows: factor * (0.009 + 0.001 * min(rows, 16) + 0.003 * max(0, rows - 16)) for rows in widths}
        return Measured(1000 / factor, step)


def search(machine: Machine, seconds: float = 1000.0) -> Descent:
    return Descent(machine, EngineOptions(), seconds, clock=lambda: machine.now)


def test_every_setting_that_gains_is_kept_and_no_other() -> None:
    tuning = search(Machine(weights={"bf16": 0.5}, kv_type={"q8_0": 0.8}, kv_layout={"unified": 1.3})).run(AXES)
    assert tuning is not None
    assert tuning.complete
    assert tuning.values == {"kv_type": "q8_0", "flash_attention": True, "weights": "bf16", "batch_rows": 16}
    assert any("Form of the weights: bf16 is kept" in sentence for sentence in explain(tuning))


def test_a_gain_within_the_noise_changes_nothing() -> None:
    tuning = search(Machine(weights={"bf16": 0.99})).run(AXES)
    assert tuning is not None
    assert tuning.values == {"batch_rows": 16}


def test_a_chat_that_would_miss_its_pace_outweighs_faster_documents() -> None:
    def machine(options: EngineOptions, widths: Sequence[int]) -> Measured:
        slow = options.weights == "f16"
        return Measured(9000.0 if slow else 1000.0, {rows: 0.03 if slow and rows == 1 else 0.02 for rows in widths})

    tuning = Descent(machine, EngineOptions(), 1000.0).run(AXES, (1, 16))
    assert tuning is not None
    assert "weights" not in tuning.values


def test_what_cannot_be_served_is_passed_over_and_said() -> None:
    tuning = search(Machine(weights={"bf16": 0.0})).run(AXES)
    assert tuning is not None
    assert any("not possible here: bf16" in sentence for sentence in explain(tuning))


def test_when_the_time_is_up_the_best_so_far_is_kept_and_it_is_said() -> None:
    tuning = search(Machine(kv_type={"q8_0": 0.8}), seconds=9.0).run(AXES)
    assert tuning is not None
    assert not tuning.complete
    assert tuning.values["kv_type"] == "q8_0"
    assert "time was up" in explain(tuning)[-1]


def test_a_model_that_cannot_be_served_at_all_has_no_tuning() -> None:
    assert search(Machine(kv_layout={"partitioned": 0.0})).run(AXES) is None
