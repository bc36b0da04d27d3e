"""Where the parts of the chat page stand: list, history above composer, sheet."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QScrollBar, QSplitter, QVBoxLayout, QWidget

_WRITING_WIDTH = 816
_LEAST_FOR_CHAT = 420
_SIDE_WIDTHS = (244, 900)


def arrange(page: QWidget, side: QWidget, body: QWidget, composer: QWidget, sheet: QWidget, bar: QScrollBar) -> None:
    """Put the parts into ``page``; the composer stays below the text, also when ``bar``, the text's, takes room."""
    writing = QWidget()
    writing.setMaximumWidth(_WRITING_WIDTH)
    inset = QVBoxLayout(writing)
    inset.setContentsMargins(28, 4, 28, 18)
    inset.addWidget(composer)
    centred = QHBoxLayout()
    centred.addStretch(1)
    centred.addWidget(writing, 1000)
    centred.addStretch(1)

    def beside_bar(_low: int, high: int) -> None:
        centred.setContentsMargins(0, 0, bar.sizeHint().width() if high > 0 else 0, 0)

    bar.rangeChanged.connect(beside_bar)
    right = QWidget()
    column = QVBoxLayout(right)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(body, 1)
    column.addLayout(centred)
    splitter = QSplitter(Qt.Orientation.Horizontal)
    splitter.setHandleWidth(1)
    splitter.setChildrenCollapsible(False)
    splitter.addWidget(side)
    splitter.addWidget(right)
    splitter.setSizes(list(_SIDE_WIDTHS))
    splitter.setStretchFactor(1, 1)
    side.setMinimumWidth(190)
    row = QHBoxLayout(page)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(0)
    row.addWidget(splitter, 1)
    row.addWidget(sheet)


def room_for_list(page: QWidget, side: QWidget, sheet: QWidget) -> bool:
    """Whether the list may stand beside the conversation, or has to make room for it."""
    taken = side.minimumWidth() + (0 if sheet.isHidden() else sheet.width())
    return page.width() - taken >= _LEAST_FOR_CHAT
