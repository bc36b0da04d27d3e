"""``nightdesk demo``: the point of it all in one go, on the sample documents."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click

from app.cli.options import model_options, settings_with
from app.core.intake import readable_folder
from app.core.resources import resource


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), required=False)
@click.option("--recipe", default="summary", show_default=True, help="What is asked of every document.")
@click.option("--db", "database", type=click.Path(path_type=Path), help="Keep the results in this database.")
@model_options
def demo(
    folder: Path | None,
    recipe: str,
    database: Path | None,
    model: str | None,
    rows: int | None,
    context: int | None,
    threads: int | None,
) -> None:
    """Work the samples (or FOLDER) off while a chat goes on, and measure both.

    Prints the results, the report, and two figures: how soon a chat answer begins with and without the documents
    beside it, and how much faster the documents are together than one at a time.
    """
    from app.cli.loop import run_async
    from app.cli.show import Show

    chosen = readable_folder(folder or resource("samples"))
    settings = settings_with(model, rows, context, threads)
    with tempfile.TemporaryDirectory(prefix="nightdesk-demo-") as temporary:
        show = Show(settings, database or Path(temporary) / "demo.db", chosen, recipe)
        run_async(show.play(), interrupted="The demo has been stopped.")
