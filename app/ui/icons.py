"""Line icons drawn from our SVG files in the colour of the text they stand beside."""

from __future__ import annotations

import weakref
from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QAction, QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget
from shiboken6 import isValid

from app.core.resources import resource
from app.ui.theme import Theme

_SIZES = (16, 20, 24, 32, 48)


@lru_cache(maxsize=64)
def _source(name: str) -> str:
    return resource("icons", f"{name}.svg").read_text(encoding="utf-8")


def pixmap(name: str, size: int, colour: QColor | None = None) -> QPixmap:
    """Return the icon ``name`` as a square of ``size`` device pixels; line icons take ``colour``."""
    source = _source(name)
    if colour is not None:
        source = source.replace("currentColor", colour.name())
    picture = QPixmap(size, size)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    QSvgRenderer(QByteArray(source.encode())).render(painter, QRectF(0, 0, size, size))
    painter.end()
    return picture


def icon(name: str, colour: str = "text") -> QIcon:
    """Return the line icon ``name`` in a theme colour, with a paler disabled state."""
    theme = Theme.current()
    result = QIcon()
    for size in _SIZES:
        result.addPixmap(pixmap(name, size, theme.colour(colour)))
        result.addPixmap(pixmap(name, size, theme.colour("disabled")), QIcon.Mode.Disabled)
    return result


def app_icon() -> QIcon:
    """Return the application's icon: a moon over a desk."""
    result = QIcon()
    for size in (*_SIZES, 64, 128, 256):
        result.addPixmap(pixmap("nightdesk", size))
    return result


def bind_icon(target: QAbstractButton | QAction, name: str, colour: str = "text", size: int = 18) -> None:
    """Give ``target`` a line icon that is drawn again whenever the theme changes."""
    if isinstance(target, QAbstractButton):
        target.setIconSize(QSize(size, size))
    bound = target.property("icon_name") is not None
    target.setProperty("icon_name", name)
    target.setProperty("icon_colour", colour)
    if bound:
        target.setIcon(icon(name, colour))
        return
    held = weakref.ref(target)

    def refresh() -> bool:
        alive = held()
        if alive is None or not isValid(alive):
            return False
        alive.setIcon(icon(str(alive.property("icon_name")), str(alive.property("icon_colour"))))
        return True

    Theme.current().on_change(refresh)


def icon_label(name: str, colour: str = "text", size: int = 20, parent: QWidget | None = None) -> QLabel:
    """Return a label that shows a line icon and follows the theme."""
    label = QLabel(parent)
    held = weakref.ref(label)

    def refresh() -> bool:
        alive = held()
        if alive is None or not isValid(alive):
            return False
        ratio = alive.devicePixelRatioF()
        picture = pixmap(name, round(size * ratio), Theme.current().colour(colour))
        picture.setDevicePixelRatio(ratio)
        alive.setPixmap(picture)
        return True

    Theme.current().on_change(refresh)
    return label
