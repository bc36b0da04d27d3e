"""``nightdesk models``: the models on this machine."""

from __future__ import annotations

import click

from app.cli.options import json_option, settings_with
from app.cli.output import show


@click.command()
@json_option
def models(as_json: bool) -> None:
    """List the models on this machine; --model takes a name or a path of this list.

    Put further GGUF files into the models folder; those of LM Studio, Hugging Face and Ollama are found as well.
    """
    from app.core.models.choice import is_chosen, models_here
    from app.core.paths import user_paths

    settings = settings_with().model
    rows = [
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
    columns = ("name", "kind", "quantisation", "parameters", "context", "size", "source", "note", "path")
    show(rows, columns, as_json=as_json, title="Models", nothing="There is no model on this machine; run `make setup`.")
    if not as_json:
        click.echo(f"Models folder: {user_paths().models}", err=True)
