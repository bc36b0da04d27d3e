"""The message column: newest at the bottom, older ones built when the reader scrolls up to them."""

from __future__ import annotations

from collections.abc import Sequence
from time import perf_counter

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent, QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QScrollArea, QVBoxLayout, QWidget
from shiboken6 import isValid

from app.core.chat.rows import MessageRow
from app.ui.chat.message import AnswerView, MessageActions, QuestionView
from app.ui.chat.text_view import TextView
from app.ui.controls import tool_button
from app.ui.marks import Span, mark, spans_of

BUILT_AT_ONCE = 40
_MORE = 12
_COLUMN_WIDTH = 760
_BUDGET_S = 0.012
_NEAR_TOP = 240
_NEAR_BOTTOM = 24
_ABOVE_FOUND = 40
_CONTEXT = 6  # messages above the one that is gone to
_TOP = 22

MessageView = QuestionView | AnswerView


class History(QScrollArea):
    """Shows one conversation. It follows a streaming answer only while the reader is at the bottom."""

    stuck_changed = Signal(bool)

    def __init__(self, actions: MessageActions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._actions = actions
        self._unbuilt: list[MessageRow] = []
        self._to_build = 0
        self._views: list[MessageView] = []
        self._stuck = True
        self._below: int | None = None
        self._sought: int | None = None  # the message to go to once it is built
        self._sought_words = ""
        self._marked: list[TextView | QPlainTextEdit] = []
        self.setWidgetResizable(True)
        self.setAccessibleName(self.tr("Conversation"))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAcceptDrops(False)
        self._build_column()
        self._builder = QTimer(self)
        self._builder.setInterval(0)
        self._builder.timeout.connect(self._build_some)
        self.to_newest = tool_button(self.tr("Jump to the newest"), "down", self.stick, self)
        self.to_newest.setProperty("quiet", False)
        self.to_newest.hide()
        self.verticalScrollBar().valueChanged.connect(self._moved)
        self.verticalScrollBar().rangeChanged.connect(self._grew)

    def show_rows(self, rows: Sequence[MessageRow]) -> None:
        """Show a conversation's messages; the newest are there at once, the others follow in small steps."""
        self.clear()
        self._unbuilt = list(rows)
        self._to_build = BUILT_AT_ONCE
        self.stick()
        self._build_some()

    def clear(self) -> None:
        """Show nothing."""
        self._builder.stop()
        self._sought, self._marked = None, []
        self._unbuilt = []
        for view in self._views:
            self._column.removeWidget(view)
            view.hide()
            view.deleteLater()
        self._views = []

    def views(self) -> list[MessageView]:
        """The messages built so far, oldest first."""
        return list(self._views)

    @property
    def unbuilt(self) -> int:
        """How many older messages wait above."""
        return len(self._unbuilt)

    @property
    def stuck(self) -> bool:
        """True while the view follows the newest text."""
        return self._stuck

    def ask(self, text: str) -> QuestionView:
        """Add a question at the bottom."""
        view = QuestionView(text, self._actions)
        self._add(view)
        self.stick()
        return view

    def begin_answer(self, message_id: int) -> AnswerView:
        """Add an answer that is about to stream."""
        view = AnswerView(message_id, self._actions)
        self._add(view)
        return view

    def answer(self, message_id: int) -> AnswerView | None:
        """The answer's view, if it is built."""
        for view in reversed(self._views):
            if isinstance(view, AnswerView) and view.message_id == message_id:
                return view
        return None

    def question_of(self, answer: AnswerView) -> QuestionView | None:
        """The question that stands before an answer."""
        place = self._views.index(answer) - 1
        before = self._views[place] if place >= 0 else None
        return before if isinstance(before, QuestionView) else None

    def after(self, answer: AnswerView) -> list[MessageView]:
        """An answer and everything on the page below it."""
        return self._views[self._views.index(answer) :]

    def reveal(self, message_id: int, words: str = "") -> bool:
        """Go to a message, however far up, built in small steps; False when it is not in this conversation.

        The ``words`` of a search are marked in it, and the first of them is brought into sight.
        """
        above = next((place for place, row in enumerate(self._unbuilt) if row.id == message_id), None)
        built = any(view.message_id == message_id for view in self._views)
        if above is None and not built:
            return False
        self._set_stuck(False)
        self._sought, self._sought_words = message_id, words
        needed = 0 if above is None else len(self._unbuilt) - above + _CONTEXT
        self._to_build = max(self._to_build, needed)
        self._builder.start()
        return True

    def unmark(self) -> None:
        """Take the marks of a search away."""
        marked, self._marked = self._marked, []
        for text in marked:
            if isValid(text):
                _seek(text, "")

    def drop(self, view: MessageView) -> None:
        """Take a message off the page."""
        self._views.remove(view)
        self._column.removeWidget(view)
        view.hide()
        view.deleteLater()

    def stick(self) -> None:
        """Go to the bottom and follow what comes."""
        self._set_stuck(True)
        bar = self.verticalScrollBar()
        bar.setValue(bar.maximum())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the jump button in its corner."""
        super().resizeEvent(event)
        size = self.to_newest.sizeHint()
        self.to_newest.setGeometry(
            (self.width() - size.width()) // 2, self.height() - size.height() - 12, size.width(), size.height()
        )

    def _go_to_sought(self) -> None:
        sought, self._sought = self._sought, None
        view = next((one for one in self._views if sought is not None and one.message_id == sought), None)
        if view is not None:
            self._below = None
            self._column.activate()
            self.verticalScrollBar().setValue(view.y() + self._mark(view) + _TOP - _ABOVE_FOUND)

    def _mark(self, view: MessageView) -> int:
        """Mark the words sought; returns how far below the top of the message the first of them stands."""
        self.unmark()
        first = 0
        for text in view.findChildren(TextView) + view.findChildren(QPlainTextEdit):
            spans = _seek(text, self._sought_words) if text.isVisibleTo(view) else []
            if not spans:
                continue
            cursor = QTextCursor(text.document())
            cursor.setPosition(spans[0][0])
            place = text.mapTo(view, text.cursorRect(cursor).topLeft()).y()
            first = place if not self._marked else min(first, place)
            self._marked.append(text)
        return max(0, first)

    def _build_column(self) -> None:
        page = QWidget()
        outside = QHBoxLayout(page)
        outside.setContentsMargins(28, _TOP, 28, 22)
        middle = QWidget()
        middle.setMaximumWidth(_COLUMN_WIDTH)
        self._column = QVBoxLayout(middle)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(20)
        self._column.setAlignment(Qt.AlignmentFlag.AlignTop)
        outside.addStretch(1)
        outside.addWidget(middle, 1000)
        outside.addStretch(1)
        self.setWidget(page)
        page.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)

    def _add(self, view: MessageView) -> None:
        self._views.append(view)
        self._column.addWidget(view)

    def _build_some(self) -> None:
        began = perf_counter()
        while self._unbuilt and self._to_build > 0 and perf_counter() - began < _BUDGET_S:
            self._to_build -= 1
            self._build_above(self._unbuilt.pop())
        if self._unbuilt and self._to_build > 0:
            self._builder.start()
        else:
            self._builder.stop()
            self._go_to_sought()

    def _build_above(self, row: MessageRow) -> None:
        bar = self.verticalScrollBar()
        if not self._stuck:
            self._below = bar.maximum() - bar.value()
        view = self._built(row)
        self._views.insert(0, view)
        self._column.insertWidget(0, view)

    def _built(self, row: MessageRow) -> MessageView:
        if row.role == "user":
            question = QuestionView(row.text, self._actions)
            question.know(row.id, row.version, row.versions)
            return question
        answer = AnswerView(row.id, self._actions)
        if row.reasoning:
            answer.think(row.reasoning)
        if row.text:
            answer.append(row.text)
        if row.state != "streaming":
            answer.finish(row)
        return answer

    def _moved(self, value: int) -> None:
        bar = self.verticalScrollBar()
        self._set_stuck(value >= bar.maximum() - _NEAR_BOTTOM)
        if value < _NEAR_TOP and self._unbuilt and not self._builder.isActive():
            self._to_build = _MORE
            self._builder.start()

    def _grew(self, _low: int, high: int) -> None:
        if self._stuck:
            self.verticalScrollBar().setValue(high)
        elif self._below is not None:
            self.verticalScrollBar().setValue(high - self._below)
        self._below = None

    def _set_stuck(self, stuck: bool) -> None:
        if stuck != self._stuck:
            self._stuck = stuck
            self.to_newest.setVisible(not stuck)
            self.to_newest.raise_()
            self.stuck_changed.emit(stuck)


def _seek(text: TextView | QPlainTextEdit, words: str) -> list[Span]:
    """Mark the words in a text; none take the marks away."""
    if isinstance(text, TextView):
        return text.seek(words)
    spans = spans_of(words, text.toPlainText())
    mark(text, spans)
    return spans
