"""``nightdesk results``: the answers as a table, a search, a file."""

from __future__ import annotations

import io
import sys
from dataclasses import asdict
from pathlib import Path

import click

from app.cli.open import open_store
from app.cli.options import database_option, json_option
from app.cli.output import show
from app.core.errors import UsageError
from app.core.store.export import FORMATS, as_record, export_results, write_results
from app.core.store.results import ResultRow, all_results, list_results, search_results
from app.core.store.sqlite import Connection

LONGEST_CELL = 200


@click.command()
@click.option("--search", help="Only results whose name or text holds these words.")
@click.option("--recipe", help="Only results of this recipe.")
@click.option("--run", type=int, help="Only results of this run.")
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1), help="At most so many in a list.")
@click.option("--export", "kind", type=click.Choice(FORMATS), help="Everything that was found, as a file.")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="The file; else standard output.")
@json_option
@database_option
def results(
    search: str | None,
    recipe: str | None,
    run: int | None,
    limit: int,
    kind: str | None,
    output: Path | None,
    as_json: bool,
    database: Path,
) -> None:
    """List the results: one per document and recipe, with where it came from."""
    if output is not None and kind is None:
        raise UsageError("--output needs --export, which says in what form: csv, jsonl, md or parquet.")
    with open_store(database) as store:
        if kind is not None:
            count = store.read_now(lambda db: _export(db, search, recipe, run, kind, output))
            click.echo(f"{count} results exported{f' to {output}' if output else ''}.", err=True)
            return
        rows = store.read_now(lambda db: _found(db, search, recipe, run, limit))
    if as_json:
        show([asdict(row) for row in rows], (), as_json=True)
    else:
        show_results(rows)


def show_results(rows: list[ResultRow]) -> None:
    """Print results: with their recipe's columns where all are of one recipe that has some, else with their text."""
    recipes = {row.recipe_name for row in rows}
    records = [_record(row, several=len(recipes) > 1) for row in rows]
    columns = list(dict.fromkeys(name for record in records for name in record))
    show(records, columns, as_json=False, title=", ".join(sorted(recipes)), nothing="There are no such results.")


def _record(row: ResultRow, *, several: bool) -> dict[str, object]:
    answer = as_record(row)
    answer = {name: answer[name] for name in list(answer)[: list(answer).index("path_text")]}
    if several:
        answer = {"name": row.name, "recipe": row.recipe_name, "answer": row.text}
    if row.snippet:
        answer["found"] = row.snippet
    short = {name: _short(value) if sys.stdout.isatty() else value for name, value in answer.items()}
    return {"id": row.id, **short, "tokens": row.generated_tokens, "seconds": round(row.seconds, 2)}


def _short(value: object) -> object:
    return f"{value[:LONGEST_CELL]}…" if isinstance(value, str) and len(value) > LONGEST_CELL else value


def _found(db: Connection, search: str | None, recipe: str | None, run: int | None, limit: int) -> list[ResultRow]:
    if search:
        return search_results(db, search, recipe_name=recipe, run_id=run, limit=limit)
    return list_results(db, recipe_name=recipe, run_id=run, newest_first=True, limit=limit)[::-1]


def _export(
    db: Connection, search: str | None, recipe: str | None, run: int | None, kind: str, output: Path | None
) -> int:
    everything = 1_000_000_000
    rows = (
        search_results(db, search, recipe_name=recipe, run_id=run, limit=everything)
        if search
        else all_results(db, recipe_name=recipe, run_id=run)
    )
    if output is not None:
        return export_results(rows, kind, output)
    if kind == "parquet":
        raise UsageError("Parquet is no text; name a file with --output.")
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(newline="")  # CSV ends its lines itself; Windows would do it once more
    return write_results(rows, kind, sys.stdout)
