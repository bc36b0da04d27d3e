"""Documents that go along with a question: read, counted, and offered to the queue when they are too much for it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from app.core.chat.attachments import Attachment, with_documents
from app.core.chat.evidence import Evidence
from app.core.errors import UsageError
from app.core.failures import WorkFailed
from app.ui.announcing import announce
from app.ui.bridge import Bridge
from app.ui.chat.elided import ElidedLabel
from app.ui.controls import label, push_button, tool_button
from app.ui.icons import icon_label
from app.ui.recipe_names import recipe_title
from app.ui.wording import number

if TYPE_CHECKING:
    from app.core.service import Service

MOST = 3
_CHARACTERS_PER_TOKEN = 3  # only where the model cannot be asked


@dataclass(frozen=True, slots=True)
class Read:
    """A document's text; ``tokens`` that it takes, and the ``context`` it has to fit (0: not known)."""

    document: Attachment
    tokens: int
    context: int


@dataclass(eq=False, slots=True)
class Along:
    """A document that is to go along; None while it is being read."""

    path: Path
    read: Read | None = None


@dataclass(frozen=True, slots=True)
class Results:
    """What a search over the results found, as far as it was chosen."""

    evidence: Evidence
    documents: tuple[Attachment, ...]
    tokens: int


class Attachments(QWidget):
    """The documents above the composer's text. More than a few are a case for the queue, and it says so."""

    changed = Signal()
    queue_asked = Signal(list)
    failed = Signal(str)

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._along: list[Along] = []
        self._too_many: list[Path] = []
        self._results: list[Results] = []
        self.chips: list[QWidget] = []
        self._rows = QVBoxLayout()
        self._waits = label(self.tr("Your question is sent as soon as this has been read."), "caption", wrap=True)
        self._waits.hide()
        self.offer = QWidget()
        self.reason = label("", "", wrap=True)
        self.queue_button = push_button(self.tr("Queue with a recipe…"), self._queue, primary=True)
        self.dismiss_button = tool_button(self.tr("Put the documents away"), "close", self.clear, self)
        offer = QHBoxLayout(self.offer)
        offer.setContentsMargins(0, 0, 0, 0)
        offer.addWidget(self.reason, 1)
        offer.addWidget(self.queue_button)
        offer.addWidget(self.dismiss_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 4)
        column.addLayout(self._rows)
        column.addWidget(self._waits)
        column.addWidget(self.offer)
        self._show()

    @property
    def documents(self) -> list[Attachment]:
        """What goes along with the next question."""
        results = [each for one in self._results for each in one.documents]
        return [one.document for one in self._read] + results

    @property
    def reading(self) -> bool:
        """Whether a document is to go along that is still being read."""
        return any(one.read is None for one in self._along)

    @property
    def _read(self) -> list[Read]:
        return [one.read for one in self._along if one.read is not None]

    @property
    def tokens(self) -> int:
        """The tokens of all of them."""
        return sum(one.tokens for one in self._read) + sum(one.tokens for one in self._results)

    def together(self, question: str) -> str:
        """The question with its documents."""
        return with_documents(question, self.documents) if self.documents else question

    def take(self, paths: Sequence[Path]) -> None:
        """Take these documents along; none of them: let the person choose."""
        if paths:
            self.add(paths)
            return
        dialog = QFileDialog(self.window(), self.tr("Attach documents"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(lambda names: self.add([Path(name) for name in names]))
        dialog.open()

    def add(self, paths: Sequence[Path]) -> None:
        """Take documents along; folders and more than a few are offered to the queue instead."""
        new = [Along(path) for path in dict.fromkeys(paths) if path not in {one.path for one in self._along}]
        if len(self._along) + len(new) > MOST:
            self._too_many = [one.path for one in (*self._along, *new)]
        else:
            self._along += new
            for one in new:
                self._ask(one)
        self._show()

    def say_waiting(self, waiting: bool) -> None:
        """Say that the question is sent once its documents have been read."""
        self._waits.setVisible(waiting)
        if waiting:
            announce(self, self._waits.text())

    def add_results(self, evidence: Evidence, documents: list[Attachment]) -> None:
        """Take results along that a search has found."""
        chosen = {(one.name, one.text) for one in documents}
        tokens = sum(one.tokens for one in evidence.excerpts if (one.document, one.text) in chosen)
        self._results.append(Results(evidence, tuple(documents), tokens))
        self._show()

    def put_back(self, documents: Sequence[Attachment]) -> None:
        """Take along again what went along with an earlier question, for it to be asked in other words."""
        self.clear()
        searches: dict[tuple[str, str], list[Attachment]] = {}
        for one in documents:
            if one.recipe:
                searches.setdefault((one.recipe, one.words), []).append(one)
            else:
                self._along.append(Along(Path(one.name), Read(one, _estimate(one.text), 0)))
        for (recipe, words), found in searches.items():
            tokens = sum(_estimate(one.text) for one in found)
            self._results.append(Results(Evidence(recipe, words, (), 0), tuple(found), tokens))
        self._show()

    def clear(self) -> None:
        """Take none along."""
        self._along, self._too_many, self._results = [], [], []
        self._show()

    def _ask(self, one: Along) -> None:
        self._bridge.ask(
            lambda service: _read_one(service, one.path),
            lambda read: self._arrived(one, read),
            lambda problem: self._not_read(one, problem),
            owner=self,
        )

    def _arrived(self, one: Along, read: Read | None) -> None:
        """A document was read; None: it is a folder. What was put away meanwhile does not come back."""
        if one not in self._along:
            return
        if read is None:
            self._along.remove(one)
            self._too_many = [*(each.path for each in self._along), one.path]
        else:
            one.read = read
        self._show()

    def _not_read(self, one: Along, problem: str) -> None:
        if one in self._along:
            self._along.remove(one)
            self.failed.emit(problem)
            self._show()

    def _remove(self, one: Along | Results) -> None:
        self._along = [each for each in self._along if each is not one]
        self._results = [each for each in self._results if each is not one]
        self._show()

    def _queue(self) -> None:
        paths = self._too_many or [one.path for one in self._along]
        self.clear()
        self.queue_asked.emit(paths)

    def _show(self) -> None:
        for chip in self.chips:
            self._rows.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self.chips = [self._document_chip(one) for one in self._along]
        self.chips += [self._results_chip(one) for one in self._results]
        for chip in self.chips:
            self._rows.addWidget(chip)
        self.reason.setText(self._reason())
        self.offer.setVisible(bool(self.reason.text()))
        self.setVisible(bool(self.chips or self._too_many))
        self.changed.emit()

    def _reason(self) -> str:
        if self._too_many:
            return self.tr("This is more than fits one question. The queue works every document off by itself.")
        context = min((one.context for one in self._read if one.context), default=0)
        if context and self.tokens >= context:
            return self.tr(
                "{tokens} tokens are more than the context of {context} holds; the queue takes them in parts."
            ).format(tokens=number(self.tokens), context=number(context))
        return ""

    def _title(self, one: Results) -> str:
        count = self.tr("%Ln results", "", len(one.documents))
        recipe = recipe_title(one.evidence.recipe) if one.evidence.recipe else self.tr("all recipes")
        words = one.evidence.words
        if not words:
            return self.tr("{results} of {recipe}").format(results=count, recipe=recipe)
        return self.tr("{results} of {recipe} for “{words}”").format(results=count, recipe=recipe, words=words)

    def _document_chip(self, one: Along) -> QWidget:
        name = one.path.name
        if one.read is None:
            return self._chip(one, "file", name, self.tr("Reading {name}…").format(name=name), None)
        return self._chip(one, "file", name, name, one.read.tokens)

    def _results_chip(self, one: Results) -> QWidget:
        title = self._title(one)
        return self._chip(one, "results", title, title, one.tokens, "\n".join(each.name for each in one.documents))

    def _chip(
        self, one: Along | Results, icon: str, name: str, title: str, tokens: int | None, tip: str = ""
    ) -> QWidget:
        chip = QWidget()
        row = QHBoxLayout(chip)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(icon_label(icon, "muted", 16))
        heading = ElidedLabel(title)
        heading.setToolTip(tip or title)
        row.addWidget(heading)
        row.addWidget(label(self.tr("%Ln tokens", "", tokens) if tokens is not None else "", "muted"), 1)
        away = self.tr("Do not take {name} along").format(name=name)
        row.addWidget(tool_button(away, "close", lambda: self._remove(one), chip))
        return chip


def _estimate(text: str) -> int:
    return len(text) // _CHARACTERS_PER_TOKEN + 1


async def _read_one(service: Service, path: Path) -> Read | None:
    """Read a document; None when it is a folder."""
    if await asyncio.to_thread(path.is_dir):
        return None
    try:
        extraction = await service.extractor.extract(path)
    except WorkFailed as problem:
        raise UsageError(f"{path.name}: {problem}") from problem
    tokens, context = _estimate(extraction.text), 0
    if service.engine.view.phase == "ready":
        client = await service.engine.client()
        tokens = (await client.tokenize(extraction.text)).count or tokens
        context = (await client.model()).context or 0
    return Read(Attachment(path.name, extraction.text), tokens, context)
