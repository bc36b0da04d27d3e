"""What is known of one job: where the document lies, its state, and for a failure the reason and the way out."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from app.core.store.documents import BlobRow
from app.core.store.jobs import JobRow
from app.ui.controls import label, push_button, tool_button
from app.ui.wording import clock, duration, state_word

_MOST_CHARACTERS = 20_000  # enough to see what was read; the whole stands beside the result


class JobDetails(QFrame):
    """A card beside the table; it never gets in the way of the queue."""

    retry_asked = Signal(int)
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
        self.text = QPlainTextEdit()
        self.text.setObjectName("reader")
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName(self.tr("Text of the document"))
        self.retry_button = push_button(self.tr("Try again"), self._retry, icon="regenerate")
        self._lay_out()
        self.hide()

    def show_job(self, job: JobRow) -> None:
        """Show ``job``."""
        self._job = job
        self.name.setText(job.name or job.sha256)
        self.path.setText(job.path_text)
        self.state.setText(self._history(job))
        self.reason.setText(job.error or "")
        self.reason.setVisible(bool(job.error))
        self.way_out.setText(job.way_out or "")
        self.way_out.setVisible(bool(job.way_out))
        self.retry_button.setVisible(job.state in RETRYABLE)
        self.show()

    def show_text(self, sha256: str, blob: BlobRow | None) -> None:
        """Show the text that was read from the document, unless another job is shown by now."""
        if self._job is None or self._job.sha256 != sha256:
            return
        self.text.setPlainText(((blob.text if blob else None) or "")[:_MOST_CHARACTERS])
        self.text.setPlaceholderText(self.tr("Nothing has been read from this document yet."))

    def _history(self, job: JobRow) -> str:
        lines = [
            self.tr("{state}, recipe {recipe}, version {version}").format(
                state=state_word(job.state), recipe=job.recipe_name, version=job.recipe_version
            )
        ]
        if job.attempts > 1:
            lines.append(self.tr("{count} attempts").format(count=job.attempts))
        if job.parts:
            lines.append(self.tr("{done} of {parts} parts").format(done=job.parts_done, parts=job.parts))
        if job.finished_at is not None:
            when = self.tr("Finished at {time}").format(time=clock(job.finished_at))
            took = "" if job.started_at is None else duration(job.finished_at - job.started_at)
            lines.append(f"{when} ({took})" if took else when)
        return "\n".join(lines)

    def _retry(self) -> None:
        if self._job is not None:
            self.retry_asked.emit(self._job.id)

    def _close(self) -> None:
        self.hide()
        self.closed.emit()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.name, 1)
        close = tool_button(self.tr("Close the details"), "close", self._close, self)
        head.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 12, 10, 16)
        column.setSpacing(9)
        column.addLayout(head)
        for widget in (self.path, self.state, self.reason, self.way_out):
            column.addWidget(widget)
        column.addWidget(self.retry_button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.text, 1)
        self.setFixedWidth(300)


RETRYABLE = frozenset({"failed", "poison", "cancelled", "needs_ocr", "needs_password"})
