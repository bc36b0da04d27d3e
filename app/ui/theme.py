"""Our two quiet palettes, light and dark, and the one object that says which is in use."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any, ClassVar

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from app.core.resources import resource
from app.ui.stylesheet import stylesheet

_SCHEMES = {"system": Qt.ColorScheme.Unknown, "light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}


class Theme(QObject):
    """The colours in use; ``changed`` is emitted after the application has been repainted in new ones."""

    changed = Signal()
    _instance: ClassVar[Theme | None] = None

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self._application = application
        self._choice = "system"
        self._tokens: dict[str, Any] = {}
        self._icons: list[Callable[[], bool]] = []
        application.styleHints().colorSchemeChanged.connect(self._follow_system)
        self._apply()

    @classmethod
    def current(cls) -> Theme:
        """Return the application's theme, made on first use."""
        application = QApplication.instance()
        assert isinstance(application, QApplication), "the theme needs an application"
        if cls._instance is None:
            cls._instance = cls(application)
        return cls._instance

    @property
    def is_dark(self) -> bool:
        """True while the dark palette is in use."""
        if self._choice != "system":
            return self._choice == "dark"
        return self._system_is_dark()

    def choose(self, choice: str) -> None:
        """Use ``light``, ``dark``, or follow the ``system``."""
        if choice == self._choice:
            return
        self._choice = choice
        if not sys.platform.startswith("linux"):  # there the system's own style draws, and has to be told
            self._application.styleHints().setColorScheme(_SCHEMES[choice])
        self._apply()

    def colour(self, token: str) -> QColor:
        """Return the colour called ``token`` in the theme file."""
        return QColor(self._tokens[token])

    def syntax(self, token: str) -> QColor:
        """Return the colour of a kind of code: ``keyword``, ``string``, ``comment`` and so on."""
        return QColor(self._tokens["syntax"][token])

    def on_change(self, refresh: Callable[[], bool]) -> None:
        """Call ``refresh`` now and after every change, until it returns False."""
        if refresh():
            self._icons.append(refresh)

    def _system_is_dark(self) -> bool:
        return self._application.styleHints().colorScheme() == Qt.ColorScheme.Dark

    def _follow_system(self) -> None:
        if self._choice == "system":
            self._apply()

    def _apply(self) -> None:
        name = "dark" if self.is_dark else "light"
        self._tokens = json.loads(resource("themes", f"{name}.json").read_text(encoding="utf-8"))
        if sys.platform.startswith("linux"):
            self._application.setStyle("Fusion")
            self._application.setPalette(palette(self._tokens))
        self._application.setStyleSheet(stylesheet(self._tokens))
        self._icons = [refresh for refresh in self._icons if refresh()]
        self.changed.emit()


def palette(tokens: dict[str, Any]) -> QPalette:
    """Return the palette of a theme, with its disabled colours and its link colour."""
    role = QPalette.ColorRole
    colours = {
        role.Window: "window",
        role.WindowText: "text",
        role.Base: "base",
        role.AlternateBase: "window",
        role.Text: "text",
        role.Button: "raised",
        role.ButtonText: "text",
        role.ToolTipBase: "raised",
        role.ToolTipText: "text",
        role.PlaceholderText: "muted",
        role.Highlight: "accent",
        role.HighlightedText: "accent_text",
        role.Link: "link",
        role.LinkVisited: "link",
        role.BrightText: "danger",
        role.Light: "raised",
        role.Midlight: "hover",
        role.Mid: "border",
        role.Dark: "border",
        role.Shadow: "border",
        role.Accent: "accent",
    }
    result = QPalette()
    for each, token in colours.items():
        result.setColor(each, QColor(tokens[token]))
    for each in (role.WindowText, role.Text, role.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, each, QColor(tokens["disabled"]))
    return result


def fixed_font(points: float) -> QFont:
    """Return the system's fixed-pitch font at ``points``, so that code follows the size of the text around it."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setPointSizeF(points)
    return font


def contrast(one: QColor, other: QColor) -> float:
    """Return the WCAG contrast ratio of two colours, from 1 to 21; text needs 4.5."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: QColor) -> float:
    def linear(channel: float) -> float:
        return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)

    red, green, blue = (linear(part) for part in (colour.redF(), colour.greenF(), colour.blueF()))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
