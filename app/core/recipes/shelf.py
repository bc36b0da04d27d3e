"""The recipes at hand: those that ship with Nightdesk, and the person's own, which go first."""

from __future__ import annotations

from pathlib import Path

from app.core.errors import UsageError
from app.core.recipes.parse import RecipeError, load_recipe, parse_recipe
from app.core.recipes.recipe import Recipe
from app.core.recipes.views import create_view
from app.core.store.recipes import get_recipe, save_recipe
from app.core.store.sqlite import Connection


class RecipeShelf:
    """Recipe files by name. Files are read again each time, so an edit counts from the next use on."""

    def __init__(self, builtin: Path, own: Path | None = None) -> None:
        self.builtin = builtin
        self.own = own

    def names(self) -> list[str]:
        """Every recipe's name, sorted; recipes with a mistake are among them."""
        return sorted(self._files())

    def recipes(self) -> list[Recipe]:
        """Every recipe without a mistake, sorted by name."""
        return [one for one in map(self._try, self.names()) if isinstance(one, Recipe)]

    def mistakes(self) -> list[UsageError]:
        """What is wrong with the recipes that cannot be used."""
        return [one for one in map(self._try, self.names()) if isinstance(one, UsageError)]

    def is_own(self, name: str) -> bool:
        """Whether this recipe is the person's own file."""
        path = self._files().get(name)
        return path is not None and path.parent == self.own

    def get(self, name: str) -> Recipe:
        """The recipe called ``name``, or in the file ``name`` when that is a path to a ``.md`` file.

        Raises UsageError when there is none, RecipeError (line and reason) when it has a mistake.
        """
        path = self._files().get(name)
        if path is None and name.endswith(".md") and Path(name).is_file():
            path = Path(name)
        if path is None:
            raise UsageError(f"There is no recipe called {name}. There are: {', '.join(self.names()) or 'none'}.")
        return load_recipe(path)

    def current(self, name: str, path: Path | None = None) -> Recipe | None:
        """The recipe as its file says it now: ``path``, unless that lies on the shelf or is gone, else by its name.

        None when there is none or it has a mistake.
        """
        elsewhere = path is not None and path.parent not in (self.builtin, self.own) and path.is_file()
        try:
            return load_recipe(path) if path is not None and elsewhere else self.get(name)
        except UsageError:
            return None

    def save(self, name: str, source: str) -> Recipe:
        """Write the person's own recipe; a mistake in it is raised and nothing is written."""
        if self.own is None:
            raise UsageError("There is no folder for your own recipes.")
        if not name or name != Path(name).name or name.startswith("."):
            raise UsageError(f"{name!r} cannot be a recipe's name: use letters, digits and -.")
        recipe = parse_recipe(name, source, self.own / f"{name}.md")
        self._write(self.own, name, source)
        return recipe

    def replace(self, name: str, source: str) -> tuple[Recipe, str | None]:
        """``save``, and what the person's own file of that name held before; None when there was none."""
        before = self.own_source(name)
        return self.save(name, source), before

    def put_back(self, name: str, source: str) -> str | None:
        """Give the person's own file back what it held, mistakes included; returns what it held instead."""
        now = self.own_source(name)
        if self.own is not None:
            self._write(self.own, name, source)
        return now

    def own_source(self, name: str) -> str | None:
        """The text of the person's own file of that name; None when there is none that can be read."""
        if self.own is None or name != Path(name).name:
            return None
        try:
            return (self.own / f"{name}.md").read_text(encoding="utf-8", errors="surrogateescape")
        except OSError:
            return None

    def _write(self, folder: Path, name: str, source: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = folder / f".{name}.part"
        unfinished.write_text(source, encoding="utf-8", errors="surrogateescape")
        unfinished.replace(folder / f"{name}.md")

    def _files(self) -> dict[str, Path]:
        found: dict[str, Path] = {}
        for folder in (self.builtin, self.own):
            if folder is not None and folder.is_dir():
                found.update({path.stem: path for path in folder.glob("*.md") if not path.name.startswith(".")})
        return found

    def _try(self, name: str) -> Recipe | UsageError:
        try:
            return self.get(name)
        except UsageError as error:
            return error


def record_recipe(conn: Connection, recipe: Recipe) -> int:
    """Keep this version of the recipe and its view in the database; returns the version's id."""
    recipe_id = save_recipe(conn, recipe.name, recipe.sha256, recipe.source)
    row = get_recipe(conn, recipe_id)
    assert row is not None
    create_view(conn, recipe, recipe_id, row.version)
    return recipe_id


def recorded_recipe(conn: Connection, recipe_id: int) -> Recipe:
    """The recipe version that a job was made for, whatever the file says today. Raises UsageError."""
    row = get_recipe(conn, recipe_id)
    if row is None:
        raise UsageError(f"There is no recipe version number {recipe_id}.")
    return parse_recipe(row.name, row.source)


__all__ = ["RecipeError", "RecipeShelf", "record_recipe", "recorded_recipe"]
