"""A small bar: what a model takes of the memory that is free."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.theme import Theme
from app.ui.wording import size
from engines.models import MemoryEstimate

TIGHT = 0.8
"""From this share of the free memory on, other programs will feel it."""

_WIDEST = 320


def memory_colour(needed: int, free: int) -> QColor:
    """Return the colour that says how well ``needed`` bytes fit into ``free`` ones."""
    share = needed / max(free, 1)
    return Theme.current().colour("danger" if share > 1 else "warning" if share > TIGHT else "ok")


def memory_words(needed: int, free: int) -> str:
    """Return the same in words."""
    words = (
        QCoreApplication.translate("Memory", "needs about {needed} of {free} that are free")
        if needed <= free
        else QCoreApplication.translate("Memory", "needs about {needed}, and {free} are free")
    )
    return words.format(needed=size(needed), free=size(free))


def draw_memory(painter: QPainter, area: QRectF, needed: int, free: int) -> None:
    """Draw the bar into ``area``; a full one means that all free memory would be taken."""
    radius = area.height() / 2
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(Theme.current().colour("border"))
    painter.drawRoundedRect(area, radius, radius)
    filled = QRectF(area)
    filled.setWidth(max(area.height(), area.width() * min(needed / max(free, 1), 1.0)))
    painter.setBrush(memory_colour(needed, free))
    painter.drawRoundedRect(filled, radius, radius)
    painter.restore()


class MemoryBar(QWidget):
    """The bar of one model, as wide as there is room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.needed, self.free = 0, 1
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMaximumWidth(_WIDEST)
        self.setAccessibleName(self.tr("Memory"))
        Theme.current().changed.connect(self.update)

    def show_estimate(self, estimate: MemoryEstimate) -> None:
        """Draw this one from now on."""
        self.needed, self.free = estimate.total, estimate.free
        self.setAccessibleDescription(memory_words(self.needed, self.free))
        self.update()

    def sizeHint(self) -> QSize:
        """A thin line."""
        return QSize(220, 8)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the bar."""
        painter = QPainter(self)
        draw_memory(painter, QRectF(0, 0, self.width(), 8), self.needed, self.free)
        painter.end()
