"""A download on the command line: a bar for people, a line now and then for logs."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import psutil

from app.cli.loop import run_async
from app.core.models.downloads import Download, DownloadView
from app.core.models.hub import Hub, HubError, HubModel, Repository
from app.core.paths import user_paths
from engines.models import WORKING_BYTES

LINE_EVERY_S = 15.0


def offered(repository: Repository) -> list[dict[str, Any]]:
    """The models of a repository as rows, with whether each fits into the memory that is free now."""
    free = psutil.virtual_memory().available
    return [
        {
            "name": model.name,
            "quantisation": model.quantisation,
            "size": f"{model.bytes / 1e6:,.0f} MB",
            "bytes": model.bytes,
            "fits": "yes" if model.bytes + WORKING_BYTES <= free else f"no: {free / 1e6:,.0f} MB of memory are free",
        }
        for model in repository.models
    ]


def fetch_model(hub: Hub, repository: Repository, model: HubModel, *, quiet: bool) -> Path:
    """Bring a model onto this machine; where it lies then. Raises HubError."""
    tell, close = _view(model, quiet)
    download = Download(1, hub, repository, model, user_paths().models, tell)
    try:
        done = run_async(_run(download), interrupted="Stopped; the same command goes on from there.")
    finally:
        close()
    if done.path is None:
        raise HubError(done.detail)
    return done.path


async def _run(download: Download) -> DownloadView:
    try:
        return await asyncio.to_thread(download.run)
    finally:
        download.pause()  # after a Ctrl-C the thread still has to be told


def _view(model: HubModel, quiet: bool) -> tuple[Callable[[DownloadView], None], Callable[[], None]]:
    if quiet:
        return lambda _view: None, lambda: None
    return _bar(model) if sys.stderr.isatty() else (_lines(), lambda: None)


def _bar(model: HubModel) -> tuple[Callable[[DownloadView], None], Callable[[], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

    columns = (BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    bar = Progress(TextColumn("{task.description}"), *columns, console=Console(stderr=True))
    task = bar.add_task(model.name, total=model.bytes)
    bar.start()

    def tell(view: DownloadView) -> None:
        what = "checking" if view.state == "checking" else model.name
        bar.update(task, completed=view.done, description=what)

    return tell, bar.stop


def _lines() -> Callable[[DownloadView], None]:
    said_at = -LINE_EVERY_S

    def tell(view: DownloadView) -> None:
        nonlocal said_at
        if time.monotonic() - said_at >= LINE_EVERY_S and view.state == "running":
            said_at = time.monotonic()
            click.echo(f"{view.name}: {view.done / 1e6:,.0f} of {view.total / 1e6:,.0f} MB", err=True)

    return tell
