"""A table of any length: all ids, and pages of rows read when they come into sight."""

from __future__ import annotations

from abc import abstractmethod
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Generic, Protocol, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer

PAGE = 256
_PAGES_KEPT = 40
FLUSH_MS = 50
Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()


class HasId(Protocol):
    """A row that is known by its id."""

    @property
    def id(self) -> int:
        """The row's key in the database."""


Row = TypeVar("Row", bound=HasId)
Deliver = Callable[[Sequence[Row]], None]
Load = Callable[[Sequence[int], Deliver[Row]], None]


class PagedModel(QAbstractTableModel, Generic[Row]):
    """Knows every id and keeps the rows that were looked at. ``load(ids, deliver)`` reads rows without blocking."""

    def __init__(self, load: Load[Row], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._load = load
        self._ids: list[int] = []
        self._places: dict[int, int] = {}
        self._pages: OrderedDict[int, dict[int, Row]] = OrderedDict()
        self._asked: set[int] = set()
        self._generation = 0
        self._dirty: set[int] = set()
        self._flush_timer = QTimer(self)
        self._flush_timer.setSingleShot(True)
        self._flush_timer.setInterval(FLUSH_MS)
        self._flush_timer.timeout.connect(self._flush)

    @property
    def ids(self) -> Sequence[int]:
        """Every id, in the order shown."""
        return self._ids

    @property
    def last_id(self) -> int:
        """The id at the end, 0 when there is none."""
        return self._ids[-1] if self._ids else 0

    def set_ids(self, ids: Sequence[int]) -> None:
        """Show these rows. The same list again only reads what is in sight anew; a longer one is appended."""
        if self._ids and list(ids[: len(self._ids)]) == self._ids:
            self.append_ids(ids[len(self._ids) :])
            self.mark_dirty(self._cached_ids())
            return
        self.beginResetModel()
        self._generation += 1
        self._ids = list(ids)
        self._places = {row_id: place for place, row_id in enumerate(self._ids)}
        self._pages.clear()
        self._asked.clear()
        self._dirty.clear()
        self.endResetModel()

    def append_ids(self, ids: Sequence[int]) -> None:
        """Add rows at the end; what is shown does not move."""
        new = [row_id for row_id in ids if row_id not in self._places]
        if not new:
            return
        first = len(self._ids)
        self._forget_page(first // PAGE)
        self.beginInsertRows(QModelIndex(), first, first + len(new) - 1)
        self._ids.extend(new)
        self._places.update({row_id: place for place, row_id in enumerate(new, first)})
        self.endInsertRows()

    def mark_dirty(self, ids: Iterable[int]) -> None:
        """These rows have changed; those that are kept are read again, at most 20 times a second."""
        self._dirty.update(ids)
        if self._dirty and not self._flush_timer.isActive():
            self._flush_timer.start()

    def row(self, place: int) -> Row | None:
        """The row at ``place``, or None while its page is being read."""
        if not 0 <= place < len(self._ids):
            return None
        number = place // PAGE
        page = self._pages.get(number)
        if page is None:
            self._ask(number)
            page = self._pages.get(number)  # a loader that already holds the rows delivers at once
        if page is None:
            return None
        self._pages.move_to_end(number)
        return page.get(self._ids[place])

    def place_of(self, row_id: int) -> int | None:
        """Where a row is shown."""
        return self._places.get(row_id)

    def rowCount(self, parent: Index = ROOT) -> int:
        """The number of rows, read or not."""
        return 0 if parent.isValid() else len(self._ids)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What a cell shows; an ellipsis while its page is being read."""
        row = self.row(index.row())
        if row is None:
            return "…" if role == Qt.ItemDataRole.DisplayRole and index.column() == 0 else None
        return self.cell(row, index.column(), role)

    @abstractmethod
    def cell(self, row: Row, column: int, role: int) -> Any:
        """What the cell of a row shows for a Qt role."""

    def _ask(self, number: int) -> None:
        if number in self._asked:
            return
        self._asked.add(number)
        generation = self._generation
        wanted = self._ids[number * PAGE : (number + 1) * PAGE]

        def deliver(rows: Sequence[Row]) -> None:
            if generation != self._generation or number not in self._asked:
                return
            self._asked.discard(number)
            self._pages[number] = {row.id: row for row in rows}
            while len(self._pages) > _PAGES_KEPT:
                self._pages.popitem(last=False)
            self._emit(number * PAGE, min((number + 1) * PAGE, len(self._ids)) - 1)

        self._load(wanted, deliver)

    def _flush(self) -> None:
        wanted = sorted(self._dirty.intersection(self._cached_ids()))
        self._dirty.clear()
        generation = self._generation
        if not wanted:
            return

        def deliver(rows: Sequence[Row]) -> None:
            if generation == self._generation:
                self._replace(rows)

        self._load(wanted, deliver)

    def _replace(self, rows: Sequence[Row]) -> None:
        places = []
        for row in rows:
            place = self._places.get(row.id)
            page = self._pages.get(place // PAGE) if place is not None else None
            if place is not None and page is not None:
                page[row.id] = row
                places.append(place)
        for first, last in runs(sorted(places)):
            self._emit(first, last)

    def _emit(self, first: int, last: int) -> None:
        if last >= first:
            self.dataChanged.emit(self.index(first, 0), self.index(last, self.columnCount() - 1))

    def _cached_ids(self) -> set[int]:
        return {row_id for page in self._pages.values() for row_id in page}

    def _forget_page(self, number: int) -> None:
        self._pages.pop(number, None)
        self._asked.discard(number)


def runs(places: Sequence[int]) -> list[tuple[int, int]]:
    """Join sorted places into (first, last) pairs without gaps: one ``dataChanged`` for each."""
    joined: list[tuple[int, int]] = []
    for place in places:
        if joined and place == joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], place)
        else:
            joined.append((place, place))
    return joined
