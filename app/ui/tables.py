"""A table view as we use it: fixed row heights, no grid, columns that a person can drag."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QAbstractItemModel, QItemSelectionModel, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

ROW_HEIGHT = 36


class PlainTable(QTableView):
    """Never measures its rows: with a hundred thousand of them, a fixed height is what keeps scrolling smooth."""

    def __init__(self, name: str, model: QAbstractItemModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setModel(model)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        head = self.horizontalHeader()
        head.setHighlightSections(False)
        head.setStretchLastSection(True)
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        head.setMinimumSectionSize(48)
        # A head asks its selection model whether every row of a column is chosen: with all of 100,000 rows chosen,
        # that took a second. One of its own, in which nothing ever is, answers at once.
        for each in (head, self.verticalHeader()):
            each.setSelectionModel(QItemSelectionModel(model, each))

    def set_widths(self, widths: Sequence[int]) -> None:
        """Give the columns their first widths; the last one takes the rest."""
        for column, width in enumerate(widths):
            self.setColumnWidth(column, width)

    def sort_with(self, on_click: Callable[[int], object]) -> None:
        """Call ``on_click`` with the column whose head is clicked; a click there no longer chooses every row."""
        head = self.horizontalHeader()
        head.setSectionsClickable(True)
        head.sectionPressed.disconnect()
        head.sectionEntered.disconnect()
        head.sectionClicked.connect(on_click)

    def selected_rows(self, most: int | None = None) -> list[int]:
        """The places of the selected rows, from top to bottom; only the first ``most`` of them when that is given."""
        chosen = self.selectionModel().selection()  # a few ranges, however many rows are in them
        ranges = sorted({(part.top(), part.bottom()) for part in map(chosen.at, range(chosen.count()))})
        rows = dict.fromkeys(row for top, bottom in ranges for row in range(top, bottom + 1)[:most])
        return sorted(rows)[:most]
