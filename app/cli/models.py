"""``nightdesk models``: the model files on this machine."""

from __future__ import annotations

from dataclasses import asdict

import click

from app.cli.options import json_option, settings_with
from app.cli.output import show
from app.core.models.choice import models_here
from app.core.paths import user_paths


@click.command()
@json_option
def models(as_json: bool) -> None:
    """List the model files on this machine.

    Put further GGUF files into the models folder, or name one in the settings.
    """
    files = models_here(settings_with().model)
    rows = [asdict(file) | {"megabytes": round(file.bytes / 1e6, 1)} for file in files]
    for row in rows:
        row["note"] = row["problem"] or ("chosen" if row["chosen"] else "")
    show(rows, ("name", "megabytes", "note", "path"), as_json=as_json, title="Models")
    if not as_json:
        click.echo(f"Models folder: {user_paths().models}", err=True)
