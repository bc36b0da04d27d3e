"""Colours a finished code block with Pygments, as layout formats: the document itself is not edited."""

from __future__ import annotations

from pygments.lexers import get_lexer_by_name
from pygments.token import Comment, Keyword, Name, Number, Operator, String, Token, _TokenType
from pygments.util import ClassNotFound
from PySide6.QtGui import QTextCharFormat, QTextDocument, QTextLayout

from app.ui.theme import Theme

# Longer code stays plain: lexing it would be felt in the window, and nobody reads it for its colours.
MAX_CHARACTERS = 40_000

_KINDS: tuple[tuple[_TokenType, str], ...] = (
    (Comment, "comment"),
    (String, "string"),
    (Number, "number"),
    (Name.Function, "function"),
    (Name.Decorator, "function"),
    (Name.Class, "type"),
    (Name.Builtin, "type"),
    (Name.Tag, "keyword"),
    (Name.Attribute, "function"),
    (Keyword.Type, "type"),
    (Keyword, "keyword"),
    (Operator.Word, "keyword"),
)


def colour_code(document: QTextDocument, code: str, language: str, theme: Theme) -> int:
    """Colour ``document``, which shows ``code``; returns the number of coloured pieces (0: language unknown)."""
    if not language or len(code) > MAX_CHARACTERS:
        return 0
    try:
        lexer = get_lexer_by_name(language.lower(), stripnl=False, ensurenl=False)
    except ClassNotFound:
        return 0
    formats = {kind: _format(theme, kind) for _, kind in _KINDS}
    by_line: dict[int, list[QTextLayout.FormatRange]] = {}
    line = column = pieces = 0
    for token, text in lexer.get_tokens(code):
        kind = _kind(token)
        for number, part in enumerate(text.split("\n")):
            if number:
                line, column = line + 1, 0
            length = _units(part)
            if kind and length:
                by_line.setdefault(line, []).append(_range(column, length, formats[kind]))
                pieces += 1
            column += length
    _paint(document, by_line)
    return pieces


def _paint(document: QTextDocument, by_line: dict[int, list[QTextLayout.FormatRange]]) -> None:
    for number, ranges in by_line.items():
        block = document.findBlockByNumber(number)
        if block.isValid():
            block.layout().setFormats(ranges)
    document.markContentsDirty(0, document.characterCount())


def _units(text: str) -> int:
    """The length in UTF-16 units, which is how Qt counts."""
    return len(text) + sum(character > "\uffff" for character in text)


def _kind(token: _TokenType) -> str | None:
    if token in Token.Text:
        return None
    return next((kind for parent, kind in _KINDS if token in parent), None)


def _format(theme: Theme, kind: str) -> QTextCharFormat:
    result = QTextCharFormat()
    result.setForeground(theme.syntax(kind))
    result.setFontItalic(kind == "comment")
    return result


def _range(start: int, length: int, look: QTextCharFormat) -> QTextLayout.FormatRange:
    result = QTextLayout.FormatRange()
    result.start = start
    result.length = length
    result.format = look
    return result
