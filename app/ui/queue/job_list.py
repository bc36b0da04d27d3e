"""The list of jobs: which are wished for, in which order; what was chosen stays chosen when the list changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal

from app.core import events
from app.core.store.jobs import JobRow, JobWish, find_job_ids, get_jobs
from app.ui.bridge import Bridge
from app.ui.queue.filters import JobFilter
from app.ui.queue.jobs_model import COLUMNS, ORDER_OF, JobsModel
from app.ui.recipe_names import recipe_order
from app.ui.standing import Standing
from app.ui.tables import PlainTable

_REFRESH_MS = 500
_LOOKED_AT = 500  # rows of a selection that decide which buttons make sense
_ROOM = {"took": 880, "recipe": 800, "finished": 620}  # pixels of width that a table needs before it shows these


class JobList(QObject):
    """Reads by key, in pages; stays quick with a hundred thousand jobs. ``listed``: so many jobs are shown now."""

    listed = Signal(int)

    def __init__(self, bridge: Bridge, job_filter: JobFilter, parent: QObject) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._filter = job_filter
        self._order: tuple[str, bool] = ("made", False)
        self.model = JobsModel(self._load, self)
        self.table = PlainTable(self.tr("Jobs"), self.model)
        self.standing = Standing(self.table, self.model)
        self.table.sort_with(self.sort_by)
        self.table.viewport().installEventFilter(self)
        self._refresh_timer = QTimer(self)
        self._refresh_timer.setSingleShot(True)
        self._refresh_timer.setInterval(_REFRESH_MS)
        self._refresh_timer.timeout.connect(self.refresh)
        job_filter.changed.connect(self.refresh)
        bridge.jobs_changed.connect(self._jobs_changed)

    @property
    def wish(self) -> JobWish:
        """Which jobs are shown, and in which order."""
        order, descending = self._order
        return self._filter.wish_in(order, descending)

    def refresh(self) -> None:
        """Read the list of jobs again; rows that are shown are kept."""
        wish, recipes = self.wish, recipe_order()
        self._bridge.ask(
            lambda service: service.store.read(lambda conn: find_job_ids(conn, wish, recipes)),
            lambda ids: self._show_ids(wish, ids),
            owner=self,
        )

    def sort_by(self, section: int) -> None:
        """Sort by a column; the second click turns it round, the third gives back the order they were made in."""
        order = ORDER_OF.get(COLUMNS[section])
        head = self.table.horizontalHeader()
        if order is None or self._order == (order, True):
            self._order = ("made", False)
            head.setSortIndicatorShown(False)
        else:
            self._order = (order, self._order == (order, False))
            head.setSortIndicatorShown(True)
            way = Qt.SortOrder.DescendingOrder if self._order[1] else Qt.SortOrder.AscendingOrder
            head.setSortIndicator(section, way)
        self.refresh()

    def chosen_ids(self) -> list[int]:
        """The chosen jobs, from top to bottom."""
        return [self.model.ids[place] for place in self.table.selected_rows()]

    def chosen_rows(self) -> list[JobRow]:
        """The rows of the first chosen jobs, as far as they have been read."""
        rows = [self.model.row(place) for place in self.table.selected_rows(_LOOKED_AT)]
        return [row for row in rows if row is not None]

    def row_of(self, job_id: int) -> JobRow | None:
        """The row of a job; None when it is not listed or has not been read."""
        place = self.model.place_of(job_id)
        return self.model.row(place) if place is not None else None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Fit the columns whenever the table's width changes."""
        if event.type() == QEvent.Type.Resize:  # of the viewport: nothing else is watched
            self._fit_columns()
        return super().eventFilter(watched, event)

    def _fit_columns(self) -> None:
        """What came of a document is what people look for: other columns step back before it does."""
        width = self.table.viewport().width()
        for name, room in _ROOM.items():
            self.table.setColumnHidden(COLUMNS.index(name), width < room)
        state = 150 if width > 600 else 120
        self.table.set_widths((max(150, min(270, width * 3 // 10)), state, max(118, min(150, width // 7)), 92, 74))

    def _load(
        self, ids: Sequence[int], deliver: Callable[[Sequence[JobRow]], None], failed: Callable[[], None]
    ) -> None:
        wanted = list(ids)

        def say(problem: str) -> None:
            failed()
            self._bridge.notice.emit("error", problem)

        self._bridge.ask(
            lambda service: service.store.read(lambda conn: get_jobs(conn, wanted)), deliver, say, owner=self
        )

    def _show_ids(self, wish: JobWish, ids: list[int]) -> None:
        if wish != self.wish:
            return  # something else is wished for by now
        self.standing.show_ids(ids)
        self.listed.emit(len(ids))

    def _jobs_changed(self, event: events.JobsChanged) -> None:
        known = [job_id for job_id in event.job_ids if self.model.place_of(job_id) is not None]
        self.model.mark_dirty(known)
        news = self._filter.narrows or not event.job_ids or len(known) < len(event.job_ids)
        if news and not self._refresh_timer.isActive():
            self._refresh_timer.start()
