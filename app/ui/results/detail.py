"""One result beside the text it was made from."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QScrollArea, QSplitter, QVBoxLayout, QWidget

from app.core.store.documents import BlobRow
from app.core.store.results import ResultRow
from app.ui.chat.copy_button import CopyButton
from app.ui.chat.text_view import TextView
from app.ui.controls import label
from app.ui.results.model import as_text
from app.ui.wording import number

# More of a source text is not put into the window at once; the rest is in the file itself.
_MOST_CHARACTERS = 200_000


class ResultDetail(QWidget):
    """The answer at the left with its provenance, the document's text at the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._result: ResultRow | None = None
        self.name = label("", "heading", selectable=True)
        self.provenance = label("", "caption", wrap=True, selectable=True)
        self.answer = TextView()
        self.answer.setAccessibleName(self.tr("Answer"))
        self.source = QPlainTextEdit()
        self.source.setObjectName("reader")
        self.source.setReadOnly(True)
        self.source.setTabChangesFocus(True)
        self.source.setAccessibleName(self.tr("Text of the document"))
        self.copy_button = CopyButton(self.tr("Copy the answer"), lambda: self._result.text if self._result else "")
        self._lay_out()
        self.hide()

    @property
    def result_id(self) -> int | None:
        """The result that is shown."""
        return self._result.id if self._result else None

    def show_result(self, result: ResultRow) -> None:
        """Show the answer; the source text follows with ``show_source``."""
        self._result = result
        self.name.setText(result.name)
        self.name.setToolTip(result.path_text)
        self.answer.show_markdown(_as_markdown(result))
        self.provenance.setText(self._provenance(result))
        self.source.setPlainText("")
        self.source.setPlaceholderText(self.tr("Reading the document's text…"))
        self.show()

    def show_source(self, blob: BlobRow | None) -> None:
        """Show the text that was extracted from the document."""
        text = blob.text if blob is not None else None
        self.source.setPlaceholderText(self.tr("The text of this document is not kept."))
        self.source.setPlainText((text or "")[:_MOST_CHARACTERS])
        self.source.moveCursor(QTextCursor.MoveOperation.Start)

    def _provenance(self, result: ResultRow) -> str:
        tokens = self.tr("{prompt} tokens read ({cached} cached), {written} written in {seconds} s").format(
            prompt=number(result.prompt_tokens),
            cached=number(result.cached_tokens),
            written=number(result.generated_tokens),
            seconds=number(result.seconds, 1),
        )
        recipe = self.tr("{recipe} version {version}").format(recipe=result.recipe_name, version=result.recipe_version)
        cut = self.tr("ended at max_tokens") if result.finish_reason == "length" else ""
        sha = f"SHA-256 {result.sha256[:16]}…"
        return "  ·  ".join(part for part in (recipe, result.model, tokens, cut, sha) if part)

    def _lay_out(self) -> None:
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setAccessibleName(self.tr("Answer"))
        inside = QWidget()
        inside.setAutoFillBackground(False)
        scroll.viewport().setAutoFillBackground(False)
        column = QVBoxLayout(inside)
        column.setContentsMargins(2, 0, 14, 0)
        column.setSpacing(8)
        head = QHBoxLayout()
        head.addWidget(self.name, 1)
        head.addWidget(self.copy_button)
        column.addLayout(head)
        column.addWidget(self.answer)
        column.addWidget(self.provenance)
        column.addStretch()
        scroll.setWidget(inside)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(10)
        splitter.addWidget(scroll)
        splitter.addWidget(self.source)
        splitter.setSizes([500, 500])
        row = QVBoxLayout(self)
        row.setContentsMargins(0, 4, 0, 0)
        row.addWidget(splitter)


def _as_markdown(result: ResultRow) -> str:
    if not isinstance(result.data, dict):
        return result.text
    return "\n\n".join(f"**{name}**  \n{as_text(value) or '–'}" for name, value in result.data.items())
