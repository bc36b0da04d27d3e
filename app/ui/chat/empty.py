"""What the chat page says before anything has been said: three ways to begin, and what each page is for."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.ui.controls import label, push_button
from app.ui.icons import icon_label, pixmap


class EmptyChat(QWidget):
    """Teaches by example; a click on an example puts it into the composer. Below, one line for each page."""

    suggested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        inside = QWidget()
        inside.setMaximumWidth(_WIDTH)
        middle = QHBoxLayout(self)
        middle.addStretch(1)
        middle.addWidget(inside, 1000)
        middle.addStretch(1)
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addStretch(2)
        picture = label()
        shown = pixmap("nightdesk", 144)
        shown.setDevicePixelRatio(2)
        picture.setPixmap(shown)
        column.addWidget(picture, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(8)
        title = label(self.tr("Ask by day, hand over a folder at night"), "title", wrap=True)
        title.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(title)
        text = label(
            self.tr(
                "The model runs on this machine; nothing you write leaves it. "
                "Drop files or a folder anywhere on this window to have every document worked off."
            ),
            "muted",
            wrap=True,
        )
        text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(text)
        column.addSpacing(16)
        self.buttons = []
        for example in self._examples():
            button = push_button(example, partial(self.suggested.emit, example))
            button.setObjectName("suggestion")
            self.buttons.append(button)
            column.addWidget(button)
        column.addSpacing(14)
        self.pages = self._build_pages()
        column.addWidget(self.pages)
        column.addStretch(3)
        self._words_height = column.minimumSize().height()  # of all that is said here

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a low window the pages speak for themselves."""
        super().resizeEvent(event)
        self.pages.setVisible(self.height() >= self._words_height)

    def _build_pages(self) -> QWidget:
        pages = QWidget()
        grid = QGridLayout(pages)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(9)
        grid.setVerticalSpacing(7)
        grid.setColumnStretch(2, 1)
        for row, (icon, name, words) in enumerate(self._purposes()):
            grid.addWidget(icon_label(icon, "muted", 16), row, 0)
            grid.addWidget(label(name, "pageName"), row, 1)
            grid.addWidget(label(words, "caption", wrap=True), row, 2)
        return pages

    def _purposes(self) -> tuple[tuple[str, str, str], ...]:
        return (
            ("chat", self.tr("Chat"), self.tr("ask, and read the answer while it is written")),
            ("queue", self.tr("Queue"), self.tr("documents being worked off, at night if you like")),
            ("results", self.tr("Results"), self.tr("an answer for every document, and the morning report")),
            ("recipes", self.tr("Recipes"), self.tr("what is asked of every document")),
            ("models", self.tr("Models"), self.tr("which model answers; a small one is there already")),
        )

    def _examples(self) -> tuple[str, ...]:
        return (
            self.tr("Explain what a hash function is, with an example"),
            self.tr("Write a short, friendly reminder about an unpaid invoice"),
            self.tr("Write a Python function that reads a CSV file"),
        )


_WIDTH = 470
