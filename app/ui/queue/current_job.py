"""The job under the cursor: its details, its attempts and its text are read, and read again when it changes."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject

from app.core.store.attempts import attempts_of
from app.core.store.documents import get_blob
from app.core.store.jobs import JobRow, get_jobs
from app.ui.bridge import Bridge
from app.ui.queue.details import JobDetails
from app.ui.queue.job_list import JobList


class CurrentJob(QObject):
    """Keeps ``details`` in step with the row where the cursor is in the list."""

    def __init__(self, bridge: Bridge, jobs: JobList, details: JobDetails) -> None:
        super().__init__(jobs)
        self._bridge = bridge
        self._jobs = jobs
        self._details = details
        table = jobs.table
        table.selectionModel().currentRowChanged.connect(lambda current, _previous: self._follow(current))
        table.clicked.connect(self._show)
        table.activated.connect(self._show)
        jobs.model.dataChanged.connect(lambda *_: self._show_again())
        jobs.listed.connect(lambda _count: self._show_again())

    def _follow(self, current: QModelIndex) -> None:
        if not self._jobs.standing.moving:
            self._show(current)

    def _show(self, current: QModelIndex) -> None:
        row = self._jobs.model.row(current.row())
        if row is None:
            return
        self._show_row(row)
        self._bridge.ask(
            lambda service: service.store.read(lambda conn: get_blob(conn, row.sha256)),
            lambda blob: self._details.show_text(row.sha256, blob),
            owner=self,
        )

    def _show_again(self) -> None:
        """Whether its page is in front or not, and whether it is still listed or not."""
        job_id = self._details.job_id
        if self._details.isHidden() or job_id is None:
            return
        row = self._jobs.row_of(job_id)
        if row is not None:
            self._show_row(row)
            return
        self._bridge.ask(
            lambda service: service.store.read(lambda conn: get_jobs(conn, [job_id])), self._show_read, owner=self
        )

    def _show_read(self, rows: list[JobRow]) -> None:
        for row in rows:
            if row.id == self._details.job_id and not self._details.isHidden():
                self._show_row(row)

    def _show_row(self, row: JobRow) -> None:
        self._details.show_job(row)
        self._bridge.ask(
            lambda service: service.store.read(lambda conn: attempts_of(conn, row.id)),
            lambda attempts: self._details.show_attempts(row.id, attempts),
            owner=self,
        )
