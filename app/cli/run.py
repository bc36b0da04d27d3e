"""``nightdesk run``: works folders off, then reports."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import click

from app.cli.options import database_option, json_option, model_options, settings_with
from app.core.errors import UsageError
from app.core.schedule.window import next_time, parse_time, parse_window
from app.core.settings import ScheduleSettings

CONTINUES = "Stopped. Nothing is lost: the next `nightdesk run` on this database continues."
LEFT_TO_OWNER = "No longer watching. The Nightdesk that has this database open goes on with the documents."


@click.command()
@click.argument("folders", nargs=-1, type=click.Path(path_type=Path))
@click.option("--recipe", help="The recipe that is put to every document: a name, or a file.")
@click.option("--width", type=click.IntRange(1, 512), help="Documents in the engine's batch at once.")
@click.option("--follow", is_flag=True, help="Watch the folders and stay, until Ctrl-C.")
@click.option("--ask", help="A chat question, answered beside the run.")
@click.option("--include", multiple=True, help="Only files that match, such as **/*.pdf; can be given again.")
@click.option("--exclude", multiple=True, help="No files that match; can be given again.")
@click.option("--no-subfolders", is_flag=True, help="Only the files in the folders themselves.")
@click.option("--output", type=click.Path(path_type=Path), help="Write each result as a file into this folder too.")
@click.option("--output-kind", type=click.Choice(["md", "json"]), default="md", help="What these files are.")
@click.option("--window", help="Work only at this time of day, such as 22:00-07:00; by default that of the settings.")
@click.option("--days", help="The days on which the window begins, such as mon-fri.")
@click.option("--until", help="Work from now until this time of day, such as 07:00, then report what is left.")
@click.option("--resume", is_flag=True, help="Go on after a pause that was set in the window.")
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
    output: Path | None,
    output_kind: str,
    window: str | None,
    days: str | None,
    until: str | None,
    resume: bool,
    as_json: bool,
    model: str | None,
    rows: int | None,
    context: int | None,
    threads: int | None,
    database: Path,
) -> None:
    """Put a recipe to every document in FOLDERS, with a progress bar, and print the report.

    Without FOLDERS it goes on with what the database still has to do. What was done before is not done again.
    Where another Nightdesk has the database open, that one is given the folders.
    """
    from app.cli.beside import hand_over, owned_elsewhere, refuse_unheeded
    from app.cli.loop import run_async
    from app.cli.shift import Handover, Shift
    from app.core.models.choice import choose_model
    from app.core.options import watch_options
    from engines.errors import ModelError

    about_folders = {"--recipe": recipe, "--include": include, "--exclude": exclude, "--output": output}
    _check_folders(folders, about_folders | {"--no-subfolders": no_subfolders})
    settings = settings_with(model, rows or width, context, threads)
    settings = replace(
        settings,
        queue=replace(settings.queue, width=width or settings.queue.width),
        schedule=scheduled(settings.schedule, window, days),
    )
    until_at = None if until is None else next_time(parse_time(until), time.time())
    handed = [
        Handover(folder, recipe or "", include, exclude, not no_subfolders, output, output_kind) for folder in folders
    ]
    if owned_elsewhere(database):
        own: dict[str, object] = {"--ask": ask, "--window": window, "--days": days, "--until": until, "--width": width}
        engine: dict[str, object] = {"--model": model, "--rows": rows, "--context": context, "--threads": threads}
        refuse_unheeded(database, own | engine)
        options = watch_options(settings, settle_s=0.0)
        given = hand_over(database, handed, options=options, watch=follow, as_json=as_json, resume=resume)
        run_async(given, interrupted=LEFT_TO_OWNER)
        return
    if model:
        with suppress(ModelError):  # what is there and damaged is told of when it is loaded, and the documents wait
            choose_model(settings.model)
    shift = Shift(settings, database, handed, follow=follow, ask=ask, as_json=as_json, until=until_at, resume=resume)
    run_async(shift.work(), interrupted=CONTINUES)


def _check_folders(folders: tuple[Path, ...], given: Mapping[str, object]) -> None:
    """Raise UsageError for what is wrong with FOLDERS and what is ``given`` about them, before anything is begun."""
    from app.cli.recipes import recipe_shelf
    from app.core.intake import readable_folder

    unheeded = [name for name, value in given.items() if value]
    if unheeded and not folders:
        raise UsageError(
            f"{', '.join(unheeded)} says something about folders, and none is named: `nightdesk run FOLDER …`. "
            "Without folders it goes on with all that waits, as it was asked for."
        )
    if folders and not given["--recipe"]:
        raise UsageError("Say what to ask of each document: --recipe NAME; `nightdesk recipes` lists them.")
    for folder in folders:
        readable_folder(folder)
    if given["--recipe"]:
        recipe_shelf().get(str(given["--recipe"]))


def scheduled(settings: ScheduleSettings, window: str | None, days: str | None) -> ScheduleSettings:
    """The run window of the settings, or the one that was given; raises UsageError when that is none."""
    found = replace(
        settings,
        window=settings.window if window is None else window,
        days=settings.days if days is None and window is None else days or "",
    )
    if found.window:
        parse_window(found.window, found.days)
    elif days:
        raise UsageError("--days needs a window: --window 22:00-07:00.")
    return found
