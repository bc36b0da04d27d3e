"""The settings as a page shows them: single keys go to the core, and what is changed elsewhere comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from app.core.events import SettingsChanged
from app.core.settings import Settings
from app.ui.bridge import Bridge

if TYPE_CHECKING:
    from app.core.service import Service

_QUIET_MS = 400


class KeptSettings(QObject):
    """``shown`` carries the settings that hold, whenever they may have changed.

    A page leaves its fields alone whose key is ``unsettled``: what a person is writing there is newer.
    """

    shown = Signal(object)

    def __init__(self, bridge: Bridge, parent: QObject) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._waiting: dict[tuple[str, str], Any] = {}
        self._on_its_way: list[set[tuple[str, str]]] = []
        self._delay = QTimer(self)
        self._delay.setSingleShot(True)
        self._delay.setInterval(_QUIET_MS)
        self._delay.timeout.connect(self.hand_over)
        bridge.core_ready.connect(self.read)
        bridge.settings_changed.connect(self._changed)

    def read(self) -> None:
        """Show the settings that hold."""
        self._bridge.ask(_settings, self.shown.emit, lambda _problem: None, owner=self)

    def change(self, section: str, key: str, value: object) -> None:
        """Change one key, as soon as the typing pauses."""
        self._waiting[section, key] = value
        self._delay.start()

    def unsettled(self, section: str, key: str) -> bool:
        """Whether a change of this key is not with the core yet."""
        return any((section, key) in keys for keys in (self._waiting, *self._on_its_way))

    def hand_over(self) -> None:
        """Change now what waits for the typing to pause."""
        self._delay.stop()
        if not self._waiting:
            return
        changes: dict[str, dict[str, Any]] = {}
        for (section, key), value in self._waiting.items():
            changes.setdefault(section, {})[key] = value
        keys = set(self._waiting)
        self._waiting.clear()
        self._on_its_way.append(keys)

        def refused(problem: str) -> None:
            self._on_its_way.remove(keys)
            self._bridge.notice.emit("error", problem)
            self.read()  # nobody shall believe what does not hold

        self._bridge.ask(
            lambda service: service.change(changes),
            lambda _none: self._on_its_way.remove(keys),
            refused,
            owner=self,
        )

    def _changed(self, event: SettingsChanged) -> None:
        self.shown.emit(event.settings)


async def _settings(service: Service) -> Settings:
    return service.settings
