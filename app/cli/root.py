"""``nightdesk`` itself: without a command it opens the window."""

from __future__ import annotations

import click

from app.cli.group import LazyGroup
from app.core.version import version

COMMANDS = {
    "run": "app.cli.run:run",
    "pause": "app.cli.pause:pause",
    "resume": "app.cli.pause:resume",
    "chat": "app.cli.chat:chat",
    "jobs": "app.cli.jobs:jobs",
    "results": "app.cli.results:results",
    "report": "app.cli.report:report",
    "recipes": "app.cli.recipes:recipes",
    "watch": "app.cli.watch:watch",
    "models": "app.cli.models:models",
    "batch": "app.cli.batch:batch",
    "serve": "app.cli.serve:serve",
    "bench": "app.cli.bench:bench",
    "doctor": "app.cli.doctor:doctor",
    "demo": "app.cli.demo:demo",
}


def _print_version(ctx: click.Context, _parameter: click.Parameter, wanted: bool) -> None:
    if wanted:
        click.echo(f"nightdesk {version()}")
        ctx.exit()


@click.group(
    cls=LazyGroup,
    lazy=COMMANDS,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="NIGHTDESK_HOME names another folder for the data, the settings, the models and the log. "
    "NIGHTDESK_MODEL_ROWS=8 and the like give a setting for one start; NIGHTDESK_LOG=info shows the log.",
)
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_print_version)
@click.option("--smoke", is_flag=True, help="Open the window on a temporary database, wait for its first paint, leave.")
@click.option("--hidden", is_flag=True, help="Start in the tray; minimised where there is none.")
@click.option("--db", "database", type=click.Path(), help="The database of the window.")
@click.option("--model", help="The GGUF file that the window's engine serves.")
@click.pass_context
def cli(ctx: click.Context, smoke: bool, hidden: bool, database: str | None, model: str | None) -> int | None:
    """Chat with a local model by day; hand it a folder at night.

    Without a command the window opens.
    """
    if ctx.invoked_subcommand is not None:
        return None
    from app.cli.window import open_window

    return open_window(smoke=smoke, hidden=hidden, database=database, model=model)
