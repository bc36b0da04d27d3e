"""The wheel scrolls the page: it changes a field only when the field has the focus."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QWidget

Field = TypeVar("Field", bound=QWidget)


def calm(field: Field) -> Field:
    """Return ``field``, a spin box or a choice, deaf to a wheel that only passes over it."""
    field.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # Qt's own policy for them gives the focus to the wheel
    field.installEventFilter(_WheelGuard(field))
    return field


class _WheelGuard(QObject):
    """Leaves the wheel of a field without the focus to whatever the field lies on."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Ignored, the event goes on to the field's parents."""
        if event.type() == QEvent.Type.Wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return False
