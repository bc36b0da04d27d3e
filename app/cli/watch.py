"""``nightdesk watch``: folders that are looked after all the time."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from app.cli.open import open_store
from app.cli.options import database_option, json_option
from app.cli.output import show, when
from app.cli.recipes import recipe_shelf
from app.core.errors import UsageError
from app.core.intake import bind_folder
from app.core.store.folders import FolderRow, list_folders, remove_folder
from app.core.store.sqlite import Connection


@click.group()
def watch() -> None:
    """Bind folders to recipes. The window or `nightdesk run --follow` works their documents off."""


@watch.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--recipe", required=True, help="The recipe that is put to every document.")
@click.option("--include", multiple=True, help="Only files that match, such as **/*.pdf; can be given again.")
@click.option("--exclude", multiple=True, help="No files that match; can be given again.")
@click.option("--no-subfolders", is_flag=True, help="Only the files in the folder itself.")
@click.option("--network", is_flag=True, help="The folder is on a network: look, do not wait for hints.")
@click.option("--output", type=click.Path(path_type=Path), help="Write each result as a file into this folder too.")
@click.option("--output-kind", type=click.Choice(["md", "json"]), default="md", help="What these files are.")
@database_option
def add(
    folder: Path,
    recipe: str,
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    no_subfolders: bool,
    network: bool,
    output: Path | None,
    output_kind: str,
    database: Path,
) -> None:
    """Watch FOLDER with a recipe from now on; a Nightdesk that is running begins within seconds."""
    bind = bind_folder(
        folder,
        recipe_shelf().get(recipe),
        watch=True,
        recursive=not no_subfolders,
        include=include,
        exclude=exclude,
        network=network,
        output=output,
        output_kind=output_kind,
    )
    with open_store(database, create=True) as store:
        store.write_now(bind)
    click.echo(f"Watching {folder} with the recipe {recipe}.")


@watch.command("list")
@json_option
@database_option
def list_watched(as_json: bool, database: Path) -> None:
    """List watched folders and their states."""
    with open_store(database) as store:
        folders = store.read_now(lambda db: list_folders(db, kind="watched"))
    rows = [_described(folder) for folder in folders]
    columns = ("id", "path", "recipe", "state", "reason", "scanned")
    show(rows, columns, as_json=as_json, title="Watched folders", nothing="No folder is watched.")


@watch.command()
@click.argument("folder")
@click.option("--recipe", help="Only its binding to this recipe.")
@database_option
def remove(folder: str, recipe: str | None, database: Path) -> None:
    """Stop watching FOLDER (a path, or a number of the list). Its results stay; waiting jobs are cancelled."""

    def unbind(db: Connection) -> int:
        found = [one for one in list_folders(db, kind="watched") if _is(one, folder, recipe)]
        for one in found:
            remove_folder(db, one.id)
        return len(found)

    with open_store(database) as store:
        if not store.write_now(unbind):
            raise UsageError(f"{folder} is not watched; `nightdesk watch list` shows what is.")
    click.echo(f"{folder} is no longer watched.")


def _is(row: FolderRow, folder: str, recipe: str | None) -> bool:
    named = str(row.id) == folder or row.path == Path(folder).expanduser().resolve()
    return named and recipe in (None, row.recipe_name)


def _described(row: FolderRow) -> dict[str, object]:
    return asdict(row) | {"path": row.path_text, "recipe": row.recipe_name, "scanned": when(row.scanned_at)}
