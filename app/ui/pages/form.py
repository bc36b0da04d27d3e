"""Fields for a section of the settings, made from its types, limits and choices; names left, fields right."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QCoreApplication, Qt, SignalInstance
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.ui.controls import label
from app.ui.wheel import calm
from app.ui.wording import choice_word

OnChange = Callable[[str, Any], object]
FIELD_WIDTH = 150
_ROW = 46


@dataclass(frozen=True, slots=True)
class Row:
    """One key of a section: its name, what else is to be said, its unit, and what 0 means in words.

    A ``long`` text has lines.
    """

    key: str
    name: str
    hint: str = ""
    unit: str = ""
    zero: str = ""
    long: bool = False


class Form(QFrame):
    """A card of rows; ``fields`` are its controls by key. ``on_change`` gets the key and the value of each change."""

    def __init__(self, section: Any, on_change: OnChange, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self._section = section
        self._on_change = on_change
        self._showing = False
        self._limits = {one.name: one.metadata for one in dataclasses.fields(section)}
        self._rows = 0
        self.fields: dict[str, QWidget] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(18, 6, 18, 6)
        self._column.setSpacing(0)

    def show_section(self, section: Any, unsettled: Callable[[str], bool]) -> None:
        """Show the values as they are now, but for the keys that are being changed here."""
        self._showing = True
        for key, field in self.fields.items():
            value = getattr(section, key)
            if not unsettled(key) and value != _value(field):
                _show(field, value)
        self._showing = False

    def add_row(self, name: str, control: QWidget, hint: str = "") -> None:
        """Add a line: the name with its hint at the left, the control at the right edge."""
        if self._rows:
            line = QFrame()
            line.setObjectName("line")
            line.setFixedHeight(1)
            self._column.addWidget(line)
        self._rows += 1
        words = QVBoxLayout()
        words.setSpacing(1)
        title = label(name, wrap=True)
        title.setBuddy(control)
        words.addStretch()
        words.addWidget(title)
        if hint:
            words.addWidget(label(hint, "caption", wrap=True))
        words.addStretch()
        line_of_it = QWidget()
        line_of_it.setMinimumHeight(_ROW)
        row = QHBoxLayout(line_of_it)
        row.setContentsMargins(0, 5, 0, 5)
        row.setSpacing(24)
        row.addLayout(words, 1)
        row.addWidget(control, 0, _RIGHT_MIDDLE)
        self._column.addWidget(line_of_it)

    def add_below(self, name: str, control: QWidget) -> None:
        """Add a line whose control needs the whole width."""
        words = label(name)
        words.setBuddy(control)
        words.setContentsMargins(0, 10, 0, 4)
        self._rows += 1
        self._column.addWidget(words)
        self._column.addWidget(control)
        self._column.addSpacing(10)

    def make(self, row: Row) -> QWidget:
        """The control of a key, which can only hold what is allowed."""
        value, limits = getattr(self._section, row.key), self._limits[row.key]
        if isinstance(value, bool):
            control: QWidget = self._check(value)
        elif isinstance(value, int):
            control = self._spin(QSpinBox(), value, limits, row)
        elif isinstance(value, float):
            control = self._spin(QDoubleSpinBox(), value, limits, row)
        elif limits.get("choices"):
            control = self._choice(str(value), limits["choices"])
        else:
            control = self._text(str(value), row)
        control.setAccessibleName(row.name)
        control.setAccessibleDescription(row.hint)
        self.fields[row.key] = control
        _changed(control).connect(lambda *_value: self._changed(row.key))
        return control

    def _check(self, value: bool) -> QCheckBox:
        control = QCheckBox()
        control.setObjectName("bare")  # its name stands at the left: the box itself ends at the edge
        control.setChecked(value)
        return control

    def _spin(self, control: QSpinBox | QDoubleSpinBox, value: Any, limits: Mapping[str, Any], row: Row) -> QWidget:
        control.setRange(limits["low"], limits["high"])
        control.setSingleStep(0.05 if isinstance(control, QDoubleSpinBox) else 1)  # type: ignore[arg-type]
        control.setGroupSeparatorShown(True)
        if row.unit:
            control.setSuffix(f" {row.unit}")
        if row.zero and limits["low"] == 0:
            control.setSpecialValueText(row.zero)
        control.setValue(value)
        control.setFixedWidth(FIELD_WIDTH)
        return calm(control)

    def _choice(self, value: str, choices: tuple[str, ...]) -> QComboBox:
        control = QComboBox()
        for one in choices:
            control.addItem(choice_word(one), one)
        control.setCurrentIndex(control.findData(value))
        control.setFixedWidth(FIELD_WIDTH)
        return calm(control)

    def _text(self, value: str, row: Row) -> QWidget:
        if not row.long:
            line = QLineEdit(value)
            line.setFixedWidth(FIELD_WIDTH)
            return line
        control = QPlainTextEdit(value)
        control.setObjectName("reader")
        control.setTabChangesFocus(True)
        control.setFixedHeight(84)
        return control

    def _changed(self, key: str) -> None:
        if not self._showing:
            self._on_change(key, _value(self.fields[key]))


class SectionForm(Form):
    """One line for each of ``rows``."""

    def __init__(self, section: Any, rows: Sequence[Row], on_change: OnChange, parent: QWidget | None = None) -> None:
        super().__init__(section, on_change, parent)
        for row in rows:
            control = self.make(row)
            if isinstance(control, QPlainTextEdit):
                self.add_below(row.name, control)
            else:
                self.add_row(row.name, control, row.hint)


class PriceForm(Form):
    """The prices of a service in a small table: its batch and its usual interface, tokens read and written."""

    def __init__(self, section: Any, on_change: OnChange, parent: QWidget | None = None) -> None:
        super().__init__(section, on_change, parent)
        translate = QCoreApplication.translate
        read, written = translate("Prices", "read"), translate("Prices", "written")
        kinds = (("batch", translate("Prices", "Batch service")), ("stream", translate("Prices", "Streaming service")))
        not_set = translate("Prices", "not set")
        table = QWidget()
        grid = QGridLayout(table)
        grid.setContentsMargins(0, 8, 0, 8)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(0, 1)
        grid.addWidget(label(translate("Prices", "For a million tokens"), "muted"), 0, 0)
        for place, words in enumerate((read, written), 1):
            grid.addWidget(label(words, "muted"), 0, place)
        for line, (key, name) in enumerate(kinds, 1):
            grid.addWidget(label(name), line, 0)
            for place, (way, words) in enumerate((("in", read), ("out", written)), 1):
                spoken = translate("Prices", "{service}, a million tokens {way}").format(service=name, way=words)
                control = self.make(Row(f"{key}_{way}", spoken, zero=not_set))
                control.setFixedWidth(110)
                grid.addWidget(control, line, place)
        self._rows += 1
        self._column.addWidget(table)
        self.add_row(translate("Prices", "Currency"), self.make(Row("currency", translate("Prices", "Currency"))))


def _value(field: QWidget) -> Any:
    match field:
        case QCheckBox():
            return field.isChecked()
        case QSpinBox() | QDoubleSpinBox():
            return field.value()
        case QComboBox():
            return field.currentData()
        case QPlainTextEdit():
            return field.toPlainText()
        case QLineEdit():
            return field.text()
    raise _not_ours(field)


def _show(field: QWidget, value: Any) -> None:
    match field:
        case QCheckBox():
            field.setChecked(value)
        case QSpinBox() | QDoubleSpinBox():
            field.setValue(value)
        case QComboBox():
            field.setCurrentIndex(field.findData(value))
        case QPlainTextEdit():
            field.setPlainText(value)
        case QLineEdit():
            field.setText(value)
        case _:
            raise _not_ours(field)


def _changed(field: QWidget) -> SignalInstance:
    """The signal with which a field tells that a person has changed it."""
    match field:
        case QCheckBox():
            return field.toggled
        case QSpinBox() | QDoubleSpinBox():
            return field.valueChanged
        case QComboBox():
            return field.currentIndexChanged
        case QPlainTextEdit() | QLineEdit():
            return field.textChanged
    raise _not_ours(field)


def _not_ours(field: QWidget) -> TypeError:
    return TypeError(f"no field of ours: {type(field).__name__}")


_RIGHT_MIDDLE = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
