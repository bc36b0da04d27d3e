"""Lines of lists of models: the name, below it the facts, and how much of the free memory the model takes."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QApplication,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from app.ui.pages.memory_bar import draw_memory
from app.ui.theme import Theme

FACTS, NEEDED, FREE = Qt.ItemDataRole.UserRole + 1, Qt.ItemDataRole.UserRole + 2, Qt.ItemDataRole.UserRole + 3
_BAR_WIDTH, _PAD, _GAP = 44, 16, 4


def add_line(items: QListWidget, text: str, facts: str, data: object, *, needed: int, free: int, tip: str = "") -> None:
    """Add a line for a model that takes ``needed`` of ``free`` bytes; without a bar where nothing is needed."""
    item = QListWidgetItem(text)
    item.setData(Qt.ItemDataRole.UserRole, data)
    for role, value in ((FACTS, facts), (NEEDED, needed), (FREE, free)):
        item.setData(role, value)
    item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{text}, {facts}" if facts else text)
    item.setToolTip(tip)
    items.addItem(item)


class ModelLines(QStyledItemDelegate):
    """Draws the lines that ``add_line`` adds."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Two lines of text."""
        return QSize(100, 2 * QFontMetrics(option.font).height() + _GAP + 16)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw the ground as the style does, then our own two lines."""
        line = QStyleOptionViewItem(option)
        self.initStyleOption(line, index)
        name, line.text = line.text, ""
        widget: QWidget | None = line.widget
        style = widget.style() if widget is not None else QApplication.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, line, painter, widget)
        theme, font = Theme.current(), line.font
        metrics = QFontMetrics(font)
        area = QRectF(line.rect).adjusted(_PAD, 8, -_PAD, -8)
        painter.save()
        painter.setFont(font)
        painter.setPen(theme.colour("text"))
        first = QRectF(area.left(), area.top(), area.width(), metrics.height())
        painter.drawText(first, Qt.AlignmentFlag.AlignVCenter, _cut(metrics, name, first.width()))
        second = first.translated(0, metrics.height() + _GAP)
        painter.setPen(theme.colour("muted"))
        facts = str(index.data(FACTS) or "")
        painter.drawText(second, Qt.AlignmentFlag.AlignVCenter, _cut(metrics, facts, second.width() - _BAR_WIDTH - 8))
        needed = int(index.data(NEEDED) or 0)
        if needed:
            bar = QRectF(area.right() - _BAR_WIDTH, second.center().y() - 2.5, _BAR_WIDTH, 5)
            draw_memory(painter, bar, needed, int(index.data(FREE) or 1))
        painter.restore()


def _cut(metrics: QFontMetrics, text: str, width: float) -> str:
    return metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, int(width))
