"""Words marked in a text: hits of a search, differences of two answers. Marks are drawn over it and change nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QTextCharFormat, QTextCursor, QTextLayout, QTextLine, QTextOption
from PySide6.QtWidgets import (
    QApplication,
    QPlainTextEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTextEdit,
    QWidget,
)

from app.ui.theme import Theme

BEGIN, END = "\x02", "\x03"  # around a hit in a snippet: no document holds them
Span = tuple[int, int]
_MOST = 500  # marks in one text; beyond that a text is a carpet
_FAINT = 70
_PADDING = 13
_BESIDE_TICK = 8


def spans_of(words: str, text: str) -> list[Span]:
    """Where the words of a search stand in ``text``, the beginnings of longer words included."""
    wanted = [re.escape(word) for word in words.split()]
    if not wanted:
        return []
    found = re.finditer(rf"\b(?:{'|'.join(wanted)})\w*", text, re.IGNORECASE)
    return [(hit.start(), hit.end()) for _, hit in zip(range(_MOST), found, strict=False)]


def mark(view: QTextEdit | QPlainTextEdit, spans: Sequence[Span], colour: str = "accent") -> None:
    """Mark ``spans`` of the view's plain text in a theme colour; no spans take all marks away."""
    text = view.toPlainText()
    form = QTextCharFormat()
    form.setBackground(faint(colour))
    form.setFontUnderline(True)  # colour alone tells nothing to many people
    marks = []
    for start, end in _in_units(text, spans[:_MOST]):
        one = QTextEdit.ExtraSelection()
        cursor = QTextCursor(view.document())
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        one.cursor, one.format = cursor, form
        marks.append(one)
    view.setExtraSelections(marks)


def faint(colour: str) -> QColor:
    """A theme colour as a background that text is read on."""
    result = Theme.current().colour(colour)
    result.setAlpha(_FAINT)
    return result


def without_marks(text: str) -> tuple[str, list[Span]]:
    """A snippet without its marks, and where they were."""
    plain, spans, start = "", [], 0
    for part in re.split(f"([{BEGIN}{END}])", text):
        if part == BEGIN:
            start = len(plain)
        elif part == END:
            spans.append((start, len(plain)))
        else:
            plain += part
    return plain, spans


def _in_units(text: str, spans: Sequence[Span]) -> Sequence[Span]:
    """Qt counts in units of UTF-16, in which an emoji is two."""
    if text.isascii() or all(ord(letter) <= 0xFFFF for letter in text):
        return spans

    def units(place: int) -> int:
        return len(text[:place].encode("utf-16-le", errors="surrogatepass")) // 2

    return [(units(start), units(end)) for start, end in spans]


class MarkedDelegate(QStyledItemDelegate):
    """Draws a cell whose text holds marks; others as ever."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        """The text without its marks: also what a screen reader and the width are made from."""
        super().initStyleOption(option, index)
        option.text = without_marks(option.text)[0]

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw the cell's ground as the style does, then the text with its hits."""
        plain, spans = without_marks(str(index.data() or ""))
        if not spans:
            super().paint(painter, option, index)
            return
        cell = QStyleOptionViewItem(option)
        self.initStyleOption(cell, index)
        cell.text = ""
        widget: QWidget | None = cell.widget
        style = widget.style() if widget is not None else QApplication.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, cell, painter, widget)
        if index.data(Qt.ItemDataRole.CheckStateRole) is not None:
            tick = style.subElementRect(QStyle.SubElement.SE_ItemViewItemCheckIndicator, cell, widget)
            cell.rect.setLeft(tick.right() - _PADDING + _BESIDE_TICK)
        self._draw(painter, cell, plain, spans)

    def _draw(self, painter: QPainter, cell: QStyleOptionViewItem, text: str, spans: Sequence[Span]) -> None:
        area: QRect = cell.rect.adjusted(_PADDING, 0, -_PADDING, 0)
        layout = _laid_out(text, spans, cell.font)
        line = layout.lineAt(0)
        if _x_of(line, spans[0][1]) > area.width():  # the first hit would not be seen: begin nearer to it
            text, spans = _nearer(text, spans, line.xToCursor(_x_of(line, spans[0][0]) - area.width() / 3))
            layout = _laid_out(text, spans, cell.font)
            line = layout.lineAt(0)
        top = area.top() + (area.height() - line.height()) / 2
        painter.save()
        painter.setClipRect(area)
        painter.setPen(Theme.current().colour("text"))
        layout.draw(painter, QPoint(area.left(), round(top)))
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Rows have a fixed height; nobody may measure them."""
        return QSize(80, 20)


def _laid_out(text: str, spans: Sequence[Span], font: QFont) -> QTextLayout:
    """The text in one line, however long, with its hits."""
    layout = QTextLayout(text, font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.NoWrap)
    layout.setTextOption(option)
    layout.setFormats([_hit(start, end) for start, end in _in_units(text, spans)])
    layout.beginLayout()
    layout.createLine().setLineWidth(1e6)
    layout.endLayout()
    return layout


def _x_of(line: QTextLine, place: int) -> float:
    at: Any = line.cursorToX(place)  # a pair, whatever its stub says
    return float(at[0])


def _nearer(text: str, spans: Sequence[Span], place: int) -> tuple[str, list[Span]]:
    """The text from the word after ``place`` on, at the latest from its first hit on."""
    begin = min(text.find(" ", max(0, place)) + 1 or spans[0][0], spans[0][0])
    moved = [(start - begin + 1, end - begin + 1) for start, end in spans]
    return "…" + text[begin:], moved


def _hit(start: int, end: int) -> QTextLayout.FormatRange:
    one = QTextLayout.FormatRange()
    one.start, one.length = start, end - start
    form = QTextCharFormat()
    form.setFontWeight(700)
    form.setBackground(faint("accent"))
    one.format = form
    return one
