"""Deleting a conversation: gone at once, and brought back by the notice that says so."""

from __future__ import annotations

from PySide6.QtCore import QObject

from app.ui.bridge import Bridge
from app.ui.chat.conversations import ConversationList
from app.ui.notices import NoticeBar

_UNDO_S = 20.0  # so long the notice stays when nobody looks at it


class Removal(QObject):
    """Deletes conversations and offers to bring them back."""

    def __init__(self, bridge: Bridge, notices: NoticeBar, side: ConversationList, parent: QObject) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._notices = notices
        self._side = side

    def delete(self, conversation_id: int, title: str) -> None:
        """Delete a conversation; for a while it can be brought back."""
        self._side.take_off(conversation_id)
        self._bridge.ask(
            lambda service: service.chat.delete(conversation_id),
            on_error=lambda problem: self._still_there(conversation_id, problem),
            owner=self,
        )
        text = self.tr("Deleted “{title}”.").format(title=title or self.tr("New conversation"))
        undo = self.tr("Undo"), lambda: self._undo(conversation_id)
        self._notices.show_notice("info", text, actions=[undo], seconds=_UNDO_S)

    def _undo(self, conversation_id: int) -> None:
        self._bring_back(conversation_id)
        self._bridge.ask(lambda service: service.chat.restore(conversation_id), owner=self)

    def _still_there(self, conversation_id: int, problem: str) -> None:
        self._bring_back(conversation_id)
        self._notices.show_notice("error", problem)

    def _bring_back(self, conversation_id: int) -> None:
        self._side.model.unhide(conversation_id)
        self._side.searched.emit(self._side.search.text().strip())  # reads the list again
