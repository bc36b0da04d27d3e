"""A formula inside a text document: how much room it takes on its line, and how it is painted."""

from __future__ import annotations

import atexit
from functools import lru_cache
from typing import ClassVar

from PySide6.QtCore import QByteArray, QRect, QRectF, QSizeF
from PySide6.QtGui import (
    QFont,
    QFontInfo,
    QFontMetrics,
    QFontMetricsF,
    QPainter,
    QPyTextObject,
    QTextCharFormat,
    QTextDocument,
    QTextFormat,
)
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from app.ui.chat.typeset import EM, Drawing, Key, Typesetter
from app.ui.theme import Theme

KIND = QTextFormat.ObjectTypes.UserObject.value + 1
_LATEX = QTextFormat.Property.UserProperty.value + 1
_DISPLAY = QTextFormat.Property.UserProperty.value + 2
_LARGER = 1.12  # the letters of formulas look small beside a sans serif of the same size
_OVERHANG = 3.0  # pixels below the descent of the letters that the space between lines has room for


class FormulaObject(QPyTextObject):
    """Paints every formula of every document. Registered with a document's layout under ``KIND``."""

    _instance: ClassVar[FormulaObject | None] = None

    @classmethod
    def current(cls) -> FormulaObject:
        """The one object, made on first use."""
        if cls._instance is None:
            cls._instance = cls(QApplication.instance())
        return cls._instance

    def intrinsicSize(self, document: QTextDocument, position: int, form: QTextFormat) -> QSizeF:
        """The room on the line. What hangs below the line by a little takes none, so that lines stay as they are."""
        drawing = Typesetter.current().drawing(_key(form))
        if drawing is None:
            return QSizeF()
        scale = _scale(document, form, drawing)
        return QSizeF(drawing.width * scale, _box(form, drawing, scale)[0])

    def drawObject(
        self, painter: QPainter, rect: QRectF | QRect, document: QTextDocument, position: int, form: QTextFormat
    ) -> None:
        """Paint the formula with its baseline on that of the line."""
        drawing = Typesetter.current().drawing(_key(form))
        if drawing is None:
            return
        scale = _scale(document, form, drawing)
        top = rect.top() + _box(form, drawing, scale)[1] - drawing.ascent * scale
        size = QSizeF(drawing.width * scale, (drawing.ascent + drawing.descent) * scale)
        colour = Theme.current().colour("text").name()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _renderer(drawing.svg, colour).render(painter, QRectF(rect.left(), top, size.width(), size.height()))
        painter.restore()


def formula_format(key: Key, drawing: Drawing, around: QTextCharFormat, default: QFont) -> QTextCharFormat:
    """The format of the character that stands for a formula in text of the format ``around``."""
    form = QTextCharFormat(around)
    form.setObjectType(KIND)
    form.setProperty(_LATEX, key[0])
    form.setProperty(_DISPLAY, key[1])
    # Qt sets an object either on the baseline or around the middle of the small letters, and nowhere else
    font = around.font().resolve(default)
    if drawing.descent * _em(font) / EM > QFontMetricsF(font).descent() + _OVERHANG:
        form.setVerticalAlignment(QTextCharFormat.VerticalAlignment.AlignMiddle)
    form.setFont(font)
    return form


def _key(form: QTextFormat) -> Key:
    return str(form.property(_LATEX)), bool(form.property(_DISPLAY))


def _em(font: QFont) -> float:
    return QFontInfo(font).pixelSize() * _LARGER


def _scale(document: QTextDocument, form: QTextFormat, drawing: Drawing) -> float:
    """Pixels per unit of the drawing; a formula wider than the page is made smaller."""
    scale = _em(form.toCharFormat().font()) / EM
    room = document.textWidth()
    return min(scale, room / drawing.width) if room > 0 else scale


def _box(form: QTextFormat, drawing: Drawing, scale: float) -> tuple[float, float]:
    """The height of the object's room, and how far below its top the baseline lies."""
    ascent, descent = drawing.ascent * scale, drawing.descent * scale
    char = form.toCharFormat()
    if char.verticalAlignment() != QTextCharFormat.VerticalAlignment.AlignMiddle:
        return ascent, ascent
    middle = QFontMetrics(char.font()).xHeight() / 2
    height = max(2 * ascent - middle, 2 * descent + middle)
    return height, (height + middle) / 2


@lru_cache(maxsize=400)
def _renderer(svg: str, colour: str) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(svg.replace('"black"', f'"{colour}"').encode()))


atexit.register(_renderer.cache_clear)  # nothing of Qt may outlive the application
