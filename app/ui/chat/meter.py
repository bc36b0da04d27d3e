"""How much of the model's context the conversation takes, as a thin bar with its numbers."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from app.core.chat.rows import Use
from app.core.events import EngineChanged
from app.ui.bridge import Bridge
from app.ui.controls import label, restyle
from app.ui.wording import number

_QUIET_MS = 600
_NEARLY_FULL = 0.85


class ContextMeter(QWidget):
    """Counted by the model's own tokenizer, once the typing pauses; never loads a model for it."""

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._wanted: tuple[int | None, str] = (None, "")
        self.use = Use(0, 0)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(72)
        self.bar.setAccessibleName(self.tr("Share of the context that is taken"))
        self.words = label("", "caption")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 8, 0)
        row.setSpacing(8)
        row.addWidget(self.bar)
        row.addWidget(self.words)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_QUIET_MS)
        self._timer.timeout.connect(self._count)
        bridge.engine_changed.connect(self._engine_changed)
        self.hide()

    def ask(self, conversation_id: int | None, text: str) -> None:
        """Count this conversation with the unsent ``text`` soon."""
        self._wanted = conversation_id, text
        self._timer.start()

    def show_use(self, use: Use) -> None:
        """Show how full the context is."""
        self.use = use
        self.setVisible(bool(use.context and use.tokens))
        if not use.context:
            return
        self.bar.setRange(0, use.context)
        self.bar.setValue(min(use.tokens, use.context))
        self.words.setText(
            self.tr("{used} of {context} tokens").format(used=number(use.tokens), context=number(use.context))
        )
        full = use.tokens >= use.context * _NEARLY_FULL
        self.setToolTip(
            self.tr("The context is nearly full: the oldest questions and answers will be left out.")
            if full
            else self.tr("Tokens that this conversation takes of the model's context.")
        )
        self.words.setObjectName("danger" if full else "caption")
        restyle(self.words)

    def _engine_changed(self, _event: EngineChanged) -> None:
        self._timer.start()

    def _count(self) -> None:
        conversation_id, text = self._wanted
        if not self._bridge.ready or self._bridge.last_engine.phase != "ready":
            return
        if conversation_id is None and not text.strip():
            self.show_use(Use(0, self.use.context))
            return
        self._bridge.ask(
            lambda service: service.chat.use(conversation_id or 0, text), self._take, lambda _problem: None, owner=self
        )

    def _take(self, use: Use) -> None:
        self.show_use(use)
