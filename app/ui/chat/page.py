"""The chat page: puts the conversation list, the history and the composer together, and goes from one to another."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from app.core.chat.rows import MessageRow
from app.core.store.conversations import Found
from app.ui.bridge import Bridge
from app.ui.chat.arrangement import arrange, room_for_list
from app.ui.chat.history import History
from app.ui.chat.listing import Listing
from app.ui.chat.live import LiveAnswers
from app.ui.chat.manner import MannerControl
from app.ui.chat.message import MessageActions
from app.ui.chat.reading import Reading
from app.ui.chat.sending import Sending
from app.ui.chat.writing import Writing
from app.ui.controls import holds_focus, tool_button
from app.ui.notices import NoticeBar


class ChatPage(QWidget):
    """Chat with the local model. Answers of other conversations go on while one is read."""

    queue_asked = Signal(list)

    def __init__(self, bridge: Bridge, notices: NoticeBar, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._notices = notices
        self.history = History(MessageActions(self.regenerate, self._begin_edit, self._walk, self.go_on))
        self._reading = Reading(bridge, self.history, self)
        self._writing = Writing(bridge, self._opened, self)
        self.empty = self._reading.empty
        self.composer = self._writing.composer
        self.attachments = self._writing.attachments
        self.evidence = self._writing.evidence
        self.meter = self._writing.meter
        self.live = LiveAnswers(bridge, self.history, self._opened, self)
        self.manner = MannerControl(bridge, self._opened, self)
        self._sending = Sending(bridge, self._reading, self._writing, self.live, self.manner)
        self.listing = Listing(bridge, notices, self._writing.drafts, self._opened, self)
        self.conversations = self.listing.side
        self._lay_out()
        self._connect()

    @property
    def conversation(self) -> int | None:
        """The conversation on the page; None before the first question of a new one."""
        return self._reading.conversation

    @property
    def busy(self) -> bool:
        """True from sending a question until its answer has ended."""
        return self._sending.busy

    def new_conversation(self) -> None:
        """Go to an empty page; the conversation is made when the first question is sent."""
        self._go_to(None)
        self._reading.show_empty()
        self.composer.input.setFocus()

    def open(self, conversation_id: int) -> None:
        """Show a conversation; while a search is on, at the first message that holds the words."""
        if conversation_id != self.conversation:
            self._go_to(conversation_id)
            self._reading.read(conversation_id, search=self.conversations.search.text().strip())

    def open_hit(self, hit: Found) -> None:
        """Go to what a search found, with its words marked."""
        words = self.conversations.search.text().strip()
        if hit.conversation_id != self.conversation:
            self._go_to(hit.conversation_id)
            self._reading.read(hit.conversation_id, then=hit.message_id, words=words)
        elif hit.message_id:
            self._reading.go_to(hit.message_id, words)

    def send(self, text: str) -> None:
        """Ask ``text`` in the open conversation, or in a new one; or in place of the question that is being edited."""
        self._sending.send(text)

    def regenerate(self, message_id: int) -> None:
        """Answer the question before ``message_id`` again."""
        self._sending.regenerate(message_id)

    def go_on(self, message_id: int) -> None:
        """Have an answer go on where it was stopped or cut."""
        self._sending.go_on(message_id)

    def refresh(self) -> None:
        """Read the list of conversations again."""
        self.listing.refresh()

    def delete(self, conversation_id: int, title: str) -> None:
        """Delete a conversation; for a while it can be brought back."""
        self.listing.delete(conversation_id, title)

    def keep_draft(self) -> None:
        """Keep what is in the composer, so that a crash or a quit does not lose it."""
        self._writing.drafts.keep()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow window the list makes room for the conversation."""
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        self.conversations.setVisible(room_for_list(self, self.conversations, self.manner.sheet))

    def _lay_out(self) -> None:
        self.evidence_button = tool_button(self.tr("Ask the results"), "evidence", self.evidence.toggle)
        self.composer.tools.addWidget(self.evidence_button)
        self.composer.tools.addWidget(self.manner.button)
        bar = self.history.verticalScrollBar()
        arrange(self, self.conversations, self._reading.body, self.composer, self.manner.sheet, bar)

    def _connect(self) -> None:
        self.manner.turned.connect(self._make_room)
        self.attachments.queue_asked.connect(self.queue_asked)
        self.attachments.failed.connect(self._fail)
        self.empty.suggested.connect(self._writing.suggest)
        self.conversations.opened.connect(self.open)
        self.conversations.entered.connect(self.composer.input.setFocus)
        self.conversations.hits.chosen.connect(self.open_hit)
        self.conversations.searched.connect(lambda words: None if words else self.history.unmark())
        self.conversations.new_asked.connect(self.new_conversation)
        self.listing.gone.connect(self._left_behind)
        self._reading.shown.connect(self._take_up)
        self._sending.sent.connect(self.refresh)
        self._sending.failed.connect(self._fail)
        self._bridge.core_ready.connect(self.refresh)
        self._bridge.conversations_changed.connect(self.refresh)
        self.live.settled.connect(lambda _conversation: self._writing.measure())

    def _opened(self) -> int | None:
        return self._reading.conversation

    def _fail(self, problem: str) -> None:
        self._notices.show_notice("error", problem)

    def _left_behind(self, conversation_id: int) -> None:
        if conversation_id == self.conversation:
            self.new_conversation()

    def _go_to(self, conversation_id: int | None) -> None:
        """What is written, what is under way and how it is led change hands together, in one step."""
        self._writing.leave()
        self.manner.keep_now()
        self._reading.conversation = conversation_id
        self.live.turn_to(None)
        self._writing.arrive()
        self.manner.show(conversation_id)
        self.conversations.mark(conversation_id)

    def _take_up(self, rows: list[MessageRow]) -> None:
        """A conversation was put on the page: go on where it was left. Whoever walks through the list stays in it."""
        self.live.look_at(rows)
        if not holds_focus(self.conversations):
            self.composer.input.setFocus()
        self._writing.measure()

    def _walk(self, message_id: int, step: int) -> None:
        turn = self.live.turn
        if turn is None or turn.answer is not None:  # an answer streams on while another branch is read
            self._reading.show_branch(message_id, step)

    def _begin_edit(self, message_id: int, text: str) -> None:
        if not self.busy:
            self._writing.begin_edit(message_id, text)
