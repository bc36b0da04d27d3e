"""``nightdesk serve``: the engine for other programs, in the foreground."""

from __future__ import annotations

import asyncio

import click

from app.cli.options import model_options, settings_with


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8765, show_default=True, type=click.IntRange(0, 65535), help="0 takes a free one.")
@click.option(
    "--api-key",
    envvar="NIGHTDESK_API_KEY",
    show_envvar=True,
    help="The key that clients must send; made up when left out.",
)
@model_options
def serve(
    host: str,
    port: int,
    api_key: str | None,
    model: str | None,
    rows: int | None,
    context: int | None,
    threads: int | None,
) -> None:
    """Serve a model to other programs, in OpenAI's protocol, until Ctrl-C."""
    from app.cli.loop import run_async
    from app.core.models.choice import choose_model
    from engines.process import EngineSpec

    settings = settings_with(model, rows, context, threads).model
    spec = EngineSpec(
        model=choose_model(settings),
        host=host,
        port=port,
        api_key=api_key or "",
        rows=settings.rows or None,
        context=settings.context or None,
        threads=settings.threads or None,
    )
    run_async(_serve(spec), interrupted="The server has stopped.")


async def _serve(spec: object) -> None:
    from engines.errors import EngineError
    from engines.process import EngineProcess, EngineSpec, EngineState

    assert isinstance(spec, EngineSpec)
    failed: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def tell(state: EngineState) -> None:
        if state.phase == "ready":
            click.echo(f"Serving {spec.model.stem} at {state.base_url}/v1")
            click.echo(f"API key: {engine.api_key}")
        elif state.phase == "restarting":
            click.echo(f"{state.detail} It starts again.", err=True)
        elif state.phase == "failed" and not failed.done():
            failed.set_result(state.detail)

    engine = EngineProcess(spec, tell)
    await engine.start()
    try:
        raise EngineError(await failed)
    finally:
        await engine.stop()
