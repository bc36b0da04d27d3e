"""The chat page: joins the conversation list, the history and the composer with the core."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from app.core import events
from app.core.chat.rows import ConversationRow, MessageRow
from app.ui.bridge import Bridge
from app.ui.chat.composer import Composer
from app.ui.chat.conversations import ConversationList
from app.ui.chat.drafts import Drafts
from app.ui.chat.empty import EmptyChat
from app.ui.chat.history import History
from app.ui.chat.message import AnswerActions, AnswerView
from app.ui.notices import NoticeBar

UNDO_MS = 8_000


class ChatPage(QWidget):
    """Chat with the local model. Answers of other conversations go on while one is read."""

    def __init__(self, bridge: Bridge, notices: NoticeBar, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._notices = notices
        self._conversation: int | None = None
        self._live: dict[int, list[str]] = {}  # what streamed so far, of every answer under way
        self._streaming: int | None = None  # the answer that Stop would stop
        self._sending = False
        self.conversations = ConversationList()
        self.history = History(AnswerActions(regenerate=self.regenerate))
        self.composer = Composer()
        self.empty = EmptyChat()
        self._body = QStackedWidget()
        self._drafts = Drafts(bridge, lambda: (self._conversation, self.composer.text), self)
        self._lay_out()
        self._connect()

    @property
    def busy(self) -> bool:
        """True from sending a question until its answer has ended."""
        return self._sending or self._streaming is not None

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

    def open(self, conversation_id: int) -> None:
        """Show a conversation."""
        if conversation_id == self._conversation:
            return
        self._leave()
        self._conversation = conversation_id
        self.conversations.mark(conversation_id)
        self._bridge.ask(
            lambda service: service.chat.messages(conversation_id),
            lambda rows: self._show(conversation_id, rows),
            owner=self,
        )

    def send(self, text: str) -> None:
        """Ask ``text`` in the open conversation, or in a new one."""
        if self._sending:
            return
        self._sending = True
        self._body.setCurrentWidget(self.history)
        self.history.ask(text)
        self.composer.set_busy(True)
        if self._conversation is not None:
            self._send_to(self._conversation, text)
            return
        self._bridge.ask(
            lambda service: service.chat.new_conversation(),
            lambda conversation_id: self._began(conversation_id, text),
            lambda problem: self._not_sent(text, problem),
            owner=self,
        )

    def stop_answer(self) -> None:
        """Stop the answer that is streaming here."""
        message_id = self._streaming
        if message_id is not None:
            self._bridge.ask(lambda service: service.chat.stop(message_id), owner=self)

    def regenerate(self, message_id: int) -> None:
        """Answer the question before ``message_id`` again."""
        conversation_id = self._conversation
        if conversation_id is None or self._streaming is not None:
            return
        self.composer.set_busy(True)
        self._bridge.ask(
            lambda service: service.chat.regenerate(message_id),
            lambda answer_id: self._replaced(conversation_id, message_id, answer_id),
            self._regenerate_failed,
            owner=self,
        )

    def refresh(self) -> None:
        """Read the list of conversations again."""
        search = self.conversations.search.text().strip()
        self._bridge.ask(lambda service: service.chat.conversations(search), self._show_conversations, owner=self)

    def delete(self, conversation_id: int, title: str) -> None:
        """Take a conversation away; for a few seconds it can be brought back."""
        self.conversations.model.hide(conversation_id)
        if conversation_id == self._conversation:
            self.new_conversation()
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.timeout.connect(lambda: self._delete_now(conversation_id))
        timer.timeout.connect(timer.deleteLater)
        timer.start(UNDO_MS)

        def undo() -> None:
            timer.stop()
            timer.deleteLater()
            self.conversations.model.unhide(conversation_id)
            self.refresh()

        text = self.tr("Deleted “{title}”.").format(title=title or self.tr("New conversation"))
        self._notices.show_notice("info", text, actions=[(self.tr("Undo"), undo)], seconds=UNDO_MS / 1000)

    def _lay_out(self) -> None:
        writing = QWidget()
        writing.setMaximumWidth(820)
        inset = QVBoxLayout(writing)
        inset.setContentsMargins(28, 4, 28, 18)
        inset.addWidget(self.composer)
        centred = QHBoxLayout()
        centred.addStretch(1)
        centred.addWidget(writing, 1000)
        centred.addStretch(1)
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._body.addWidget(self.empty)
        self._body.addWidget(self.history)
        column.addWidget(self._body, 1)
        column.addLayout(centred)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setHandleWidth(1)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self.conversations)
        splitter.addWidget(right)
        splitter.setSizes([244, 900])
        splitter.setStretchFactor(1, 1)
        self.conversations.setMinimumWidth(190)
        page = QHBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.addWidget(splitter)

    def _connect(self) -> None:
        self.composer.sent.connect(self.send)
        self.composer.stop_asked.connect(self.stop_answer)
        self.composer.edited.connect(self._drafts.touch)
        self.empty.suggested.connect(self._suggest)
        side = self.conversations
        side.opened.connect(self.open)
        side.new_asked.connect(self.new_conversation)
        side.deleted.connect(self.delete)
        side.searched.connect(lambda _text: self.refresh())
        side.renamed.connect(lambda one, title: self._bridge.ask(lambda service: service.chat.rename(one, title)))
        side.pinned.connect(lambda one, pinned: self._bridge.ask(lambda service: service.chat.pin(one, pinned)))
        self._bridge.core_ready.connect(self.refresh)
        self._bridge.conversations_changed.connect(self.refresh)
        self._bridge.answer_delta.connect(self._take_delta)
        self._bridge.answer_finished.connect(self._take_finish)
        self._bridge.engine_changed.connect(self._take_engine)

    def _suggest(self, text: str) -> None:
        self.composer.set_text(text)
        self.composer.input.setFocus()

    def _show_conversations(self, rows: list[ConversationRow]) -> None:
        for row in rows:
            self._drafts.learn(row.id, row.draft)
        self.conversations.show_rows(rows)
        if self._conversation is not None:
            self.conversations.mark(self._conversation)

    def _show(self, conversation_id: int, rows: list[MessageRow]) -> None:
        if conversation_id != self._conversation:
            return  # the reader has moved on
        self.history.show_rows(rows)
        self._body.setCurrentWidget(self.history)
        last = rows[-1] if rows else None
        streaming = last is not None and last.state == "streaming"
        self._streaming = last.id if last is not None and streaming else None
        if self._streaming is not None:
            self._catch_up(self._streaming)
        self.composer.set_text(self._drafts.of(conversation_id))
        self.composer.set_busy(streaming)
        self.composer.input.setFocus()

    def _catch_up(self, message_id: int) -> None:
        """The store keeps a streaming answer every now and then; what we heard meanwhile is longer."""
        view = self.history.answer(message_id)
        if view is not None:
            heard = "".join(self._live.get(message_id, ()))
            if heard.startswith(view.source):
                view.append(heard[len(view.source) :])

    def _leave(self) -> None:
        self.keep_draft()
        self._conversation = None
        self._streaming = None

    def keep_draft(self) -> None:
        """Keep what is in the composer, so that a crash or a quit does not lose it."""
        self._drafts.keep()

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

    def _sent(self, conversation_id: int, message_id: int) -> None:
        self._sending = False
        self._drafts.keep()
        if conversation_id == self._conversation:
            self._expect(message_id)
        self.refresh()

    def _not_sent(self, text: str, problem: str) -> None:
        self._sending = False
        self.composer.set_busy(False)
        last = self.history.views()[-1:]
        if last and last[0].source == text:
            self.history.drop(last[0])
        if not self.composer.text:
            self.composer.set_text(text)
        if not self.history.views():
            self._body.setCurrentWidget(self.empty)
        self._notices.show_notice("error", problem)

    def _expect(self, message_id: int) -> None:
        self._streaming = message_id
        self.composer.set_busy(True)
        view = self.history.answer(message_id) or self.history.begin_answer(message_id)
        self._catch_up(message_id)
        self._say_engine(view)
        if self.history.stuck:
            self.history.stick()

    def _replaced(self, conversation_id: int, old_id: int, new_id: int) -> None:
        if conversation_id != self._conversation:
            return
        old = self.history.answer(old_id)
        if old is not None:
            self.history.drop(old)
        self._expect(new_id)
        self.history.stick()

    def _regenerate_failed(self, problem: str) -> None:
        self.composer.set_busy(False)
        self._notices.show_notice("error", problem)

    def _take_delta(self, event: events.AnswerDelta) -> None:
        self._live.setdefault(event.message_id, []).append(event.text)
        if event.conversation_id == self._conversation:
            view = self.history.answer(event.message_id)
            if view is not None:
                view.append(event.text)

    def _take_finish(self, event: events.AnswerFinished) -> None:
        self._live.pop(event.message_id, None)
        if event.message_id == self._streaming or event.conversation_id == self._conversation:
            self._streaming = None
            self.composer.set_busy(self._sending)
        self._bridge.ask(
            lambda service: service.chat.answer(event.message_id),
            lambda row: self._finish(event.conversation_id, row),
            owner=self,
        )

    def _finish(self, conversation_id: int, row: MessageRow) -> None:
        if conversation_id != self._conversation:
            return
        view = self.history.answer(row.id) or self.history.begin_answer(row.id)
        if row.text.startswith(view.source):
            view.append(row.text[len(view.source) :])
        view.finish(row)
        announce(self, self.tr("Answer finished."))

    def _take_engine(self, _event: events.EngineChanged) -> None:
        if self._streaming is not None:
            view = self.history.answer(self._streaming)
            if view is not None:
                self._say_engine(view)

    def _say_engine(self, view: AnswerView) -> None:
        if view.source:
            return
        engine = self._bridge.last_engine
        words = {
            "loading": self.tr("The model is loading; your question is answered as soon as it is ready."),
            "restarting": self.tr("The engine is being restarted; your question is kept."),
        }
        view.set_status(words.get(engine.phase, self.tr("Reading your question…")))

    def _delete_now(self, conversation_id: int) -> None:
        self._bridge.ask(
            lambda service: service.chat.delete(conversation_id),
            lambda _none: self.conversations.model.unhide(conversation_id),
        )


def announce(widget: QWidget, text: str) -> None:
    """Have a screen reader say ``text``."""
    QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, text))
