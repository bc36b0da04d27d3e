"""Recipes that are being written, as the page knows them: kept by the core once the typing pauses."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from app.core.recipes.drafts import Draft
from app.ui.bridge import Bridge

_QUIET_MS = 800


class Drafts(QObject):
    """``written`` gives the open recipe's key and its draft, None where nothing differs from its file."""

    changed = Signal()  # other recipes have a draft than before

    def __init__(self, bridge: Bridge, written: Callable[[], tuple[str, Draft | None]], parent: QObject) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._written = written
        self._drafts: dict[str, Draft] = {}
        self._kept: dict[str, Draft] = {}
        self._known = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_QUIET_MS)
        self._timer.timeout.connect(self.keep)

    def of(self, key: str) -> Draft | None:
        """The draft under this key."""
        return self._drafts.get(key)

    def learn(self, drafts: dict[str, Draft]) -> None:
        """Take what was kept before this start; it does not replace what has been written since."""
        self._kept = dict(drafts)
        self._drafts = drafts | self._drafts
        self._known = True
        self._timer.start()
        self.changed.emit()

    def put(self, key: str, draft: Draft | None) -> None:
        """This is written under ``key`` now; None: nothing that is not in the file."""
        before = set(self._drafts)
        if draft is None:
            self._drafts.pop(key, None)
        else:
            self._drafts[key] = draft
        self._timer.start()
        if set(self._drafts) != before:
            self.changed.emit()

    def touch(self) -> None:
        """Something was typed."""
        self.put(*self._written())

    def keep(self) -> None:
        """Have the core keep the drafts now, if they have changed."""
        self._timer.stop()
        if not self._known or self._drafts == self._kept or not self._bridge.ready:
            return
        self._kept = dict(self._drafts)
        drafts = self._kept
        self._bridge.ask(lambda service: service.recipe_drafts.keep(drafts))
