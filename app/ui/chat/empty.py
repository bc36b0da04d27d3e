"""What the chat page says before anything has been said: what it is for, and three ways to begin."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.ui.controls import label, push_button
from app.ui.icons import pixmap


class EmptyChat(QWidget):
    """Teaches by example; a click on an example puts it into the composer."""

    suggested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
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
        text.setFixedWidth(_WIDTH)
        text.setMinimumHeight(text.heightForWidth(_WIDTH))  # aligned in its column it would get no more than two lines
        column.addWidget(text, 0, _CENTRE)
        column.addSpacing(16)
        self.buttons = []
        for example in self._examples():
            button = push_button(example, partial(self.suggested.emit, example))
            button.setObjectName("suggestion")
            button.setFixedWidth(_WIDTH)
            self.buttons.append(button)
            column.addWidget(button, 0, _CENTRE)
        column.addStretch(3)

    def _examples(self) -> tuple[str, ...]:
        return (
            self.tr("Explain what a hash function is, with an example"),
            self.tr("Write a short, friendly reminder about an unpaid invoice"),
            self.tr("Write a Python function that reads a CSV file"),
        )


_WIDTH = 470
_CENTRE = Qt.AlignmentFlag.AlignHCenter
