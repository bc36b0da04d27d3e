"""What the chat page says before anything has been said: three ways to begin, and what each page is for."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.ui.controls import label, push_button
from app.ui.icons import icon_label, pixmap


class EmptyChat(QWidget):
    """Teaches by example; a click on an example puts it into the composer. Below, one line for each page."""

    suggested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.buttons = [self._suggestion(example) for example in self._examples()]
        self.pages = self._build_pages()
        picture = label()
        shown = pixmap("nightdesk", 144)
        shown.setDevicePixelRatio(2)
        picture.setPixmap(shown)
        title = label(self.tr("Ask by day, hand over a folder at night"), "title", wrap=True)
        title.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column = QVBoxLayout(self)
        column.setSpacing(8)
        column.addStretch(2)
        column.addWidget(picture, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(8)
        column.addWidget(title)
        column.addLayout(self._in_the_middle(self._body()))
        column.addStretch(3)
        self._words_height = column.minimumSize().height()  # of all that is said here

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a low window the pages speak for themselves."""
        super().resizeEvent(event)
        self.pages.setVisible(self.height() >= self._words_height)

    def _in_the_middle(self, widget: QWidget) -> QHBoxLayout:
        """As wide as it may be, and narrower in a narrow window."""
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(widget, 1000)
        row.addStretch(1)
        return row

    def _body(self) -> QWidget:
        text = label(
            self.tr(
                "The model runs on this machine; nothing you write leaves it. "
                "Drop files or a folder anywhere on this window to have every document worked off."
            ),
            "muted",
            wrap=True,
        )
        text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        body = QWidget()
        body.setMaximumWidth(_WIDTH)
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(text)
        column.addSpacing(16)
        for button in self.buttons:
            column.addWidget(button)
        column.addSpacing(14)
        column.addWidget(self.pages)
        return body

    def _suggestion(self, example: str) -> QPushButton:
        button = push_button(example, partial(self.suggested.emit, example))
        button.setObjectName("suggestion")
        return button

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
