"""Tries a recipe on one document before a thousand are queued: the answer streams in as it is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from app.core.errors import UsageError
from app.core.failures import WorkFailed
from app.core.recipes.parse import parse_recipe
from app.core.recipes.recipe import Recipe
from app.ui.bridge import Bridge
from app.ui.controls import label, push_button
from app.ui.theme import fixed_font
from app.ui.wording import number
from engines.request import Priority

if TYPE_CHECKING:
    from app.core.service import Service
    from engines.client import EngineClient

_TEMPLATE_TOKENS = 64


@dataclass(frozen=True, slots=True)
class Tried:
    """How a trial went; ``whole`` is False when only the document's beginning fitted the context."""

    prompt_tokens: int
    generated_tokens: int
    seconds: float
    finish_reason: str
    whole: bool


class Trial(QFrame):
    """``recipe`` gives the name and the text as it stands in the editor, saved or not."""

    ended = Signal()

    def __init__(self, bridge: Bridge, recipe: Callable[[], tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self._bridge = bridge
        self._recipe = recipe
        self.button = push_button(self.tr("Try on one document…"), self._ask, icon="play")
        self.said = label(self.tr("Nothing is queued or kept by a trial."), "muted", wrap=True)
        self.answer = QPlainTextEdit()
        self.answer.setObjectName("reader")
        self.answer.setReadOnly(True)
        self.answer.setTabChangesFocus(True)
        self.answer.setMinimumHeight(120)
        self.answer.setFont(fixed_font(self.font().pointSizeF()))
        self.answer.setAccessibleName(self.tr("Answer of the trial"))
        self.answer.hide()
        head = QHBoxLayout()
        head.addWidget(self.button)
        head.addWidget(self.said, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        column.addLayout(head)
        column.addWidget(self.answer)

    def start(self, path: Path) -> None:
        """Try the recipe on this document."""
        name, source = self._recipe()
        self.button.setEnabled(False)
        self.answer.clear()
        self.answer.show()
        self.said.setText(self.tr("Reading {name}…").format(name=path.name))
        told = _Teller(self)
        self._bridge.ask(
            lambda service: _try(service, name, source, path, lambda text: self._bridge.post(lambda: told.tell(text))),
            self._show_end,
            self._show_problem,
            owner=self,
        )

    def _ask(self) -> None:
        dialog = QFileDialog(self.window(), self.tr("Try the recipe on"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self.start(Path(name)))
        dialog.open()

    def _show_end(self, tried: Tried) -> None:
        self.button.setEnabled(True)
        words = self.tr("{read} tokens read, {written} written in {seconds} s.").format(
            read=number(tried.prompt_tokens), written=number(tried.generated_tokens), seconds=number(tried.seconds, 1)
        )
        notes = [words]
        if tried.finish_reason == "length":
            notes.append(self.tr("The answer ended at max_tokens."))
        if not tried.whole:
            notes.append(self.tr("Only the beginning was tried; the queue takes long documents in parts."))
        else:
            notes.append(
                self.tr("A thousand like it: {read} tokens to read, {written} to write.").format(
                    read=number(tried.prompt_tokens * 1000), written=number(tried.generated_tokens * 1000)
                )
            )
        self.said.setText(" ".join(notes))
        self.ended.emit()

    def _show_problem(self, problem: str) -> None:
        self.button.setEnabled(True)
        self.said.setText(problem)
        self.ended.emit()


class _Teller(QObject):
    """Appends what comes, for as long as the trial's card lives."""

    def __init__(self, trial: Trial) -> None:
        super().__init__(trial)
        self._answer = trial.answer

    def tell(self, text: str) -> None:
        cursor = self._answer.textCursor()
        cursor.movePosition(cursor.MoveOperation.End)
        cursor.insertText(text)


async def _try(service: Service, name: str, source: str, path: Path, tell: Callable[[str], None]) -> Tried:
    from engines.client import ChatSampling  # read on the core's thread: the window is there before it

    recipe = parse_recipe(name, source)
    try:
        extraction = await service.extractor.extract(path)
    except WorkFailed as problem:
        raise UsageError(f"{path.name}: {problem}") from problem
    await service.engine.load()
    client = await service.engine.client()
    text = await _fitting(client, recipe, extraction.text)
    sampling = ChatSampling(
        max_tokens=recipe.max_tokens,
        temperature=recipe.temperature,
        repetition_penalty=recipe.repetition_penalty,
        schema=recipe.schema,
    )
    async for part in client.stream(recipe.ask(text), sampling=sampling, priority=Priority.INTERACTIVE):
        if part.text:
            tell(part.text)
        if part.completion is not None:
            done = part.completion
    whole = len(text) == len(extraction.text)
    return Tried(done.prompt_tokens, done.generated_tokens, done.seconds, done.finish_reason, whole)


async def _fitting(client: EngineClient, recipe: Recipe, text: str) -> str:
    """As much of the document as fits the context beside the recipe and its answer."""
    context = (await client.model()).context
    asked = await client.count_messages(recipe.ask(""))
    told = await client.tokenize(text)
    if not context or asked is None or told.offsets is None:
        return text
    room = max(1, context - asked - recipe.max_tokens - _TEMPLATE_TOKENS)
    return text if len(told.offsets) <= room else text[: told.offsets[room]]
