"""Sending: a question is asked, asked in other words, answered again or gone on with; or it comes back unsent."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from app.ui.bridge import Bridge
from app.ui.chat.live import LiveAnswers
from app.ui.chat.manner import MannerControl
from app.ui.chat.reading import Reading
from app.ui.chat.writing import Writing


class Sending(QObject):
    """Takes what was written to the core and shows on the page that its answer is awaited."""

    sent = Signal()
    failed = Signal(str)  # why nothing was sent

    def __init__(
        self, bridge: Bridge, reading: Reading, writing: Writing, live: LiveAnswers, manner: MannerControl
    ) -> None:
        super().__init__(reading)
        self._bridge = bridge
        self._reading = reading
        self._writing = writing
        self._live = live
        self._manner = manner
        self._sending = False
        writing.composer.sent.connect(self.send)
        writing.composer.stop_asked.connect(live.stop)
        live.ended.connect(lambda _conversation: writing.composer.set_busy(self._sending))

    @property
    def busy(self) -> bool:
        """True from sending a question until its answer has ended."""
        return self._sending or self._live.streaming is not None

    def send(self, text: str) -> None:
        """Ask ``text`` in the open conversation, or in a new one; or in place of the question that is being edited."""
        if self._sending:
            return
        edited, text = self._writing.take(text)
        self._sending = True
        self._writing.composer.set_busy(True)
        conversation_id = self._reading.conversation
        if edited is not None and conversation_id is not None:
            self._send_edited(conversation_id, edited, text)
            return
        self._reading.show_history()
        self._reading.history.ask(text)
        if conversation_id is not None:
            self._send_to(conversation_id, text)
        else:
            self._send_to_new(text)

    def regenerate(self, message_id: int) -> None:
        """Answer the question before ``message_id`` again."""
        conversation_id = self._reading.conversation
        if conversation_id is None or self.busy:
            return
        self._writing.composer.set_busy(True)
        self._bridge.ask(
            lambda service: service.chat.regenerate(message_id),
            lambda answer_id: self._replaced(conversation_id, message_id, answer_id),
            self._failed,
            owner=self,
        )

    def go_on(self, message_id: int) -> None:
        """Have an answer go on where it was stopped or cut."""
        if self._reading.conversation is None or self.busy:
            return
        self._live.go_on(message_id)
        self._writing.composer.set_busy(True)
        self._bridge.ask(lambda service: service.chat.resume(message_id), on_error=self._did_not_go_on, owner=self)

    def _send_to_new(self, text: str) -> None:
        def began(conversation_id: int) -> None:
            self._reading.conversation = conversation_id
            self._send_to(conversation_id, text)

        manner = self._manner.wanted()
        self._bridge.ask(
            lambda service: (
                service.chat.new_conversation(system_prompt=manner.system_prompt, settings=manner.own)
                if manner
                else service.chat.new_conversation()
            ),
            began,
            lambda problem: self._not_sent(text, problem),
            owner=self,
        )

    def _send_to(self, conversation_id: int, text: str) -> None:
        def sent(answer_id: int) -> None:
            self._sending = False
            self._writing.attachments.clear()
            self._writing.drafts.keep()
            if conversation_id == self._reading.conversation:
                self._await(answer_id)
            self.sent.emit()

        self._bridge.ask(
            lambda service: service.chat.send(conversation_id, text),
            sent,
            lambda problem: self._not_sent(text, problem),
            owner=self,
        )

    def _send_edited(self, conversation_id: int, message_id: int, text: str) -> None:
        def sent(_answer_id: int) -> None:
            self._sending = False
            self._writing.attachments.clear()
            self._writing.composer.set_text(self._writing.drafts.of(conversation_id))
            if conversation_id == self._reading.conversation:
                self._reading.read(conversation_id)

        self._bridge.ask(
            lambda service: service.chat.edit(message_id, text),
            sent,
            lambda problem: self._not_sent(text, problem),
            owner=self,
        )

    def _await(self, answer_id: int) -> None:
        self._live.expect(answer_id)
        self._writing.composer.set_busy(True)

    def _replaced(self, conversation_id: int, old_id: int, new_id: int) -> None:
        if conversation_id != self._reading.conversation:
            return
        history = self._reading.history
        old = history.answer(old_id)
        for view in history.after(old) if old is not None else ():
            history.drop(view)
        self._await(new_id)
        history.stick()

    def _not_sent(self, text: str, problem: str) -> None:
        self._sending = False
        self._writing.composer.set_busy(False)
        history = self._reading.history
        last = history.views()[-1:]
        if last and last[0].source == text:
            history.drop(last[0])
        self._writing.put_back(text)
        if not history.views():
            self._reading.show_empty()
        self.failed.emit(problem)

    def _did_not_go_on(self, problem: str) -> None:
        self._live.streaming = None
        if self._reading.conversation is not None:
            self._reading.read(self._reading.conversation)
        self._failed(problem)

    def _failed(self, problem: str) -> None:
        self._writing.composer.set_busy(self.busy)
        self.failed.emit(problem)
