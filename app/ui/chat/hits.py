"""What a search over all conversations found: where it was said, and the words around it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QPainter, QTextCharFormat, QTextLayout, QTextOption
from PySide6.QtWidgets import (
    QApplication,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from app.core.store.conversations import Found
from app.ui.marks import Span, faint, without_marks
from app.ui.theme import Theme

_HIT = Qt.ItemDataRole.UserRole
_INSET = 16
_LINES = 2
_ALONG = re.compile(r"\s*=== (?:Document|Result)[^=]*(?:===|$)\s*")  # the line above what went along with a question


class SearchHits(QListWidget):
    """One row for each message; Enter or a click goes there. Up on the first row goes back to the search field."""

    chosen = Signal(object)
    left_upwards = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Messages found"))
        self.setItemDelegate(_HitDelegate(self))
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.itemClicked.connect(self._choose)

    def show_hits(self, hits: Sequence[Found]) -> None:
        """Show what was found; nothing is said in a row of its own."""
        self.clear()
        for found in hits:
            hit = replace(found, snippet=_ALONG.sub(" · ", found.snippet))
            item = QListWidgetItem(hit.title)
            item.setData(_HIT, hit)
            title, snippet = without_marks(hit.title)[0], without_marks(hit.snippet)[0]
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{title}: {snippet}" if snippet else title)
            item.setToolTip(snippet or title)
            self.addItem(item)
        if not hits:
            nothing = QListWidgetItem(self.tr("Nobody said this."))
            nothing.setFlags(Qt.ItemFlag.NoItemFlags)
            self.addItem(nothing)

    def hit(self, row: int) -> Found | None:
        """What a row shows."""
        item = self.item(row)
        found = item.data(_HIT) if item is not None else None
        return found if isinstance(found, Found) else None

    def enter(self) -> None:
        """Come from the search field: the first row."""
        if self.hit(0) is not None:
            self.setFocus()
            self.setCurrentRow(max(0, self.currentRow()))

    def choose_current(self) -> None:
        """Go to the marked row, or to the first."""
        found = self.hit(max(0, self.currentRow()))
        if found is not None:
            self.chosen.emit(found)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes there, Up on the first row goes back."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.choose_current()
        elif event.key() == Qt.Key.Key_Up and self.currentRow() <= 0:
            self.left_upwards.emit()
        else:
            super().keyPressEvent(event)

    def _choose(self, item: QListWidgetItem) -> None:
        self.setCurrentItem(item)
        self.choose_current()


class _HitDelegate(QStyledItemDelegate):
    """The conversation's title, and below it the words around the hit on up to two lines."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw the row's ground as the style does, then the three lines."""
        found = index.data(_HIT)
        if not isinstance(found, Found):
            super().paint(painter, option, index)
            return
        cell = QStyleOptionViewItem(option)
        self.initStyleOption(cell, index)
        cell.text = ""
        widget: QWidget | None = cell.widget
        style = widget.style() if widget is not None else QApplication.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, cell, painter, widget)
        rect: QRect = cell.rect
        area = rect.adjusted(_INSET, 7, -_INSET, -5)
        font: QFont = cell.font
        painter.save()
        painter.setClipRect(area)
        painter.setPen(Theme.current().colour("text"))
        bold = QFont(font)
        bold.setWeight(QFont.Weight.DemiBold)
        top = _draw(painter, area, area.top(), bold, *without_marks(found.title), lines=1)
        painter.setPen(Theme.current().colour("muted"))
        _draw(painter, area, top + 1, font, *without_marks(found.snippet), lines=_LINES)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """As high as the lines."""
        line: int = option.fontMetrics.lineSpacing()
        return QSize(80, (1 + _LINES) * line + 14)


def _draw(
    painter: QPainter, area: QRect, top: int, font: QFont, text: str, spans: Sequence[Span], *, lines: int
) -> int:
    """Draw a text with its hits on so many lines; returns where it ends."""
    layout = QTextLayout(" ".join(text.split("\n")), font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere if lines > 1 else QTextOption.WrapMode.NoWrap)
    layout.setTextOption(option)
    layout.setFormats([_marked(start, end) for start, end in spans])
    layout.beginLayout()
    height = 0.0
    for _ in range(lines):
        line = layout.createLine()
        if not line.isValid():
            break
        line.setLineWidth(area.width() if lines > 1 else 1e6)
        line.setPosition(QPoint(0, round(height)))
        height += line.height()
    layout.endLayout()
    layout.draw(painter, QPoint(area.left(), top))
    return top + round(height)


def _marked(start: int, end: int) -> QTextLayout.FormatRange:
    one = QTextLayout.FormatRange()
    one.start, one.length = start, end - start
    form = QTextCharFormat()
    form.setFontWeight(700)
    form.setForeground(Theme.current().colour("text"))
    form.setBackground(faint("accent"))
    one.format = form
    return one
