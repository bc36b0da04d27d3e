"""Which conversation is on the page, which branch of it, and the place to which its reader is taken."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QStackedWidget

from app.core.chat.rows import MessageRow
from app.core.store.conversations import Found
from app.ui.bridge import Bridge
from app.ui.chat.empty import EmptyChat
from app.ui.chat.history import History


class Reading(QObject):
    """Puts conversations on the page. ``body`` shows the history, or what an empty page says."""

    shown = Signal(object)  # the messages that have just been put on the page

    def __init__(self, bridge: Bridge, history: History, parent: QObject) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self.history = history
        self.empty = EmptyChat()
        self.body = QStackedWidget()
        self.body.addWidget(self.empty)
        self.body.addWidget(self.history)
        self._asked = self._answered = 0  # reads so far, and the newest of those that are on the page
        self.conversation: int | None = None  # None before the first question of a new one

    def show_empty(self) -> None:
        """Nothing has been said yet."""
        self.history.clear()
        self.body.setCurrentWidget(self.empty)

    def show_history(self) -> None:
        """Something is being said."""
        self.body.setCurrentWidget(self.history)

    def read(self, conversation_id: int, then: int | None = None, search: str = "", words: str = "") -> None:
        """Read the branch that is shown, and go to the message ``then``, to the first hit, or to the end."""

        self._asked += 1
        mine = self._asked

        def show(rows: list[MessageRow]) -> None:
            if conversation_id != self.conversation or mine < self._answered:
                return  # the reader has moved on, or a later look was quicker
            self._answered = mine
            self.history.show_rows(rows)
            self.show_history()
            self.shown.emit(rows)
            if then and not self.history.reveal(then, words) and words:
                self.show_branch(then, 0, words)
            elif search:
                self._find(conversation_id, search)

        self._bridge.ask(lambda service: service.chat.messages(conversation_id), show, owner=self)

    def read_again(self) -> None:
        """The conversation on the page is not what it was."""
        if self.conversation is not None:
            self.read(self.conversation)

    def show_branch(self, message_id: int, step: int, words: str = "") -> None:
        """Show the branch of a message, or of its version ``step`` places further, with ``words`` marked."""
        conversation_id = self.conversation
        if conversation_id is None:
            return
        self._bridge.ask(
            lambda service: service.chat.show_message(message_id, step),
            lambda _none: self.read(conversation_id, None if step else message_id, words=words),
            owner=self,
        )

    def go_to(self, message_id: int, words: str) -> None:
        """Take the reader to a message of this conversation, also to one on a branch that is not shown."""
        if not self.history.reveal(message_id, words):
            self.show_branch(message_id, 0, words)

    def _find(self, conversation_id: int, words: str) -> None:
        def jump(found: list[Found]) -> None:
            hits = [one.message_id for one in found if one.conversation_id == conversation_id and one.message_id]
            if conversation_id != self.conversation or not hits:
                return
            if not any(self.history.reveal(hit, words) for hit in hits):
                self.show_branch(hits[0], 0, words)  # said on a branch that is not shown

        self._bridge.ask(lambda service: service.chat.find(words), jump, owner=self)
