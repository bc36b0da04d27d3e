"""What is known of one job: where the document lies, how its attempts went, and for a failure the way out."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QScrollArea, QVBoxLayout, QWidget

from app.core.queue.states import RETRYABLE
from app.core.store.attempts import AttemptRow
from app.core.store.documents import BlobRow
from app.core.store.jobs import JobRow
from app.ui.controls import label, push_button, tool_button
from app.ui.queue.history import attempt_lines
from app.ui.recipe_names import recipe_title
from app.ui.results.model import answer_line
from app.ui.spoken import said
from app.ui.wording import state_word

_MOST_CHARACTERS = 20_000  # enough to see what was read; the whole stands beside the result


class JobDetails(QFrame):
    """A card beside the table; it never gets in the way of the queue."""

    retry_asked = Signal(int)
    result_asked = Signal(int)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self._job: JobRow | None = None
        self.name = label("", "heading", wrap=True, selectable=True)
        self.path = label("", "caption", wrap=True, selectable=True)
        self.state = label("", "muted", wrap=True)
        self.reason = label("", "danger", wrap=True, selectable=True)
        self.way_out = label("", "", wrap=True)
        self.attempts = label("", "muted", wrap=True, selectable=True)
        self.answer = label("", "", wrap=True, selectable=True)
        self.text = QPlainTextEdit()
        self.text.setObjectName("reader")
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setMinimumHeight(120)
        self.text.setAccessibleName(self.tr("Text of the document"))
        self.retry_button = push_button(self.tr("Try again"), self._retry, icon="regenerate")
        self.result_button = push_button(self.tr("Open the result"), self._open_result, icon="results")
        self._attempts_heading = label(self.tr("Attempts"), "heading")
        self._answer_heading = label(self.tr("Answer"), "heading")
        self._lay_out()
        self.hide()

    @property
    def job_id(self) -> int | None:
        """The job that is shown."""
        return self._job.id if self._job is not None else None

    def show_job(self, job: JobRow) -> None:
        """Show ``job``; its attempts and its text follow."""
        if job.id != self.job_id:
            self._fill(self.attempts, "")  # an empty one would be a stop on the keyboard's way that says nothing
            self.text.clear()
        self._job = job
        self.name.setText(job.name or job.sha256)
        self.path.setText(job.path_text)
        self.path.setToolTip(job.path_text)
        self.state.setText(self._state(job))
        self._fill(self.reason, said(job.error) if job.error else "")
        self._fill(self.way_out, said(job.way_out) if job.error and job.way_out else "")
        self._fill(self.answer, answer_line(job.answer) + ("…" if len(job.answer) >= 240 else ""))
        self._answer_heading.setVisible(bool(job.answer))
        self.retry_button.setVisible(job.state in RETRYABLE)
        self.result_button.setVisible(job.state == "done")
        self.show()

    def show_attempts(self, job_id: int, attempts: Sequence[AttemptRow]) -> None:
        """Show the log of attempts, unless another job is shown by now."""
        if job_id == self.job_id:
            self._fill(self.attempts, "\n".join(attempt_lines(attempts)))
            self._attempts_heading.setVisible(bool(attempts))

    def show_text(self, sha256: str, blob: BlobRow | None) -> None:
        """Show the text that was read from the document, unless another job is shown by now."""
        if self._job is None or self._job.sha256 != sha256:
            return
        text = ((blob.text if blob else None) or "")[:_MOST_CHARACTERS]
        if text != self.text.toPlainText():
            self.text.setPlainText(text)
        self.text.setPlaceholderText(self.tr("Nothing has been read from this document yet."))

    def _state(self, job: JobRow) -> str:
        words = self.tr("{state}, recipe {recipe}, version {version}").format(
            state=state_word(job.state), recipe=recipe_title(job.recipe_name), version=job.recipe_version
        )
        if not job.parts:
            return words
        return words + "\n" + self.tr("{done} of {parts} parts").format(done=job.parts_done, parts=job.parts)

    def _fill(self, widget: QWidget, text: str) -> None:
        widget.setText(text)  # type: ignore[attr-defined]
        widget.setVisible(bool(text))

    def _retry(self) -> None:
        if self._job is not None:
            self.retry_asked.emit(self._job.id)

    def _open_result(self) -> None:
        if self._job is not None:
            self.result_asked.emit(self._job.id)

    def _close(self) -> None:
        self.hide()
        self.closed.emit()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.name, 1)
        close = tool_button(self.tr("Close the details"), "close", self._close, self)
        head.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        buttons = QHBoxLayout()
        buttons.addWidget(self.retry_button)
        buttons.addWidget(self.result_button)
        buttons.addStretch()
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(8)
        for widget in (self.path, self.state, self.reason, self.way_out):
            column.addWidget(widget)
        column.addLayout(buttons)
        for widget in (self._attempts_heading, self.attempts, self._answer_heading, self.answer):
            column.addWidget(widget)
        column.addWidget(self.text, 1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setAccessibleName(self.tr("Details of the job"))
        scroll.setWidget(inside)
        scroll.viewport().setAutoFillBackground(False)
        inside.setAutoFillBackground(False)
        card = QVBoxLayout(self)
        card.setContentsMargins(18, 12, 10, 16)
        card.setSpacing(6)
        card.addLayout(head)
        card.addWidget(scroll, 1)
        self.setMinimumWidth(260)
