"""The conversation list beside the chat and the core behind it: search, names, pins, deletion, files."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.core.chat.rows import ConversationRow
from app.ui.bridge import Bridge
from app.ui.chat.conversations import ConversationList
from app.ui.chat.drafts import Drafts
from app.ui.chat.removal import Removal
from app.ui.chat.transfer import Transfer
from app.ui.notices import NoticeBar


class Listing(QObject):
    """Keeps ``side`` up to date. ``opened`` gives the conversation on the page, which stays marked."""

    gone = Signal(int)  # this conversation has left the list

    def __init__(
        self, bridge: Bridge, notices: NoticeBar, drafts: Drafts, opened: Callable[[], int | None], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._drafts = drafts
        self._opened = opened
        self.side = ConversationList()
        self.transfer = Transfer(bridge, notices, parent)
        self._removal = Removal(bridge, notices, self.side, self)
        self.side.deleted.connect(self.delete)
        self.side.searched.connect(self._search)
        self.side.renamed.connect(lambda one, title: bridge.ask(lambda service: service.chat.rename(one, title)))
        self.side.pinned.connect(lambda one, pinned: bridge.ask(lambda service: service.chat.pin(one, pinned)))
        self.side.export_asked.connect(self.transfer.ask_export)
        self.side.import_asked.connect(self.transfer.ask_import)

    def refresh(self) -> None:
        """Read the list of conversations again."""
        search = self.side.search.text().strip()
        self._bridge.ask(lambda service: service.chat.conversations(search), self._show, owner=self)

    def _search(self, words: str) -> None:
        self.refresh()
        if words:
            self._bridge.ask(
                lambda service: service.chat.find(words), lambda hits: self.side.show_hits(words, hits), owner=self
            )

    def delete(self, conversation_id: int, title: str) -> None:
        """Delete a conversation; for a while it can be brought back."""
        self._removal.delete(conversation_id, title)
        self.gone.emit(conversation_id)

    def _show(self, rows: list[ConversationRow]) -> None:
        for row in rows:
            self._drafts.learn(row.id, row.draft)
        self.side.show_rows(rows)
        opened = self._opened()
        if opened is not None:
            self.side.mark(opened)
