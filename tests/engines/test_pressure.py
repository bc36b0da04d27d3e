"""Batch width and the machine's memory."""

from __future__ import annotations

import pytest

from engines.pressure import MemoryPressure


def test_documents_give_way_when_memory_is_short_and_come_back_one_by_one() -> None:
    left = [100]
    pressure = MemoryPressure(16, reserve=50, available=lambda: left[0])
    assert pressure.rows(0.0) == 16
    left[0] = 49
    assert [pressure.rows(float(second)) for second in range(1, 8)] == [8, 4, 2, 1, 1, 1, 1]
    left[0] = 100
    assert pressure.rows(9.0) == 1, "a little above the reserve nothing changes, or it would go to and fro"
    left[0] = 101
    assert [pressure.rows(float(second)) for second in range(10, 28)] == [*range(2, 17), 16, 16, 16]


def test_the_memory_is_not_looked_at_in_every_step() -> None:
    looks = []
    pressure = MemoryPressure(4, reserve=1, available=lambda: looks.append(1) or 100)
    for step in range(100):
        pressure.rows(step / 50)
    assert len(looks) == 2


@pytest.mark.parametrize("error", [OSError("Too many open files"), RuntimeError("host_statistics64 failed")])
def test_a_memory_that_cannot_be_read_leaves_the_rows_as_they_are(error: Exception) -> None:
    """Where a process has no file handle left, the machine's own figures cannot be opened either."""

    def unreadable() -> int:
        raise error

    pressure = MemoryPressure(16, reserve=50, available=unreadable)
    assert [pressure.rows(float(second)) for second in range(3)] == [16, 16, 16]
