"""Keeps what is written and not sent, per conversation, so that a switch, a quit or a crash does not lose it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from app.ui.bridge import Bridge

_QUIET_MS = 800


class Drafts(QObject):
    """``current`` gives the open conversation and its unsent text; it is kept once the typing pauses."""

    def __init__(self, bridge: Bridge, current: Callable[[], tuple[int | None, str]], parent: QObject) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._current = current
        self._kept: dict[int, str] = {}
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_QUIET_MS)
        self._timer.timeout.connect(self.keep)

    def of(self, conversation_id: int) -> str:
        """The unsent text of a conversation."""
        return self._kept.get(conversation_id, "")

    def learn(self, conversation_id: int, draft: str) -> None:
        """Take what the database holds, unless something newer was written here."""
        self._kept.setdefault(conversation_id, draft)

    def touch(self) -> None:
        """Something was typed."""
        self._timer.start()

    def keep(self) -> None:
        """Store the open conversation's text now, if it has changed."""
        self._timer.stop()
        conversation_id, text = self._current()
        if conversation_id is None or self.of(conversation_id) == text or not self._bridge.ready:
            return
        self._kept[conversation_id] = text
        self._bridge.ask(lambda service: service.chat.save_draft(conversation_id, text))
