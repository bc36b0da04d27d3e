"""``nightdesk watch``: folders that are looked after all the time."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from app.cli.open import open_store
from app.cli.options import database_option, json_option
from app.cli.output import show, when
from app.cli.recipes import recipe_shelf
from app.core.errors import UsageError
from app.core.intake import bind_folder, change_folder
from app.core.store.folders import PRIORITIES, FolderRow, list_folders, remove_folder
from app.core.store.sqlite import Connection

_NOT_WATCHED = "{folder} is not watched; `nightdesk watch list` shows what is."
_priority_option = click.option(
    "--priority", type=click.Choice(list(PRIORITIES)), help="Whether its documents go before or after others."
)


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
@_priority_option
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
    priority: str | None,
    database: Path,
) -> None:
    """Watch FOLDER with a recipe from now on; a Nightdesk that is running begins within seconds.

    A folder that is watched with this recipe already has the given options from then on, and no others;
    `nightdesk watch change` changes single ones.
    """
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
        priority=None if priority is None else PRIORITIES[priority],
    )
    with open_store(database, create=True) as store:
        store.write_now(bind)
    click.echo(f"Watching {folder} with the recipe {recipe}.")


@watch.command("list")
@json_option
@database_option
def list_watched(as_json: bool, database: Path) -> None:
    """List watched folders and their states; a priority is shown where it is not the normal one."""
    with open_store(database) as store:
        folders = store.read_now(lambda db: list_folders(db, kind="watched"))
    rows = [_described(folder) for folder in folders]
    if not as_json:
        rows = [row | ({"priority": ""} if row["priority"] == "normal" else {}) for row in rows]
    columns = ("id", "path", "recipe", "priority", "state", "reason", "scanned")
    show(rows, columns, as_json=as_json, title="Watched folders", nothing="No folder is watched.")


@watch.command()
@click.argument("folder")
@click.option("--recipe", help="Only its binding to this recipe.")
@_priority_option
@click.option("--include", multiple=True, help="Only files that match from now on; '' takes all again.")
@click.option("--exclude", multiple=True, help="No files that match from now on; '' leaves none out.")
@click.option("--subfolders/--no-subfolders", default=None, help="Whether files in its subfolders are documents too.")
@click.option("--network/--no-network", default=None, help="Whether the folder is on a network.")
@click.option("--output", type=click.Path(path_type=Path), help="Write each further result as a file into this folder.")
@click.option("--no-output", is_flag=True, help="Write no such files any more.")
@click.option("--output-kind", type=click.Choice(["md", "json"]), help="What these files are.")
@database_option
def change(
    folder: str,
    recipe: str | None,
    priority: str | None,
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    subfolders: bool | None,
    network: bool | None,
    output: Path | None,
    no_output: bool,
    output_kind: str | None,
    database: Path,
) -> None:
    """Change single options of a watched FOLDER (a path, or a number of the list); the others stay.

    A priority holds for what waits already, too. What was taken in before stays in the queue; `nightdesk jobs cancel`
    ends it. To ask another recipe, bind the folder to that one as well (`watch add`), and remove the first binding
    (`watch remove --recipe`).
    """
    if output is not None and no_output:
        raise UsageError("--output and --no-output exclude each other.")
    options = {
        "priority": None if priority is None else PRIORITIES[priority],
        "include": tuple(filter(None, include)) if include else None,
        "exclude": tuple(filter(None, exclude)) if exclude else None,
        "recursive": subfolders,
        "network": network,
        "output": output,
        "output_kind": output_kind,
    }
    wanted: dict[str, Any] = {name: value for name, value in options.items() if value is not None}
    wanted |= {"output": None} if no_output else {}
    if not wanted:
        raise UsageError("Say what to change, such as --priority high; `nightdesk watch change --help` lists it.")

    with open_store(database) as store:
        found = [one for one in store.read_now(lambda db: list_folders(db, kind="watched")) if _is(one, folder, recipe)]
        if not found:
            raise UsageError(_NOT_WATCHED.format(folder=folder))
        for one in found:
            store.write_now(change_folder(one.id, **wanted))
            click.echo(f"{one.path_text} with the recipe {one.recipe_name} is changed.")


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
            raise UsageError(_NOT_WATCHED.format(folder=folder))
    click.echo(f"{folder} is no longer watched.")


def _is(row: FolderRow, folder: str, recipe: str | None) -> bool:
    named = str(row.id) == folder or row.path == Path(folder).expanduser().resolve()
    return named and recipe in (None, row.recipe_name)


def _described(row: FolderRow) -> dict[str, object]:
    return asdict(row) | {
        "path": row.path_text,
        "recipe": row.recipe_name,
        "priority": row.priority_name,
        "scanned": when(row.scanned_at),
    }
