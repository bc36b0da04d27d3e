"""A page with a list at the left and what is chosen from it at the right."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QListWidget, QListWidgetItem, QScrollArea, QVBoxLayout, QWidget

from app.ui.controls import label

_SIDE, _SIDE_NARROW, _NARROW = 256, 188, 860  # pixels


class SplitPage(QWidget):
    """``items`` is the list; put what explains the chosen one into ``column``."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        side = self._side = QFrame()
        side.setObjectName("side")
        side.setFixedWidth(_SIDE)
        self.items = QListWidget()
        self.items.setAccessibleName(title)
        self.items.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        listing = QVBoxLayout(side)
        listing.setContentsMargins(0, 18, 0, 8)
        listing.setSpacing(10)
        heading = label(title, "heading")
        heading.setContentsMargins(16, 0, 0, 0)
        listing.addWidget(heading)
        listing.addWidget(self.items, 1)
        inside = QWidget()
        inside.setMaximumWidth(760)
        self.column = QVBoxLayout(inside)
        self.column.setContentsMargins(34, 28, 34, 28)
        self.column.setSpacing(10)
        self.column.setAlignment(Qt.AlignmentFlag.AlignTop)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(inside)
        scroll.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        scroll.setAccessibleName(title)
        scroll.viewport().setAutoFillBackground(False)
        inside.setAutoFillBackground(False)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(side)
        row.addWidget(scroll, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the room to what is chosen, where there is little."""
        super().resizeEvent(event)
        self._side.setFixedWidth(_SIDE if self.width() > _NARROW else _SIDE_NARROW)

    def add_item(self, text: str, data: object, tip: str = "") -> None:
        """Add a line to the list."""
        item = QListWidgetItem(text)
        item.setData(Qt.ItemDataRole.UserRole, data)
        item.setToolTip(tip)
        self.items.addItem(item)

    def chosen(self) -> object:
        """The data of the line that is marked, or None."""
        item = self.items.currentItem()
        return item.data(Qt.ItemDataRole.UserRole) if item is not None else None
