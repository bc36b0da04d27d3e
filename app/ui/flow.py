"""A row of controls that becomes two rows, or three, where there is no room for one."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget


class FlowLayout(QLayout):
    """Lines its widgets up from the left and breaks the line like a text; ``push`` moves one to the line's end.

    The first widget of a line that wants to grow takes what is left over.
    """

    def __init__(self, parent: QWidget | None = None, *, spacing: int = 8, between_lines: int = 8) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._between_lines = between_lines
        self._pushed: set[QWidget] = set()
        self.setSpacing(spacing)
        self.setContentsMargins(0, 0, 0, 0)

    def push(self, widget: QWidget) -> None:
        """Add ``widget`` at the right end of its line, behind what was pushed before."""
        self._pushed.add(widget)
        self.addWidget(widget)

    def addItem(self, item: QLayoutItem) -> None:
        """Take an item; called by ``addWidget``."""
        self._items.append(item)

    def count(self) -> int:
        """The number of items."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """The item at ``index``, None beyond the last."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Remove and return the item at ``index``."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        """It takes no more than it needs."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        """Narrower is higher."""
        return True

    def heightForWidth(self, width: int) -> int:
        """The height of all lines at this width."""
        lines = self._lines(width)
        return self._height(lines) + self._margins().height()

    def setGeometry(self, rect: QRect) -> None:
        """Place every item."""
        super().setGeometry(rect)
        margins = self.contentsMargins()
        area = rect.marginsRemoved(margins)
        y = area.y()
        for line in self._lines(rect.width()):
            height = max(item.sizeHint().height() for item in line)
            self._place(line, QRect(area.x(), y, area.width(), height))
            y += height + self._between_lines

    def sizeHint(self) -> QSize:
        """All in one line."""
        items = self._shown()
        width = sum(item.sizeHint().width() for item in items) + self.spacing() * max(0, len(items) - 1)
        height = max((item.sizeHint().height() for item in items), default=0)
        return QSize(width, height) + self._margins()

    def minimumSize(self) -> QSize:
        """One line as wide as the widest item."""
        width = max((item.minimumSize().width() for item in self._shown()), default=0)
        height = max((item.sizeHint().height() for item in self._shown()), default=0)
        return QSize(width, height) + self._margins()

    def _margins(self) -> QSize:
        margins = self.contentsMargins()
        return QSize(margins.left() + margins.right(), margins.top() + margins.bottom())

    def _shown(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def _lines(self, width: int) -> list[list[QLayoutItem]]:
        room = width - self._margins().width()
        lines: list[list[QLayoutItem]] = []
        taken = 0
        for item in self._shown():
            wide = item.sizeHint().width()
            if not lines or taken + self.spacing() + wide > room:
                lines.append([])
                taken = -self.spacing()
            lines[-1].append(item)
            taken += self.spacing() + wide
        return lines

    def _height(self, lines: list[list[QLayoutItem]]) -> int:
        heights = [max(item.sizeHint().height() for item in line) for line in lines]
        return sum(heights) + self._between_lines * max(0, len(lines) - 1)

    def _place(self, line: list[QLayoutItem], area: QRect) -> None:
        used = sum(item.sizeHint().width() for item in line) + self.spacing() * (len(line) - 1)
        spare = max(0, area.width() - used)
        growing = [item for item in line if item.expandingDirections() & Qt.Orientation.Horizontal]
        x = area.x()
        for item in line:
            if item.widget() in self._pushed:
                x, spare = x + spare, 0
            size = item.sizeHint().boundedTo(QSize(area.width(), area.height()))
            if growing and item is growing[0]:
                size, spare = QSize(size.width() + spare, size.height()), 0
            item.setGeometry(QRect(QPoint(x, area.y() + (area.height() - size.height()) // 2), size))
            x += size.width() + self.spacing()
