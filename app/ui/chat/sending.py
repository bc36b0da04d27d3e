"""Sending: a question is asked, asked in other words, answered again or gone on with; or it comes back unsent."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from app.ui.bridge import Bridge
from app.ui.chat.live import LiveAnswers
from app.ui.chat.manner import MannerControl
from app.ui.chat.reading import Reading
from app.ui.chat.turn import Turn
from app.ui.chat.writing import Writing


class Sending(QObject):
    """Takes turns to the core and shows on the page that an answer is awaited, as long as they are on the page."""

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
        writing.composer.sent.connect(self.send)
        writing.composer.stop_asked.connect(self.stop)
        writing.changed.connect(self._show_busy)
        live.changed.connect(self._show_busy)

    @property
    def busy(self) -> bool:
        """True from sending a question until its answer has ended."""
        return self._live.turn is not None

    def send(self, text: str) -> None:
        """Ask ``text`` in the open conversation, or in a new one; or in place of the question that is being edited.

        While a document is being read that is to go along, the question waits in the composer.
        """
        if self.busy or self._writing.wait():
            return
        turn = self._writing.take(text)
        self._live.turn_to(turn)
        if turn.edited is None:
            self._reading.show_history()
            turn.question = self._reading.history.ask(turn.text)
        if turn.conversation is None:
            self._begin(turn)
        else:
            self._send(turn, turn.conversation)

    def stop(self) -> None:
        """Stop the answer on the page, or keep back a question that waits for its documents."""
        if self._writing.waiting:
            self._writing.stop_waiting()
        else:
            self._live.stop()

    def regenerate(self, message_id: int) -> None:
        """Answer the question before ``message_id`` again."""
        if self._reading.conversation is None or self.busy:
            return
        turn = Turn(self._reading.conversation)
        self._live.turn_to(turn)
        self._bridge.ask(
            lambda service: service.chat.regenerate(message_id),
            lambda answer_id: self._replaced(turn, message_id, answer_id),
            lambda problem: self._not_begun(turn, problem),
            owner=self,
        )

    def go_on(self, message_id: int) -> None:
        """Have an answer go on where it was stopped or cut."""
        if self._reading.conversation is None or self.busy:
            return
        turn = Turn(self._reading.conversation, answer=message_id)
        self._live.turn_to(turn)
        self._live.go_on(message_id)
        self._bridge.ask(
            lambda service: service.chat.resume(message_id),
            lambda _none: self._live.landed(turn),
            lambda problem: self._did_not_go_on(turn, problem),
            owner=self,
        )

    def _begin(self, turn: Turn) -> None:
        """Make the conversation first. Whoever has gone elsewhere meanwhile stays there."""

        def began(conversation_id: int) -> None:
            turn.conversation = conversation_id
            if self._here(turn):
                self._reading.conversation = conversation_id
            self._send(turn, conversation_id)

        turn.new = True
        manner = self._manner.wanted()
        self._bridge.ask(
            lambda service: (
                service.chat.new_conversation(system_prompt=manner.system_prompt, settings=manner.own)
                if manner
                else service.chat.new_conversation()
            ),
            began,
            lambda problem: self._not_sent(turn, problem),
            owner=self,
        )

    def _send(self, turn: Turn, conversation_id: int) -> None:
        edited = turn.edited
        self._bridge.ask(
            lambda service: (
                service.chat.send(conversation_id, turn.text)
                if edited is None
                else service.chat.edit(edited, turn.text)
            ),
            lambda answer_id: self._sent(turn, answer_id),
            lambda problem: self._not_sent(turn, problem),
            owner=self,
        )

    def _sent(self, turn: Turn, answer_id: int) -> None:
        self._land(turn, answer_id, shown=turn.edited is None)
        if self._here(turn):
            self._writing.drafts.sent(new=turn.new)
        self.sent.emit()

    def _replaced(self, turn: Turn, old_id: int, new_id: int) -> None:
        history = self._reading.history
        old = history.answer(old_id)
        if self._here(turn):
            for view in history.after(old) if old is not None else ():
                history.drop(view)
            history.stick()
        self._land(turn, new_id, shown=True)

    def _land(self, turn: Turn, answer_id: int, *, shown: bool) -> None:
        """The answer of a turn has its place. ``shown``: what it answers stands at the end of the page."""
        turn.answer = answer_id
        if shown and self._here(turn):
            self._live.expect(answer_id)
        elif turn.conversation == self._reading.conversation and self._reading.history.answer(answer_id) is None:
            self._reading.read_again()
        self._live.landed(turn)

    def _not_sent(self, turn: Turn, problem: str) -> None:
        here, history = self._here(turn), self._reading.history
        if here:
            self._live.turn_to(None)
            if turn.question is not None:
                history.drop(turn.question)
            if not history.views():
                self._reading.show_empty()
        self._writing.put_back(turn, here=here)
        self.failed.emit(problem)

    def _did_not_go_on(self, turn: Turn, problem: str) -> None:
        if self._here(turn):
            self._reading.read_again()
        self._not_begun(turn, problem)

    def _not_begun(self, turn: Turn, problem: str) -> None:
        if self._here(turn):
            self._live.turn_to(None)
        self.failed.emit(problem)

    def _here(self, turn: Turn) -> bool:
        return self._live.turn is turn

    def _show_busy(self) -> None:
        self._writing.composer.set_busy(self.busy, waiting=self._writing.waiting)
