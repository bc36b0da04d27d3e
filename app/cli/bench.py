"""``nightdesk bench``: how fast a model runs on this machine, and which settings make it fastest."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.cli.options import json_option, settings_with
from app.cli.output import show_json

if TYPE_CHECKING:
    from app.core.settings import ModelSettings
    from engines.options import EngineOptions
    from engines.tuning.probe import Measured

BAR = 32


@click.command()
@click.option("--tune", "tuning", is_flag=True, help="Try settings, keep the fastest, and use them from now on.")
@click.option("--model", help="A GGUF model file or a name; by default the chosen or the embedded one.")
@click.option("--seconds", type=click.FloatRange(1, 3600), default=150.0, show_default=True, help="Time for --tune.")
@json_option
def bench(tuning: bool, model: str | None, seconds: float, as_json: bool) -> None:
    """Measure this machine: tokens per second and step time against the number of documents at once.

    Best while the machine does nothing else. Needs the memory of one more copy of the model.
    """
    from app.core.models.source import card_options
    from engines.options import EngineOptions

    settings = settings_with(model).model
    path, options = gguf_of(settings), EngineOptions(**card_options(settings))
    if tuning:
        _tune(path, options, seconds, as_json=as_json)
    else:
        _measure(path, options, as_json=as_json)


def gguf_of(settings: ModelSettings) -> Path:
    """The model's file. Raises UsageError when it is not a GGUF file that is there."""
    from app.core.models.choice import choose_model

    path = choose_model(settings)
    if not path.is_file():
        raise click.UsageError(f"{path} is not a GGUF file, and only those have settings to be tuned.")
    return path


def _tune(path: Path, options: EngineOptions, seconds: float, *, as_json: bool) -> None:
    from rich.console import Console

    from engines.tuning.tune import details, tune
    from engines.tuning.words import explain

    with Console(stderr=True).status("Loading the model") as status:
        found, kept_in = tune(
            path,
            options,
            seconds=seconds,
            on_trial=lambda trial: status.update(f"{trial.setting} {trial.value} measured"),
        )
    sentences = explain(found)
    if as_json:
        about = {"model": str(path), "settings": found.values, "explanation": sentences, "kept_in": str(kept_in)}
        show_json(about | details(found))
        return
    draw(found.measured, found.values["batch_rows"])
    click.echo(f"The goal: {details(found)['goal']}.")
    for sentence in [*sentences, f"Used from the next load of {path.name} on; kept in {kept_in}."]:
        click.echo(sentence)


def _measure(path: Path, options: EngineOptions, *, as_json: bool) -> None:
    from engines.errors import ModelError
    from engines.tuning.probe import WIDTHS
    from engines.tuning.record import explanation, with_tuning
    from engines.tuning.tune import probe_of, widths_of

    options = with_tuning(path, options)
    measured = probe_of(path)(options, WIDTHS)
    if measured is None:
        raise ModelError(f"{path.name} cannot be loaded with this machine's memory.")
    if as_json:
        about = {"model": str(path), "prefill_tokens_per_s": measured.prefill, "widths": widths_of(measured)}
        show_json(about | {"explanation": explanation(path)})
    else:
        draw(measured, options.batch_rows)
        for sentence in explanation(path) or ["Not tuned yet: that happens while nothing is to do, or with --tune."]:
            click.echo(sentence)


def draw(measured: Measured, chosen: int) -> None:
    """Throughput and step time against batch width, as bars; the chosen width is marked."""
    from rich.bar import Bar
    from rich.console import Console
    from rich.table import Table

    fastest = max(measured.throughput(rows) for rows in measured.steps)
    slowest = max(measured.steps.values())
    table = Table(title=f"Prompts are read at {measured.prefill:,.0f} tokens/s", title_justify="left")
    for column in ("documents at once", "tokens/s", "", "step, ms", ""):
        table.add_column(column, justify="right" if column else "left")
    for rows, seconds in measured.steps.items():
        speed = measured.throughput(rows)
        name = f"{rows} ←" if rows == chosen else f"{rows}  "
        bars = Bar(fastest, 0, speed, width=BAR), Bar(slowest, 0, seconds, width=BAR)
        table.add_row(name, f"{speed:,.0f}", bars[0], f"{1000 * seconds:,.1f}", bars[1])
    Console().print(table)
