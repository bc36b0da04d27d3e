"""What lies over the window while files hover above it."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from app.ui.controls import label


class DropVeil(QFrame):
    """Lies over the window while files hover above it, and says what a drop does."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("sheet")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        column = QVBoxLayout(self)
        title = label(self.tr("Drop to queue"), "title")
        title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        text = label(self.tr("Every document is worked off with the recipe you choose next."), "muted")
        text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addStretch()
        self.beside = label(self.tr("On the question below, a few documents go along with it instead."), "muted")
        self.beside.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(title)
        column.addWidget(text)
        column.addWidget(self.beside)
        column.addStretch()
        self.hide()

    def lift(self, area: QRect, *, over_question: bool) -> None:
        """Cover ``area``; with ``over_question`` say what a drop below it does."""
        self.beside.setVisible(over_question)
        self.setGeometry(area)
        self.show()
        self.raise_()
