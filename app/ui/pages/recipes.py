"""The recipes page: what each recipe asks of a document, an editor for it, and a trial on one document."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt, QTimer
from PySide6.QtWidgets import QLineEdit, QListWidgetItem, QSizePolicy, QWidget

from app.core.errors import UsageError
from app.core.recipes.parse import RecipeError, parse_recipe
from app.core.recipes.recipe import Recipe
from app.ui.bridge import Bridge
from app.ui.controls import label, push_button
from app.ui.flow import FlowLayout
from app.ui.pages.answer import AnswerEditor
from app.ui.pages.editor import NumberedEditor
from app.ui.pages.split import SplitPage
from app.ui.pages.trial import Trial
from app.ui.spoken import said

if TYPE_CHECKING:
    from app.core.service import Service

Shelf = tuple[list[Recipe], list[UsageError]]

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

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(QCoreApplication.translate("RecipesPage", "Recipes"), parent)
        self._bridge = bridge
        self._wanted = ""
        self._turning = False
        self.title = label("", "title", wrap=True)
        self.about = label("", "muted", wrap=True)
        self.facts = label("", "muted", wrap=True)
        self.name = QLineEdit()
        self.name.setAccessibleName(self.tr("Name of the recipe"))
        self.name.setMaximumWidth(220)
        self.new_button = push_button(self.tr("New recipe"), self.begin, icon="add")
        self.save_button = push_button(self.tr("Save as my own"), self.save, primary=True)
        self.discard_button = push_button(self.tr("Discard the changes"), self.discard)
        self._drafts: dict[str, str] = {}  # what was written and not saved yet, by the recipe's name; "" for a new one
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
        self.items.currentItemChanged.connect(self._turn)
        self.source.textChanged.connect(self._check)
        self.answer.rewritten.connect(self.source.replace_all)
        self.answer.checked.connect(self._allow)
        self.name.textChanged.connect(lambda _text: self._check())
        bridge.core_ready.connect(self.refresh)

    def refresh(self) -> None:
        """Read the recipe files again."""
        self._bridge.ask(_read, self._show_shelf, owner=self)

    def begin(self) -> None:
        """Write a new recipe, from one that works."""
        self.items.setCurrentRow(-1)
        self.title.setText(self.tr("New recipe"))
        self.about.setText(self.tr("Between the +++ lines its options, below them what the model is asked."))
        self.name.setText("my-recipe")
        self.source.setPlainText(self._drafts.get("", _NEW))
        self.source.setFocus()

    def discard(self) -> None:
        """Show the recipe as it is in its file."""
        self._drafts.pop(self._shown_name(), None)
        recipe = self.chosen()
        self.source.setPlainText(recipe.source if isinstance(recipe, Recipe) else _NEW)

    def save(self) -> None:
        """Keep the recipe among the person's own; a shipped one of the same name steps back."""
        name, source = self.name.text().strip(), self.source.toPlainText()
        self._bridge.ask(
            lambda service: asyncio.to_thread(service.recipes.save, name, source),
            self._saved,
            self._show_problem,
            owner=self,
        )

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

    def _saved(self, recipe: Recipe) -> None:
        self._wanted = recipe.name
        for name in (self._shown_name(), recipe.name):
            self._drafts.pop(name, None)
        self._show_problem("")
        self.refresh()

    def _show_shelf(self, shelf: Shelf) -> None:
        recipes, mistakes = shelf
        self._turning = True
        self.items.clear()
        for recipe in recipes:
            self.add_item(said(recipe.title), recipe, said(recipe.description))
        self.mistakes.setText("\n".join(str(mistake) for mistake in mistakes))
        self.mistakes.setVisible(bool(mistakes))
        names = [recipe.name for recipe in recipes]
        self.items.setCurrentRow(names.index(self._wanted) if self._wanted in names else 0)
        self._turning = False
        self._show()

    def _shown_name(self) -> str:
        recipe = self.chosen()
        return recipe.name if isinstance(recipe, Recipe) else ""

    def _turn(self, _new: QListWidgetItem | None, old: QListWidgetItem | None) -> None:
        """Another recipe is chosen: what was written in the one before stays there until it is saved or discarded."""
        if self._turning:
            return
        before = old.data(Qt.ItemDataRole.UserRole) if old is not None else None
        name, saved = (before.name, before.source) if isinstance(before, Recipe) else ("", _NEW)
        self._keep_draft(name, saved)
        self._show()

    def _keep_draft(self, name: str, saved: str) -> None:
        written = self.source.toPlainText()
        if written and written != saved:
            self._drafts[name] = written
        else:
            self._drafts.pop(name, None)

    def _show(self) -> None:
        recipe = self.chosen()
        if not isinstance(recipe, Recipe):
            return
        self.title.setText(said(recipe.title))
        self.about.setText(said(recipe.description))
        self.name.setText(recipe.name)
        self.source.setPlainText(self._drafts.get(recipe.name, recipe.source))

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
        recipe = self.chosen()
        saved = recipe.source if isinstance(recipe, Recipe) else _NEW
        self.discard_button.setVisible(self.source.toPlainText() != saved)

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
    return await asyncio.to_thread(lambda: (service.recipes.recipes(), service.recipes.mistakes()))
