"""The settings page: how the window looks, how answers are made, when the queue rests, what services charge."""

from __future__ import annotations

import asyncio
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.core.settings import Settings
from app.ui.bridge import Bridge
from app.ui.controls import label, push_button
from app.ui.kept_settings import KeptSettings
from app.ui.login_start import start_at_login, starts_at_login
from app.ui.pages.form import Form, PriceForm, Row, SectionForm


class SettingsPage(QWidget):
    """Every change is kept once the typing pauses; what holds only from the next start on says so."""

    problem = Signal(str)

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self.forms: dict[str, Form] = {}
        self.login_box = QCheckBox()
        self.login_box.setObjectName("bare")
        self.login_box.setAccessibleName(self.tr("Start Nightdesk when I log in"))
        self.file_key = QWidget()
        self.file_key.hide()
        self.file_key_words = label("", "muted", wrap=True)
        self.file_key_button = push_button(self.tr("Move it to the system's keyring"), self._move_file_key)
        self._column = self._lay_out()
        self._kept = KeptSettings(bridge, self)
        self._kept.shown.connect(self._show)

    def hideEvent(self, event: QHideEvent) -> None:
        """What was changed a moment ago is kept, whether the page or the program is left."""
        super().hideEvent(event)
        self._kept.hand_over()

    def _show(self, settings: Settings) -> None:
        if not self.forms:
            self._build(settings)
        for name, form in self.forms.items():
            form.show_section(getattr(settings, name), partial(self._kept.unsettled, name))

    def _build(self, settings: Settings) -> None:
        for name, (title, rows) in self._sections().items():
            self._add(title, name, SectionForm(getattr(settings, name), rows, partial(self._kept.change, name)))
        self._bridge.ask(lambda _service: asyncio.to_thread(starts_at_login), self._show_login, owner=self)
        self.forms["window"].add_row(self.login_box.accessibleName(), self.login_box)
        self._bridge.ask(lambda service: service.file_key.server(), self._show_file_key, owner=self)
        prices = PriceForm(settings.prices, partial(self._kept.change, "prices"))
        self._add(self.tr("Prices of a service, for the comparison in the report"), "prices", prices)
        self._column.addStretch()

    def _add(self, title: str, name: str, form: Form) -> None:
        self.forms[name] = form
        self._column.addSpacing(8)
        self._column.addWidget(label(title, "heading"))
        self._column.addWidget(form)
        if name == "model":
            row = QHBoxLayout(self.file_key)
            row.setContentsMargins(0, 0, 0, 0)
            row.addWidget(self.file_key_words, 1)
            row.addWidget(self.file_key_button)
            self._column.addWidget(self.file_key)

    def _show_file_key(self, url: str) -> None:
        """Say that a key lies open, and offer a better place for it."""
        words = self.tr("The API key of {server} stands in the settings file in clear text.")
        self.file_key_words.setText(words.format(server=url))
        self.file_key.setVisible(bool(url))

    def _move_file_key(self) -> None:
        self._bridge.ask(lambda service: service.file_key.move(), lambda _none: self._show_file_key(""), owner=self)

    def _show_login(self, starts: bool) -> None:
        self.login_box.setChecked(starts)
        self.login_box.toggled.connect(self._set_login)

    def _set_login(self, wanted: bool) -> None:
        self._bridge.ask(
            lambda _service: asyncio.to_thread(_start_at_login, wanted), partial(self._login_set, wanted), owner=self
        )

    def _login_set(self, wanted: bool, reason: str | None) -> None:
        if reason is not None:
            blocked = self.login_box.blockSignals(True)
            self.login_box.setChecked(not wanted)
            self.login_box.blockSignals(blocked)
            self.problem.emit(self.tr("Start at login cannot be changed: {reason}.").format(reason=reason))

    def _lay_out(self) -> QVBoxLayout:
        inside = QWidget()
        inside.setMaximumWidth(760)
        inside.setAutoFillBackground(False)
        column = QVBoxLayout(inside)
        column.setContentsMargins(34, 28, 34, 28)
        column.setSpacing(8)
        column.addWidget(label(self.tr("Settings"), "title"))
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setAccessibleName(self.tr("Settings"))
        scroll.setWidget(inside)
        scroll.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        scroll.viewport().setAutoFillBackground(False)
        outside = QVBoxLayout(self)
        outside.setContentsMargins(0, 0, 0, 0)
        outside.addWidget(scroll)
        return column

    def _sections(self) -> dict[str, tuple[str, list[Row]]]:
        """Every section but the prices: its title and its rows."""
        never, later = self.tr("never"), self.tr("From the next start on.")
        return {
            "window": (
                self.tr("Window"),
                [
                    Row("theme", self.tr("Colours")),
                    Row("language", self.tr("Language"), later),
                    Row("close_to_tray", self.tr("Closing the window hides it in the tray")),
                ],
            ),
            "chat": (
                self.tr("Chat"),
                [
                    Row("system_prompt", self.tr("System prompt"), long=True),
                    Row("temperature", self.tr("Temperature"), self.tr("0 always takes the likeliest word.")),
                    Row("top_p", "top_p", self.tr("Only the likeliest words that add up to this share are taken.")),
                    Row("max_tokens", self.tr("Longest answer"), unit=self.tr("tokens")),
                ],
            ),
            "power": (
                self.tr("When the queue rests"),
                [
                    Row("keep_awake", self.tr("Keep the machine awake while documents are worked on")),
                    Row("mains_only", self.tr("Rest on battery")),
                    Row("pause_below_percent", self.tr("Rest when the battery is below"), unit="%", zero=never),
                    Row("pause_above_c", self.tr("Rest when the machine is hotter than"), unit="°C", zero=never),
                    Row(
                        "pause_used_min",
                        self.tr("Rest while I use the machine, and after that for"),
                        unit=self.tr("min"),
                        zero=never,
                    ),
                ],
            ),
            "watch": (
                self.tr("Documents"),
                [
                    Row("max_file_mb", self.tr("Largest file that is read"), later, unit="MB"),
                    Row("settle_s", self.tr("A file has to stand still for"), later, unit=self.tr("s")),
                    Row(
                        "ocr",
                        self.tr("Recognise the text of scans and pictures"),
                        self.tr("With tesseract, where it is installed. From the next start on."),
                    ),
                    Row(
                        "ocr_languages",
                        self.tr("Languages of scans"),
                        self.tr("As tesseract names them, such as deu+eng."),
                    ),
                ],
            ),
            "model": (
                self.tr("Model"),
                [
                    Row(
                        "context",
                        self.tr("Context of a request"),
                        self.tr("Longer documents are taken in parts. More needs more memory. From the next start on."),
                        unit=self.tr("tokens"),
                        zero=self.tr("automatic"),
                    ),
                    Row(
                        "unload_after_min",
                        self.tr("Give the memory back without work after"),
                        later,
                        unit=self.tr("min"),
                        zero=never,
                    ),
                    Row(
                        "tune",
                        self.tr("Find the fastest settings while nothing is to do"),
                        self.tr("Once for each model; whoever comes ends it at once. From the next start on."),
                    ),
                ],
            ),
        }


def _start_at_login(wanted: bool) -> str | None:
    """Why it cannot be changed, None when it was."""
    try:
        start_at_login(wanted)
    except OSError as error:
        return error.strerror or str(error)
    return None
