"""Options that several commands share, and the settings and database they amount to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import click

from app.core.paths import user_paths
from app.core.settings import Settings, load_settings

Command = TypeVar("Command", bound=Callable[..., Any])


def database_option(command: Command) -> Command:
    """``--db FILE``, turned into a path."""
    option = click.option(
        "--db", "database", callback=_database, help="The database file; by default the one of the window."
    )
    return option(command)


def json_option(command: Command) -> Command:
    """``--json``, for programs."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command)


def model_options(command: Command) -> Command:
    """``--model``, ``--rows``, ``--context`` and ``--threads``: what the engine serves, and how wide."""
    for option in (
        click.option("--threads", type=click.IntRange(1, 512), help="Threads of the engine."),
        click.option("--context", type=click.IntRange(256, 1_048_576), help="Tokens one request may use."),
        click.option("--rows", type=click.IntRange(1, 256), help="Sequences in one batch."),
        click.option("--model", help="A GGUF file, or a folder for MLX or torch; else the chosen or embedded one."),
    ):
        command = option(command)
    return command


def settings_with(
    model: str | None = None, rows: int | None = None, context: int | None = None, threads: int | None = None
) -> Settings:
    """The person's settings, changed by the options given. Raises UsageError for a mistake in the file."""
    settings = load_settings(user_paths().settings)
    given = {"path": model, "rows": rows, "context": context, "threads": threads}
    changes: dict[str, Any] = {key: value for key, value in given.items() if value is not None}
    if model is not None:
        changes["base_url"] = ""
    return replace(settings, model=replace(settings.model, **changes))


def _database(_ctx: click.Context, _parameter: click.Parameter, value: str | None) -> Path:
    return Path(value).expanduser().absolute() if value else user_paths().database
