"""``nightdesk recipes``: what a folder can be asked."""

from __future__ import annotations

from pathlib import Path

import click

from app.cli.options import json_option
from app.cli.output import show, show_json
from app.core.errors import UsageError
from app.core.paths import user_paths
from app.core.recipes.parse import load_recipe
from app.core.recipes.recipe import Recipe
from app.core.recipes.shelf import RecipeShelf
from app.core.resources import resource


def recipe_shelf() -> RecipeShelf:
    """The recipes that ship with Nightdesk and the person's own."""
    return RecipeShelf(resource("recipes"), user_paths().recipes)


@click.group(invoke_without_command=True)
@json_option
@click.pass_context
def recipes(ctx: click.Context, as_json: bool) -> None:
    """List recipes: prompts that are put to every document of a folder."""
    if ctx.invoked_subcommand is not None:
        return
    shelf = recipe_shelf()
    rows = [_described(recipe, shelf.is_own(recipe.name)) for recipe in shelf.recipes()]
    show(rows, ("name", "description", "columns"), as_json=as_json, title="Recipes")
    for mistake in shelf.mistakes():
        click.echo(f"nightdesk: {mistake}", err=True)
    if not as_json:
        click.echo(f"Your own recipes belong into {shelf.own}", err=True)


@recipes.command("show")
@click.argument("name")
@json_option
def show_recipe(name: str, as_json: bool) -> None:
    """Print the recipe NAME, as its file has it."""
    recipe = recipe_shelf().get(name)
    if as_json:
        show_json(_described(recipe, recipe_shelf().is_own(name)) | {"source": recipe.source})
    else:
        click.echo(recipe.source, nl=not recipe.source.endswith("\n"))


@recipes.command("check")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
def check(files: tuple[Path, ...]) -> None:
    """Check recipe FILES: the line and the reason of each mistake."""
    wrong = 0
    for file in files:
        try:
            recipe = load_recipe(file)
        except UsageError as error:
            wrong += 1
            click.echo(f"nightdesk: {error}", err=True)
        else:
            columns = f", columns {', '.join(recipe.columns)}" if recipe.columns else ""
            click.echo(f"{file}: good{columns}")
    if wrong:
        raise UsageError(f"{wrong} of {len(files)} {'recipe has' if len(files) == 1 else 'recipes have'} a mistake.")


def _described(recipe: Recipe, own: bool) -> dict[str, object]:
    return {
        "name": recipe.name,
        "title": recipe.title,
        "description": recipe.description,
        "columns": ", ".join(recipe.columns) or "text",
        "max_tokens": recipe.max_tokens,
        "own": own,
        "sha256": recipe.sha256,
        "path": str(recipe.path) if recipe.path else None,
    }
