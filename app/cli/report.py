"""``nightdesk report``: what a run did."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from app.cli.open import open_store
from app.cli.options import database_option, json_option
from app.cli.output import duration, show, show_json, when
from app.core.errors import UsageError
from app.core.queue.report import report_of, to_html
from app.core.store.runs import RunRow, list_runs


@click.command()
@click.argument("run", type=int, required=False)
@click.option("--list", "listed", is_flag=True, help="List the runs instead.")
@click.option("--html", is_flag=True, help="As a page for a browser.")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Write it to this file.")
@json_option
@database_option
def report(run: int | None, listed: bool, html: bool, output: Path | None, as_json: bool, database: Path) -> None:
    """Print the report of RUN, or of the last one: done, failed and why, tokens, rates, speed-up."""
    with open_store(database) as store:
        if listed:
            _list(store.read_now(list_runs), as_json)
            return
        found = store.read_now(lambda db: report_of(db, run))
    if as_json:
        show_json(_described(found) | {"figures": found.figures})
        return
    if found.report is None:
        raise UsageError(f"Run {found.id} has no report: it is {found.state}.")
    text = to_html(found.report) if html else found.report
    if output is None:
        show_markdown(text, plain=html)
    else:
        output.write_text(text, encoding="utf-8")
        click.echo(f"Written to {output}.", err=True)


def show_markdown(text: str, *, plain: bool = False) -> None:
    """Print Markdown: set for people, as it is for pipes."""
    if plain or not sys.stdout.isatty():
        click.echo(text, nl=not text.endswith("\n"))
        return
    from rich.console import Console
    from rich.markdown import Markdown

    Console().print(Markdown(text))


def _list(runs: list[RunRow], as_json: bool) -> None:
    columns = ("id", "started", "state", "recipes", "done", "failed", "took")
    show([_described(run) for run in runs], columns, as_json=as_json, title="Runs", nothing="There was no run yet.")


def _described(run: RunRow) -> dict[str, object]:
    return {
        "id": run.id,
        "started": when(run.started_at),
        "state": run.state,
        "recipes": ", ".join(run.recipe_names),
        "done": run.figures.get("done"),
        "failed": run.figures.get("failed"),
        "took": duration(run.ended_at - run.started_at) if run.ended_at else "",
        "started_at": run.started_at,
        "ended_at": run.ended_at,
    }
