"""A plain editor with numbered lines, one of which can be marked as wrong."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent, QTextCursor, QTextFormat
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

from app.ui.theme import Theme, fixed_font

_GAP = 10


class NumberedEditor(QPlainTextEdit):
    """``show_mistake`` marks a line, counted from 1; None takes the mark away."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("reader")
        self.setAccessibleName(name)
        self.setTabChangesFocus(True)
        self.setFont(fixed_font(self.font().pointSizeF()))
        self._mistake: int | None = None
        self._numbers = _Numbers(self)
        self.blockCountChanged.connect(lambda _count: self._make_room())
        self.updateRequest.connect(self._follow)
        Theme.current().changed.connect(self._mark)
        self._make_room()

    def show_mistake(self, line: int | None) -> None:
        """Mark this line."""
        self._mistake = line
        self._mark()
        self._numbers.update()

    def replace_all(self, text: str) -> None:
        """Put another text in, as one step that can be undone."""
        if text == self.toPlainText():
            return
        place = self.verticalScrollBar().value()
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.insertText(text)
        self.verticalScrollBar().setValue(place)

    def numbers_width(self) -> int:
        """Pixels that the numbers take."""
        digits = len(str(max(10, self.blockCount())))
        return self.fontMetrics().horizontalAdvance("9") * digits + 2 * _GAP

    def draw_numbers(self, painter: QPainter, area: QRect) -> None:
        """Draw the numbers of the lines in sight."""
        theme = Theme.current()
        painter.setFont(self.font())
        block = self.firstVisibleBlock()
        top = self.blockBoundingGeometry(block).translated(self.contentOffset()).top()
        while block.isValid() and top <= area.bottom():
            wrong = block.blockNumber() + 1 == self._mistake
            painter.setPen(theme.colour("danger" if wrong else "disabled"))
            line = QRect(0, round(top), self._numbers.width() - _GAP, self.fontMetrics().height())
            painter.drawText(line, Qt.AlignmentFlag.AlignRight, str(block.blockNumber() + 1))
            top += self.blockBoundingRect(block).height()
            block = block.next()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the numbers at the left."""
        super().resizeEvent(event)
        self._place()

    def _mark(self) -> None:
        marks = []
        if self._mistake is not None:
            mark = QTextEdit.ExtraSelection()
            mark.cursor = QTextCursor(self.document().findBlockByNumber(self._mistake - 1))
            mark.format.setBackground(Theme.current().colour("selected"))
            mark.format.setProperty(QTextFormat.Property.FullWidthSelection, True)
            marks.append(mark)
        self.setExtraSelections(marks)

    def _make_room(self) -> None:
        self.setViewportMargins(self.numbers_width(), 0, 0, 0)
        self._place()

    def _place(self) -> None:
        area = self.viewport().geometry()
        width = self.numbers_width()
        self._numbers.setGeometry(QRect(area.left() - width, area.top(), width, area.height()))

    def _follow(self, area: QRect, moved: int) -> None:
        if moved:
            self._numbers.scroll(0, moved)
        else:
            self._numbers.update(0, area.y(), self._numbers.width(), area.height())


class _Numbers(QWidget):
    def __init__(self, editor: NumberedEditor) -> None:
        super().__init__(editor)
        self._editor = editor

    def sizeHint(self) -> QSize:
        return QSize(self._editor.numbers_width(), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._editor.draw_numbers(painter, event.rect())
        painter.end()
