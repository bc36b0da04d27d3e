"""The text of a document to read: Markdown as it is meant, with a way to see it as it is written."""

from __future__ import annotations

import re
from itertools import islice
from typing import Any

from PySide6.QtCore import QUrl
from PySide6.QtGui import QTextCursor, QTextDocument
from PySide6.QtWidgets import QPlainTextEdit, QStackedWidget, QTextBrowser, QVBoxLayout, QWidget

from app.core.store.documents import BlobRow
from app.ui.marks import mark, spans_of
from app.ui.theme import Theme, fixed_font

# More of a source text is not put into the window at once; the rest is in the file itself.
_MOST_CHARACTERS = 200_000
# Rendering Markdown blocks the window, by about a millisecond for a thousand characters.
_MOST_RENDERED = 24_000
_DIALECT = QTextDocument.MarkdownFeature.MarkdownDialectGitHub | QTextDocument.MarkdownFeature.MarkdownNoHTML
_MARKDOWN = re.compile(r"^#{1,6} \S|\*\*\S[^*\n]*\*\*|^\|.*\|\s*\n\|[ :|-]+\|", re.MULTILINE)

# Several lines with wide gaps inside are columns, set with spaces: an invoice, a table of a PDF.
_GAP = re.compile(r"^.*\S {3,}\S", re.MULTILINE)
_COLUMNS_FROM = 3


class SourceView(QWidget):
    """Two views of one text; ``as_written`` chooses between them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plain = QPlainTextEdit()
        self.rendered = _Browser()
        for view in (self.plain, self.rendered):
            view.setObjectName("reader")
            view.setReadOnly(True)
            view.setTabChangesFocus(True)
            view.setAccessibleName(self.tr("Text of the document"))
        self._text = ""
        self._as_written = False
        self._stack = QStackedWidget()
        self._stack.addWidget(self.plain)
        self._stack.addWidget(self.rendered)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)
        Theme.current().changed.connect(self._dress)  # a style sheet that is put on anew takes the font away

    @property
    def is_markdown(self) -> bool:
        """Whether there is something to render."""
        return len(self._text) <= _MOST_RENDERED and bool(_MARKDOWN.search(self._text))

    @property
    def has_columns(self) -> bool:
        """Whether the text stands in columns, which only letters of one width keep apart."""
        return sum(1 for _ in islice(_GAP.finditer(self._text), _COLUMNS_FROM)) == _COLUMNS_FROM

    def clear(self, words: str = "") -> None:
        """Show nothing but ``words``."""
        self._text = ""
        self.plain.setPlainText("")
        self.plain.setPlaceholderText(words)
        self._stack.setCurrentWidget(self.plain)

    def show_blob(self, blob: BlobRow | None) -> None:
        """Show the text that was extracted from the document."""
        self.clear(self.tr("The text of this document is not kept."))
        self._text = ((blob.text if blob is not None else None) or "")[:_MOST_CHARACTERS]
        self.set_as_written(self._as_written)

    def set_as_written(self, as_written: bool) -> None:
        """Show Markdown letter by letter, or as it is meant."""
        self._as_written = as_written
        if self.is_markdown and not as_written:
            self.rendered.document().setMarkdown(self._text, _DIALECT)
            self.rendered.moveCursor(QTextCursor.MoveOperation.Start)
            self._stack.setCurrentWidget(self.rendered)
        else:
            self.plain.setFont(
                fixed_font(self.rendered.font().pointSizeF()) if self.has_columns else self.rendered.font()
            )
            self.plain.setPlainText(self._text)
            self.plain.moveCursor(QTextCursor.MoveOperation.Start)
            self._stack.setCurrentWidget(self.plain)

    def _dress(self) -> None:
        font, wrap = self.rendered.font(), QPlainTextEdit.LineWrapMode
        columns = self.has_columns
        self.plain.setFont(fixed_font(font.pointSizeF()) if columns else font)
        self.plain.setLineWrapMode(wrap.NoWrap if columns else wrap.WidgetWidth)

    def mark_words(self, words: str) -> None:
        """Mark the words of a search, and go to the first."""
        view = self.rendered if self._stack.currentWidget() is self.rendered else self.plain
        spans = spans_of(words, view.toPlainText())
        mark(view, spans)
        if spans:
            cursor = view.textCursor()
            cursor.setPosition(spans[0][0])
            view.setTextCursor(cursor)
            view.ensureCursorVisible()

    def toPlainText(self) -> str:
        """The document's text as it was read."""
        return self._text


class _Browser(QTextBrowser):
    """Loads nothing that a document names."""

    def __init__(self) -> None:
        super().__init__()
        self.setOpenLinks(False)
        self.document().setIndentWidth(24.0)

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        """Load nothing: a document must not be able to touch the disk or the network."""
        return None
