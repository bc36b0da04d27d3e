"""``nightdesk doctor``: what was found on this machine, and what is missing."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from pathlib import Path

import click

from app.cli.options import database_option, json_option, model_options, settings_with
from app.cli.output import show
from app.core.errors import NightdeskError


@click.command()
@click.option("--engine", "try_engine", is_flag=True, help="Load the model and let it say a few words.")
@json_option
@model_options
@database_option
def doctor(
    try_engine: bool,
    as_json: bool,
    model: str | None,
    rows: int | None,
    context: int | None,
    threads: int | None,
    database: Path,
) -> None:
    """Say what was found here: system, memory, engine, model, database, versions. Fails when something is wrong."""
    from app.cli.checks import Check, all_checks, tried_engine

    settings = settings_with(model, rows, context, threads)
    checks: list[Check] = all_checks(settings, database)
    if try_engine:
        checks.append(asyncio.run(tried_engine(settings)))
    listed = [{"check": one.name, "found": one.found, "note": one.problem, **asdict(one)} for one in checks]
    show(listed, ("check", "found", "note"), as_json=as_json, title="Nightdesk doctor")
    wrong = [one for one in checks if one.problem and not one.optional]
    if wrong:
        raise NightdeskError(wrong[0].problem or wrong[0].name)
