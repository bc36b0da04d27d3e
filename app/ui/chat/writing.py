"""What is being written: the composer, what goes along with it, its draft, and the context it would take."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from app.core.chat.attachments import apart
from app.ui.bridge import Bridge
from app.ui.chat.attachments import Attachments
from app.ui.chat.composer import Composer
from app.ui.chat.drafts import Drafts
from app.ui.chat.evidence import EvidencePanel
from app.ui.chat.meter import ContextMeter


class Writing(QObject):
    """The next question, until it is sent. ``opened`` gives the conversation on the page."""

    def __init__(self, bridge: Bridge, opened: Callable[[], int | None], parent: QObject) -> None:
        super().__init__(parent)
        self._opened = opened
        self.composer = Composer()
        self.attachments = Attachments(bridge)
        self.evidence = EvidencePanel(bridge, lambda: (opened(), self.composer.text))
        self.meter = ContextMeter(bridge)
        self.drafts = Drafts(bridge, self._unsent, self)
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

    def take(self, text: str) -> tuple[int | None, str]:
        """The question that was being edited, if any, and ``text`` together with what goes along."""
        edited, self.composer.editing = self.composer.editing, None
        self.composer.banner.hide()
        return edited, self.attachments.together(text)

    def put_back(self, text: str) -> None:
        """A question could not be sent: nobody has to write it again."""
        if not self.composer.text:
            self.composer.set_text(apart(text)[0])

    def show_draft(self, conversation_id: int) -> None:
        """Put back what was left unsent in a conversation, unless something is written already."""
        if not self.composer.text:
            self.composer.set_text(self.drafts.of(conversation_id))

    def leave(self) -> None:
        """Keep what is unsent, before another conversation is opened."""
        self.composer.end_edit()
        self.drafts.keep()

    def clear(self) -> None:
        """Leave nothing of what was written."""
        self.composer.set_text("")
        self.attachments.clear()

    def _connect(self) -> None:
        self.composer.edited.connect(self.drafts.touch)
        self.composer.edited.connect(self.measure)
        self.composer.edit_ended.connect(self.attachments.clear)
        self.composer.files_given.connect(self.attachments.take)
        self.attachments.changed.connect(self.measure)
        self.evidence.taken.connect(self.attachments.add_results)
        self.evidence.closed.connect(self.composer.input.setFocus)

    def _unsent(self) -> tuple[int | None, str]:
        """What belongs into the draft: not the earlier question that is being edited."""
        editing = self.composer.editing is not None
        return None if editing else self._opened(), self.composer.text
