"""``nightdesk models``: the models on this machine, and further ones from the Hugging Face hub."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import click

from app.cli.options import json_option, settings_with
from app.cli.output import show, show_json

if TYPE_CHECKING:
    from app.core.settings import ModelSettings


@click.group(invoke_without_command=True)
@json_option
@click.pass_context
def models(ctx: click.Context, as_json: bool) -> None:
    """List the models on this machine; --model takes a name or a path of this list.

    `nightdesk models get` downloads further ones. GGUF files in the models folder, and those of LM Studio, Hugging
    Face and Ollama, are found as well.
    """
    if ctx.invoked_subcommand is None:
        _list_models(as_json)


@models.command()
@click.argument("repository", metavar="OWNER/NAME")
@click.argument("file", required=False)
@json_option
def get(repository: str, file: str | None, as_json: bool) -> None:
    """Download a model from the Hugging Face hub, or go on with a download that broke off.

    FILE is a file's name or its quantisation, such as Q4_K_M. Without it the repository's only model is taken; of
    several there is a list.
    """
    from app.cli.download import fetch_model, offered
    from app.core.models.downloads import looked_up
    from app.core.models.hub import Hub

    hub = Hub()
    found = looked_up(hub, repository)
    if file is None and len(found.models) > 1:
        show(offered(found), ("name", "quantisation", "size", "fits"), as_json=as_json, title=found.name)
        click.echo(f"Name one: nightdesk models get {found.name} {found.models[0].name}", err=True)
        return
    path = fetch_model(hub, found, found.model(file), quiet=as_json)
    show_json({"path": str(path)}) if as_json else click.echo(f"{path}\nUse it with --model {path.stem}.")


def _list_models(as_json: bool) -> None:
    from app.core.models.choice import engine_choice, is_chosen, models_here, why_chosen
    from app.core.paths import user_paths
    from engines.hardware import this_machine

    settings, machine = settings_with().model, this_machine()
    rows: list[dict[str, Any]] = [
        {
            "name": model.name,
            "kind": model.kind,
            "engine": "" if model.trouble else engine_choice(model, machine).title,
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
        for model in models_here(settings=settings)
    ]
    rows += _there(settings)
    columns = ("name", "kind", "engine", "quantisation", "parameters", "context", "size", "source", "note", "path")
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
