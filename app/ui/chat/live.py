"""Answers under way: what streams is shown where it belongs, also after the reader went elsewhere and came back."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.core import events
from app.core.chat.rows import MessageRow
from app.ui.announcing import announce
from app.ui.bridge import Bridge
from app.ui.chat.history import History
from app.ui.chat.message import AnswerView
from app.ui.chat.turn import Turn
from app.ui.spoken import said


class LiveAnswers(QObject):
    """Listens to the core's answer events. ``opened`` gives the conversation that is on the page.

    ``turn`` is what is under way on the branch that is shown. An answer to another branch, or in another
    conversation, streams on unseen.
    """

    changed = Signal()  # another turn, or none
    settled = Signal(int)  # in this conversation a stored answer with its figures is shown

    def __init__(self, bridge: Bridge, history: History, opened: Callable[[], int | None], parent: QWidget) -> None:
        super().__init__(parent)
        self._page = parent
        self._bridge = bridge
        self._history = history
        self._opened = opened
        self._heard: dict[int, list[str]] = {}  # what streamed so far, of every answer under way
        self._thought: dict[int, list[str]] = {}
        self.turn: Turn | None = None
        bridge.answer_delta.connect(self._take_delta)
        bridge.answer_thought.connect(self._take_thought)
        bridge.answer_finished.connect(self._take_finish)
        bridge.engine_changed.connect(self._take_engine)

    def turn_to(self, turn: Turn | None) -> None:
        """This is under way on the page from now on; None: nothing is."""
        self.turn = turn
        self.changed.emit()

    def stop(self) -> None:
        """Stop the answer on the page, or have it stopped as soon as its question has arrived."""
        if self.turn is not None:
            self.turn.unwanted = True
            self._stop(self.turn)

    def landed(self, turn: Turn) -> None:
        """The core has taken a turn; perhaps nobody wants its answer any more."""
        if turn.unwanted:
            self._stop(turn)

    def expect(self, message_id: int) -> None:
        """An answer is about to stream on the page."""
        view = self._history.answer(message_id) or self._history.begin_answer(message_id)
        self._catch_up(message_id)
        self._say_engine(view)
        if self._history.stuck:
            self._history.stick()

    def go_on(self, message_id: int) -> None:
        """An answer on the page is about to go on where it ended."""
        view = self._history.answer(message_id)
        if view is not None:
            self._heard[message_id] = [view.source]
            view.go_on()
            self.expect(message_id)

    def look_at(self, rows: list[MessageRow]) -> None:
        """A conversation was put on the page; the last answer of its branch may be streaming."""
        row = next((row for row in reversed(rows) if row.state == "streaming"), None)
        self.turn_to(None if row is None else Turn(row.conversation_id, answer=row.id))
        if row is not None:
            self._catch_up(row.id)

    def _stop(self, turn: Turn) -> None:
        message_id = turn.answer
        if message_id is not None:
            self._bridge.ask(lambda service: service.chat.stop(message_id), owner=self)

    def _end(self, message_id: int) -> None:
        if self.turn is not None and self.turn.answer == message_id:
            self.turn_to(None)

    def _catch_up(self, message_id: int) -> None:
        """The store keeps a streaming answer every now and then; what we heard meanwhile is longer."""
        view = self._history.answer(message_id)
        if view is not None:
            heard = "".join(self._heard.get(message_id, ()))
            if heard.startswith(view.source):
                view.append(heard[len(view.source) :])
            thought = "".join(self._thought.get(message_id, ()))
            if thought.startswith(view.thought):
                view.think(thought[len(view.thought) :])

    def _take_delta(self, event: events.AnswerDelta) -> None:
        self._heard.setdefault(event.message_id, []).append(event.text)
        if event.conversation_id == self._opened():
            view = self._history.answer(event.message_id)
            if view is not None:
                view.append(event.text)

    def _take_thought(self, event: events.AnswerThought) -> None:
        self._thought.setdefault(event.message_id, []).append(event.text)
        if event.conversation_id == self._opened():
            view = self._history.answer(event.message_id)
            if view is not None:
                view.think(event.text)

    def _take_finish(self, event: events.AnswerFinished) -> None:
        self._heard.pop(event.message_id, None)
        self._thought.pop(event.message_id, None)
        self._end(event.message_id)
        self._bridge.ask(
            lambda service: service.chat.answer(event.message_id),
            lambda row: self._finish(event.conversation_id, row),
            owner=self,
        )

    def _finish(self, conversation_id: int, row: MessageRow) -> None:
        view = self._history.answer(row.id)
        if view is None or conversation_id != self._opened():
            return  # it belongs to another branch or conversation
        self._end(row.id)  # the page may have been read just before the end was stored
        if row.text.startswith(view.source):
            view.append(row.text[len(view.source) :])
        if row.reasoning.startswith(view.thought):
            view.think(row.reasoning[len(view.thought) :])
        view.finish(row)
        question = self._history.question_of(view)
        if question is not None and question.message_id is None and row.parent_id is not None:
            question.know(row.parent_id)
        announce(self._page, self._end_in_words(row))
        self.settled.emit(conversation_id)

    def _end_in_words(self, row: MessageRow) -> str:
        if row.state == "stopped":
            return self.tr("Answer stopped.")
        return (
            self.tr("Answer failed: {reason}").format(reason=said(row.error or ""))
            if row.state == "failed"
            else (self.tr("Answer finished."))
        )

    def _take_engine(self, _event: events.EngineChanged) -> None:
        answer = self.turn.answer if self.turn is not None else None
        view = self._history.answer(answer) if answer is not None else None
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
