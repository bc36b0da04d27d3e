"""Where a question is written: Enter sends, Shift+Enter breaks the line, Esc stops the answer."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMimeData, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QFocusEvent,
    QFontMetricsF,
    QKeyEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QToolButton, QVBoxLayout, QWidget

from app.ui.controls import label, restyle, tool_button
from app.ui.dropping import dropped_paths
from app.ui.icons import bind_icon

_MOST_LINES = 9
_WIDE_ENOUGH = 640  # for the hint beside the buttons and the meter


class Composer(QFrame):
    """Grows with its text up to nine lines. The round button sends, or stops while an answer streams."""

    sent = Signal(str)
    stop_asked = Signal()
    edited = Signal()
    files_given = Signal(list)
    edit_ended = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("composer")
        self._busy = False
        self.input = _Input(self)
        self.editing: int | None = None  # the message that is being asked in other words
        self._put_aside = ""
        self.banner = self._build_banner()
        self.attachments_place = QVBoxLayout()
        self.tools = QHBoxLayout()
        self.hint = label(self.tr("Enter sends · Shift+Enter new line · Esc stops"), "caption")
        self.button = QToolButton()
        self.button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.button.clicked.connect(self._pressed)
        foot = QHBoxLayout()
        self.attach_button = tool_button(
            self.tr("Attach documents to the question"), "attach", lambda: self.files_given.emit([]), self
        )
        foot.addWidget(self.attach_button)
        foot.addLayout(self.tools)
        foot.addWidget(self.hint)
        foot.addStretch()
        self.meter_place = QHBoxLayout()
        foot.addLayout(self.meter_place)
        foot.addWidget(self.button)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 10, 10)
        column.setSpacing(4)
        column.addWidget(self.banner)
        column.addLayout(self.attachments_place)
        column.addWidget(self.input)
        column.addLayout(foot)
        self.setAcceptDrops(True)
        self.input.pasted.connect(self.files_given)
        self.input.submitted.connect(self.submit)
        self.input.stopped.connect(self._escape)
        self.input.focus_changed.connect(self._show_focus)
        self.input.textChanged.connect(self._text_changed)
        self.set_busy(False)

    @property
    def text(self) -> str:
        """What has been written and not sent."""
        return self.input.toPlainText()

    def set_text(self, text: str) -> None:
        """Put back a draft, the cursor at its end."""
        self.input.setPlainText(text)
        self.input.moveCursor(self.input.textCursor().MoveOperation.End)

    def begin_edit(self, message_id: int, text: str) -> None:
        """Ask an earlier question in other words; what stood here comes back afterwards."""
        if self.editing is None:
            self._put_aside = self.text
        self.editing = message_id
        self.banner.show()
        self.set_text(text)
        self.input.setFocus()

    def end_edit(self) -> None:
        """Leave the earlier question as it is."""
        if self.editing is not None:
            self.editing = None
            self.banner.hide()
            self.set_text(self._put_aside)
            self.edit_ended.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The hint goes where there is no room for all of it."""
        super().resizeEvent(event)
        self.hint.setVisible(self.width() >= _WIDE_ENOUGH)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Documents dropped here go along with the question; anywhere else they are queued."""
        if dropped_paths(event.mimeData()):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self._show_focus(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """The files went elsewhere."""
        self._show_focus(self.input.hasFocus())

    def dropEvent(self, event: QDropEvent) -> None:
        """Take the documents."""
        self._show_focus(self.input.hasFocus())
        paths = dropped_paths(event.mimeData())
        if paths:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.files_given.emit(paths)

    def set_busy(self, busy: bool, *, waiting: bool = False) -> None:
        """Turn the button into Stop while an answer streams, or while the question is ``waiting`` to be sent."""
        self._busy = busy or waiting
        name = self.tr("Stop the answer") if busy else self.tr("Send the question")
        name = self.tr("Do not send the question yet") if waiting else name
        self.button.setAccessibleName(name)
        self.button.setToolTip(name)
        self.button.setProperty("primary", True)
        bind_icon(self.button, "stop" if self._busy else "send", "accent_text", 20)
        restyle(self.button)
        self._enable()

    def submit(self) -> None:
        """Ask what is written, unless something is under way."""
        text = self.text.strip()
        if text and not self._busy:
            self.sent.emit(text)

    def _text_changed(self) -> None:
        self._enable()
        self.edited.emit()

    def _enable(self) -> None:
        self.button.setEnabled(self._busy or bool(self.text.strip()))

    def _pressed(self) -> None:
        if self._busy:
            self._stop()
        else:
            self.submit()

    def _stop(self) -> None:
        if self._busy:
            self.stop_asked.emit()

    def _escape(self) -> None:
        if self.editing is not None and not self._busy:
            self.end_edit()
        else:
            self._stop()

    def _build_banner(self) -> QWidget:
        banner = QWidget()
        row = QHBoxLayout(banner)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(
            label(self.tr("Asking an earlier question in other words. What followed it is kept."), "caption"), 1
        )
        row.addWidget(tool_button(self.tr("Leave the question as it is"), "close", self.end_edit, banner))
        banner.hide()
        return banner

    def _show_focus(self, focused: bool) -> None:
        self.setProperty("focused", focused)
        restyle(self)


class _Input(QPlainTextEdit):
    submitted = Signal()
    stopped = Signal()
    focus_changed = Signal(bool)
    pasted = Signal(list)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("input")
        self.setAccessibleName(self.tr("Your question"))
        self.setPlaceholderText(self.tr("Ask something…"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabChangesFocus(True)
        self.setAcceptDrops(False)  # the composer around it takes them
        self.viewport().setAcceptDrops(False)
        self.viewport().setAutoFillBackground(False)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        self._fit(self.document().size())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter, Shift+Enter and Escape have their meaning here; every other key writes."""
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.submitted.emit()
        elif enter:
            self.insertPlainText("\n")
            self.ensureCursorVisible()
        elif event.key() == Qt.Key.Key_Escape:
            self.stopped.emit()
        else:
            super().keyPressEvent(event)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Text is written, files are attached."""
        return source.hasText() or bool(dropped_paths(source))

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Paste text as it is; of files their text goes along with the question."""
        paths = dropped_paths(source)
        if paths:
            self.pasted.emit(paths)
        elif source.hasText():
            self.insertPlainText(source.text())

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the frame as the one that is written in."""
        super().focusInEvent(event)
        self.focus_changed.emit(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show the frame as any other."""
        super().focusOutEvent(event)
        self.focus_changed.emit(False)

    def changeEvent(self, event: QEvent) -> None:
        """A new font needs a new height."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit(self.document().size())

    def _fit(self, size: QSizeF) -> None:
        lines = min(max(1, round(size.height())), _MOST_LINES)  # a plain text's height is counted in lines
        line = QFontMetricsF(self.font()).lineSpacing()
        self.setFixedHeight(round(lines * line + 2 * self.document().documentMargin() + 2))
