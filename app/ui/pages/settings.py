"""The settings page: how the window looks, how chat answers are made, when the queue rests, what services charge."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QScrollArea, QVBoxLayout, QWidget

from app.core.settings import Settings
from app.ui.bridge import Bridge
from app.ui.controls import label
from app.ui.login_start import start_at_login, starts_at_login
from app.ui.pages.form import SectionForm
from app.ui.theme import Theme

if TYPE_CHECKING:
    from app.core.service import Service

_QUIET_MS = 500


class SettingsPage(QWidget):
    """Every change is kept once the typing pauses; what holds only from the next start on says so."""

    problem = Signal(str)

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self.forms: dict[str, SectionForm] = {}
        self.login_box = QCheckBox(self.tr("Start Nightdesk when I log in"))
        self.login_box.setAccessibleName(self.login_box.text())
        self._delay = QTimer(self)
        self._delay.setSingleShot(True)
        self._delay.setInterval(_QUIET_MS)
        self._delay.timeout.connect(self._keep)
        self._column = self._lay_out()
        bridge.core_ready.connect(self.refresh)

    def refresh(self) -> None:
        """Read the settings again."""
        self._bridge.ask(_settings, self._show, owner=self)

    def _show(self, settings: Settings) -> None:
        if self.forms:
            return
        for name, (title, keys) in self._sections().items():
            form = SectionForm(getattr(settings, name), keys, self._delay.start)
            self.forms[name] = form
            self._column.addWidget(label(title, "heading"))
            self._column.addWidget(form)
            self._column.addSpacing(14)
        self.login_box.setChecked(starts_at_login())
        self.login_box.toggled.connect(self._set_login)
        self._column.insertWidget(3, self.login_box)
        self._column.addStretch()

    def _keep(self) -> None:
        changes = {name: form.section for name, form in self.forms.items()}
        Theme.current().choose(changes["window"].theme)

        async def keep(service: Service) -> None:
            # Only our keys: the rest of a section may have been changed on another page meanwhile.
            sections = {
                name: replace(
                    getattr(service.settings, name), **{key: getattr(changes[name], key) for key in form.fields}
                )
                for name, form in self.forms.items()
            }
            await service.change_settings(replace(service.settings, **sections))

        self._bridge.ask(keep, owner=self)

    def _set_login(self, wanted: bool) -> None:
        try:
            start_at_login(wanted)
        except OSError as error:
            self.problem.emit(self.tr("Start at login cannot be changed: {reason}.").format(reason=error.strerror))

    def _lay_out(self) -> QVBoxLayout:
        inside = QWidget()
        inside.setMaximumWidth(760)
        inside.setAutoFillBackground(False)
        column = QVBoxLayout(inside)
        column.setContentsMargins(34, 28, 34, 28)
        column.setSpacing(10)
        column.addWidget(label(self.tr("Settings"), "title"))
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setAccessibleName(self.tr("Settings"))
        scroll.setWidget(inside)
        scroll.viewport().setAutoFillBackground(False)
        outside = QVBoxLayout(self)
        outside.setContentsMargins(0, 0, 0, 0)
        outside.addWidget(scroll)
        return column

    def _sections(self) -> dict[str, tuple[str, dict[str, str]]]:
        return {
            "window": (
                self.tr("Window"),
                {
                    "theme": self.tr("Colours"),
                    "language": self.tr("Language (next start)"),
                    "close_to_tray": self.tr("Closing hides in the tray (next start)"),
                },
            ),
            "chat": (
                self.tr("Chat"),
                {
                    "system_prompt": self.tr("System prompt"),
                    "temperature": self.tr("Temperature"),
                    "top_p": "top_p",
                    "max_tokens": self.tr("Tokens of an answer, at most"),
                },
            ),
            "power": (
                self.tr("Power"),
                {
                    "keep_awake": self.tr("Keep the machine awake while documents are worked on"),
                    "pause_below_percent": self.tr("Rest when the battery is below, per cent (0 never)"),
                    "pause_above_c": self.tr("Rest when hotter than, °C (0 never)"),
                },
            ),
            "prices": (
                self.tr("Prices of a service, for the comparison in the report"),
                {
                    "batch_in": self.tr("Batch, a million tokens read"),
                    "batch_out": self.tr("Batch, a million tokens written"),
                    "stream_in": self.tr("Streaming, a million tokens read"),
                    "stream_out": self.tr("Streaming, a million tokens written"),
                    "currency": self.tr("Currency"),
                },
            ),
        }


async def _settings(service: Service) -> Settings:
    return service.settings
