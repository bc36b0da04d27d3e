"""The sheet at the right of a conversation: what the model is told first, and how its answers are sampled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QPlainTextEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.core.settings import ChatSettings
from app.ui.controls import field_label, label, tool_button
from app.ui.wheel import calm

_QUIET_MS = 500
_MOST_TOKENS = 1_048_576


@dataclass(frozen=True, slots=True)
class Manner:
    """How a conversation is led: its system prompt, and the sampling settings that are not the usual ones."""

    system_prompt: str
    own: Mapping[str, Any]


class ConversationSheet(QFrame):
    """Changes hold from the next answer on. What equals the chat settings is not kept with the conversation."""

    changed = Signal(object)
    touched = Signal()
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sideSheet")
        self.setAccessibleName(self.tr("This conversation"))
        self._usual = ChatSettings()
        self._told: dict[str, tuple[float, float]] = {}  # what the fields were given, and what they made of it
        self._showing = False
        self.prompt = QPlainTextEdit()
        self.prompt.setObjectName("reader")
        self.prompt.setAccessibleName(self.tr("System prompt"))
        self.prompt.setPlaceholderText(self.tr("What the model is told before the conversation"))
        self.prompt.setTabChangesFocus(True)
        self.prompt.setMaximumHeight(180)
        self.fields: dict[str, QSpinBox | QDoubleSpinBox] = {
            "temperature": _decimal(self.tr("Temperature"), 2.0),
            "top_p": _decimal("top_p", 1.0),
            "top_k": _whole("top_k", 0, 1_000),
            "min_p": _decimal("min_p", 1.0),
            "repetition_penalty": _decimal("repetition_penalty", 2.0),
            "max_tokens": _whole("max_tokens", 1, _MOST_TOKENS),
        }
        self.presets_place = QVBoxLayout()
        self._delay = QTimer(self)
        self._delay.setSingleShot(True)
        self._delay.setInterval(_QUIET_MS)
        self._delay.timeout.connect(self._hand_over)
        self.prompt.textChanged.connect(self._touched)
        for field in self.fields.values():
            field.valueChanged.connect(lambda _value: self._touched())
        self._lay_out()
        self.show_manner(Manner(self._usual.system_prompt, {}), self._usual)  # until the core has said otherwise
        self.hide()

    def show_manner(self, manner: Manner, usual: ChatSettings) -> None:
        """Show how this conversation is led; ``usual`` stands where it has no wish of its own."""
        self._delay.stop()
        self._showing = True
        self._usual = usual
        self.prompt.setPlainText(manner.system_prompt)
        for name, field in self.fields.items():
            value = manner.own.get(name, getattr(usual, name))
            field.setValue(value)
            self._told[name] = value, field.value()
        self._showing = False

    @property
    def manner(self) -> Manner:
        """What the sheet says now."""
        values = {name: self._value(name) for name in self.fields}
        return Manner(
            self.prompt.toPlainText(),
            {name: value for name, value in values.items() if value != getattr(self._usual, name)},
        )

    def _value(self, name: str) -> float:
        """What a field says; untouched, what it was given: it may show fewer digits."""
        given, shown = self._told[name]
        value = self.fields[name].value()
        return given if value == shown else value

    def emit_now(self) -> None:
        """Hand over a change that is still waiting for the typing to pause."""
        if self._delay.isActive():
            self._delay.stop()
            self._hand_over()

    def _hand_over(self) -> None:
        self.changed.emit(self.manner)

    def take(self, manner: Manner) -> None:
        """Lead the conversation like this from now on."""
        self.show_manner(manner, self._usual)
        self._hand_over()
        self.touched.emit()

    def _touched(self) -> None:
        if not self._showing:
            self._delay.start()
            self.touched.emit()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(label(self.tr("This conversation"), "heading"), 1)
        head.addWidget(tool_button(self.tr("Close the sheet"), "close", self.closed.emit, self))
        form = QFormLayout()
        form.setVerticalSpacing(9)
        names = {"temperature": self.tr("Temperature"), "max_tokens": self.tr("At most, tokens")}
        for name, field in self.fields.items():
            form.addRow(field_label(names.get(name, name), field), field)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 16)
        column.setSpacing(10)
        column.addLayout(head)
        column.addWidget(label(self.tr("Preset"), "caption"))
        column.addLayout(self.presets_place)
        column.addWidget(label(self.tr("System prompt"), "caption"))
        column.addWidget(self.prompt)
        column.addWidget(label(self.tr("Sampling"), "caption"))
        column.addLayout(form)
        column.addStretch()
        self.setFixedWidth(276)


def _decimal(name: str, most: float) -> QDoubleSpinBox:
    field = calm(QDoubleSpinBox())
    field.setRange(0.0, most)
    field.setSingleStep(0.05)
    field.setDecimals(2)
    field.setAccessibleName(name)
    return field


def _whole(name: str, least: int, most: int) -> QSpinBox:
    field = calm(QSpinBox())
    field.setRange(least, most)
    field.setAccessibleName(name)
    return field
