"""When to work: the run window and its days, on mains only, and a way to begin now whatever they say."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import time as clock_time
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QTime, QTimer
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QTimeEdit, QToolButton, QWidget

from app.core.schedule.window import DAY_NAMES, next_time, parse_days, parse_window
from app.core.settings import Settings
from app.ui.bridge import Bridge
from app.ui.controls import label, push_button

if TYPE_CHECKING:
    from app.core.service import Service

MORNING = clock_time(7, 0)
_QUIET_MS = 400


class WhenToWork(QFrame):
    """One line of rules. They hold at once and are kept with the settings."""

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self._bridge = bridge
        self._showing = False
        self.window_box = QCheckBox(self.tr("Only from"))
        self.window_box.setAccessibleName(self.tr("Work only at certain hours"))
        self.begin = _time_field(self.tr("Begin working at"), QTime(22, 0))
        self.end = _time_field(self.tr("Stop working at"), QTime(7, 0))
        self.days = [self._day(number) for number in range(7)]
        self.mains_box = QCheckBox(self.tr("Not on battery"))
        self.mains_box.setAccessibleName(self.mains_box.text())
        self.now_button = push_button(self.tr("Now until morning"), self.work_now, icon="clock")
        self._delay = QTimer(self)
        self._delay.setSingleShot(True)
        self._delay.setInterval(_QUIET_MS)
        self._delay.timeout.connect(self._keep)
        self._lay_out()
        for box in (self.window_box, self.mains_box):
            box.toggled.connect(lambda _on: self._touched())
        for field in (self.begin, self.end):
            field.timeChanged.connect(lambda _time: self._touched())
        bridge.core_ready.connect(self.refresh)

    def refresh(self) -> None:
        """Read the settings again."""
        self._bridge.ask(_settings, self.show_settings, owner=self)

    def show_settings(self, settings: Settings) -> None:
        """Show the rules as they are."""
        self._showing = True
        chosen = settings.schedule.window.strip()
        self.window_box.setChecked(bool(chosen))
        if chosen:
            window = parse_window(chosen, settings.schedule.days)
            self.begin.setTime(QTime(window.start.hour, window.start.minute))
            self.end.setTime(QTime(window.end.hour, window.end.minute))
        days = parse_days(settings.schedule.days)
        for number, button in enumerate(self.days):
            button.setChecked(number in days)
        self.mains_box.setChecked(settings.power.mains_only)
        self._enable()
        self._showing = False

    def work_now(self) -> None:
        """Work from now until the next morning, whatever the run window says."""
        end = self.end.time()
        morning = clock_time(end.hour(), end.minute()) if self.window_box.isChecked() else MORNING

        async def begin(service: Service) -> None:
            service.resume()
            service.work_until(next_time(morning, time.time()))

        self._bridge.ask(begin, owner=self)

    def changed(self, settings: Settings) -> Settings:
        """The settings with the rules as they are shown."""
        span = f"{self.begin.time().toString('HH:mm')}-{self.end.time().toString('HH:mm')}"
        chosen = [DAY_NAMES[number] for number, button in enumerate(self.days) if button.isChecked()]
        days = "" if len(chosen) == len(DAY_NAMES) else ", ".join(chosen)
        return replace(
            settings,
            schedule=replace(settings.schedule, window=span if self.window_box.isChecked() else "", days=days),
            power=replace(settings.power, mains_only=self.mains_box.isChecked()),
        )

    def _keep(self) -> None:
        async def keep(service: Service) -> None:
            await service.change_settings(self.changed(service.settings))

        self._bridge.ask(keep, owner=self)

    def _touched(self) -> None:
        self._enable()
        if not self._showing:
            self._delay.start()

    def _day_clicked(self) -> None:
        if not any(button.isChecked() for button in self.days):
            for button in self.days:  # no day at all would mean never: that is what Pause is for
                button.setChecked(True)
        self._touched()

    def _enable(self) -> None:
        for widget in (self.begin, self.end, *self.days):
            widget.setEnabled(self.window_box.isChecked())

    def _day(self, number: int) -> QToolButton:
        button = QToolButton()
        button.setProperty("quiet", True)
        button.setObjectName("day")
        button.setCheckable(True)
        button.setChecked(True)
        button.setText(QLocale().dayName(number + 1, QLocale.FormatType.ShortFormat))
        button.setAccessibleName(QLocale().dayName(number + 1))
        button.clicked.connect(lambda _on: self._day_clicked())
        return button

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(18, 7, 10, 7)
        row.setSpacing(6)
        row.addWidget(label(self.tr("When to work"), "heading"))
        row.addSpacing(8)
        for widget in (self.window_box, self.begin, label("–"), self.end):
            row.addWidget(widget)
        days = QHBoxLayout()
        days.setSpacing(2)
        for button in self.days:
            days.addWidget(button)
        row.addLayout(days)
        row.addSpacing(8)
        row.addWidget(self.mains_box)
        row.addStretch()
        row.addWidget(self.now_button)


async def _settings(service: Service) -> Settings:
    return service.settings


def _time_field(name: str, at: QTime) -> QTimeEdit:
    field = QTimeEdit(at)
    field.setDisplayFormat("HH:mm")
    field.setFixedWidth(84)
    field.setAccessibleName(name)
    return field
