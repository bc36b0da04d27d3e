"""One result beside the text it was made from, or beside another result of the same document."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.core.store.documents import BlobRow
from app.core.store.results import ResultRow
from app.ui.chat.copy_button import CopyButton
from app.ui.chat.elided import ElidedLabel
from app.ui.chat.text_view import TextView
from app.ui.controls import label, push_button
from app.ui.marks import mark, spans_of
from app.ui.recipe_names import recipe_title
from app.ui.results.compare import Differences
from app.ui.results.model import as_text
from app.ui.results.source import SourceView
from app.ui.wording import day_and_time, number

_NARROW = 800  # pixels


class ResultDetail(QWidget):
    """The answer at the left with its provenance; at the right what is chosen to stand beside it."""

    compare_asked = Signal(str, str)  # two texts

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._result: ResultRow | None = None
        self._others: list[ResultRow] = []
        self._words = ""
        self._wanted: int | None = None
        self.name = ElidedLabel("")
        self.provenance = label("", "caption", wrap=True, selectable=True)
        self.answer = TextView()
        self.answer.setAccessibleName(self.tr("Answer"))
        self.source = SourceView()
        self.beside = QComboBox()
        self.beside.setAccessibleName(self.tr("Beside the answer"))
        self.beside.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.beside.setMinimumContentsLength(12)
        self.written_button = QPushButton(self.tr("As written"))
        self.written_button.setAccessibleName(self.tr("Show the text as it is written"))
        self.written_button.setCheckable(True)
        self.other = TextView()
        self.other.setAccessibleName(self.tr("The other answer"))
        self.alike = label("", "muted", wrap=True)
        self.other_provenance = label("", "caption", wrap=True, selectable=True)
        self.copy_button = CopyButton(self.tr("Copy the answer"), lambda: self._result.text if self._result else "")
        self.again_button = push_button(self.tr("Run again"), lambda: None, icon="regenerate")
        self.again_button.setAccessibleName(self.tr("Run the chosen documents again"))
        self._right = QStackedWidget()
        self._lay_out()
        self.beside.currentIndexChanged.connect(lambda _place: self._show_beside())
        self.written_button.toggled.connect(self._write_differently)
        self.hide()

    @property
    def result_id(self) -> int | None:
        """The result that is shown."""
        return self._result.id if self._result else None

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the room to the document's name, where there is little."""
        super().resizeEvent(event)
        self.again_button.setText(self.tr("Run again") if self.width() > _NARROW else "")

    def show_result(self, result: ResultRow, words: str = "") -> None:
        """Show the answer, with the words of a search marked; ``show_source`` and ``offer`` follow."""
        if self.result_id == result.id and self._words == words and self._result == result:
            return
        if self._result is None or self._result.sha256 != result.sha256:
            self._wanted = None
        self._result, self._words = result, words
        self.name.show_text(result.name)
        self.name.setToolTip(result.path_text)
        self.answer.show_markdown(_as_markdown(result))
        mark(self.answer, spans_of(words, self.answer.toPlainText()))
        self.provenance.setText(self._provenance(result))
        self.source.clear(self.tr("Reading the document's text…"))
        self.show()

    def show_source(self, blob: BlobRow | None) -> None:
        """Show the text that was extracted from the document."""
        self.source.show_blob(blob)
        self.source.mark_words(self._words)
        self._allow_written()

    def offer(self, results: Sequence[ResultRow]) -> None:
        """Offer the other results of the same content to be compared with; the document's text stays chosen."""
        chosen = self._chosen_other()
        self._others = [one for one in results if one.id != self.result_id]
        blocked = self.beside.blockSignals(True)
        self.beside.clear()
        self.beside.addItem(self.tr("The document's text"), None)
        for one in self._others:
            self.beside.addItem(self._named(one), one.id)
        wanted = self.beside.findData(self._wanted) if self._wanted is not None else -1
        self.beside.setCurrentIndex(wanted if wanted > 0 else self._same_version(chosen))
        if wanted > 0:
            self._wanted = None
        self.beside.blockSignals(blocked)
        self._show_beside()

    def compare_with(self, result_id: int) -> None:
        """Put another result of the document beside this one, once it is offered."""
        place = self.beside.findData(result_id)
        if place > 0:
            self.beside.setCurrentIndex(place)
        self._wanted = result_id  # what is offered may still be on its way

    def show_differences(self, found: Differences) -> None:
        """Mark what only one of the two answers has."""
        if self._chosen_other() is None:
            return
        mark(self.answer, found.left, "danger")
        mark(self.other, found.right, "ok")
        if found.alike == 1.0:
            self.alike.setText(self.tr("Both answers say the same, word for word."))
        else:
            share = number(round(100 * found.alike))
            self.alike.setText(
                self.tr("{share} % of the words are the same; the marked ones are not.").format(share=share)
            )

    def _chosen_other(self) -> ResultRow | None:
        chosen = self.beside.currentData()
        return next((one for one in self._others if one.id == chosen), None)

    def _same_version(self, before: ResultRow | None) -> int:
        """The place of what was compared with at the last document: going down the table compares them all."""
        if before is None:
            return 0
        wanted = (before.recipe_name, before.recipe_version)
        places = [n for n, one in enumerate(self._others, 1) if (one.recipe_name, one.recipe_version) == wanted]
        return places[0] if places else 0

    def _show_beside(self) -> None:
        other = self._chosen_other()
        self._right.setCurrentIndex(0 if other is None else 1)
        self._allow_written()
        if other is None or self._result is None:
            mark(self.answer, spans_of(self._words, self.answer.toPlainText()))
            return
        self.other.show_markdown(_as_markdown(other))
        self.other_provenance.setText(self._provenance(other))
        self.alike.setText("")
        self.compare_asked.emit(self.answer.toPlainText(), self.other.toPlainText())

    def _allow_written(self) -> None:
        self.written_button.setVisible(self._chosen_other() is None and self.source.is_markdown)

    def _write_differently(self, as_written: bool) -> None:
        self.source.set_as_written(as_written)
        self.source.mark_words(self._words)

    def _named(self, result: ResultRow) -> str:
        return self.tr("{recipe} version {version}, {model}, {time}").format(
            recipe=recipe_title(result.recipe_name),
            version=result.recipe_version,
            model=result.model,
            time=day_and_time(result.created_at),
        )

    def _provenance(self, result: ResultRow) -> str:
        tokens = self.tr("{prompt} tokens read ({cached} cached), {written} written in {seconds} s").format(
            prompt=number(result.prompt_tokens),
            cached=number(result.cached_tokens),
            written=number(result.generated_tokens),
            seconds=number(result.seconds, 1),
        )
        recipe = self.tr("{recipe} version {version}").format(
            recipe=recipe_title(result.recipe_name), version=result.recipe_version
        )
        cut = self.tr("ended at max_tokens") if result.finish_reason == "length" else ""
        sha = f"SHA-256 {result.sha256[:16]}…"
        return "  ·  ".join(part for part in (recipe, result.model, tokens, cut, sha) if part)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.name, 1)
        head.addWidget(self.again_button)
        head.addWidget(self.copy_button)
        left = _column(head, self.answer, self.provenance)
        other = _column(None, self.alike, self.other, self.other_provenance)
        self._right.addWidget(self.source)
        self._right.addWidget(_scrolled(other, self.tr("The other answer")))
        choice = QHBoxLayout()
        choice.setSpacing(8)
        choice.addWidget(label(self.tr("Beside it"), "muted"))
        choice.addWidget(self.beside, 1)
        choice.addWidget(self.written_button)
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(choice)
        column.addWidget(self._right, 1)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(14)
        splitter.addWidget(_scrolled(left, self.tr("Answer")))
        splitter.addWidget(right)
        splitter.setSizes([500, 500])
        row = QVBoxLayout(self)
        row.setContentsMargins(0, 4, 0, 0)
        row.addWidget(splitter)


def _column(head: QHBoxLayout | None, *widgets: QWidget) -> QWidget:
    inside = QWidget()
    column = QVBoxLayout(inside)
    column.setContentsMargins(2, 0, 14, 0)
    column.setSpacing(8)
    if head is not None:
        column.addLayout(head)
    for widget in widgets:
        column.addWidget(widget)
    column.addStretch()
    return inside


def _scrolled(inside: QWidget, name: str) -> QScrollArea:
    scroll = QScrollArea()
    scroll.setWidgetResizable(True)
    scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    scroll.setMinimumWidth(230)
    scroll.setAccessibleName(name)
    scroll.setWidget(inside)
    scroll.viewport().setAutoFillBackground(False)
    inside.setAutoFillBackground(False)
    return scroll


def _as_markdown(result: ResultRow) -> str:
    if not isinstance(result.data, dict):
        return result.text
    return "\n\n".join(f"**{name}**  \n{_whole(value) or '–'}" for name, value in result.data.items())


def _whole(value: object) -> str:
    return value if isinstance(value, str) else as_text(value)
