"""The column of segments that is an answer: finished text, the live tail, code."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.ui.chat.answer_text import AnswerText
from app.ui.chat.blocks import BlockStream, Change, CodeAppended, CodeClosed, CodeOpened, Frozen, Tail
from app.ui.chat.code_view import CodeView
from app.ui.chat.text_view import TextView

# A finished block is rendered together with at most this much text before it, so its cost is bounded.
CHUNK_CHARACTERS = 2_000


class SegmentColumn(QWidget):
    """Grows with an answer at a cost that does not depend on how long the answer already is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stream = BlockStream()
        self._frozen: TextView | None = None
        self._tail: TextView | None = None
        self._code: CodeView | None = None
        # Kept here, because asking the layout makes wrappers of items that outlive them (PySide then mistakes objects).
        self._views: list[TextView | CodeView] = []
        self.rendered_characters = 0  # the work done so far, which tests hold against the text's length
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(9)

    def append(self, text: str) -> None:
        """Show the next piece of the answer."""
        for change in self._stream.feed(text):
            self._apply(change)

    def finish(self) -> None:
        """Show what was held back; the answer is complete."""
        for change in self._stream.finish():
            self._apply(change)

    def views(self) -> list[TextView | CodeView]:
        """The segments from top to bottom."""
        return [view for view in self._views if not view.isHidden()]

    def _apply(self, change: Change) -> None:
        match change:
            case Frozen(text):
                self._freeze(text)
            case Tail(text):
                self._show_tail(text)
            case CodeOpened(language):
                self._open_code(language)
            case CodeAppended(text):
                assert self._code is not None
                self.rendered_characters += len(text)
                self._code.append(text)
            case CodeClosed():
                assert self._code is not None
                self._code.close_fence()
                self._code = None

    def _freeze(self, text: str) -> None:
        if self._frozen is None or len(self._frozen.written) + len(text) > CHUNK_CHARACTERS:
            # The tail becomes the finished view, so that nothing on the page is built twice or moves.
            self._frozen, self._tail = self._tail or self._text_view(), None
            self._render(self._frozen, text)
        else:
            self._render(self._frozen, self._frozen.written + text)

    def _show_tail(self, text: str) -> None:
        if self._tail is None:
            if not text.strip():
                return
            self._tail = self._text_view()
        self._tail.setVisible(bool(text.strip()))
        self._render(self._tail, text)

    def _open_code(self, language: str) -> None:
        if self._tail is not None:
            self._column.removeWidget(self._tail)
            self._views.remove(self._tail)
            self._tail.hide()
            self._tail.deleteLater()
        self._frozen = self._tail = None
        self._code = CodeView(language)
        self._column.addWidget(self._code)
        self._views.append(self._code)
        self._code.show()

    def _render(self, view: TextView, text: str) -> None:
        self.rendered_characters += len(text)
        view.show_markdown(text)

    def _text_view(self) -> TextView:
        view = AnswerText()
        view.setAccessibleName(self.tr("Answer text"))
        self._column.addWidget(view)
        self._views.append(view)
        view.show()
        return view
