"""Deleting a conversation: gone at once from the list, from the database only when nobody takes it back."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from app.ui.bridge import Bridge
from app.ui.chat.conversations import ConversationList
from app.ui.notices import NoticeBar

UNDO_MS = 8_000


class Removal(QObject):
    """Takes conversations off the list and offers to bring them back for a few seconds."""

    def __init__(self, bridge: Bridge, notices: NoticeBar, side: ConversationList, parent: QObject) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._notices = notices
        self._side = side

    def delete(self, conversation_id: int, title: str) -> None:
        """Take a conversation away; for a few seconds it can be brought back."""
        self._side.model.hide(conversation_id)
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.timeout.connect(lambda: self._delete_now(conversation_id))
        timer.timeout.connect(timer.deleteLater)
        timer.start(UNDO_MS)

        def undo() -> None:
            timer.stop()
            timer.deleteLater()
            self._side.model.unhide(conversation_id)
            self._side.searched.emit(self._side.search.text().strip())  # reads the list again

        text = self.tr("Deleted “{title}”.").format(title=title or self.tr("New conversation"))
        self._notices.show_notice("info", text, actions=[(self.tr("Undo"), undo)], seconds=UNDO_MS / 1000)

    def _delete_now(self, conversation_id: int) -> None:
        self._bridge.ask(
            lambda service: service.chat.delete(conversation_id),
            lambda _none: self._side.model.unhide(conversation_id),
        )
