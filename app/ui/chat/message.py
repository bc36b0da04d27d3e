"""One message in the history: a question in its bubble, or an answer with its figures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.core.chat.attachments import apart
from app.core.chat.rows import MessageRow
from app.ui.chat.copy_button import CopyButton
from app.ui.chat.pacing import Pacer
from app.ui.chat.segments import SegmentColumn
from app.ui.chat.text_view import TextView
from app.ui.chat.versions import Versions
from app.ui.controls import label, tool_button
from app.ui.spoken import said
from app.ui.wording import number


@dataclass(frozen=True, slots=True)
class MessageActions:
    """What can be done with a message; each is given its id. ``walk`` goes to its version so many places further."""

    regenerate: Callable[[int], object]
    edit: Callable[[int, str], object] = lambda _message_id, _text: None
    walk: Callable[[int, int], object] = lambda _message_id, _step: None


class QuestionView(QWidget):
    """What the person asked, letter by letter, in a bubble no wider than it needs; documents are named below it."""

    def __init__(self, text: str, actions: MessageActions | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.message_id: int | None = None
        self._whole = text
        self._actions = actions
        question, documents = apart(text)
        self._text = TextView()
        self._text.setAccessibleName(self.tr("Your question"))
        self._bubble = QFrame()
        self._bubble.setObjectName("question")
        inside = QVBoxLayout(self._bubble)
        inside.setContentsMargins(15, 10, 15, 10)
        inside.addWidget(self._text)
        names = [self.tr("With {name}").format(name=one.name) for one in documents]
        for name in names:
            inside.addWidget(label(name, "caption"))
        self._lay_out()
        self._text.show_plain(question)
        metrics = QFontMetricsF(self._text.font())
        lines = [*question.split("\n"), *names]
        self._ideal = max((metrics.horizontalAdvance(line) for line in lines), default=0.0) + 36

    @property
    def source(self) -> str:
        """The question as it was sent, with the documents that went along."""
        return self._whole

    def know(self, message_id: int, version: int = 1, versions: int = 1) -> None:
        """The question is stored under ``message_id``: it can be edited, and its versions walked through."""
        self.message_id = message_id
        self.edit_button.setVisible(self._actions is not None)
        self.versions.show_place(version, versions)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the bubble as narrow as its text and at most four fifths of the column."""
        super().resizeEvent(event)
        self._bubble.setFixedWidth(round(max(60, min(self._ideal, self.width() * 0.82))))

    def _lay_out(self) -> None:
        self.edit_button = tool_button(self.tr("Ask this in other words"), "edit", self._edit, self)
        self.edit_button.hide()
        self.versions = Versions(self._walk)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addStretch()
        row.addWidget(self.versions, 0, Qt.AlignmentFlag.AlignBottom)
        row.addWidget(self.edit_button, 0, Qt.AlignmentFlag.AlignBottom)
        row.addWidget(self._bubble)

    def _edit(self) -> None:
        if self._actions is not None and self.message_id is not None:
            self._actions.edit(self.message_id, self._whole)

    def _walk(self, step: int) -> None:
        if self._actions is not None and self.message_id is not None:
            self._actions.walk(self.message_id, step)


class AnswerView(QWidget):
    """An answer: its segments while they stream, then its figures and buttons."""

    finished = Signal()

    def __init__(self, message_id: int, actions: MessageActions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("message")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.message_id = message_id
        self._parts: list[str] = []
        self._waiting: list[str] = []
        self.segments = SegmentColumn()
        self._status = label("", "caption", wrap=True)
        self._figures = label("", "caption")
        self._pacer = Pacer(self._flush, self)
        self._foot = self._build_foot(actions)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.segments)
        column.addWidget(self._status)
        column.addWidget(self._foot)
        self._foot.hide()
        self.set_status(self.tr("Reading your question…"))

    @property
    def source(self) -> str:
        """The answer exactly as the model wrote it."""
        return "".join(self._parts)

    @property
    def flush_interval_ms(self) -> float:
        """The least time between two flushes now."""
        return self._pacer.interval_ms

    @property
    def figures(self) -> str:
        """The line of figures below the answer; empty until it has ended."""
        return self._figures.text()

    @property
    def status(self) -> str:
        """What is said about the answer below its text."""
        return self._status.text()

    def append(self, text: str) -> None:
        """Take the next piece; it is shown with the next flush."""
        self._parts.append(text)
        self._waiting.append(text)
        self._pacer.request()

    def set_status(self, text: str, *, bad: bool = False) -> None:
        """Say in words what is going on below the text; an empty text hides it."""
        self._status.setText(text)
        self._status.setObjectName("danger" if bad else "caption")
        self._status.setVisible(bool(text))

    def finish(self, row: MessageRow) -> None:
        """The answer ended: show all of it, how it ended, and its figures."""
        self._pacer.flush_now()
        self.segments.finish()
        problem = said(row.error or "") or self.tr("The answer failed.") if row.state == "failed" else ""
        stopped = self.tr("Stopped.") if row.state == "stopped" else ""
        self.set_status(problem or stopped, bad=bool(problem))
        self._figures.setText(figures(row))
        self.versions.show_place(row.version, row.versions)
        self._foot.show()
        self.finished.emit()

    def _flush(self) -> None:
        text, self._waiting = "".join(self._waiting), []
        if text:
            if self._status.isVisibleTo(self):
                self.set_status("")
            self.segments.append(text)

    def _build_foot(self, actions: MessageActions) -> QWidget:
        foot = QWidget()
        row = QHBoxLayout(foot)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        self.copy_button = CopyButton(self.tr("Copy answer"), lambda: self.source, foot)
        self.regenerate_button = tool_button(
            self.tr("Answer again"), "regenerate", lambda: actions.regenerate(self.message_id), foot
        )
        row.addWidget(self.copy_button)
        row.addWidget(self.regenerate_button)
        self.versions = Versions(lambda step: actions.walk(self.message_id, step))
        row.addWidget(self.versions)
        row.addSpacing(8)
        row.addWidget(self._figures)
        row.addStretch()
        self._figures.setToolTip(
            self.tr("TTFT: time to first token. tok/s: tokens generated per second. Then tokens generated, and model.")
        )
        self._figures.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return foot


def figures(row: MessageRow) -> str:
    """Return the line under an answer: TTFT, tok/s, tokens, model; what is not known is left out."""
    translate = QCoreApplication.translate
    parts = []
    if row.ttft_s is not None:
        parts.append(translate("Answer", "TTFT {ms} ms").format(ms=f"{row.ttft_s * 1000:,.0f}"))
    if row.decode_tokens_per_s:
        parts.append(translate("Answer", "{rate} tok/s").format(rate=number(row.decode_tokens_per_s, 1)))
    if row.generated_tokens is not None:
        parts.append(translate("Answer", "%Ln tokens", "", row.generated_tokens))
    if row.model:
        parts.append(row.model)
    return "  ·  ".join(parts)
