"""The queue page: overview, watched folders, and the list of jobs with its filter and details."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from app.core.store.folders import FolderRow, list_folders
from app.core.store.jobs import JobWish, count_by_folder
from app.ui.bridge import Bridge
from app.ui.controls import label
from app.ui.flow import FlowLayout
from app.ui.notices import NoticeBar
from app.ui.queue.chosen_jobs import ChosenJobs
from app.ui.queue.current_job import CurrentJob
from app.ui.queue.details import JobDetails
from app.ui.queue.filters import JobFilter
from app.ui.queue.folders import FolderList
from app.ui.queue.job_list import JobList
from app.ui.queue.overview import Overview
from app.ui.queue.when import WhenToWork

if TYPE_CHECKING:
    from app.core.service import Service

_COUNT_MS = 1_500
_LOW = 640  # pixels of height below which the upper part is kept short


class QueuePage(QWidget):
    """Puts the parts together: what the queue does, where its documents come from, and each job."""

    add_asked = Signal()
    results_asked = Signal(int)

    def __init__(self, bridge: Bridge, notices: NoticeBar, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._compact = False
        self.overview = Overview()
        self.when = WhenToWork(bridge)
        self.folders = FolderList()
        self.filter = JobFilter()
        self._jobs = JobList(bridge, self.filter, self)
        self.model = self._jobs.model
        self.table = self._jobs.table
        self.details = JobDetails()
        self.count = label("", "muted")
        self._current = CurrentJob(bridge, self._jobs, self.details)
        self._chosen = ChosenJobs(bridge, notices, self._jobs, self)
        self.actions_ = self._chosen.actions
        self.first_button = self._chosen.first_button
        self.retry_button = self._chosen.retry_button
        self.cancel_button = self._chosen.cancel_button
        self.more_button = self._chosen.more_button
        self._body = QStackedWidget()
        self._count_timer = QTimer(self)
        self._count_timer.setSingleShot(True)
        self._count_timer.setInterval(_COUNT_MS)
        self._lay_out()
        self._connect()

    @property
    def wish(self) -> JobWish:
        """Which jobs are shown, and in which order."""
        return self._jobs.wish

    def refresh(self) -> None:
        """Read the list of jobs again; rows that are shown are kept."""
        self._jobs.refresh()

    def sort_by(self, section: int) -> None:
        """Sort the jobs by a column, as a click on its head does."""
        self._jobs.sort_by(section)

    def set_paused(self, paused: bool) -> None:
        """Pause or resume the queue; chat is not touched."""

        async def change(service: Service) -> None:
            service.pause() if paused else service.resume()

        self._bridge.ask(change, owner=self)

    def toggle_pause(self) -> None:
        """Pause when working, resume when paused."""
        self.set_paused(not self.overview.paused)

    def count_folders(self) -> None:
        """Count the folders' documents again."""
        if self.folders.rows:
            self._bridge.ask(lambda service: service.store.read(count_by_folder), self.folders.show_counts, owner=self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave room for the jobs in a low window."""
        super().resizeEvent(event)
        compact = self.height() < _LOW
        if compact != self._compact:
            self._compact = compact
            for part in (self.overview, self.when, self.folders):
                part.set_compact(compact)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(26, 22, 26, 22)
        column.setSpacing(12)
        bar, lower = self._bar(), self._lower()
        for part in (self.overview, self.when, self.folders, bar):
            column.addWidget(part)
        column.addWidget(lower, 1)

    def _bar(self) -> QWidget:
        bar = QWidget()
        flow = FlowLayout(bar)
        flow.addWidget(label(self.tr("Jobs"), "heading"))
        for widget in (self.filter.state, self.filter.recipe, self.filter.folder, self.filter.name, self.count):
            flow.addWidget(widget)
        for button in (self.first_button, self.retry_button, self.cancel_button, self.more_button):
            flow.push(button)
        return bar

    def _lower(self) -> QWidget:
        """The jobs beside the details of one."""
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
        return lower

    def _connect(self) -> None:
        self.overview.pause_asked.connect(self.set_paused)
        self.overview.failed_asked.connect(self.filter.show_failed)
        self.overview.add_asked.connect(self.add_asked)
        self._jobs.listed.connect(self._show_count)
        self.details.retry_asked.connect(self._chosen.retry)
        self.details.result_asked.connect(self.results_asked)
        self._chosen.result_asked.connect(self.results_asked)
        self.folders.removed.connect(self._chosen.stop_watching)
        self.folders.chosen.connect(self.filter.choose_folder)
        self._count_timer.timeout.connect(self.count_folders)
        bridge = self._bridge
        bridge.core_ready.connect(self._start)
        bridge.jobs_changed.connect(lambda _event: self._count_folders_soon())
        bridge.folders_changed.connect(self._read_folders)
        bridge.progress_changed.connect(self.overview.show_progress)
        bridge.answer_started.connect(lambda _event: self.overview.plot.mark_chat())

    def show_recipe_names(self) -> None:
        """Recipes are called something else now."""
        self._jobs.model.show_anew()
        self.refresh()
        self._read_folders()

    def _start(self) -> None:
        self.refresh()
        self._read_folders()
        self._chosen.read_recipes()

    def _show_count(self, count: int) -> None:
        self.count.setText(_counted(count))
        self._body.setCurrentIndex(0 if count else 1)

    def _count_folders_soon(self) -> None:
        if self.folders.rows and not self._count_timer.isActive():
            self._count_timer.start()

    def _read_folders(self) -> None:
        def show(folders: list[FolderRow]) -> None:
            self.folders.show_rows(folders)
            self.filter.offer(folders)
            self.count_folders()

        self._bridge.ask(lambda service: service.store.read(list_folders), show, owner=self)


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
