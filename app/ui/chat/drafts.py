"""Keeps what is written and not sent, per conversation, so that a switch, a quit or a crash does not lose it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from app.ui.bridge import Bridge
from app.ui.chat.composer import Composer

_QUIET_MS = 800


class Drafts(QObject):
    """The composer's text belongs to the conversation that ``opened`` gives; None is one that has not begun.

    It is kept once the typing pauses. Whoever opens another conversation calls ``keep`` before and ``show`` after.
    """

    def __init__(self, bridge: Bridge, composer: Composer, opened: Callable[[], int | None], parent: QObject) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._composer = composer
        self._opened = opened
        self._kept: dict[int | None, str] = {}
        self._unknown: set[int | None] = {None}  # what the database holds of these has not been told yet
        self._found_late: dict[int | None, str] = {}  # told when what follows it here was perhaps on its way already
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_QUIET_MS)
        self._timer.timeout.connect(self.keep)
        composer.edited.connect(self._timer.start)
        bridge.core_ready.connect(lambda: self._recall(self._opened()))

    def learn(self, conversation_id: int, draft: str) -> None:
        """Take what the database holds, unless something newer was written here."""
        self._kept.setdefault(conversation_id, draft)

    def show(self) -> None:
        """Put back what was left unsent in the conversation that is open now."""
        conversation_id = self._opened()
        self._found_late.pop(conversation_id, None)
        self._composer.set_text(self._kept.get(conversation_id, ""))
        if conversation_id not in self._kept and conversation_id not in self._unknown:
            self._recall(conversation_id)

    def keep(self) -> None:
        """Store the composer's text now, if it has changed; an earlier question that is being edited is no draft."""
        self._timer.stop()
        if self._composer.editing is None:
            self._put(self._opened(), self._composer.text)

    def put_back(self, conversation_id: int | None, text: str) -> None:
        """A question of a conversation that is not on the page could not be sent: it waits there."""
        if not self._kept.get(conversation_id):
            self._put(conversation_id, text)

    def sent(self, *, new: bool) -> None:
        """What was written on the page is kept as a message now, in a ``new`` conversation perhaps."""
        if new:
            self._put(None, self._found_late.pop(None, ""))
        self.keep()

    def _put(self, conversation_id: int | None, text: str) -> None:
        if self._kept.get(conversation_id, "") != text:
            self._kept[conversation_id] = text
            if conversation_id not in self._unknown:  # else it is stored with what it follows
                self._bridge.ask(lambda service: service.chat.save_draft(conversation_id, text))

    def _recall(self, conversation_id: int | None) -> None:
        self._unknown.add(conversation_id)
        self._bridge.ask(
            lambda service: service.chat.draft(conversation_id),
            lambda draft: self._recalled(conversation_id, draft),
            owner=self,
        )

    def _recalled(self, conversation_id: int | None, draft: str) -> None:
        """Found in the database. What was written here meanwhile follows it."""
        self._unknown.discard(conversation_id)
        shown = conversation_id == self._opened() and self._composer.editing is None
        newer = self._composer.text if shown else self._kept.get(conversation_id, "")
        text = newer if newer.startswith(draft) else "\n".join(part for part in (draft, newer) if part)
        self._kept[conversation_id] = draft
        if shown and text != newer:
            self._composer.set_text(text)
        if not shown and text != newer:
            self._found_late[conversation_id] = draft
        self._put(conversation_id, text)
