"""A search that is broken off goes on where it was."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from engines.options import EngineOptions
from engines.tuning.descent import Descent, axes
from engines.tuning.notebook import Notebook
from engines.tuning.probe import Measured
from engines.tuning.tune import noted

AXES = axes(unpackable=True, physical=2)


class BrokenOff(Exception):
    """Somebody wants the processor."""


class Machine:
    """Measures ``left`` times and is then needed otherwise; unpacked weights cannot be served."""

    def __init__(self, left: int) -> None:
        self.left = left

    def __call__(self, options: EngineOptions, widths: Sequence[int]) -> Measured | None:
        if not self.left:
            raise BrokenOff
        self.left -= 1
        if options.weights == "f16":
            return None
        factor = 0.8 if options.kv_type == "q8_0" else 1.0
        return Measured(1000 / factor, dict.fromkeys(widths, factor * 0.01))


def test_nothing_is_measured_twice_and_the_result_is_the_same(tmp_path: Path) -> None:
    undisturbed = Machine(1000)
    expected = Descent(undisturbed, EngineOptions(), 1000.0).run(AXES)
    needed = 1000 - undisturbed.left
    file, rests = tmp_path / "model.notes", 0
    while True:
        try:
            found = Descent(noted(Machine(3), Notebook(file)), EngineOptions(), 1000.0).run(AXES)
            break
        except BrokenOff:
            rests += 1
    assert expected is not None
    assert found is not None
    assert (found.values, found.trials) == (expected.values, expected.trials)
    assert rests == (needed - 1) // 3
    Notebook(file).close()
    assert not file.exists()


@pytest.mark.parametrize("text", ["", "[]", "3", '{"a": {"prefill": "fast"}}', '{"a": {"prefill": 1.0, "steps": {}}}'])
def test_notes_that_make_no_sense_are_measured_again(tmp_path: Path, text: str) -> None:
    file = tmp_path / "model.notes"
    file.write_text(text)
    machine = Machine(1)
    probe = noted(machine, Notebook(file))
    assert probe(EngineOptions(), (1, 2)) == probe(EngineOptions(), (2, 1))
    assert machine.left == 0


def test_what_finds_no_memory_for_so_many_rows_is_judged_by_fewer() -> None:
    measured = Measured(1000.0, {1: 0.01, 4: 0.02})
    assert measured.throughput(16) == measured.throughput(4)
