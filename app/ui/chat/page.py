"""The chat page: joins the conversation list, the history and the composer with the core."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.core.chat.attachments import apart
from app.core.chat.rows import MessageRow
from app.core.store.conversations import Found
from app.ui.bridge import Bridge
from app.ui.chat.arrangement import arrange, room_for_list
from app.ui.chat.attachments import Attachments
from app.ui.chat.composer import Composer
from app.ui.chat.drafts import Drafts
from app.ui.chat.empty import EmptyChat
from app.ui.chat.evidence import EvidencePanel
from app.ui.chat.history import History
from app.ui.chat.listing import Listing
from app.ui.chat.live import LiveAnswers
from app.ui.chat.manner import MannerControl
from app.ui.chat.message import MessageActions
from app.ui.chat.meter import ContextMeter
from app.ui.controls import tool_button
from app.ui.notices import NoticeBar


class ChatPage(QWidget):
    """Chat with the local model. Answers of other conversations go on while one is read."""

    queue_asked = Signal(list)

    def __init__(self, bridge: Bridge, notices: NoticeBar, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._notices = notices
        self._conversation: int | None = None
        self._sending = False
        self.history = History(MessageActions(self.regenerate, self._begin_edit, self._walk, self.go_on))
        self.composer = Composer()
        self.attachments = Attachments(bridge)
        self.evidence = EvidencePanel(bridge, lambda: (self._conversation, self.composer.text))
        self.meter = ContextMeter(bridge)
        self.empty = EmptyChat()
        self._body = QStackedWidget()
        self.live = LiveAnswers(bridge, self.history, lambda: self._conversation, self)
        self.manner = MannerControl(bridge, lambda: self._conversation, self)
        self._drafts = Drafts(bridge, self._unsent, self)
        self.listing = Listing(bridge, notices, self._drafts, lambda: self._conversation, self)
        self.conversations = self.listing.side
        self._lay_out()
        self._connect()

    @property
    def conversation(self) -> int | None:
        """The conversation on the page; None before the first question of a new one."""
        return self._conversation

    @property
    def busy(self) -> bool:
        """True from sending a question until its answer has ended."""
        return self._sending or self.live.streaming is not None

    def new_conversation(self) -> None:
        """Go to an empty page; the conversation is made when the first question is sent."""
        self._leave()
        self.conversations.list.clearSelection()
        self.conversations.list.setCurrentIndex(self.conversations.model.index(-1))
        self.history.clear()
        self._body.setCurrentWidget(self.empty)
        self.composer.set_text("")
        self.composer.set_busy(False)
        self.composer.input.setFocus()
        self.manner.show(None)

    def open(self, conversation_id: int) -> None:
        """Show a conversation; while a search is on, at the first message that holds the words."""
        if conversation_id == self._conversation:
            return
        self._leave()
        self._conversation = conversation_id
        self.conversations.mark(conversation_id)
        self._read(conversation_id, search=self.conversations.search.text().strip())
        self.manner.show(conversation_id)

    def open_hit(self, hit: Found) -> None:
        """Go to what a search found, with its words marked."""
        words = self.conversations.search.text().strip()
        if hit.conversation_id != self._conversation:
            self._leave()
            self._conversation = hit.conversation_id
            self.conversations.mark(hit.conversation_id)
            self.manner.show(hit.conversation_id)
            self._read(hit.conversation_id, then=hit.message_id, words=words)
        elif hit.message_id and not self.history.reveal(hit.message_id, words):
            self._show_branch(hit.message_id, 0, words)  # said on a branch that is not shown

    def send(self, text: str) -> None:
        """Ask ``text`` in the open conversation, or in a new one; or in place of the question that is being edited."""
        if self._sending:
            return
        edited, self.composer.editing = self.composer.editing, None
        self.composer.banner.hide()
        self._sending = True
        self.composer.set_busy(True)
        text = self.attachments.together(text)
        if edited is not None and self._conversation is not None:
            self._send_edited(self._conversation, edited, text)
            return
        self._body.setCurrentWidget(self.history)
        self.history.ask(text)
        if self._conversation is not None:
            self._send_to(self._conversation, text)
            return
        manner = self.manner.wanted()
        self._bridge.ask(
            lambda service: (
                service.chat.new_conversation(system_prompt=manner.system_prompt, settings=manner.own)
                if manner
                else service.chat.new_conversation()
            ),
            lambda conversation_id: self._began(conversation_id, text),
            lambda problem: self._not_sent(text, problem),
            owner=self,
        )

    def regenerate(self, message_id: int) -> None:
        """Answer the question before ``message_id`` again."""
        conversation_id = self._conversation
        if conversation_id is None or self.busy:
            return
        self.composer.set_busy(True)
        self._bridge.ask(
            lambda service: service.chat.regenerate(message_id),
            lambda answer_id: self._replaced(conversation_id, message_id, answer_id),
            self._failed,
            owner=self,
        )

    def go_on(self, message_id: int) -> None:
        """Have an answer go on where it was stopped or cut."""
        if self._conversation is None or self.busy:
            return
        self.live.go_on(message_id)
        self.composer.set_busy(True)
        self._bridge.ask(lambda service: service.chat.resume(message_id), on_error=self._did_not_go_on, owner=self)

    def refresh(self) -> None:
        """Read the list of conversations again."""
        self.listing.refresh()

    def delete(self, conversation_id: int, title: str) -> None:
        """Take a conversation away; for a few seconds it can be brought back."""
        self.listing.delete(conversation_id, title)

    def keep_draft(self) -> None:
        """Keep what is in the composer, so that a crash or a quit does not lose it."""
        self._drafts.keep()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow window the list makes room for the conversation."""
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        self.conversations.setVisible(room_for_list(self, self.conversations, self.manner.sheet))

    def _lay_out(self) -> None:
        self.composer.attachments_place.addWidget(self.evidence)
        self.composer.attachments_place.addWidget(self.attachments)
        self.evidence_button = tool_button(self.tr("Ask the results"), "results", self.evidence.toggle)
        self.composer.tools.addWidget(self.evidence_button)
        self.composer.tools.addWidget(self.manner.button)
        self.composer.meter_place.addWidget(self.meter)
        self._body.addWidget(self.empty)
        self._body.addWidget(self.history)
        bar = self.history.verticalScrollBar()
        arrange(self, self.conversations, self._body, self.composer, self.manner.sheet, bar)

    def _connect(self) -> None:
        self.composer.sent.connect(self.send)
        self.composer.stop_asked.connect(self.live.stop)
        self.composer.edited.connect(self._drafts.touch)
        self.composer.edited.connect(self._measure)
        self.composer.edit_ended.connect(self.attachments.clear)
        self.composer.files_given.connect(self.attachments.take)
        self.attachments.changed.connect(self._measure)
        self.manner.turned.connect(self._make_room)
        self.evidence.taken.connect(self.attachments.add_results)
        self.evidence.closed.connect(self.composer.input.setFocus)
        self.attachments.queue_asked.connect(self.queue_asked)
        self.attachments.failed.connect(lambda problem: self._notices.show_notice("error", problem))
        self.empty.suggested.connect(self._suggest)
        self.conversations.opened.connect(self.open)
        self.conversations.hits.chosen.connect(self.open_hit)
        self.conversations.searched.connect(lambda words: None if words else self.history.unmark())
        self.conversations.new_asked.connect(self.new_conversation)
        self.listing.gone.connect(self._left_behind)
        self._bridge.core_ready.connect(self.refresh)
        self._bridge.conversations_changed.connect(self.refresh)
        self.live.ended.connect(lambda _conversation: self.composer.set_busy(self._sending))
        self.live.settled.connect(lambda _conversation: self._measure())

    def _left_behind(self, conversation_id: int) -> None:
        if conversation_id == self._conversation:
            self.new_conversation()

    def _suggest(self, text: str) -> None:
        self.composer.set_text(text)
        self.composer.input.setFocus()

    def _measure(self) -> None:
        self.meter.ask(self._conversation, self.attachments.together(self.composer.text))

    def _unsent(self) -> tuple[int | None, str]:
        """What belongs into the draft: not the earlier question that is being edited."""
        editing = self.composer.editing is not None
        return None if editing else self._conversation, self.composer.text

    def _read(self, conversation_id: int, then: int | None = None, search: str = "", words: str = "") -> None:
        """Read the branch that is shown, and go to the message ``then``, to the first hit, or to the end."""

        def show(rows: list[MessageRow]) -> None:
            self._show(conversation_id, rows)
            if then and not self.history.reveal(then, words) and words:
                self._show_branch(then, 0, words)
            elif search:
                self._find(conversation_id, search)

        self._bridge.ask(lambda service: service.chat.messages(conversation_id), show, owner=self)

    def _find(self, conversation_id: int, words: str) -> None:
        def jump(found: list[Found]) -> None:
            hits = [one.message_id for one in found if one.conversation_id == conversation_id and one.message_id]
            if (
                conversation_id == self._conversation
                and hits
                and not any(self.history.reveal(hit, words) for hit in hits)
            ):
                self._show_branch(hits[0], 0, words)  # said on a branch that is not shown

        self._bridge.ask(lambda service: service.chat.find(words), jump, owner=self)

    def _show(self, conversation_id: int, rows: list[MessageRow]) -> None:
        if conversation_id != self._conversation:
            return  # the reader has moved on
        self.history.show_rows(rows)
        self._body.setCurrentWidget(self.history)
        self.live.look_at(rows)
        if not self.composer.text:
            self.composer.set_text(self._drafts.of(conversation_id))
        self.composer.set_busy(self.busy)
        self.composer.input.setFocus()
        self._measure()

    def _walk(self, message_id: int, step: int) -> None:
        if not self.busy:
            self._show_branch(message_id, step)

    def _show_branch(self, message_id: int, step: int, words: str = "") -> None:
        conversation_id = self._conversation
        if conversation_id is None:
            return
        self._bridge.ask(
            lambda service: service.chat.show_message(message_id, step),
            lambda _none: self._read(conversation_id, None if step else message_id, words=words),
            owner=self,
        )

    def _begin_edit(self, message_id: int, text: str) -> None:
        if not self.busy:
            self._drafts.keep()
            question, documents = apart(text)
            self.composer.begin_edit(message_id, question)
            self.attachments.put_back(documents)

    def _leave(self) -> None:
        self.composer.end_edit()
        self.keep_draft()
        self.manner.keep_now()
        self._conversation = None
        self.live.streaming = None
        self.composer.set_text("")
        self.attachments.clear()

    def _began(self, conversation_id: int, text: str) -> None:
        self._conversation = conversation_id
        self._send_to(conversation_id, text)

    def _send_to(self, conversation_id: int, text: str) -> None:
        self._bridge.ask(
            lambda service: service.chat.send(conversation_id, text),
            lambda message_id: self._sent(conversation_id, message_id),
            lambda problem: self._not_sent(text, problem),
            owner=self,
        )

    def _send_edited(self, conversation_id: int, message_id: int, text: str) -> None:
        def sent(_answer_id: int) -> None:
            self._sending = False
            self.attachments.clear()
            self.composer.set_text(self._drafts.of(conversation_id))
            if conversation_id == self._conversation:
                self._read(conversation_id)

        self._bridge.ask(
            lambda service: service.chat.edit(message_id, text),
            sent,
            lambda problem: self._not_sent(text, problem),
            self,
        )

    def _sent(self, conversation_id: int, message_id: int) -> None:
        self._sending = False
        self.attachments.clear()
        self._drafts.keep()
        if conversation_id == self._conversation:
            self.live.expect(message_id)
            self.composer.set_busy(True)
        self.refresh()

    def _not_sent(self, text: str, problem: str) -> None:
        self._sending = False
        self.composer.set_busy(False)
        last = self.history.views()[-1:]
        if last and last[0].source == text:
            self.history.drop(last[0])
        if not self.composer.text:
            self.composer.set_text(apart(text)[0])
        if not self.history.views():
            self._body.setCurrentWidget(self.empty)
        self._notices.show_notice("error", problem)

    def _replaced(self, conversation_id: int, old_id: int, new_id: int) -> None:
        if conversation_id != self._conversation:
            return
        old = self.history.answer(old_id)
        for view in self.history.after(old) if old is not None else ():
            self.history.drop(view)
        self.live.expect(new_id)
        self.composer.set_busy(True)
        self.history.stick()

    def _did_not_go_on(self, problem: str) -> None:
        self.live.streaming = None
        if self._conversation is not None:
            self._read(self._conversation)
        self._failed(problem)

    def _failed(self, problem: str) -> None:
        self.composer.set_busy(self.busy)
        self._notices.show_notice("error", problem)
