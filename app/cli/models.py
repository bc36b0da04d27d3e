"""``nightdesk models``: the models on this machine."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import click

from app.cli.options import json_option, settings_with
from app.cli.output import show

if TYPE_CHECKING:
    from app.core.settings import ModelSettings


@click.command()
@json_option
def models(as_json: bool) -> None:
    """List the models on this machine; --model takes a name or a path of this list.

    Put further GGUF files into the models folder; those of LM Studio, Hugging Face and Ollama are found as well.
    """
    from app.core.models.choice import is_chosen, models_here, why_chosen
    from app.core.paths import user_paths

    settings = settings_with().model
    rows: list[dict[str, Any]] = [
        {
            "name": model.name,
            "kind": model.kind,
            "quantisation": model.quantisation,
            "parameters": f"{model.parameters / 1e6:,.0f} M" if model.parameters else "",
            "context": model.train_context or None,
            "size": f"{model.bytes / 1e6:,.0f} MB",
            "bytes": model.bytes,
            "source": model.source,
            "chosen": is_chosen(model, settings),
            "note": model.trouble or ("chosen" if is_chosen(model, settings) else ""),
            "path": str(model.path),
        }
        for model in models_here()
    ]
    rows += _there(settings)
    columns = ("name", "kind", "quantisation", "parameters", "context", "size", "source", "note", "path")
    show(rows, columns, as_json=as_json, title="Models", nothing="There is no model on this machine; run `make setup`.")
    if not as_json:
        click.echo(f"Models folder: {user_paths().models}", err=True)
        click.echo(why_chosen(settings), err=True)


def _there(settings: ModelSettings) -> list[dict[str, Any]]:
    """The models of the server that the settings name."""
    from app.core.models.remote import models_there
    from engines.errors import EngineError

    if not settings.base_url:
        return []
    try:
        names = asyncio.run(models_there(settings))
    except EngineError as error:
        click.echo(f"nightdesk: {error}", err=True)
        return []
    chosen = settings.path or next(iter(names), "")
    notes = {chosen: "chosen"}
    return [
        {"name": name, "kind": "server", "source": settings.base_url, "chosen": name in notes, "note": notes.get(name)}
        for name in names
    ]
