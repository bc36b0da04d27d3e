"""The list of results: which are wished for, in which order, and the one that is gone to."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Qt, Signal

from app.core.store.results import ANSWER, DOCUMENT, MADE, RECIPE, ResultRow, get_results
from app.ui.bridge import Bridge
from app.ui.marks import MarkedDelegate
from app.ui.recipe_names import recipe_order
from app.ui.results.column_widths import ColumnWidths
from app.ui.results.filter import ResultFilter
from app.ui.results.listing import Listing, Wish, read_listing
from app.ui.results.model import ResultsModel
from app.ui.standing import Standing
from app.ui.tables import PlainTable

_LOOKED_AT = 500  # rows of a selection that decide which actions make sense
_AS_MADE = (MADE, False, False)


class ResultList(QObject):
    """Reads by key in pages: a jump anywhere in half a million results takes milliseconds.

    ``listed``: so many results are shown now for these words. ``rows_read``: rows have come from the store.
    """

    listed = Signal(int, str)
    rows_read = Signal()

    def __init__(self, bridge: Bridge, result_filter: ResultFilter, parent: QObject) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._filter = result_filter
        self._hits: dict[int, ResultRow] | None = None
        self._order: tuple[str, bool, bool] = _AS_MADE  # column, whether it is a field, descending
        self._wanted: int | None = None
        self._shown_words = ""
        self._shape: tuple[object, ...] = ()
        self.model = ResultsModel(self._load, self)
        self.table = PlainTable(self.tr("Results"), self.model)
        self.standing = Standing(self.table, self.model)
        self.table.setItemDelegate(MarkedDelegate(self.table))
        self.table.sort_with(self.sort_by)
        self._widths = ColumnWidths(self.table)

    @property
    def wish(self) -> Wish:
        """What the table is to show now."""
        return Wish(self._filter.chosen_recipe, self._filter.words, *self._order)

    def refresh(self) -> None:
        """Read what the table shows."""
        wish, recipes = self.wish, recipe_order()
        self._bridge.ask(
            lambda service: service.store.read(lambda conn: read_listing(conn, wish, recipes)),
            lambda listing: self._show(wish, listing),
            owner=self,
        )

    def go_to(self, result_id: int) -> None:
        """Put the cursor on a result as soon as it is listed."""
        self._wanted = result_id

    def sort_by(self, section: int) -> None:
        """Sort by a column; the second click turns it round, the third gives back the order they came in."""
        by, field = self._column(section)
        head = self.table.horizontalHeader()
        if self._order == (by, field, True) or self._hits is not None:
            self.sort_as_made()
        else:
            self._order = (by, field, self._order == (by, field, False) and head.isSortIndicatorShown())
            way = Qt.SortOrder.DescendingOrder if self._order[2] else Qt.SortOrder.AscendingOrder
            head.setSortIndicatorShown(True)
            head.setSortIndicator(section, way)
        self.refresh()

    def sort_as_made(self) -> None:
        """From the next reading on, keep the order in which the results came."""
        self._order = _AS_MADE
        self.table.horizontalHeader().setSortIndicatorShown(False)

    def chosen_ids(self) -> list[int]:
        """The chosen results, from top to bottom."""
        return [self.model.ids[place] for place in self.table.selected_rows()]

    def chosen_rows(self) -> list[ResultRow]:
        """The rows of the first chosen results, as far as they have been read."""
        rows = [self.model.row(place) for place in self.table.selected_rows(_LOOKED_AT)]
        return [row for row in rows if row is not None]

    def current_row(self) -> ResultRow | None:
        """The row under the cursor, if it has been read."""
        return self.model.row(self.table.currentIndex().row())

    def current_cell(self) -> str:
        """The whole text of the cell under the cursor."""
        row = self.current_row()
        return self.model.whole(row, self.table.currentIndex().column()) if row is not None else ""

    def _column(self, section: int) -> tuple[str, bool]:
        last = self.model.columnCount() - 1
        if section == 0:
            return DOCUMENT, False
        if section == last:
            return MADE, False
        if section == last - 1 and self._filter.chosen_recipe is None:
            return RECIPE, False
        return (self.model.fields[section - 1], True) if self.model.fields else (ANSWER, False)

    def _show(self, wish: Wish, listing: Listing) -> None:
        if wish != self.wish:
            return  # the person has gone on typing
        if wish.words != self._shown_words:
            self.model.forget_rows()  # what a search found is shown in its own words
            self._shown_words = wish.words
        self._hits = listing.hits
        searching, one_recipe = listing.hits is not None, wish.recipe is not None
        shape = (listing.fields, searching, one_recipe)
        if shape == self._shape:
            self.standing.show_ids(listing.ids)
        else:
            with self.standing.kept():
                self.model.set_shape(listing.fields, searching=searching, one_recipe=one_recipe)
                self.model.set_ids(listing.ids)
        if shape != self._shape:
            self._shape = shape
            self._widths.begin_anew(with_recipe=not one_recipe)
        self.listed.emit(len(listing.ids), wish.words)
        self._go_to_wanted()

    def _go_to_wanted(self) -> None:
        place = self.model.place_of(self._wanted) if self._wanted is not None else None
        if place is None:
            return
        self._wanted = None
        self.table.selectRow(place)
        self.table.scrollTo(self.model.index(place, 0), PlainTable.ScrollHint.PositionAtCenter)
        self.table.setFocus()

    def _load(
        self, ids: Sequence[int], deliver: Callable[[Sequence[ResultRow]], None], failed: Callable[[], None]
    ) -> None:
        wanted, hits = list(ids), self._hits
        if hits is not None:
            deliver([hits[row_id] for row_id in wanted if row_id in hits])
            return

        def read(rows: Sequence[ResultRow]) -> None:
            deliver(rows)
            self.rows_read.emit()

        def say(problem: str) -> None:
            failed()
            self._bridge.notice.emit("error", problem)

        self._bridge.ask(
            lambda service: service.store.read(lambda conn: get_results(conn, wanted)), read, say, owner=self
        )
