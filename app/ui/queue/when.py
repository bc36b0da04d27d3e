"""When to work: the run window and its days, on mains only, and a way to begin now whatever they say."""

from __future__ import annotations

import time
from datetime import time as clock_time
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QTime
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QTimeEdit, QToolButton, QWidget

from app.core.schedule.window import DAY_NAMES, next_time, parse_days, parse_window
from app.core.settings import ScheduleSettings, Settings
from app.ui.bridge import Bridge
from app.ui.controls import label, push_button
from app.ui.flow import FlowLayout
from app.ui.kept_settings import KeptSettings
from app.ui.wheel import calm

if TYPE_CHECKING:
    from app.core.service import Service

MORNING = clock_time(7, 0)


class WhenToWork(QFrame):
    """One line of rules. They hold at once and are kept with the settings."""

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self._bridge = bridge
        self._kept = KeptSettings(bridge, self)
        self._kept.shown.connect(self.show_settings)
        self._showing = False
        self.window_box = QCheckBox(self.tr("Only from"))
        self.window_box.setAccessibleName(self.tr("Work only at certain hours"))
        self.begin = _time_field(self.tr("Begin working at"), QTime(22, 0))
        self.end = _time_field(self.tr("Stop working at"), QTime(7, 0))
        self.days = [self._day(number) for number in range(7)]
        self.mains_box = QCheckBox(self.tr("Not on battery"))
        self.mains_box.setAccessibleName(self.mains_box.text())
        self.now_button = push_button(self.tr("Now until morning"), self.work_now, icon="clock")
        self.summary = push_button("", lambda: self.set_compact(False), icon="chevron")
        self.summary.setProperty("quiet", True)
        self._lay_out()
        self.window_box.toggled.connect(lambda _on: self._hours_touched())
        self.mains_box.toggled.connect(lambda on: self._touched("power", "mains_only", on))
        for field in (self.begin, self.end):
            field.timeChanged.connect(lambda _time: self._hours_touched())

    def hideEvent(self, event: QHideEvent) -> None:
        """What was changed a moment ago is kept, whether the page or the program is left."""
        super().hideEvent(event)
        self._kept.hand_over()

    def show_settings(self, settings: Settings) -> None:
        """Show the rules as they are, but for what is being changed here."""
        self._showing = True
        schedule, unsettled = settings.schedule, self._kept.unsettled
        if not unsettled("schedule", "window"):
            self._show_hours(schedule)
        if not unsettled("schedule", "days"):
            days = parse_days(schedule.days)
            for number, button in enumerate(self.days):
                button.setChecked(number in days)
        if not unsettled("power", "mains_only"):
            self.mains_box.setChecked(settings.power.mains_only)
        self._enable()
        self._say()
        self._showing = False

    def set_compact(self, compact: bool) -> None:
        """Only say the rules in words, with a button that opens them, where there is little room."""
        for part in self._parts:
            part.setVisible(not compact)
        self.summary.setVisible(compact)
        self.updateGeometry()

    def work_now(self) -> None:
        """Work from now until the next morning, whatever the run window says."""
        end = self.end.time()
        morning = clock_time(end.hour(), end.minute()) if self.window_box.isChecked() else MORNING

        async def begin(service: Service) -> None:
            service.resume()
            service.work_until(next_time(morning, time.time()))

        self._bridge.ask(begin, owner=self)

    def _show_hours(self, schedule: ScheduleSettings) -> None:
        chosen = schedule.window.strip()
        self.window_box.setChecked(bool(chosen))
        if chosen:
            window = parse_window(chosen, schedule.days)
            self.begin.setTime(QTime(window.start.hour, window.start.minute))
            self.end.setTime(QTime(window.end.hour, window.end.minute))

    def _hours_touched(self) -> None:
        span = f"{self.begin.time().toString('HH:mm')}-{self.end.time().toString('HH:mm')}"
        self._touched("schedule", "window", span if self.window_box.isChecked() else "")

    def _touched(self, section: str, key: str, value: object) -> None:
        if not self._showing:
            self._kept.change(section, key, value)
            self._enable()
            self._say()

    def _day_clicked(self) -> None:
        if not any(button.isChecked() for button in self.days):
            for button in self.days:  # no day at all would mean never: that is what Pause is for
                button.setChecked(True)
        chosen = [DAY_NAMES[number] for number, button in enumerate(self.days) if button.isChecked()]
        self._touched("schedule", "days", "" if len(chosen) == len(DAY_NAMES) else ", ".join(chosen))

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
        flow = FlowLayout(self, spacing=7)
        flow.setContentsMargins(18, 7, 10, 7)
        heading = label(self.tr("When to work"), "heading")
        heading.setContentsMargins(0, 0, 8, 0)
        hours = _row(self.window_box, self.begin, label("–"), self.end)
        self._parts = (hours, _row(*self.days, spacing=2), self.mains_box)
        for widget in (heading, self.summary, *self._parts):
            flow.addWidget(widget)
        flow.push(self.now_button)
        self.summary.hide()

    def _say(self) -> None:
        begin, end = (field.time().toString("HH:mm") for field in (self.begin, self.end))
        words = self.tr("at any time")
        if self.window_box.isChecked():
            words = self.tr("from {begin} to {end}").format(begin=begin, end=end)
            chosen = [button.text() for button in self.days if button.isChecked()]
            if len(chosen) < len(self.days):
                words = self.tr("{hours}, on {days}").format(hours=words, days=", ".join(chosen))
        if self.mains_box.isChecked():
            words = self.tr("{rules}, not on battery").format(rules=words)
        self.summary.setText(words)
        self.summary.setAccessibleName(self.tr("When to work: {rules}. Change").format(rules=words))


def _row(*widgets: QWidget, spacing: int = 6) -> QWidget:
    """Widgets that stay together when the line breaks."""
    together = QWidget()
    row = QHBoxLayout(together)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(spacing)
    for widget in widgets:
        row.addWidget(widget)
    return together


def _time_field(name: str, at: QTime) -> QTimeEdit:
    field = calm(QTimeEdit(at))
    field.setDisplayFormat("HH:mm")
    field.setFixedWidth(84)
    field.setAccessibleName(name)
    return field
