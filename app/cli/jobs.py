"""``nightdesk jobs``: every document's state, and a second chance."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from pathlib import Path

import click

from app.cli.beside import owned_elsewhere
from app.cli.open import open_store
from app.cli.options import database_option, json_option
from app.cli.output import show, when
from app.cli.recipes import recipe_shelf
from app.core.again import Again, own_recipes, queue_again
from app.core.errors import UsageError
from app.core.queue.cancelling import cancel
from app.core.queue.moves import retry
from app.core.queue.pauses import PERSON, saved_pauses
from app.core.queue.states import DEAD_LETTERS, OPEN, RETRYABLE, JobState
from app.core.store.folders import list_folders
from app.core.store.jobs import JobRow, JobWish, count_jobs, find_job_ids, job_ids_in, jobs_by_recipe, list_jobs
from app.core.store.sqlite import Connection, now

ENDED = RETRYABLE | {JobState.DONE}
LOT = 2_000  # moved in one transaction: others want to write in between


def _names(states: Iterable[JobState]) -> list[str]:
    """As they are typed; click would take an enumeration's members by their names, in capitals."""
    return sorted(state.value for state in states)


@click.group(invoke_without_command=True)
@click.option("--state", "states", multiple=True, type=click.Choice(_names(JobState)), help="Only jobs in this state.")
@click.option("--folder", help="Only jobs of this folder (a path, or a number of `nightdesk watch list`).")
@click.option("--recipe", help="Only jobs of this recipe.")
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1), help="The newest so many.")
@json_option
@database_option
@click.pass_context
def jobs(
    ctx: click.Context,
    states: tuple[str, ...],
    folder: str | None,
    recipe: str | None,
    limit: int,
    as_json: bool,
    database: Path,
) -> None:
    """List jobs: one document under one recipe each, with the reason where there is no result."""
    if ctx.invoked_subcommand is not None:
        return
    with open_store(database) as store:
        rows = store.read_now(lambda db: _found(db, states, folder, recipe, limit))
        counts = store.read_now(count_jobs)
        held = store.read_now(saved_pauses)
    columns = ("id", "state", "recipe", "document", "reason", "way_out")
    show([_described(row) for row in rows], columns, as_json=as_json, title="Jobs", nothing="There are no such jobs.")
    if not as_json and counts:
        click.echo(", ".join(f"{count} {state.replace('_', ' ')}" for state, count in sorted(counts.items())), err=True)
    if not as_json:
        _say_pauses(held, database)


def _say_pauses(held: dict[str, str], database: Path) -> None:
    """What holds the queue; reasons that a killed process left behind hold nobody."""
    if set(held) - {PERSON} and not owned_elsewhere(database):
        held = {source: reason for source, reason in held.items() if source == PERSON}
    for reason in held.values():
        click.echo(f"Paused: {reason}", err=True)


@jobs.command("retry")
@click.argument("ids", nargs=-1, type=int)
@click.option("--state", "states", multiple=True, type=click.Choice(_names(RETRYABLE)), help="All in this state.")
@click.option("--all", "every", is_flag=True, help="All that have failed.")
@click.option("--recipe", help="Of these only the jobs of this recipe.")
@click.option("--with-recipe", "other", help="Ask another recipe of these documents; what they are now stays.")
@database_option
def retry_jobs(
    ids: tuple[int, ...], states: tuple[str, ...], every: bool, recipe: str | None, other: str | None, database: Path
) -> None:
    """Give jobs without a result a fresh start: those with these IDS, or all in a state.

    `nightdesk jobs again` has documents answered once more that have a result. A larger context or a smaller batch is
    the next run's: `nightdesk run --context 8192 --rows 4`.
    """
    wanted = tuple(DEAD_LETTERS) if every else states
    if other is None:
        changed = _change(database, ids, wanted, recipe, retry)
    else:
        asked = recipe_shelf().get(other)
        changed = _change(database, ids, wanted, recipe, lambda db, found: queue_again(db, found, asked).queued)
    click.echo(f"{changed} {_jobs(changed)} ready again; the running Nightdesk, or the next run, works on them.")


@jobs.command("again")
@click.argument("ids", nargs=-1, type=int)
@click.option("--recipe", help="Documents that were asked this recipe, in whatever version.")
@click.option("--folder", help="Documents of this folder (a path, or a number of `nightdesk watch list`).")
@click.option("--state", "states", multiple=True, type=click.Choice(_names(ENDED)), help="Of these only those in this.")
@click.option("--all", "every", is_flag=True, help="Every document.")
@click.option("--with-recipe", "other", help="Ask another recipe than their own.")
@database_option
def run_again(
    ids: tuple[int, ...],
    recipe: str | None,
    folder: str | None,
    states: tuple[str, ...],
    every: bool,
    other: str | None,
    database: Path,
) -> None:
    """Have documents answered once more by their recipe as its file is now: after an edit, or with another recipe.

    Of a recipe, a folder or all, these are the documents that are done or have failed; the others are still to be
    answered. First answers stay, and what has a result of the present version keeps that.
    """
    filtered = bool(recipe or folder or states or every)
    if bool(ids) == filtered:
        raise UsageError("Say which: either the numbers of jobs, or --recipe, --folder, --state or --all.")
    wanted = states or _names(ENDED - {JobState.CANCELLED})
    name = Path(recipe).stem if recipe and recipe.endswith(".md") else recipe
    shelf = recipe_shelf()
    done = Again(0, 0)
    with open_store(database) as store:
        chosen = list(ids) or store.read_now(lambda db: _ended(db, wanted, folder, name))
        named = store.read_now(lambda db: jobs_by_recipe(db, chosen))
        asked = own_recipes(shelf, named) if other is None else [(shelf.get(other), chosen)]
        for one, some in asked:
            for lot in _lots(some):
                done += store.write_now(lambda db, lot=lot, one=one: queue_again(db, lot, one))  # type: ignore[misc]
    kept = f" {done.kept:,} have or await such a result already." if done.kept else ""
    click.echo(f"{done.queued:,} {_documents(done.queued)} queued again.{kept}")


def _ended(db: Connection, states: Iterable[str], folder: str | None, recipe: str | None) -> list[int]:
    folders = [None] if folder is None else _folder_ids(db, folder)
    return [job for one in folders for job in find_job_ids(db, JobWish(tuple(states), recipe, one))]


@jobs.command("cancel")
@click.argument("ids", nargs=-1, type=int)
@click.option(
    "--state", "states", multiple=True, type=click.Choice(_names(OPEN | {JobState.AWAY})), help="All in this state."
)
@click.option(
    "--all",
    "every",
    is_flag=True,
    help="All that are not finished here, also long documents whose parts are in batch files.",
)
@click.option("--recipe", help="Of these only the jobs of this recipe.")
@database_option
def cancel_jobs(ids: tuple[int, ...], states: tuple[str, ...], every: bool, recipe: str | None, database: Path) -> None:
    """End jobs that are not finished: those with these IDS, or all in a state. Results stay."""
    wanted = tuple(OPEN) if every else states
    changed = _change(database, ids, wanted, recipe, lambda db, found: len(cancel(db, found, now())))
    click.echo(f"{changed} {_jobs(changed)} cancelled.")


def _change(
    database: Path,
    ids: tuple[int, ...],
    states: tuple[str, ...],
    recipe: str | None,
    move: Callable[[Connection, list[int]], int],
) -> int:
    if not ids and not states:
        raise UsageError("Say which jobs: their numbers, --state or --all.")

    with open_store(database) as store:
        listed = store.read_now(lambda db: job_ids_in(db, states, recipe_name=recipe)) if states else []
        return sum(store.write_now(_of(move, lot)) for lot in _lots([*ids, *listed]))


def _lots(chosen: list[int]) -> Iterator[list[int]]:
    return (chosen[start : start + LOT] for start in range(0, len(chosen), LOT))


def _of(move: Callable[[Connection, list[int]], int], lot: list[int]) -> Callable[[Connection], int]:
    return lambda db: move(db, lot)


def _found(db: Connection, states: tuple[str, ...], folder: str | None, recipe: str | None, limit: int) -> list[JobRow]:
    folders = [None] if folder is None else _folder_ids(db, folder)
    rows = [
        row
        for folder_id in folders
        for row in list_jobs(db, states=states, folder_id=folder_id, recipe_name=recipe, newest_first=True, limit=limit)
    ]
    return sorted(rows, key=lambda row: row.id)[-limit:]


def _folder_ids(db: Connection, folder: str) -> list[int]:
    path = Path(folder).expanduser().resolve()
    known = list_folders(db, removed=True)
    found = [row.id for row in known if str(row.id) == folder or row.path == path]
    if not found:
        raise UsageError(f"The folder {folder} is not known; `nightdesk jobs` lists everything.")
    return found


def _jobs(count: int) -> str:
    return "job is" if count == 1 else "jobs are"


def _documents(count: int) -> str:
    return "document is" if count == 1 else "documents are"


def _described(row: JobRow) -> dict[str, object]:
    parts = f" ({row.parts_done} of {row.parts} parts)" if row.parts else ""
    return asdict(row) | {
        "recipe": row.recipe_name,
        "document": (row.path_text or row.name or row.sha256) + parts,
        "reason": row.error,
        "way_out": row.way_out,
        "finished": when(row.finished_at),
    }
