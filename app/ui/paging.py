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
Load = Callable[[Sequence[int], Deliver[Row], Callable[[], None]], None]


class PagedModel(QAbstractTableModel, Generic[Row]):
    """Knows every id and keeps the rows that were looked at, by id, so that they stay whatever the order is.

    ``load(ids, deliver, failed)`` reads rows without blocking, and calls one of the two.
    """

    def __init__(self, load: Load[Row], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._load = load
        self._ids: list[int] = []
        self._places: dict[int, int] = {}
        self._rows: OrderedDict[int, tuple[int, Row]] = OrderedDict()  # with the number of the read that brought it
        self._awaited: set[int] = set()
        self._absent: set[int] = set()  # asked for and not there: nobody asks again until the list is read anew
        self._reads = 0
        self._oldest = 0  # reads before this one are about rows as they were shown before
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
        """Show these rows. Rows that are known are shown at once and read anew; a longer list is appended."""
        self._absent.clear()
        self.mark_dirty(self._rows.keys())
        if self.continues(ids):
            self.append_ids(ids[len(self._ids) :])
            return
        self.beginResetModel()
        self._ids = list(ids)
        self._places = {row_id: place for place, row_id in enumerate(self._ids)}
        self.endResetModel()

    def continues(self, ids: Sequence[int]) -> bool:
        """Whether these ids only go on where the list ends now."""
        return bool(self._ids) and list(ids[: len(self._ids)]) == self._ids

    def forget_rows(self) -> None:
        """Read every row anew: they are shown in another way than before."""
        self._rows.clear()
        self._absent.clear()
        self._awaited.clear()
        self._oldest = self._reads + 1

    def append_ids(self, ids: Sequence[int]) -> None:
        """Add rows at the end; what is shown does not move."""
        new = [row_id for row_id in ids if row_id not in self._places]
        if not new:
            return
        first = len(self._ids)
        self.beginInsertRows(QModelIndex(), first, first + len(new) - 1)
        self._ids.extend(new)
        self._places.update({row_id: place for place, row_id in enumerate(new, first)})
        self.endInsertRows()

    def mark_dirty(self, ids: Iterable[int]) -> None:
        """These rows have changed; those that are kept are read again, at most 20 times a second."""
        self._dirty.update(ids)
        if self._dirty and not self._flush_timer.isActive():
            self._flush_timer.start()

    def show_anew(self) -> None:
        """Show the rows that are known once more: what stands in them is called something else now."""
        self._emit(0, len(self._ids) - 1)

    def row(self, place: int) -> Row | None:
        """The row at ``place``, or None while its page is being read."""
        if not 0 <= place < len(self._ids):
            return None
        row_id = self._ids[place]
        if row_id not in self._rows and row_id not in self._awaited:
            self._ask(place // PAGE)
        if row_id not in self._rows:  # a loader that already holds the rows delivers at once
            return None
        self._rows.move_to_end(row_id)
        return self._rows[row_id][1]

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
        known = self._rows.keys() | self._awaited | self._absent
        self._read([one for one in self._ids[number * PAGE : (number + 1) * PAGE] if one not in known])

    def _flush(self) -> None:
        wanted = sorted(self._dirty.intersection(self._rows))
        self._dirty.clear()
        self._read(wanted)

    def _read(self, wanted: Sequence[int]) -> None:
        """Each read has a number: of two for the same row the one that was asked for later counts."""
        if not wanted:
            return
        self._reads += 1
        read, asked = self._reads, set(wanted) - self._rows.keys()
        self._awaited |= asked

        def deliver(rows: Sequence[Row]) -> None:
            self._awaited -= asked
            if read >= self._oldest:
                self._absent |= asked - {row.id for row in rows}
                self._keep(read, rows)

        def failed() -> None:
            self._awaited -= asked  # whoever looks at them next asks again

        self._load(wanted, deliver, failed)

    def _keep(self, read: int, rows: Sequence[Row]) -> None:
        places = []
        for row in rows:
            if row.id in self._rows and self._rows[row.id][0] > read:
                continue
            self._rows[row.id] = (read, row)
            if row.id in self._places:
                places.append(self._places[row.id])
        while len(self._rows) > PAGE * _PAGES_KEPT:
            self._rows.popitem(last=False)
        for first, last in runs(sorted(places)):
            self._emit(first, last)

    def _emit(self, first: int, last: int) -> None:
        if last >= first:
            self.dataChanged.emit(self.index(first, 0), self.index(last, self.columnCount() - 1))


def runs(places: Sequence[int]) -> list[tuple[int, int]]:
    """Join sorted places into (first, last) pairs without gaps: one ``dataChanged`` for each."""
    joined: list[tuple[int, int]] = []
    for place in places:
        if joined and place == joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], place)
        else:
            joined.append((place, place))
    return joined
