"""A piece of an answer: Markdown with its formulas drawn, and their source behind them for copying and for the ear."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QGuiApplication, QTextBlockFormat, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QWidget

from app.ui.chat.formula_object import KIND, FormulaObject, formula_format
from app.ui.chat.formula_text import Formula, find_formulas
from app.ui.chat.text_view import TextView
from app.ui.chat.typeset import Key, Typesetter

_FIRST = 0x100000  # characters that no text holds stand for formulas while Markdown is read
_OBJECT = "\ufffc"
_JOIN = "\u2060"  # no line ends between a formula and the full stop behind it
_LINE = "\u2028"


class AnswerText(TextView):
    """Formulas appear once they are closed and set; until then, and when they cannot be set, their source stands there.

    The source stays in the text, too small to be seen: it is what is copied, searched, and read aloud.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.drawn = 0  # the formulas that are shown as such
        self._waiting: set[Key] = set()
        self._listening = False

    def show_markdown(self, source: str) -> None:
        """Show ``source`` with its formulas."""
        formulas = find_formulas(source)
        if not formulas or any(ord(letter) >= _FIRST for letter in source):
            self.drawn, self._waiting = 0, set()
            super().show_markdown(source)
            return
        self._listen()
        keys = [(one.latex, one.display) for one in formulas if one.closed]
        self._waiting = {key for key in keys if not Typesetter.current().knows(key)}
        Typesetter.current().ask(self._waiting)
        super().show_markdown(_with_marks(source, formulas))
        self.written = source
        self._put_in(source, formulas)
        self._settle()

    def _tidy_copy(self) -> None:
        """Formulas are copied as they were written, without the character that stands for the drawing.

        Done on the clipboard: what Python returns from ``createMimeDataFromSelection`` is deleted twice at the end.
        """
        clipboard = QGuiApplication.clipboard()
        if _OBJECT not in self.textCursor().selectedText():
            return  # another program's text, for which the clipboard may make the window wait
        if _JOIN + _OBJECT in clipboard.text():
            clipboard.setText(clipboard.text().replace(_OBJECT, "").replace(_JOIN, ""))

    def _listen(self) -> None:
        if not self._listening:
            self._listening = True
            self.document().documentLayout().registerHandler(KIND, FormulaObject.current())
            Typesetter.current().ready.connect(self._formulas_ready)
            QGuiApplication.clipboard().dataChanged.connect(self._tidy_copy)

    def _formulas_ready(self, keys: frozenset[Key]) -> None:
        if self._waiting & keys:
            self.show_markdown(self.written)

    def _put_in(self, source: str, formulas: list[Formula]) -> None:
        """Put formulas where their marks are, from the last to the first so that places stay right."""
        self.drawn = 0
        places, at = [], 0
        for letter in self.document().toRawText():
            if ord(letter) >= _FIRST and ord(letter) - _FIRST < len(formulas):
                places.append((at, formulas[ord(letter) - _FIRST]))
            at += 2 if letter > "\uffff" else 1
        cursor = QTextCursor(self.document())
        for place, formula in reversed(places):
            cursor.setPosition(place)
            cursor.setPosition(place + 2, QTextCursor.MoveMode.KeepAnchor)
            self._put(cursor, formula, source[formula.start : formula.end])

    def _put(self, cursor: QTextCursor, formula: Formula, written: str) -> None:
        around = cursor.charFormat()
        key = formula.latex, formula.display
        drawing = Typesetter.current().drawing(key) if formula.closed else None
        if drawing is None:
            cursor.insertText(written.replace("\n", _LINE), around)
            return
        self.drawn += 1
        alone = not cursor.block().text()[:-2].strip()
        if alone and formula.display:
            _centre(cursor)
        elif formula.display:
            _own_line(cursor, around)
        hidden = _hidden(around)
        cursor.insertText(written.replace(" ", "\u00a0").replace("\n", "\u00a0") + _JOIN, hidden)
        cursor.insertText(_OBJECT, formula_format(key, drawing, around, self.document().defaultFont()))
        cursor.insertText(_JOIN, hidden)


def _with_marks(source: str, formulas: list[Formula]) -> str:
    parts, at = [], 0
    for number, formula in enumerate(formulas):
        parts += [source[at : formula.start], chr(_FIRST + number)]
        at = formula.end
    return "".join(parts) + source[at:]


def _hidden(around: QTextCharFormat) -> QTextCharFormat:
    """Letters of next to no width."""
    font = QFont(around.font())
    font.setPixelSize(1)
    font.setStretch(1)
    font.setLetterSpacing(QFont.SpacingType.PercentageSpacing, 0.5)
    hidden = QTextCharFormat()
    hidden.setFont(font)
    hidden.setForeground(Qt.GlobalColor.transparent)
    return hidden


def _centre(cursor: QTextCursor) -> None:
    form = QTextBlockFormat()
    form.setAlignment(Qt.AlignmentFlag.AlignHCenter)
    cursor.mergeBlockFormat(form)


def _own_line(cursor: QTextCursor, around: QTextCharFormat) -> None:
    """Give the selected mark a line of its own within its paragraph, in place of the spaces beside it; then drop it."""
    start, end = cursor.selectionStart(), cursor.selectionEnd()
    block = cursor.block()
    text = block.text().encode("utf-16-le")
    before, after = start - block.position(), end - block.position()
    if text[2 * after :].strip(b" \x00"):
        cursor.setPosition(end)
        if text[2 * after : 2 * after + 2] == b" \x00":
            cursor.deleteChar()
        cursor.insertText(_LINE, around)
    cursor.setPosition(start)
    cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
    cursor.removeSelectedText()
    if text[: 2 * before].strip(b" \x00"):
        if text[2 * before - 2 : 2 * before] == b" \x00":
            cursor.deletePreviousChar()
        cursor.insertText(_LINE, around)
