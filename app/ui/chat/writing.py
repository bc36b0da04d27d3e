"""What is being written: the composer, what goes along with it, its draft, and the context it would take."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from app.core.chat.attachments import apart
from app.ui.bridge import Bridge
from app.ui.chat.attachments import Attachments
from app.ui.chat.composer import Composer
from app.ui.chat.drafts import Drafts
from app.ui.chat.evidence import EvidencePanel
from app.ui.chat.meter import ContextMeter
from app.ui.chat.turn import Turn


class Writing(QObject):
    """The next question, until it is sent. ``opened`` gives the conversation on the page.

    A question whose documents are still being read stays in the composer, ``waiting``: it is sent when they have
    been read, unless its writer stops it, goes on writing or goes elsewhere.
    """

    changed = Signal()  # the question waits, or no longer

    def __init__(self, bridge: Bridge, opened: Callable[[], int | None], parent: QObject) -> None:
        super().__init__(parent)
        self._opened = opened
        self.composer = Composer()
        self.attachments = Attachments(bridge)
        self.evidence = EvidencePanel(bridge, lambda: (opened(), self.composer.text))
        self.meter = ContextMeter(bridge)
        self.drafts = Drafts(bridge, self.composer, opened, self)
        self.waiting = False
        self.composer.attachments_place.addWidget(self.evidence)
        self.composer.attachments_place.addWidget(self.attachments)
        self.composer.meter_place.addWidget(self.meter)
        self._connect()

    def measure(self) -> None:
        """Find out how much of the context is taken, with what is written."""
        self.meter.ask(self._opened(), self.attachments.together(self.composer.text))

    def suggest(self, text: str) -> None:
        """Begin a question for somebody who does not know what to ask."""
        self.composer.set_text(text)
        self.composer.input.setFocus()

    def begin_edit(self, message_id: int, text: str) -> None:
        """Ask an earlier question in other words, with the documents that went along."""
        self.drafts.keep()
        question, documents = apart(text)
        self.composer.begin_edit(message_id, question)
        self.attachments.put_back(documents)

    def wait(self) -> bool:
        """Hold the question back while a document is being read that is to go along; True when it has to wait."""
        self._wait(self.attachments.reading)
        return self.waiting

    def stop_waiting(self) -> None:
        """Leave the question where it is, unsent."""
        self._wait(False)

    def take(self, text: str) -> Turn:
        """Take the question out of the composer, together with what goes along."""
        turn = Turn(self._opened(), self.attachments.together(text), edited=self.composer.editing)
        self.attachments.clear()
        if turn.edited is None:
            self.composer.set_text("")
        else:
            self.composer.end_edit()
        return turn

    def put_back(self, turn: Turn, *, here: bool) -> None:
        """A question could not be sent: nobody has to write it again. ``here``: its conversation is still open."""
        question, documents = apart(turn.text)
        if not here:
            self.drafts.put_back(turn.conversation, question)
        elif turn.edited is not None:
            self.begin_edit(turn.edited, turn.text)
        else:
            if not self.composer.text:
                self.composer.set_text(question)
            if not self.attachments.chips:
                self.attachments.put_back(documents)

    def leave(self) -> None:
        """Keep what is unsent, before another conversation is opened; ``arrive`` follows."""
        self.stop_waiting()
        self.composer.end_edit()
        self.drafts.keep()
        self.attachments.clear()

    def arrive(self) -> None:
        """Another conversation has been opened: go on with what was left unsent there."""
        self.drafts.show()
        self.measure()

    def _wait(self, waiting: bool) -> None:
        if waiting != self.waiting:
            self.waiting = waiting
            self.attachments.say_waiting(waiting)
            self.changed.emit()

    def _documents_changed(self) -> None:
        self.measure()
        if self.waiting and not self.attachments.reading:
            self.stop_waiting()
            if self.attachments.offer.isHidden():  # else there is something to decide first
                self.composer.submit()

    def _connect(self) -> None:
        self.composer.edited.connect(self.measure)
        self.composer.edited.connect(self.stop_waiting)
        self.composer.edit_ended.connect(self.attachments.clear)
        self.composer.files_given.connect(self.attachments.take)
        self.attachments.changed.connect(self._documents_changed)
        self.attachments.failed.connect(self.stop_waiting)
        self.evidence.taken.connect(self.attachments.add_results)
        self.evidence.closed.connect(self.composer.input.setFocus)
