"""Where a reader stands in a long table: the cursor, what is chosen and what is in sight stay when the list changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from PySide6.QtCore import QItemSelection, QItemSelectionModel

from app.ui.paging import PagedModel, runs
from app.ui.tables import ROW_HEIGHT, PlainTable

_MOST_RANGES = 500  # of a selection that is chosen again: each is looked at


class Standing:
    """``moving`` is true while the list changes: what the cursor does then, no person has done."""

    def __init__(self, table: PlainTable, model: PagedModel[Any]) -> None:
        self._table = table
        self._model = model
        self.moving = False

    def show_ids(self, ids: Sequence[int]) -> None:
        """Show this list in place of the one that is shown."""
        if self._model.continues(ids):
            self._model.set_ids(ids)
            return
        with self.kept():
            self._model.set_ids(ids)

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Keep the reader's place while the list or its columns are replaced."""
        before, table = list(self._model.ids), self._table
        chosen = [before[place] for place in table.selected_rows()]
        cursor, scroll = table.currentIndex(), table.verticalScrollBar().value()
        at, column = cursor.row(), cursor.column()
        self.moving = True
        yield
        self._choose(chosen)
        place = self._nearest(before, at)
        if place is not None:
            to = self._model.index(place, min(column, self._model.columnCount() - 1))
            table.selectionModel().setCurrentIndex(to, QItemSelectionModel.SelectionFlag.NoUpdate)
        self._scroll(before, scroll)
        self.moving = False

    def _choose(self, ids: Sequence[int]) -> None:
        """Choose these rows again, in one go."""
        places = sorted(place for one in ids if (place := self._model.place_of(one)) is not None)
        chosen = QItemSelection()
        for first, last in runs(places)[:_MOST_RANGES]:
            chosen.select(self._model.index(first, 0), self._model.index(last, 0))
        flags = QItemSelectionModel.SelectionFlag
        self._table.selectionModel().select(chosen, flags.Select | flags.Rows)

    def _scroll(self, before: Sequence[int], value: int) -> None:
        """Whoever reads at the top sees what is new there; below, what is in sight stays."""
        top, rest = divmod(value, ROW_HEIGHT)
        place = self._nearest(before, top) if value else 0
        self._table.doItemsLayout()
        self._table.verticalScrollBar().setValue((place or 0) * ROW_HEIGHT + (rest if value else 0))

    def _nearest(self, before: Sequence[int], at: int) -> int | None:
        """Where the row is now that was at ``at``; of one that is gone, the next that is left, or the last before."""
        if not 0 <= at < len(before):
            return None
        left = (self._model.place_of(one) for one in (*before[at:], *reversed(before[:at])))
        return next((place for place in left if place is not None), None)
