"""Fields for a section of the settings, made from its types, limits and choices."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QLineEdit,
    QPlainTextEdit,
    QSpinBox,
    QWidget,
)

from app.ui.controls import field_label
from app.ui.wording import choice_word

_NAME_WIDTH = 360


class SectionForm(QWidget):
    """One row for each key in ``names``: what it is called there, and a field that can only hold what is allowed."""

    def __init__(
        self, section: Any, names: Mapping[str, str], on_change: Callable[[], object], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._section = section
        self._on_change = on_change
        limits = {one.name: one.metadata for one in dataclasses.fields(section)}
        self.fields: dict[str, QWidget] = {}
        rows = QFormLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setVerticalSpacing(9)
        rows.setHorizontalSpacing(18)
        for key, name in names.items():
            field = self._field(getattr(section, key), limits[key])
            field.setAccessibleName(name)
            self.fields[key] = field
            words = field_label(name, field)
            words.setMinimumWidth(_NAME_WIDTH)
            rows.addRow(words, field)

    @property
    def section(self) -> Any:
        """The section as the fields show it."""
        return dataclasses.replace(self._section, **{key: _value(field) for key, field in self.fields.items()})

    def _field(self, value: object, limits: Mapping[str, Any]) -> QWidget:
        if isinstance(value, bool):
            return self._check(value)
        if isinstance(value, int):
            return self._spin(QSpinBox(), value, limits)
        if isinstance(value, float):
            return self._spin(QDoubleSpinBox(), value, limits)
        return self._choice(str(value), limits["choices"]) if limits.get("choices") else self._text(str(value))

    def _check(self, value: bool) -> QCheckBox:
        field = QCheckBox()
        field.setChecked(value)
        field.toggled.connect(self._changed)
        return field

    def _spin(self, field: QSpinBox | QDoubleSpinBox, value: Any, limits: Mapping[str, Any]) -> QWidget:
        field.setRange(limits["low"], limits["high"])
        field.setSingleStep(0.05 if isinstance(field, QDoubleSpinBox) else 1)  # type: ignore[arg-type]
        field.setValue(value)
        field.setMaximumWidth(160)
        field.valueChanged.connect(self._changed)
        return field

    def _choice(self, value: str, choices: tuple[str, ...]) -> QComboBox:
        field = QComboBox()
        for one in choices:
            field.addItem(choice_word(one), one)
        field.setCurrentIndex(field.findData(value))
        field.setMaximumWidth(160)
        field.currentIndexChanged.connect(self._changed)
        return field

    def _text(self, value: str) -> QWidget:
        if len(value) < 20:
            line = QLineEdit(value)
            line.setMaximumWidth(160)
            line.textChanged.connect(self._changed)
            return line
        field = QPlainTextEdit(value)
        field.setObjectName("reader")
        field.setTabChangesFocus(True)
        field.setMaximumHeight(92)
        field.textChanged.connect(self._changed)
        return field

    def _changed(self, *_value: object) -> None:
        self._on_change()


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
    raise TypeError(f"no field of ours: {type(field).__name__}")
