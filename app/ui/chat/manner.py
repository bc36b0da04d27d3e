"""Opens the sheet with a conversation's system prompt and sampling, and keeps what is changed there."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.core.chat.rows import ConversationRow
from app.core.events import SettingsChanged
from app.core.settings import ChatSettings
from app.ui.bridge import Bridge
from app.ui.chat.presets import PresetBar
from app.ui.chat.side_sheet import ConversationSheet, Manner
from app.ui.controls import tool_button

if TYPE_CHECKING:
    from app.core.service import Service


class MannerControl(QObject):
    """The button in the composer and its sheet. A conversation not yet begun keeps its wishes until it is."""

    turned = Signal()  # the sheet was opened or closed

    def __init__(self, bridge: Bridge, opened: Callable[[], int | None], parent: QWidget) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._opened = opened
        self._wanted: Manner | None = None
        self._usual = ChatSettings()
        self.sheet = ConversationSheet()
        self.presets = PresetBar(bridge)
        self.sheet.presets_place.addWidget(self.presets)
        self.button = tool_button(self.tr("System prompt and sampling"), "manner", self.toggle)
        self.sheet.changed.connect(self._keep)
        self.sheet.closed.connect(self.toggle)
        self.sheet.touched.connect(lambda: self.presets.show_manner(self.sheet.manner, self._usual))
        self.presets.chosen.connect(self.sheet.take)
        bridge.core_ready.connect(lambda: self.show(self._opened()))
        bridge.settings_changed.connect(self._follow)

    def wanted(self) -> Manner | None:
        """What was chosen for a conversation that has not begun."""
        self.sheet.emit_now()
        wanted, self._wanted = self._wanted, None
        return wanted

    def keep_now(self) -> None:
        """Keep what was changed a moment ago, before another conversation is opened."""
        self.sheet.emit_now()

    def toggle(self) -> None:
        """Open or close the sheet."""
        self.sheet.emit_now()
        self.sheet.setVisible(self.sheet.isHidden())
        if self.sheet.isVisible():
            self.presets.refresh()
        self.turned.emit()
        (self.sheet.prompt if self.sheet.isVisible() else self.button).setFocus()

    def show(self, conversation_id: int | None) -> None:
        """Show how this conversation is led; None: a new one."""
        self._wanted = None
        self._bridge.ask(
            lambda service: _look(service, conversation_id),
            lambda found: self._show(conversation_id, *found),
            lambda _problem: None,  # it was deleted meanwhile: whoever opened it has said so
            owner=self,
        )

    def _show(self, conversation_id: int | None, row: ConversationRow | None, usual: ChatSettings) -> None:
        if conversation_id != self._opened():
            return
        manner = Manner(usual.system_prompt, {}) if row is None else Manner(row.system_prompt, row.settings)
        self._usual = usual
        self.sheet.show_manner(manner, usual)
        self.presets.show_manner(self.sheet.manner, usual)

    def _follow(self, event: SettingsChanged) -> None:
        """The usual settings are others now; what the conversation wishes for itself stays."""
        usual = event.settings.chat
        if usual == self._usual:
            return
        self.sheet.emit_now()
        manner = self.sheet.manner
        if self._opened() is None and manner == Manner(self._usual.system_prompt, {}):
            manner = Manner(usual.system_prompt, {})
        self._usual = usual
        self.sheet.show_manner(manner, usual)
        self.presets.show_manner(self.sheet.manner, usual)

    def _keep(self, manner: Manner) -> None:
        conversation_id = self._opened()
        if conversation_id is None:
            self._wanted = manner
            return

        self._bridge.ask(
            lambda service: service.chat.lead(conversation_id, manner.system_prompt, manner.own), owner=self
        )


async def _look(service: Service, conversation_id: int | None) -> tuple[ConversationRow | None, ChatSettings]:
    row = None if conversation_id is None else await service.chat.conversation(conversation_id)
    return row, service.chat.settings
