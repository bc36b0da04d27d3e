"""Which results the table shows: those of one recipe, and those whose answer holds the words."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QSizePolicy

from app.ui.recipe_names import recipe_title
from app.ui.wording import number

_DELAY_MS = 180


class ResultFilter(QObject):
    """The fields, for the page to lay out. ``words_changed`` comes once typing pauses."""

    recipe_changed = Signal()
    words_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.recipe = QComboBox()
        self.recipe.setAccessibleName(self.tr("Recipe"))
        self.recipe.setMinimumWidth(160)
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search in all answers"))
        self.search.setAccessibleName(self.tr("Search in all answers"))
        self.search.setClearButtonEnabled(True)
        self.search.setMinimumWidth(210)
        self.search.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._delay = QTimer(self)
        self._delay.setSingleShot(True)
        self._delay.setInterval(_DELAY_MS)
        self._delay.timeout.connect(self.words_changed)
        self.search.textChanged.connect(lambda _text: self._delay.start())
        self._decided = False
        self.recipe.currentIndexChanged.connect(self._decide)

    @property
    def chosen_recipe(self) -> str | None:
        """The recipe's name; None for all."""
        data = self.recipe.currentData()
        return data if isinstance(data, str) else None

    @property
    def words(self) -> str:
        """What is searched for; empty when nothing is."""
        return self.search.text().strip()

    def offer(self, recipes: Sequence[tuple[str, int]]) -> bool:
        """Offer these recipes, each with its number of results; whether another one is chosen by that.

        What a person has chosen stays chosen; until then the only recipe there is, so that its columns are seen.
        A list that is open stays as it is, for somebody is about to choose from it.
        """
        if self.recipe.view().isVisible():
            return False
        before = chosen = self.chosen_recipe
        if not self._decided:
            chosen = recipes[0][0] if len(recipes) == 1 else None
        blocked = self.recipe.blockSignals(True)
        self.recipe.clear()
        self.recipe.addItem(self.tr("All recipes ({count})").format(count=number(sum(n for _, n in recipes))), None)
        named = sorted((recipe_title(name), name, count) for name, count in recipes)
        for title, name, count in named:
            self.recipe.addItem(f"{title} ({number(count)})", name)
        self.recipe.setCurrentIndex(max(0, self.recipe.findData(chosen)) if chosen else 0)
        self.recipe.blockSignals(blocked)
        return self.chosen_recipe != before

    def _decide(self, _index: int) -> None:
        self._decided = True
        self.recipe_changed.emit()

    def show_all_of(self, recipe: str) -> None:
        """Show every result of a recipe; of all recipes when it has none yet."""
        self.search.clear()
        self.recipe.setCurrentIndex(max(0, self.recipe.findData(recipe)))
