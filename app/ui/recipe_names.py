"""What the window calls a recipe: its title, and its file's name too where two titles are alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from PySide6.QtCore import QObject, QTimer, Signal

from app.core.natural import natural_key
from app.core.recipes.titles import recipe_titles
from app.ui.bridge import Bridge
from app.ui.spoken import said

_QUIET_MS = 300


class RecipeNames(QObject):
    """Known once the core is there, and read again whenever a recipe may have got another title."""

    changed = Signal()
    _current: RecipeNames | None = None

    def __init__(self, bridge: Bridge, parent: QObject) -> None:
        super().__init__(parent)
        RecipeNames._current = self
        self._bridge = bridge
        self._names: dict[str, str] = {}
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_QUIET_MS)
        self._timer.timeout.connect(self.read)
        bridge.core_ready.connect(self.read)
        bridge.folders_changed.connect(self._timer.start)

    def read(self) -> None:
        """Ask the core for the titles."""
        self._bridge.ask(
            lambda service: service.store.read(lambda conn: recipe_titles(conn, service.recipes)),
            self.learn,
            lambda _problem: None,  # the names of the files do
            owner=self,
        )

    def learn(self, titles: Mapping[str, str]) -> None:
        """Take these titles, by the names of the recipes."""
        spoken = {name: said(title) for name, title in titles.items()}
        alike = Counter(title.casefold() for title in spoken.values())
        names = {
            name: title if alike[title.casefold()] == 1 or title == name else f"{title} ({name})"
            for name, title in spoken.items()
        }
        if names != self._names:
            self._names = names
            self.changed.emit()

    @property
    def in_order(self) -> tuple[str, ...]:
        """The recipes' own names, in the order of what they are called here."""
        return tuple(sorted(self._names, key=lambda name: natural_key(self._names[name])))

    def of(self, name: str, otherwise: str = "") -> str:
        """What the recipe of this name is called; ``otherwise`` is the title of one that may be too new to be known."""
        return self._names.get(name) or said(otherwise) or name


def recipe_title(name: str, otherwise: str = "") -> str:
    """What the window calls the recipe of this name; ``otherwise``, or the name itself, until its title is known."""
    names = RecipeNames._current
    return names.of(name, otherwise) if names is not None else said(otherwise) or name


def recipe_order() -> tuple[str, ...]:
    """The recipes' own names, in the order of what the window calls them."""
    names = RecipeNames._current
    return names.in_order if names is not None else ()
