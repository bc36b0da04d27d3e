"""What a model thinks before it answers: open while it thinks, folded away once the answer begins."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from app.ui.chat.segments import SegmentColumn
from app.ui.icons import bind_icon


class Thoughts(QFrame):
    """A head that opens and closes, and the thoughts below it. What a person opened stays open."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("thoughts")
        self._ended = False
        self._touched = False
        self.head = QToolButton()
        self.head.setProperty("quiet", True)
        self.head.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.head.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.head.clicked.connect(self._turn)
        self.text = SegmentColumn()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 4)
        column.setSpacing(2)
        column.addWidget(self.head, 0, Qt.AlignmentFlag.AlignLeft)
        inset = QHBoxLayout()
        inset.setContentsMargins(13, 0, 0, 0)
        inset.setSpacing(12)
        rule = QFrame()
        rule.setFixedWidth(2)
        rule.setStyleSheet("background: palette(mid);")
        inset.addWidget(rule)
        inset.addWidget(self.text, 1)
        self._rule = rule
        column.addLayout(inset)
        self._show_head()

    @property
    def open(self) -> bool:
        """Whether the thoughts are shown."""
        return not self.text.isHidden()

    def append(self, text: str) -> None:
        """Show the next piece."""
        self.text.append(text)

    def answer_begins(self) -> None:
        """The model has thought enough: fold away, unless the reader has chosen otherwise."""
        if not self._ended:
            self._ended = True
            self.text.finish()
            if not self._touched:
                self.text.hide()
            self._show_head()

    def finish(self) -> None:
        """Nothing more comes."""
        self.answer_begins()

    def _turn(self) -> None:
        self._touched = True
        self.text.setVisible(not self.open)
        self._show_head()

    def _show_head(self) -> None:
        self._rule.setVisible(self.open)
        words = self.tr("Thoughts") if self._ended else self.tr("Thinking…")
        self.head.setText(words)
        name = self.tr("Hide what the model thought") if self.open else self.tr("Show what the model thought")
        self.head.setAccessibleName(name)
        self.head.setToolTip(name)
        bind_icon(self.head, "chevron" if self.open else "right", "muted", 16)
