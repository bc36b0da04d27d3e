"""Shows one piece of Markdown or plain text, as high as its content, and loads nothing it names."""

from __future__ import annotations

import re
from math import ceil
from typing import Any

from PySide6.QtCore import QEvent, QSizeF, Qt, QUrl
from PySide6.QtGui import (
    QDesktopServices,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFrameFormat,
    QTextTable,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QSizePolicy, QTextBrowser, QWidget

from app.ui.marks import Span, mark, spans_of
from app.ui.theme import Theme

# Without NoHTML Qt swallows ``List<String>`` and ``<think>`` together with the rest of the paragraph.
_DIALECT = QTextDocument.MarkdownFeature.MarkdownDialectGitHub | QTextDocument.MarkdownFeature.MarkdownNoHTML
_LINE_HEIGHT = 128.0
_RING = 2  # what shows the focus goes around the text
_INDENT = 24.0
_HAS_BLOCKS = re.compile(r">|^[ \t]*(?:[-*_][ \t]*){3,}$", re.MULTILINE)  # quotations, rules
_SAFE_SCHEMES = {"http", "https", "mailto"}


class TextView(QTextBrowser):
    """A text without a scroll bar of its own: its height is that of the text, its wheel is the history's."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        Theme.current()  # its making restyles every widget, which must not happen while one shows its text
        self.written = ""
        self._markdown = True
        self._sought = ""
        self.setObjectName("text")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextBrowserInteraction | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setTabChangesFocus(True)
        self.setUndoRedoEnabled(False)
        self.setOpenLinks(False)
        self.anchorClicked.connect(_open_outside)
        self.viewport().setAutoFillBackground(False)
        self.document().setDocumentMargin(0)
        self.document().setIndentWidth(_INDENT)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)

    def show_markdown(self, source: str) -> None:
        """Show ``source`` as Markdown; HTML in it is shown as written, images as their description."""
        self.written, self._markdown = source, True
        self.document().setMarkdown(source, _DIALECT)
        self._settle()

    def show_plain(self, source: str) -> None:
        """Show ``source`` letter by letter."""
        self.written, self._markdown = source, False
        self.document().setPlainText(source)
        self._settle()

    def seek(self, words: str) -> list[Span]:
        """Mark the words of a search, now and however often the text is shown anew; returns where they stand."""
        self._sought = words
        spans = spans_of(words, self.toPlainText())
        mark(self, spans)
        return spans

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        """Load nothing: an answer must not be able to touch the disk or the network."""
        return None

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the history around us."""
        event.ignore()

    def changeEvent(self, event: QEvent) -> None:
        """Render again in the new palette: links and table lines keep the colours they were made with."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self.written:
            self.show_markdown(self.written) if self._markdown else self.show_plain(self.written)

    def _settle(self) -> None:
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        spacing = QTextBlockFormat()
        spacing.setLineHeight(_LINE_HEIGHT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        cursor.mergeBlockFormat(spacing)
        if "`" in self.written:
            _tint_code(self.document())
        if self._markdown and _HAS_BLOCKS.search(self.written):
            _dress_blocks(self.document())
        for frame in self.document().rootFrame().childFrames():
            if isinstance(frame, QTextTable):
                _calm_table(frame)
        if self._sought:
            self.seek(self._sought)
        self._fit(self.document().size())

    def _fit(self, size: QSizeF) -> None:
        height = max(1, ceil(size.height())) + _RING
        if height != self.height():
            self.setFixedHeight(height)


def _dress_blocks(document: QTextDocument) -> None:
    """Quotations in a quiet colour, rules as thin lines: Qt draws both as if they were text."""
    cursor = QTextCursor(document)
    block = document.begin()
    while block.isValid():
        form = block.blockFormat()
        if form.hasProperty(QTextFormat.Property.BlockQuoteLevel):
            quiet = QTextCharFormat()
            quiet.setForeground(Theme.current().colour("muted"))
            cursor.setPosition(block.position())
            cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
            cursor.mergeCharFormat(quiet)
        if form.hasProperty(QTextFormat.Property.BlockTrailingHorizontalRulerWidth):
            rule = QTextBlockFormat()
            rule.setBackground(Theme.current().colour("border"))
            rule.setLineHeight(1, QTextBlockFormat.LineHeightTypes.FixedHeight.value)
            rule.setTopMargin(10)
            rule.setBottomMargin(10)
            cursor.setPosition(block.position())
            cursor.mergeBlockFormat(rule)
        block = block.next()


def _tint_code(document: QTextDocument) -> None:
    """Words in code stand out by more than their font."""
    look = QTextCharFormat()
    look.setBackground(Theme.current().colour("code").darker(104 if not Theme.current().is_dark else 100))
    places = []
    block = document.begin()
    while block.isValid():
        pieces = block.begin()
        while not pieces.atEnd():
            fragment = pieces.fragment()
            if fragment.charFormat().fontFixedPitch():
                places.append((fragment.position(), fragment.length()))
            pieces += 1
        block = block.next()
    cursor = QTextCursor(document)
    for place, length in places:
        cursor.setPosition(place)
        cursor.setPosition(place + length, QTextCursor.MoveMode.KeepAnchor)
        cursor.mergeCharFormat(look)


def _calm_table(table: QTextTable) -> None:
    _mend_first_cell(table)
    if table.rows() > 1 and not any(_cell_text(table, column) for column in range(table.columns())):
        table.removeRows(0, 1)  # Markdown has no table without a head; an empty one is meant as none
    table_format = table.format()
    table_format.setBorderCollapse(True)
    table_format.setBorder(1)
    table_format.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
    table_format.setBorderBrush(Theme.current().colour("border"))
    table_format.setCellPadding(6)
    table_format.setTopMargin(6)
    table_format.setBottomMargin(8)
    table_format.clearProperty(QTextFormat.Property.FrameWidth)
    table.setFormat(table_format)


def _mend_first_cell(table: QTextTable) -> None:
    """After a quotation Qt begins a table's first cell with an empty line, and forgets that it is a head."""
    cell = table.cellAt(0, 0)
    cursor = cell.firstCursorPosition()
    if cell.firstPosition() < cell.lastPosition() and not cursor.block().text():
        cursor.deleteChar()
        cursor.setPosition(table.cellAt(0, 0).firstPosition())
        cursor.setPosition(table.cellAt(0, 0).lastPosition(), QTextCursor.MoveMode.KeepAnchor)
        bold = QTextCharFormat()
        bold.setFontWeight(700)
        cursor.mergeCharFormat(bold)


def _cell_text(table: QTextTable, column: int) -> str:
    """The text in the head of a column."""
    cell = table.cellAt(0, column)
    cursor = cell.firstCursorPosition()
    cursor.setPosition(cell.lastPosition(), QTextCursor.MoveMode.KeepAnchor)
    return cursor.selectedText().strip()


def _open_outside(url: QUrl) -> None:
    if url.scheme().lower() in _SAFE_SCHEMES:
        QDesktopServices.openUrl(url)
