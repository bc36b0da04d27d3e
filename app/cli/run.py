"""``nightdesk run``: works folders off, then reports."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from app.cli.options import database_option, json_option, model_options, settings_with
from app.core.errors import UsageError

CONTINUES = "Stopped. Nothing is lost: the next `nightdesk run` on this database continues."


@click.command()
@click.argument("folders", nargs=-1, type=click.Path(path_type=Path))
@click.option("--recipe", help="The recipe that is put to every document: a name, or a file.")
@click.option("--width", type=click.IntRange(1, 512), help="Documents in the engine's batch at once.")
@click.option("--follow", is_flag=True, help="Watch the folders and stay, until Ctrl-C.")
@click.option("--ask", help="A chat question, answered beside the run.")
@click.option("--include", multiple=True, help="Only files that match, such as **/*.pdf; can be given again.")
@click.option("--exclude", multiple=True, help="No files that match; can be given again.")
@click.option("--no-subfolders", is_flag=True, help="Only the files in the folders themselves.")
@json_option
@model_options
@database_option
def run(
    folders: tuple[Path, ...],
    recipe: str | None,
    width: int | None,
    follow: bool,
    ask: str | None,
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    no_subfolders: bool,
    as_json: bool,
    model: str | None,
    rows: int | None,
    context: int | None,
    threads: int | None,
    database: Path,
) -> None:
    """Put a recipe to every document in FOLDERS, with a progress bar, and print the report.

    Without FOLDERS it goes on with what the database still has to do. What was done before is not done again.
    """
    from app.cli.loop import run_async
    from app.cli.shift import Handover, Shift
    from app.core.intake import readable_folder

    if folders and not recipe:
        raise UsageError("Say what to ask of each document: --recipe NAME; `nightdesk recipes` lists them.")
    for folder in folders:
        readable_folder(folder)
    settings = settings_with(model, rows or width, context, threads)
    settings = replace(settings, queue=replace(settings.queue, width=width or settings.queue.width))
    handed = [Handover(folder, recipe or "", include, exclude, not no_subfolders) for folder in folders]
    shift = Shift(settings, database, handed, follow=follow, ask=ask, as_json=as_json)
    run_async(shift.work(), interrupted=CONTINUES)
