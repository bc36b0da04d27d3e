"""The navigation rail at the left: one button per page, and the engine's state at its foot."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QToolButton, QVBoxLayout, QWidget

from app.core.events import EngineChanged
from app.ui.desktop import key_name
from app.ui.icons import bind_icon
from app.ui.theme import Theme

_WIDTH = 68
_DOT_COLOURS = {"ready": "ok", "loading": "warning", "restarting": "warning", "failed": "danger", "stopped": "muted"}


class Rail(QFrame):
    """Shows where one is and takes one elsewhere; ``chosen`` carries the page's number."""

    chosen = Signal(int)
    engine_asked = Signal()

    def __init__(self, pages: list[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("rail")
        self.buttons: list[QToolButton] = []
        self._group = QButtonGroup(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 14, 8, 12)
        column.setSpacing(4)
        for number, (name, icon) in enumerate(pages):
            column.addWidget(self._page_button(number, name, icon))
        column.addStretch()
        self.engine = EngineDot()
        self.engine.clicked.connect(self.engine_asked)
        column.addWidget(self.engine)
        self._group.idClicked.connect(self.chosen)
        self._fit_words()

    def _fit_words(self) -> None:
        """As wide as the longest word of the language needs."""
        width = max(_WIDTH, *(button.fontMetrics().horizontalAdvance(button.text()) + 14 for button in self.buttons))
        for button in (*self.buttons, self.engine):
            button.setFixedWidth(width)
        self.setFixedWidth(width + 16)

    def mark(self, number: int) -> None:
        """Show that page ``number`` is open."""
        self.buttons[number].setChecked(True)

    def _page_button(self, number: int, name: str, icon: str) -> QToolButton:
        button = QToolButton()
        button.setText(name)
        button.setAccessibleName(name)
        button.setToolTip(self.tr("{name} ({key})").format(name=name, key=key_name(f"Ctrl+{number + 1}")))
        button.setCheckable(True)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.setFixedHeight(58)
        font = button.font()
        font.setPointSizeF(max(8.0, font.pointSizeF() - 1.0))
        button.setFont(font)
        bind_icon(button, icon, "text", 22)
        self._group.addButton(button, number)
        self.buttons.append(button)
        return button


class EngineDot(QToolButton):
    """A coloured dot with a word; the sentence is its tooltip and what a screen reader says."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._phase = "stopped"
        self.setFixedHeight(44)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.show_state(EngineChanged("stopped", self.tr("No model is loaded.")))
        Theme.current().changed.connect(self.update)

    def show_state(self, state: EngineChanged) -> None:
        """Show the engine's phase; the words leave no doubt where the colour might."""
        self._phase = state.phase
        words = {
            "ready": self.tr("Ready"),
            "loading": self.tr("Loading"),
            "restarting": self.tr("Restarting"),
            "failed": self.tr("Failed"),
        }
        self.word = words.get(state.phase, self.tr("Off"))
        model = f" {state.model}" if state.model else ""
        self.setAccessibleName(
            self.tr("Engine: {word}.{model} {detail}").format(word=self.word, model=model, detail=state.detail)
        )
        self.setToolTip("\n".join(part for part in (state.model, state.detail) if part))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the dot over the word."""
        super().paintEvent(event)
        theme = Theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.colour(_DOT_COLOURS.get(self._phase, "muted"))))
        middle = self.width() / 2
        painter.drawEllipse(round(middle - 5), 8, 10, 10)
        font = self.font()
        font.setPointSizeF(max(7.5, font.pointSizeF() - 1.5))
        painter.setFont(font)
        painter.setPen(theme.colour("muted"))
        painter.drawText(self.rect().adjusted(0, 20, 0, -2), Qt.AlignmentFlag.AlignCenter, self.word)
        painter.end()
