"""The queue page: overview, watched folders, and the job table with its filter and details."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPoint,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from app.core import events
from app.core.store.attempts import attempts_of
from app.core.store.documents import get_blob
from app.core.store.folders import FolderRow, list_folders
from app.core.store.jobs import JobRow, JobWish, count_by_folder, find_job_ids, get_jobs
from app.ui.bridge import Bridge
from app.ui.controls import label, push_button, tool_button
from app.ui.flow import FlowLayout
from app.ui.notices import NoticeBar
from app.ui.paging import runs
from app.ui.queue.actions import JobActions
from app.ui.queue.details import JobDetails
from app.ui.queue.filters import JobFilter
from app.ui.queue.folders import FolderList
from app.ui.queue.jobs_model import COLUMNS, ORDER_OF, JobsModel
from app.ui.queue.orders import JobOrders
from app.ui.queue.overview import Overview
from app.ui.queue.when import WhenToWork
from app.ui.tables import PlainTable

if TYPE_CHECKING:
    from app.core.service import Service

_REFRESH_MS = 500
_COUNT_MS = 1_500
_LOOKED_AT = 500  # rows of a selection that decide which buttons make sense
_LOW = 640  # pixels of height below which the upper part is kept short
_ROOM = {"took": 880, "recipe": 800, "finished": 620}  # pixels of width that a table needs before it shows these


class QueuePage(QWidget):
    """Everything here is read by key, in pages; the page stays quick with a hundred thousand jobs."""

    add_asked = Signal()
    results_asked = Signal(int)

    def __init__(self, bridge: Bridge, notices: NoticeBar, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._order: tuple[str, bool] = ("made", False)
        self._compact = False
        self.overview = Overview()
        self.when = WhenToWork(bridge)
        self.folders = FolderList()
        self.model = JobsModel(self._load, self)
        self.table = PlainTable(self.tr("Jobs"), self.model)
        self.details = JobDetails()
        self.filter = JobFilter()
        self.count = label("", "muted")
        self._orders = JobOrders(bridge, notices, self)
        self.actions_ = JobActions(self.table, self._chosen_rows)
        self.first_button = push_button(self.tr("Put first"), self._put_first, icon="first")
        self.retry_button = push_button(self.tr("Retry"), self.actions_.retry.trigger, icon="regenerate")
        self.cancel_button = push_button(self.tr("Cancel jobs"), self.actions_.cancel.trigger, icon="cancel")
        self.more_button = tool_button(self.tr("More for the chosen jobs"), "more", self._show_more, self)
        self._body = QStackedWidget()
        self._refresh_timer = self._timer(_REFRESH_MS, self.refresh)
        self._count_timer = self._timer(_COUNT_MS, self.count_folders)
        self._lay_out()
        self._connect()
        self._selection_changed()

    @property
    def wish(self) -> JobWish:
        """Which jobs are shown, and in which order."""
        order, descending = self._order
        return self.filter.wish_in(order, descending)

    def refresh(self) -> None:
        """Read the list of jobs again; rows that are shown are kept."""
        wish = self.wish
        self._bridge.ask(
            lambda service: service.store.read(lambda conn: find_job_ids(conn, wish)),
            lambda ids: self._show_ids(wish, ids),
            owner=self,
        )

    def set_paused(self, paused: bool) -> None:
        """Pause or resume the queue; chat is not touched."""

        async def change(service: Service) -> None:
            service.pause() if paused else service.resume()

        self._bridge.ask(change, owner=self)

    def toggle_pause(self) -> None:
        """Pause when working, resume when paused."""
        self.set_paused(not self.overview.paused)

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

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave room for the jobs in a low window."""
        super().resizeEvent(event)
        compact = self.height() < _LOW
        if compact != self._compact:
            self._compact = compact
            for part in (self.overview, self.when, self.folders):
                part.set_compact(compact)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Fit the columns whenever the table's width changes."""
        if watched is self.table.viewport() and event.type() == QEvent.Type.Resize:
            self._fit_columns()
        return super().eventFilter(watched, event)

    def _fit_columns(self) -> None:
        """What came of a document is what people look for: other columns step back before it does."""
        width = self.table.viewport().width()
        for name, room in _ROOM.items():
            self.table.setColumnHidden(COLUMNS.index(name), width < room)
        state = 150 if width > 600 else 120
        self.table.set_widths((max(150, min(270, width * 3 // 10)), state, 118, 92, 74))

    def _timer(self, milliseconds: int, act: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(milliseconds)
        timer.timeout.connect(act)
        return timer

    def _lay_out(self) -> None:
        bar = QWidget()
        flow = FlowLayout(bar)
        flow.addWidget(label(self.tr("Jobs"), "heading"))
        for widget in (self.filter.state, self.filter.recipe, self.filter.folder, self.filter.name, self.count):
            flow.addWidget(widget)
        for button in (self.first_button, self.retry_button, self.cancel_button, self.more_button):
            flow.push(button)
        self._body.addWidget(self.table)
        self._body.addWidget(_empty(self.tr("No jobs here. Drop a folder on the window: each document becomes a job.")))
        lower = QSplitter(Qt.Orientation.Horizontal)
        lower.setChildrenCollapsible(False)
        lower.setHandleWidth(12)
        lower.addWidget(self._body)
        lower.addWidget(self.details)
        lower.setSizes([700, 330])
        lower.setStretchFactor(0, 1)
        lower.setStretchFactor(1, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(26, 22, 26, 22)
        column.setSpacing(12)
        column.addWidget(self.overview)
        column.addWidget(self.when)
        column.addWidget(self.folders)
        column.addWidget(bar)
        column.addWidget(lower, 1)

    def _connect(self) -> None:
        self.overview.pause_asked.connect(self.set_paused)
        self.overview.add_asked.connect(self.add_asked)
        self.filter.changed.connect(self.refresh)
        self._connect_table()
        self.details.retry_asked.connect(lambda job_id: self._orders.retry([job_id]))
        self.details.result_asked.connect(self.results_asked)
        self.folders.removed.connect(self._remove_folder)
        self.folders.chosen.connect(self.filter.choose_folder)
        self.actions_.first_asked.connect(self._put_first)
        self.actions_.retry_asked.connect(lambda: self._orders.retry(self._selected()))
        self.actions_.larger_asked.connect(lambda: self._orders.retry_larger(self._selected()))
        self.actions_.cancel_asked.connect(lambda: self._orders.cancel(self._selected()))
        self.actions_.again_asked.connect(lambda recipe: self._orders.run_again(self._selected(), recipe))
        self.actions_.result_asked.connect(self._open_result)
        bridge = self._bridge
        bridge.core_ready.connect(self._start)
        bridge.jobs_changed.connect(self._jobs_changed)
        bridge.folders_changed.connect(self._read_folders)
        bridge.progress_changed.connect(self.overview.show_progress)
        bridge.answer_started.connect(lambda _event: self.overview.plot.mark_chat())

    def _connect_table(self) -> None:
        table = self.table
        table.selectionModel().selectionChanged.connect(lambda _on, _off: self._selection_changed())
        table.selectionModel().currentRowChanged.connect(self._current_changed)
        table.clicked.connect(lambda index: self._current_changed(index, index))
        table.activated.connect(lambda index: self._current_changed(index, index))
        table.doubleClicked.connect(lambda _index: self._open_result())
        table.sort_with(self.sort_by)
        table.viewport().installEventFilter(self)
        table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        table.customContextMenuRequested.connect(self._show_menu)
        self.model.dataChanged.connect(lambda *_: self._refresh_details())

    def _start(self) -> None:
        self.refresh()
        self._read_folders()
        self._orders.read_recipes(self.actions_.offer_recipes)

    def _load(self, ids: Sequence[int], deliver: Callable[[Sequence[JobRow]], None]) -> None:
        wanted = list(ids)
        self._bridge.ask(lambda service: service.store.read(lambda conn: get_jobs(conn, wanted)), deliver, owner=self)

    def _show_ids(self, wish: JobWish, ids: list[int]) -> None:
        if wish != self.wish:
            return  # something else is wished for by now
        reset = list(ids[: len(self.model.ids)]) != list(self.model.ids)
        if reset and self.model.ids:
            self._show_other(ids)
        else:
            self.model.set_ids(ids)
        self.count.setText(_counted(len(ids)))
        self._body.setCurrentIndex(0 if ids else 1)

    def _show_other(self, ids: list[int]) -> None:
        """Show another list where this one was: what was chosen and what was at the top stay, if they are there."""
        kept = self._selected()
        top = self.table.rowAt(0)
        above = self.model.ids[top] if 0 <= top < len(self.model.ids) else None
        self.model.set_ids(ids)
        self._select(kept)
        place = self.model.place_of(above) if above is not None and top > 0 else None
        if place is not None:
            self.table.doItemsLayout()
            self.table.scrollTo(self.model.index(place, 0), PlainTable.ScrollHint.PositionAtTop)

    def _select(self, ids: Sequence[int]) -> None:
        """Choose these jobs again, in one go: each change of the selection is looked at."""
        if not ids:
            return
        places = sorted(place for job_id in ids if (place := self.model.place_of(job_id)) is not None)
        chosen = QItemSelection()
        for first, last in runs(places)[:_LOOKED_AT]:
            chosen.select(self.model.index(first, 0), self.model.index(last, 0))
        flags = QItemSelectionModel.SelectionFlag
        self.table.selectionModel().select(chosen, flags.Select | flags.Rows)

    def _jobs_changed(self, event: events.JobsChanged) -> None:
        known = [job_id for job_id in event.job_ids if self.model.place_of(job_id) is not None]
        self.model.mark_dirty(known)
        news = self.filter.narrows or not event.job_ids or len(known) < len(event.job_ids)
        if news and not self._refresh_timer.isActive():
            self._refresh_timer.start()
        if self.folders.rows and not self._count_timer.isActive():
            self._count_timer.start()

    def _selected(self) -> list[int]:
        return [self.model.ids[place] for place in self.table.selected_rows()]

    def _chosen_rows(self) -> list[JobRow]:
        rows = [self.model.row(place) for place in self.table.selected_rows(_LOOKED_AT)]
        return [row for row in rows if row is not None]

    def _selection_changed(self) -> None:
        self.actions_.update()
        self.retry_button.setEnabled(self.actions_.retry.isEnabled())
        self.first_button.setEnabled(self.actions_.first.isEnabled())
        self.cancel_button.setEnabled(self.actions_.cancel.isEnabled())
        self.more_button.setEnabled(self.actions_.copy.isEnabled())

    def _current_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        row = self.model.row(current.row())
        if row is None:
            return
        self.details.show_job(row)
        self._read_attempts(row.id)
        self._bridge.ask(
            lambda service: service.store.read(lambda conn: get_blob(conn, row.sha256)),
            lambda blob: self.details.show_text(row.sha256, blob),
            owner=self,
        )

    def _read_attempts(self, job_id: int) -> None:
        self._bridge.ask(
            lambda service: service.store.read(lambda conn: attempts_of(conn, job_id)),
            lambda attempts: self.details.show_attempts(job_id, attempts),
            owner=self,
        )

    def _refresh_details(self) -> None:
        self._selection_changed()
        if self.details.isVisible() and self.details.job_id is not None:
            place = self.model.place_of(self.details.job_id)
            row = self.model.row(place) if place is not None else None
            if row is not None:
                self.details.show_job(row)
                self._read_attempts(row.id)

    def _show_menu(self, at: QPoint) -> None:
        self._orders.read_recipes(self.actions_.offer_recipes)
        if self.table.selected_rows():
            self.actions_.menu.popup(self.table.viewport().mapToGlobal(at))

    def _show_more(self) -> None:
        self._orders.read_recipes(self.actions_.offer_recipes)
        self.actions_.menu.popup(self.more_button.mapToGlobal(self.more_button.rect().bottomLeft()))

    def _put_first(self) -> None:
        jobs = self._selected()
        self._orders.put_first(jobs, lambda: self.model.mark_dirty(jobs))

    def _open_result(self) -> None:
        done = [row.id for row in self._chosen_rows() if row.state == "done"]
        if done:
            self.results_asked.emit(done[0])

    def _read_folders(self) -> None:
        def show(folders: list[FolderRow]) -> None:
            self.folders.show_rows(folders)
            self.filter.offer(folders)
            self.count_folders()

        self._bridge.ask(lambda service: service.store.read(list_folders), show, owner=self)

    def count_folders(self) -> None:
        """Count the folders' documents again."""
        if self.folders.rows:
            self._bridge.ask(lambda service: service.store.read(count_by_folder), self.folders.show_counts, owner=self)

    def _remove_folder(self, folder_id: int) -> None:
        self._bridge.ask(lambda service: service.remove_folder(folder_id), owner=self)


def _counted(count: int) -> str:
    return QCoreApplication.translate("QueuePage", "%Ln jobs", "", count) if count else ""


def _empty(text: str) -> QWidget:
    page = QWidget()
    column = QVBoxLayout(page)
    words: QLabel = label(text, "muted", wrap=True)
    words.setFixedWidth(440)
    words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
    column.addStretch()
    row = QHBoxLayout()
    row.addStretch()
    row.addWidget(words)
    row.addStretch()
    column.addLayout(row)
    column.addStretch()
    return page
