"""The queue page: overview, watched folders, and the job table with its filter and details."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from app.core import events
from app.core.store.documents import get_blob
from app.core.store.folders import FolderRow, list_folders
from app.core.store.jobs import JobRow, JobWish, find_job_ids, get_jobs, put_first
from app.ui.bridge import Bridge
from app.ui.controls import label, push_button
from app.ui.notices import NoticeBar
from app.ui.queue.details import RETRYABLE, JobDetails
from app.ui.queue.filters import OPEN, JobFilter
from app.ui.queue.folders import FolderList
from app.ui.queue.jobs_model import JobsModel
from app.ui.queue.overview import Overview
from app.ui.queue.when import WhenToWork
from app.ui.tables import PlainTable

if TYPE_CHECKING:
    from app.core.service import Service

_REFRESH_MS = 500


class QueuePage(QWidget):
    """Everything here is read by key, in pages; the page stays quick with a hundred thousand jobs."""

    add_asked = Signal()
    results_asked = Signal()

    def __init__(self, bridge: Bridge, notices: NoticeBar, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._notices = notices
        self.overview = Overview()
        self.when = WhenToWork(bridge)
        self.folders = FolderList()
        self.model = JobsModel(self._load, self)
        self.table = PlainTable(self.tr("Jobs"), self.model)
        self.table.set_widths((270, 140, 110, 100, 100))
        self.details = JobDetails()
        self.filter = JobFilter()
        self.count = label("", "muted")
        self.first_button = push_button(self.tr("Put first"), self._put_selected_first, icon="first")
        self.retry_button = push_button(self.tr("Retry"), self._retry_selected, icon="regenerate")
        self.cancel_button = push_button(self.tr("Cancel jobs"), self._cancel_selected, icon="cancel")
        self._body = QStackedWidget()
        self._refresh_timer = QTimer(self)
        self._refresh_timer.setSingleShot(True)
        self._refresh_timer.setInterval(_REFRESH_MS)
        self._refresh_timer.timeout.connect(self.refresh)
        self._lay_out()
        self._connect()
        self._selection_changed()

    def refresh(self) -> None:
        """Read the list of jobs again; rows that are shown are kept."""
        wish = self.filter.wish
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

    def _lay_out(self) -> None:
        bar = QHBoxLayout()
        bar.setSpacing(8)
        bar.addWidget(label(self.tr("Jobs"), "heading"))
        bar.addWidget(self.filter)
        bar.addWidget(self.count)
        bar.addStretch()
        bar.addWidget(self.first_button)
        bar.addWidget(self.retry_button)
        bar.addWidget(self.cancel_button)
        self._body.addWidget(self.table)
        self._body.addWidget(_empty(self.tr("No jobs here. Drop a folder on the window: each document becomes a job.")))
        lower = QHBoxLayout()
        lower.setSpacing(12)
        lower.addWidget(self._body, 1)
        lower.addWidget(self.details)
        column = QVBoxLayout(self)
        column.setContentsMargins(26, 22, 26, 22)
        column.setSpacing(14)
        column.addWidget(self.overview)
        column.addWidget(self.when)
        column.addWidget(self.folders)
        column.addLayout(bar)
        column.addLayout(lower, 1)

    def _connect(self) -> None:
        self.overview.pause_asked.connect(self.set_paused)
        self.overview.add_asked.connect(self.add_asked)
        self.filter.changed.connect(self.refresh)
        self.table.selectionModel().selectionChanged.connect(lambda _on, _off: self._selection_changed())
        self.table.selectionModel().currentRowChanged.connect(self._current_changed)
        self.model.dataChanged.connect(lambda *_: self._refresh_details())
        self.details.retry_asked.connect(lambda job_id: self._retry([job_id]))
        self.folders.removed.connect(self._remove_folder)
        delete = QShortcut(QKeySequence("Delete"), self.table)
        delete.activated.connect(self._cancel_selected)
        bridge = self._bridge
        bridge.core_ready.connect(self._start)
        bridge.jobs_changed.connect(self._jobs_changed)
        bridge.folders_changed.connect(self._read_folders)
        bridge.progress_changed.connect(self.overview.show_progress)
        bridge.answer_started.connect(lambda _event: self.overview.plot.mark_chat())

    def _start(self) -> None:
        self.refresh()
        self._read_folders()

    def _load(self, ids: Sequence[int], deliver: Callable[[Sequence[JobRow]], None]) -> None:
        wanted = list(ids)
        self._bridge.ask(lambda service: service.store.read(lambda conn: get_jobs(conn, wanted)), deliver, owner=self)

    def _show_ids(self, wish: JobWish, ids: list[int]) -> None:
        if wish != self.filter.wish:
            return  # something else is wished for by now
        kept = [self.model.ids[place] for place in self.table.selected_rows()]
        reset = list(ids[: len(self.model.ids)]) != list(self.model.ids)
        self.model.set_ids(ids)
        if reset and kept:
            self._select(kept)
        self.count.setText(_counted(len(ids)))
        self._body.setCurrentIndex(0 if ids else 1)

    def _select(self, ids: Sequence[int]) -> None:
        selection = self.table.selectionModel()
        for job_id in ids:
            place = self.model.place_of(job_id)
            if place is not None:
                selection.select(
                    self.model.index(place, 0), selection.SelectionFlag.Select | selection.SelectionFlag.Rows
                )

    def _jobs_changed(self, event: events.JobsChanged) -> None:
        known = [job_id for job_id in event.job_ids if self.model.place_of(job_id) is not None]
        self.model.mark_dirty(known)
        if (
            self.filter.narrows or not event.job_ids or len(known) < len(event.job_ids)
        ) and not self._refresh_timer.isActive():
            self._refresh_timer.start()

    def _selected(self) -> list[int]:
        return [self.model.ids[place] for place in self.table.selected_rows()]

    def _selection_changed(self) -> None:
        rows = [self.model.row(place) for place in self.table.selected_rows()[:500]]
        states = {row.state for row in rows if row is not None}
        self.retry_button.setEnabled(bool(states & RETRYABLE))
        self.first_button.setEnabled("ready" in states)
        self.cancel_button.setEnabled(bool(states & set(OPEN)))

    def _current_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        row = self.model.row(current.row())
        if row is None:
            return
        self.details.show_job(row)
        self._bridge.ask(
            lambda service: service.store.read(lambda conn: get_blob(conn, row.sha256)),
            lambda blob: self.details.show_text(row.sha256, blob),
            owner=self,
        )

    def _refresh_details(self) -> None:
        self._selection_changed()
        if self.details.isVisible():
            row = self.model.row(self.table.currentIndex().row())
            if row is not None:
                self.details.show_job(row)

    def _retry_selected(self) -> None:
        self._retry(self._selected())

    def _retry(self, job_ids: list[int]) -> None:
        if job_ids:
            self._bridge.ask(lambda service: service.queue.retry(job_ids), owner=self)

    def _put_selected_first(self) -> None:
        job_ids = self._selected()

        async def put(service: Service) -> None:
            await service.store.write(lambda conn: put_first(conn, job_ids))
            service.queue.wake()

        self._bridge.ask(put, lambda _none: self.model.mark_dirty(job_ids), owner=self)

    def _cancel_selected(self) -> None:
        job_ids = self._selected()
        if job_ids:
            self._bridge.ask(lambda service: service.queue.cancel(job_ids), owner=self)

    def _read_folders(self) -> None:
        def show(folders: list[FolderRow]) -> None:
            self.folders.show_rows(folders)
            self.filter.offer(folders)

        self._bridge.ask(lambda service: service.store.read(list_folders), show, owner=self)

    def _remove_folder(self, folder_id: int) -> None:
        self._bridge.ask(lambda service: service.remove_folder(folder_id), owner=self)


def _counted(count: int) -> str:
    if count == 1:
        return QCoreApplication.translate("QueuePage", "1 job")
    return QCoreApplication.translate("QueuePage", "{count} jobs").format(count=f"{count:,}") if count else ""


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
