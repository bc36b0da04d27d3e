"""The recipes page: what each recipe asks of a document, an editor for it, and a trial on one document."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt, QTimer, Signal
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QWidget

from app.core.errors import UsageError
from app.core.recipes.drafts import NEW, Draft, free_name
from app.core.recipes.parse import RecipeError, parse_recipe
from app.core.recipes.recipe import Recipe
from app.ui.bridge import Bridge
from app.ui.controls import label, push_button
from app.ui.flow import FlowLayout
from app.ui.notices import NoticeBar
from app.ui.pages.answer import AnswerEditor
from app.ui.pages.editor import NumberedEditor
from app.ui.pages.recipe_drafts import Drafts
from app.ui.pages.recipe_saving import Saving, Wish
from app.ui.pages.split import SplitPage
from app.ui.pages.trial import Trial
from app.ui.recipe_names import recipe_title
from app.ui.spoken import said

if TYPE_CHECKING:
    from app.core.service import Service

Shelf = tuple[list[str], list[Recipe], list[UsageError]]

_COUNT_MS = 700

_NEW = """+++
title = "My recipe"
description = "What comes back for each document."
max_tokens = 160
+++
What does this document want from its reader? Answer in one sentence.

Document:
{{document}}
"""


class RecipesPage(SplitPage):
    """Every key press is checked: a mistake is named with its line, which is marked. Saving makes it one's own."""

    saved = Signal()  # a recipe has been written, or taken back: it may be called something else now

    def __init__(self, bridge: Bridge, notices: NoticeBar, parent: QWidget | None = None) -> None:
        super().__init__(QCoreApplication.translate("RecipesPage", "Recipes"), parent)
        self._bridge = bridge
        self._wanted = ""
        self._showing = False
        self._names: list[str] = []
        self._drafts = Drafts(bridge, self._written, self)
        self._saving = Saving(bridge, notices, self._drafts, self)
        self.title = label("", "title", wrap=True)
        self.about = label("", "muted", wrap=True)
        self.facts = label("", "muted", wrap=True)
        self.name = QLineEdit()
        self.name.setAccessibleName(self.tr("Name of the recipe"))
        self.name.setMaximumWidth(220)
        self.new_button = push_button(self.tr("New recipe"), self.begin, icon="add")
        self.save_button = push_button(self.tr("Save as my own"), self.save, primary=True)
        self.discard_button = push_button(self.tr("Discard the changes"), self.discard)
        self.source = NumberedEditor(self.tr("The recipe's file"))
        self.source.setMinimumHeight(300)
        self.answer = AnswerEditor(self.source.toPlainText)
        self._count_timer = QTimer(self)
        self._count_timer.setSingleShot(True)
        self._count_timer.setInterval(_COUNT_MS)
        self._count_timer.timeout.connect(self._count)
        self.problem = label("", "danger", wrap=True, selectable=True)
        self.trial = Trial(bridge, lambda: (self.name.text(), self.source.toPlainText()))
        self.mistakes = label("", "danger", wrap=True, selectable=True)
        self._lay_out()
        self._connect()

    def refresh(self) -> None:
        """Read the recipe files again."""
        self._bridge.ask(_read, self._show_shelf, owner=self)

    def show_recipe_names(self) -> None:
        """Recipes are called something else now."""
        for row in range(self.items.count()):
            recipe = self.items.item(row).data(Qt.ItemDataRole.UserRole)
            self.items.item(row).setText(recipe_title(recipe.name, recipe.title))
        self._mark_drafts()

    def begin(self) -> None:
        """Write a new recipe, from one that works. One that is being written already is gone on with."""
        if self._key() != NEW or not self.source.toPlainText():
            self._show_new()
        self.source.setFocus()

    def discard(self) -> None:
        """Show the recipe as it is in its file; undoing that brings back what was written."""
        self.source.replace_all(self._saved_text())
        self.source.setFocus()

    def save(self) -> None:
        """Keep the recipe among the person's own; a shipped one of the same name steps back."""
        draft = Draft(self.name.text().strip(), self.source.toPlainText())
        self._saving.save(Wish(self._key(), self._saved_text(), draft))

    def keep_drafts(self) -> None:
        """Keep what is written and not saved: the window is about to go."""
        self._drafts.keep()

    def _connect(self) -> None:
        self.items.currentItemChanged.connect(lambda _new, _old: self._show())
        self.source.textChanged.connect(self._edited)
        self.name.textChanged.connect(lambda _text: self._edited())
        self.answer.rewritten.connect(self.source.replace_all)
        self.answer.checked.connect(self._allow)
        self._drafts.changed.connect(self._mark_drafts)
        self._saving.saved.connect(self._show_saved)
        self._saving.saved.connect(lambda _name: self.saved.emit())
        self._saving.taken_back.connect(self._show_taken_back)
        self._saving.taken_back.connect(lambda _name: self.saved.emit())
        self._saving.refused.connect(self._show_problem)
        self._bridge.core_ready.connect(self._start)

    def _start(self) -> None:
        self._bridge.ask(lambda service: service.recipe_drafts.read(), self._learn, owner=self)

    def _learn(self, drafts: dict[str, Draft]) -> None:
        self._drafts.learn(drafts)
        if self._key() == NEW and self.source.toPlainText() == _NEW:
            self._show_new()  # begun a moment before the earlier one was known
        self.refresh()

    def _lay_out(self) -> None:
        bar = QWidget()
        flow = FlowLayout(bar)
        self.name.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        flow.addWidget(label(self.tr("Name"), "muted"))
        flow.addWidget(self.name)
        for button in (self.discard_button, self.new_button, self.save_button):
            flow.push(button)
        for widget in (self.title, self.about, self.facts, self.source, self.problem):
            self.column.addWidget(widget)
        self.column.addWidget(bar)
        self.column.addWidget(self.answer)
        self.column.addWidget(self.trial)
        self.column.addWidget(self.mistakes)

    def _show_saved(self, name: str) -> None:
        self._wanted = name
        self._show_problem("")
        self.refresh()

    def _show_taken_back(self, key: str) -> None:
        self._wanted = key
        if key == NEW:
            self._show_new()
        self.refresh()

    def _show_shelf(self, shelf: Shelf) -> None:
        self._names, recipes, mistakes = shelf
        self.mistakes.setText("\n".join(str(mistake) for mistake in mistakes))
        self.mistakes.setVisible(bool(mistakes))
        names = [recipe.name for recipe in recipes]
        place = names.index(self._wanted) if self._wanted in names else 0
        writing_new = self._wanted == NEW and self._key() == NEW and bool(self.source.toPlainText())
        self._showing = True
        self.items.clear()
        for recipe in recipes:
            self.add_item(recipe_title(recipe.name, recipe.title), recipe, said(recipe.description))
        self.items.setCurrentRow(-1 if writing_new else place)
        self._showing = False
        self._mark_drafts()
        self._show()

    def _mark_drafts(self) -> None:
        """What is not saved yet stands slanted in the list, and says so."""
        for row in range(self.items.count()):
            item = self.items.item(row)
            recipe = item.data(Qt.ItemDataRole.UserRole)
            slanted = self._drafts.of(recipe.name) is not None
            font = item.font()
            font.setItalic(slanted)
            item.setFont(font)
            unsaved = self.tr("{title}, not saved yet").format(title=item.text())
            item.setData(Qt.ItemDataRole.AccessibleTextRole, unsaved if slanted else item.text())
            item.setToolTip(unsaved if slanted else said(recipe.description))

    def _key(self) -> str:
        recipe = self.chosen()
        return recipe.name if isinstance(recipe, Recipe) else NEW

    def _saved_text(self) -> str:
        recipe = self.chosen()
        return recipe.source if isinstance(recipe, Recipe) else _NEW

    def _written(self) -> tuple[str, Draft | None]:
        text = self.source.toPlainText()
        return self._key(), Draft(self.name.text(), text) if text and text != self._saved_text() else None

    def _show(self) -> None:
        recipe = self.chosen()
        if self._showing or not isinstance(recipe, Recipe):
            return
        self.title.setText(said(recipe.title))
        self.about.setText(said(recipe.description))
        self._show_text(self._drafts.of(recipe.name) or Draft(recipe.name, recipe.source))

    def _show_new(self) -> None:
        self.items.setCurrentRow(-1)
        self.title.setText(self.tr("New recipe"))
        self.about.setText(self.tr("Between the +++ lines its options, below them what the model is asked."))
        self._show_text(self._drafts.of(NEW) or Draft(free_name("my-recipe", self._names), _NEW))

    def _show_text(self, draft: Draft) -> None:
        self._showing = True
        self.name.setText(draft.name)
        self.source.setPlainText(draft.source)
        self._showing = False
        self._check()

    def _edited(self) -> None:
        if not self._showing:
            self._drafts.touch()
            self._check()

    def _check(self) -> None:
        try:
            recipe = parse_recipe(self.name.text(), self.source.toPlainText())
        except RecipeError as error:
            self.source.show_mistake(error.line)
            self._show_problem(self.tr("Line {line}: {reason}.").format(line=error.line, reason=said(error.reason)))
            self.facts.setText("")
        else:
            self.source.show_mistake(None)
            self._show_problem("")
            self.facts.setText(self._facts(recipe))
            self.answer.show_recipe(recipe)
            self._count_timer.start()

    def _facts(self, recipe: Recipe) -> str:
        columns = self.tr("Columns: {names}").format(names=", ".join(recipe.columns)) if recipe.columns else ""
        length = self.tr("At most %Ln tokens per answer", "", recipe.max_tokens)
        return "  ·  ".join(part for part in (length, columns) if part)

    def _show_problem(self, text: str) -> None:
        self.problem.setText(text)
        self.problem.setVisible(bool(text))
        self._allow()

    def _allow(self) -> None:
        right = not self.problem.text() and not self.answer.mistaken
        self.save_button.setEnabled(right and bool(self.name.text().strip()))
        self.trial.button.setEnabled(right)
        self.discard_button.setVisible(self.source.toPlainText() != self._saved_text())

    def _count(self) -> None:
        """Say how many tokens of instructions go with every document, where an engine is there to count them."""
        if self._bridge.last_engine.phase != "ready" or self.problem.text():
            return
        name, source = self.name.text(), self.source.toPlainText()

        async def count(service: Service) -> int | None:
            return await (await service.engine.client()).count_messages(parse_recipe(name, source).ask(""))

        def say(tokens: int | None) -> None:
            if tokens and source == self.source.toPlainText():
                recipe = parse_recipe(name, source)
                words = self.tr("%Ln tokens of instructions, computed once for all documents", "", tokens)
                self.facts.setText(f"{self._facts(recipe)}  ·  {words}")

        self._bridge.ask(count, say, lambda _problem: None, owner=self)


async def _read(service: Service) -> Shelf:
    shelf = service.recipes
    return await asyncio.to_thread(lambda: (shelf.names(), shelf.recipes(), shelf.mistakes()))
