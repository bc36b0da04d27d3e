"""Long tables: rows that are known stay, reads that overtake each other, and where the reader stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.ui.paging import PagedModel
from app.ui.standing import Standing
from app.ui.tables import ROW_HEIGHT, PlainTable


@dataclass(frozen=True)
class Line:
    id: int
    text: str


class Lines(PagedModel[Line]):
    def columnCount(self, parent: object = None) -> int:
        return 2

    def cell(self, row: Line, column: int, role: int) -> Any:
        return row.text if role == Qt.ItemDataRole.DisplayRole else None


@dataclass
class Reads:
    """Reads that are answered when the test says so."""

    waiting: list[tuple[list[int], Callable[[Sequence[Line]], None], Callable[[], None]]] = field(default_factory=list)

    def load(self, ids: Sequence[int], deliver: Any, failed: Any) -> None:
        self.waiting.append((list(ids), deliver, failed))

    def answer(self, place: int, words: str = "row") -> None:
        ids, deliver, _failed = self.waiting.pop(place)
        deliver([Line(one, f"{words} {one}") for one in ids])


def shown(model: Lines, place: int) -> str:
    return str(model.data(model.index(place, 0)))


@pytest.fixture
def reads() -> Reads:
    return Reads()


@pytest.mark.parametrize("order", [(0, 0), (1, 0)])
def test_a_row_added_while_its_page_is_being_read_is_shown_whichever_read_ends_first(
    qtbot: QtBot, reads: Reads, order: tuple[int, int]
) -> None:
    model = Lines(reads.load)
    model.set_ids([1, 2])
    assert shown(model, 0) == "…"
    model.append_ids([3])
    assert shown(model, 2) == "…"
    for place in order:
        reads.answer(place)
    assert [shown(model, place) for place in range(3)] == ["row 1", "row 2", "row 3"]


def test_a_page_that_could_not_be_read_is_asked_for_again(qtbot: QtBot, reads: Reads) -> None:
    model = Lines(reads.load)
    model.set_ids([1])
    assert shown(model, 0) == "…"
    reads.waiting.pop()[2]()
    assert shown(model, 0) == "…"
    reads.answer(0)
    assert shown(model, 0) == "row 1"


def test_of_two_reads_of_a_row_the_later_one_counts(qtbot: QtBot, reads: Reads) -> None:
    model = Lines(reads.load)
    model.set_ids([1])
    shown(model, 0)
    reads.answer(0)
    for _ in range(2):
        model.mark_dirty([1])
        before = len(reads.waiting)
        qtbot.waitUntil(lambda before=before: len(reads.waiting) > before)
    reads.answer(1, "newer")
    reads.answer(0, "older")
    assert shown(model, 0) == "newer 1"


def test_a_row_that_is_gone_is_not_asked_for_again_and_again(qtbot: QtBot, reads: Reads) -> None:
    model = Lines(reads.load)
    model.set_ids([1])
    shown(model, 0)
    reads.waiting.pop()[1]([])
    assert shown(model, 0) == "…"
    assert reads.waiting == []


def test_the_reader_keeps_cursor_choice_and_place_when_rows_come_and_go(qtbot: QtBot) -> None:
    model = Lines(lambda ids, deliver, _failed: deliver([Line(one, f"row {one}") for one in ids]))
    model.set_ids(range(500))
    table = PlainTable("Lines", model)
    qtbot.addWidget(table)
    table.resize(400, 400)
    standing = Standing(table, model)
    with qtbot.waitExposed(table):
        table.show()
    table.setCurrentIndex(model.index(104, 0))
    qtbot.keyClick(table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    table.verticalScrollBar().setValue(100 * ROW_HEIGHT + 7)
    standing.show_ids([one for one in range(499, -1, -1) if one % 10])
    kept = [model.ids[place] for place in table.selected_rows()]
    assert sorted(kept) == [104, 105]
    assert model.ids[table.currentIndex().row()] == 105
    assert model.ids[table.rowAt(0)] == 101, "the row at the top has gone: the next of those in sight took its place"
    qtbot.keyClick(table, Qt.Key.Key_Down)
    assert model.ids[table.currentIndex().row()] == 104


def test_rows_that_are_known_stay_shown_in_another_order(qtbot: QtBot, reads: Reads) -> None:
    model = Lines(reads.load)
    model.set_ids([1, 2, 3])
    shown(model, 0)
    reads.answer(0)
    model.set_ids([3, 1])
    assert [shown(model, place) for place in range(2)] == ["row 3", "row 1"]
