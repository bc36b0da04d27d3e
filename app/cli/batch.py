"""``nightdesk batch``: large runs leave as a batch file for another server, and come back as results."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.cli.options import database_option, json_option, settings_with
from app.cli.output import show, show_json, show_warnings, when
from app.core.errors import UsageError

if TYPE_CHECKING:
    from app.core.batch.come_back import Came
    from app.core.batch.leave import Left, Wish
    from app.core.settings import Settings
    from app.core.store.store import Store

BACK = "Stopped. Every document is back in the queue, and no file was written."


@click.group(invoke_without_command=True)
@json_option
@database_option
@click.pass_context
def batch(ctx: click.Context, as_json: bool, database: Path) -> None:
    """Let large runs leave as batch files, for `vllm run-batch` or a provider; alone it lists what is away."""
    if ctx.invoked_subcommand is None:
        asyncio.run(_list(database, as_json))


@batch.command()
@click.argument("folders", nargs=-1, type=click.Path(path_type=Path))
@click.option("--recipe", required=True, help="The recipe that is put to every document: a name, or a file.")
@click.option("-o", "--output", "target", required=True, type=click.Path(path_type=Path), help="The file to write.")
@click.option("--model", help="The model's name on that server; by default that of the settings.")
@click.option("--context", type=click.IntRange(512, 4_194_304), default=8192, show_default=True, help="Its context.")
@click.option("--for", "dialect", type=click.Choice(["openai", "vllm"]), default="openai", help="Whose fields to use.")
@click.option(
    "--limit",
    type=click.IntRange(1),
    default=50_000,
    show_default=True,
    help="Requests in the file at most: one for a document, for a long one one for each of its parts.",
)
@json_option
@database_option
def export(
    folders: tuple[Path, ...],
    recipe: str,
    target: Path,
    model: str | None,
    context: int,
    dialect: Any,
    limit: int,
    as_json: bool,
    database: Path,
) -> None:
    """Write what waits in FOLDERS as requests into a file; the local queue leaves it alone from then on.

    Without FOLDERS everything that waits for this recipe leaves, and long documents whose parts have come back. What
    has no room in the file leaves with the next one; meanwhile it waits as before.
    """
    from app.cli.loop import run_async
    from app.core.batch.leave import Wish

    settings = settings_with()
    named = model or (settings.model.path if settings.model.base_url else "")
    if not named:
        raise UsageError("Name the model as the server calls it: --model NAME.")
    wish = Wish(recipe, named, context=context, dialect=dialect, limit=limit)
    left = run_async(_export(database, settings, folders, wish, target), interrupted=BACK)
    show_json(asdict(left)) if as_json else click.echo(_what_left(left, target))


@batch.command(name="import")
@click.argument("answers", type=click.Path(path_type=Path))
@click.option("--server", default="another server", help="Who answered; it is named in each result.")
@json_option
@database_option
def import_(answers: Path, server: str, as_json: bool, database: Path) -> None:
    """Take in the file of ANSWERS that a server wrote (and its file of errors, the same way)."""
    from app.cli.loop import run_async

    came = run_async(_import(database, answers, server), interrupted="Stopped; the same command goes on from there.")
    show_json(asdict(came)) if as_json else click.echo(_what_came(came))


@batch.command(name="take-back")
@click.argument("numbers", nargs=-1, type=int)
@database_option
def take_back(numbers: tuple[int, ...], database: Path) -> None:
    """Give what is away to the local queue: of these batches, or of all. Answers that still come are not used."""
    count = asyncio.run(_take_back(database, numbers))
    if not count:
        click.echo("Nothing of that is away.")
        return
    click.echo(f"{count:,} documents and parts are in the local queue again; `nightdesk run` works them off.")


async def _export(database: Path, settings: Settings, folders: tuple[Path, ...], wish: Wish, target: Path) -> Left:
    from dataclasses import replace

    from app.cli.recipes import recipe_shelf
    from app.core.batch.leave import leave
    from app.core.documents.extractor import Extractor
    from app.core.intake import bind_folder
    from app.core.options import extract_limits, watch_options
    from app.core.store.folders import display
    from app.core.watch.scan import scan_once

    recipe = recipe_shelf().get(wish.recipe)
    async with _store(database, create=True) as store:
        ids = [await store.write(bind_folder(folder, recipe, watch=False)) for folder in folders]
        for folder, folder_id in zip(folders, ids, strict=True):
            report = await scan_once(store, folder_id, options=watch_options(settings, settle_s=0.0))
            show_warnings(report.warnings(display(folder)))
        texts = Extractor(extract_limits(settings))
        try:
            return await leave(store, texts, replace(wish, recipe=recipe.name, folder_ids=tuple(ids)), target)
        finally:
            await texts.stop()


async def _import(database: Path, answers: Path, server: str) -> Came:
    from app.core.batch.come_back import come_back, refuse_absent

    refuse_absent(answers)
    async with _store(database) as store:
        return await come_back(store, answers, server)


async def _take_back(database: Path, numbers: tuple[int, ...]) -> int:
    from app.core.batch import ledger

    async with _store(database) as store:
        chosen = numbers or [row.id for row in await store.read(ledger.batches)]
        count = await store.write(lambda conn: ledger.take_back(conn, chosen))
        return count + (0 if numbers else await store.write(ledger.take_back_held))


async def _list(database: Path, as_json: bool) -> None:
    from app.core.batch import ledger

    async with _store(database) as store:
        rows = [asdict(row) | {"created": when(row.created_at)} for row in await store.read(ledger.batches)]
        waiting = await store.read(ledger.held)
    columns = ("id", "path", "model", "created", "away", "back", "failed", "taken")
    show(rows, columns, as_json=as_json, title="Batch files", nothing="No batch file has left.")
    if waiting and not as_json:
        click.echo(_next_round(waiting), err=True)


@asynccontextmanager
async def _store(database: Path, *, create: bool = False) -> AsyncIterator[Store]:
    """The database, beside its owner if there is one; what a killed export had taken is back in the queue."""
    from app.cli.open import open_store
    from app.core.batch import ledger

    store = await asyncio.to_thread(open_store, database, create=create)
    try:
        await store.write(ledger.release_broken)
        yield store
    finally:
        await asyncio.to_thread(store.close)


def _what_left(left: Left, target: Path) -> str:
    said = [
        f"{left.requests:,} requests are in {target}." if left.requests else "Nothing is waiting; no file was written."
    ]
    if left.divided:
        said.append(
            f"{left.divided:,} long documents left as {left.parts:,} parts; a later export merges their answers."
        )
    if left.joined:
        said.append(f"{left.joined:,} long documents were put together from the answers about their parts.")
    if left.failed:
        said.append(f"{left.failed:,} documents cannot be asked about; `nightdesk jobs --state failed` says why.")
    if left.waiting:
        said.append(f"{left.waiting:,} more are waiting; a further export writes them into another file.")
    return "\n".join(said)


def _what_came(came: Came) -> str:
    from app.core.batch.come_back import named

    said = [f"{came.results:,} results, {came.parts:,} parts of long documents, {came.failed:,} without a result."]
    if came.known:
        said.append(f"{came.known:,} answers were taken in before and did nothing now.")
    if came.late:
        said.append(f"{came.late:,} answers came too late: their documents were taken back, cancelled or sent again.")
    if came.unknown:
        said.append(f"{len(came.unknown):,} answers are not of this database: {named(came.unknown)}.")
    if came.senseless:
        said.append(f"{len(came.senseless):,} lines are no answers: {named(came.senseless)}.")
    if came.waiting:
        said.append(_next_round(came.waiting))
    return "\n".join(said)


def _next_round(waiting: int) -> str:
    return (
        f"{waiting:,} long documents wait for their next round: `nightdesk batch export --recipe NAME -o FILE` writes "
        "it, `nightdesk batch take-back` leaves it to the local queue."
    )
