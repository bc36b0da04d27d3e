"""What the window remembers between two starts: its place, and small choices such as the last recipe."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings


class WindowState:
    """An INI file of ours; it holds nothing that a person would miss."""

    def __init__(self, file: Path) -> None:
        self._settings = QSettings(str(file), QSettings.Format.IniFormat)

    @property
    def geometry(self) -> QByteArray | None:
        """The window's place and size, as Qt packs them."""
        value = self._settings.value("window/geometry")
        return value if isinstance(value, QByteArray) else None

    @geometry.setter
    def geometry(self, value: QByteArray) -> None:
        self._settings.setValue("window/geometry", value)

    @property
    def last_recipe(self) -> str:
        """The recipe used last; empty at first."""
        return str(self._settings.value("queue/last_recipe", ""))

    @last_recipe.setter
    def last_recipe(self, name: str) -> None:
        self._settings.setValue("queue/last_recipe", name)

    def once(self, what: str) -> bool:
        """True the first time ``what`` is asked for, False ever after."""
        key = f"seen/{what}"
        if self._settings.value(key):
            return False
        self._settings.setValue(key, 1)
        return True
