"""An answer in the history: what was thought, its segments, how it ended, and its figures."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.core.chat.rows import MessageRow
from app.ui.chat.copy_button import CopyButton
from app.ui.chat.elided import ElidedLabel
from app.ui.chat.pacing import Pacer
from app.ui.chat.question import MessageActions, QuestionView
from app.ui.chat.segments import SegmentColumn
from app.ui.chat.thoughts import Thoughts
from app.ui.chat.versions import Versions
from app.ui.controls import label, push_button, tool_button
from app.ui.spoken import said
from app.ui.wording import number

__all__ = ["AnswerView", "MessageActions", "QuestionView", "figures"]


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
        self._figures = ElidedLabel("", "caption", Qt.TextElideMode.ElideRight)
        self._pacer = Pacer(self._flush, self)
        self._foot = self._build_foot(actions)
        self.thoughts: Thoughts | None = None
        self._thought: list[str] = []
        self._thinking: list[str] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        for part in (self.segments, self._status, self._foot):
            self._column.addWidget(part)
        self._foot.hide()
        self.set_status(self.tr("Reading your question…"))

    @property
    def source(self) -> str:
        """The answer exactly as the model wrote it."""
        return "".join(self._parts)

    @property
    def thought(self) -> str:
        """What the model thought before it answered."""
        return "".join(self._thought)

    @property
    def flush_interval_ms(self) -> float:
        """The least time between two flushes now."""
        return self._pacer.interval_ms

    @property
    def figures(self) -> str:
        """The line of figures below the answer; empty until it has ended."""
        return self._figures.whole

    @property
    def status(self) -> str:
        """What is said about the answer below its text."""
        return self._status.text()

    def append(self, text: str) -> None:
        """Take the next piece; it is shown with the next flush."""
        self._parts.append(text)
        self._waiting.append(text)
        self._pacer.request()

    def think(self, text: str) -> None:
        """Take the next piece of what the model thinks before it answers."""
        if not text:
            return
        if self.thoughts is None:
            self.thoughts = Thoughts()
            self._column.insertWidget(0, self.thoughts)
        self._thought.append(text)
        self._thinking.append(text)
        self._pacer.request()

    def go_on(self) -> None:
        """The answer goes on where it ended: what was the end of its text may grow again."""
        self._foot.hide()
        self.set_status(self.tr("Going on…"))
        self._pacer.flush_now()
        old, self.segments = self.segments, SegmentColumn()
        self._column.replaceWidget(old, self.segments)
        old.hide()
        old.deleteLater()
        self.segments.append(self.source)

    def set_status(self, text: str, *, bad: bool = False) -> None:
        """Say in words what is going on below the text; an empty text hides it."""
        self._status.setText(text)
        self._status.setObjectName("danger" if bad else "caption")
        self._status.setVisible(bool(text))

    def finish(self, row: MessageRow) -> None:
        """The answer ended: show all of it, how it ended, and its figures."""
        self._pacer.flush_now()
        self.segments.finish()
        if self.thoughts is not None:
            self.thoughts.finish()
        problem = said(row.error or "") or self.tr("The answer failed.") if row.state == "failed" else ""
        cut = row.finish_reason == "length"
        words = {"stopped": self.tr("Stopped.")}.get(
            row.state, self.tr("Cut off at its greatest length.") if cut else ""
        )
        self.set_status(problem or words, bad=bool(problem))
        self.continue_button.setVisible(bool(row.text.strip()) and (cut or row.state in ("stopped", "failed")))
        self._figures.show_text(figures(row))
        self._figures.setToolTip(self._explained)
        self.versions.show_place(row.version, row.versions)
        self._foot.show()
        self.finished.emit()

    def _flush(self) -> None:
        thought, self._thinking = "".join(self._thinking), []
        text, self._waiting = "".join(self._waiting), []
        if (text or thought) and self._status.isVisibleTo(self):
            self.set_status("")
        if thought and self.thoughts is not None:
            self.thoughts.append(thought)
        if text:
            if self.thoughts is not None:
                self.thoughts.answer_begins()
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
        self.continue_button = push_button(self.tr("Continue"), lambda: actions.go_on(self.message_id), icon="play")
        self.continue_button.setToolTip(self.tr("Have the answer go on where it ended"))
        row.addWidget(self.continue_button)
        row.addWidget(self.copy_button)
        row.addWidget(self.regenerate_button)
        self.versions = Versions(lambda step: actions.walk(self.message_id, step))
        row.addWidget(self.versions)
        row.addSpacing(8)
        row.addWidget(self._figures, 1)
        self._explained = self.tr(
            "TTFT: time to first token. tok/s: tokens generated per second. Then tokens generated, and model."
        )
        self._figures.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return foot


def figures(row: MessageRow) -> str:
    """Return the line under an answer: TTFT, tok/s, tokens, model; what is not known is left out."""
    translate = QCoreApplication.translate
    parts = []
    if row.ttft_s is not None:
        parts.append(translate("Answer", "TTFT {ms} ms").format(ms=number(row.ttft_s * 1000)))
    if row.decode_tokens_per_s:
        parts.append(translate("Answer", "{rate} tok/s").format(rate=number(row.decode_tokens_per_s, 1)))
    if row.generated_tokens is not None:
        parts.append(translate("Answer", "%Ln tokens", "", row.generated_tokens))
    if row.model:
        parts.append(row.model)
    return "  ·  ".join(parts)
