"""The recipes page: what each recipe asks of a document, and what comes back."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from app.core.errors import UsageError
from app.core.recipes.recipe import Recipe
from app.ui.bridge import Bridge
from app.ui.controls import label
from app.ui.pages.split import SplitPage
from app.ui.theme import fixed_font

if TYPE_CHECKING:
    from app.core.service import Service

Shelf = tuple[list[Recipe], list[UsageError]]


class RecipesPage(SplitPage):
    """Lists the recipes at hand; one with a mistake is named with its line and reason."""

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(QCoreApplication.translate("RecipesPage", "Recipes"), parent)
        self._bridge = bridge
        self.title = label("", "title", wrap=True)
        self.about = label("", "muted", wrap=True)
        self.facts = label("", "muted", wrap=True)
        self.source = QPlainTextEdit()
        self.source.setObjectName("reader")
        self.source.setReadOnly(True)
        self.source.setTabChangesFocus(True)
        self.source.setMinimumHeight(340)
        self.source.setFont(fixed_font(self.font().pointSizeF()))
        self.source.setAccessibleName(self.tr("The recipe's file"))
        self.mistakes = label("", "danger", wrap=True, selectable=True)
        for widget in (self.title, self.about, self.facts, self.source, self.mistakes):
            self.column.addWidget(widget)
        self.items.currentItemChanged.connect(lambda _new, _old: self._show())
        bridge.core_ready.connect(self.refresh)

    def refresh(self) -> None:
        """Read the recipe files again."""
        self._bridge.ask(_read, self._show_shelf, owner=self)

    def _show_shelf(self, shelf: Shelf) -> None:
        recipes, mistakes = shelf
        self.items.clear()
        for recipe in recipes:
            self.add_item(recipe.title, recipe, recipe.description)
        self.mistakes.setText("\n".join(str(mistake) for mistake in mistakes))
        self.mistakes.setVisible(bool(mistakes))
        self.items.setCurrentRow(0)

    def _show(self) -> None:
        recipe = self.chosen()
        if not isinstance(recipe, Recipe):
            return
        self.title.setText(recipe.title)
        self.about.setText(recipe.description)
        columns = self.tr("Columns: {names}").format(names=", ".join(recipe.columns)) if recipe.columns else ""
        length = self.tr("At most {count} tokens per answer").format(count=f"{recipe.max_tokens:,}")
        self.facts.setText("  ·  ".join(part for part in (recipe.name, length, columns) if part))
        self.source.setPlainText(recipe.source)


async def _read(service: Service) -> Shelf:
    return await asyncio.to_thread(lambda: (service.recipes.recipes(), service.recipes.mistakes()))
