"""What recipes are called: as their files say now, or as the last version said of one whose file is gone."""

from __future__ import annotations

from app.core.recipes.parse import RecipeError, parse_recipe
from app.core.recipes.shelf import RecipeShelf
from app.core.store.recipes import newest_sources
from app.core.store.sqlite import Connection


def recipe_titles(conn: Connection, shelf: RecipeShelf) -> dict[str, str]:
    """The title of every recipe that is at hand or that documents were worked off with, by its name."""
    titles = {recipe.name: recipe.title for recipe in shelf.recipes()}
    for name, source in newest_sources(conn):
        if name not in titles:
            titles[name] = _title(name, source)
    return titles


def _title(name: str, source: str) -> str:
    try:
        return parse_recipe(name, source).title
    except RecipeError:  # recorded by a version that read recipes differently
        return name
