"""A fenced code block: language, Copy, and text that only ever grows; coloured once, when the fence closes."""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication, QTextCursor, QWheelEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QSizePolicy, QVBoxLayout, QWidget

from app.ui.chat.copy_button import CopyButton
from app.ui.chat.highlight import colour_code
from app.ui.controls import label
from app.ui.theme import Theme, fixed_font

_RING = 2  # the border that shows the focus, above and below


class CodeView(QFrame):
    """Shows code exactly as written; long lines scroll sideways instead of wrapping."""

    def __init__(self, language: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.language = language
        self.closed = False
        self._parts: list[str] = []
        self.setObjectName("code")
        self._editor = _CodeEditor(self.tr("Code, {language}").format(language=language or self.tr("plain text")))
        head = QHBoxLayout()
        head.addWidget(label(language or self.tr("text"), "caption"))
        head.addStretch()
        self.copy_button = CopyButton(self.tr("Copy code"), lambda: self.code, self)
        head.addWidget(self.copy_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 4, 6, 8)
        column.setSpacing(2)
        column.addLayout(head)
        column.addWidget(self._editor)
        self._cursor = QTextCursor(self._editor.document())

    @property
    def code(self) -> str:
        """The code without its fences, as the model wrote it."""
        return "".join(self._parts)

    def append(self, text: str) -> None:
        """Add to the end; what is there is never laid out again."""
        self._parts.append(text)
        self._cursor.movePosition(QTextCursor.MoveOperation.End)
        self._cursor.insertText(text)
        self._editor.fit()

    def close_fence(self) -> None:
        """The code is complete: drop the empty last line and colour the rest."""
        self.closed = True
        if self.code.endswith("\n"):
            self._cursor.movePosition(QTextCursor.MoveOperation.End)
            self._cursor.deletePreviousChar()
        self._editor.fit()
        colour_code(self._editor.document(), self.code, self.language, Theme.current())

    def changeEvent(self, event: QEvent) -> None:
        """Colour again in a new palette."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self.closed:
            colour_code(self._editor.document(), self.code, self.language, Theme.current())


class _CodeEditor(QPlainTextEdit):
    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setReadOnly(True)
        self.setUndoRedoEnabled(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabChangesFocus(True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setFont(fixed_font(QGuiApplication.font().pointSizeF()))
        self.document().setDocumentMargin(2)
        self.horizontalScrollBar().rangeChanged.connect(lambda _low, _high: self.fit())
        self.fit()

    def fit(self) -> None:
        """As high as the lines, with room for the sideways scroll bar when there is one."""
        bar = self.horizontalScrollBar()
        room = bar.sizeHint().height() if bar.maximum() > 0 else 0
        line = self.blockBoundingRect(self.document().firstBlock()).height()  # as laid out: fonts round up
        height = ceil(self.blockCount() * line + 2 * self.document().documentMargin()) + room + 2 + _RING
        if height != self.height():
            self.setFixedHeight(height)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll sideways here; up and down belongs to the history."""
        if abs(event.angleDelta().x()) > abs(event.angleDelta().y()):
            super().wheelEvent(event)
        else:
            event.ignore()
