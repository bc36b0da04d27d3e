"""Tunes one GGUF model on this machine."""

from __future__ import annotations

import platform
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

import llama_cpp as lib
import psutil

from engines.backends.llama_cpp import LlamaCppBackend
from engines.errors import ModelError
from engines.gguf import read_head
from engines.hardware import this_machine
from engines.offload import on_cards
from engines.options import EngineOptions
from engines.tuning.descent import GOAL, Descent, Probe, Trial, Tuning, axes
from engines.tuning.notebook import Notebook
from engines.tuning.probe import WIDTHS, CannotMeasure, Measured, measure
from engines.tuning.record import keep, record_path, refuse
from engines.tuning.words import explain
from engines.weights import MOST_UNPACKED_BYTES, is_packed

SECONDS = 150.0


def tune(
    path: Path,
    options: EngineOptions | None = None,
    *,
    seconds: float = SECONDS,
    widths: Sequence[int] = WIDTHS,
    resume: bool = False,
    on_trial: Callable[[Trial], None] | None = None,
) -> tuple[Tuning, Path]:
    """Measures, keeps the best, and returns it with the file it is kept in. Nothing new is begun after ``seconds``.

    With ``resume`` each measurement is noted, and those of an earlier search that was broken off are taken over.

    Raises ModelError for a model that cannot be loaded, or cannot be measured, which is written down as well, and
    OSError when the settings cannot be written.
    """
    head = read_head(path)
    options = options or EngineOptions()
    on_processor = not on_cards(path, options, this_machine()).gpu_layers
    unpackable = on_processor and is_packed(head) and 2 * head.parameters <= MOST_UNPACKED_BYTES
    found = axes(unpackable=unpackable, physical=psutil.cpu_count(logical=False) or 1)
    notebook = Notebook(record_path(path).with_suffix(".notes")) if resume else None
    probe = probe_of(path) if notebook is None else noted(probe_of(path), notebook)
    descent = Descent(probe, options, seconds, on_trial=on_trial)
    try:
        tuning = descent.run(found, widths)
    except CannotMeasure as error:
        refuse(path, str(error))
        raise
    if tuning is None:
        raise ModelError(f"{path.name} cannot be loaded on this machine: there is too little memory for it.")
    file = keep(path, tuning.values, details(tuning))
    if notebook is not None:
        notebook.close()
    return tuning, file


def noted(probe: Probe, notebook: Notebook) -> Probe:
    """``probe``, which asks the machine only what is not in the notebook yet."""

    def ask(options: EngineOptions, widths: Sequence[int]) -> Measured | None:
        if (options, widths) not in notebook:
            notebook.write(options, widths, probe(options, widths))
        return notebook[options, widths]

    return ask


def probe_of(path: Path) -> Probe:
    """Measures the model at ``path`` as it would be served: on this machine's cards, if it has any."""
    return lambda options, widths: measure(open_here, path, options, widths)


def open_here(path: Path, options: EngineOptions) -> LlamaCppBackend:
    """The model on this machine, beside what lies on its cards now."""
    return LlamaCppBackend(path, on_cards(path, options, this_machine()))


def details(tuning: Tuning) -> dict[str, object]:
    """How the settings were found, as JSON."""
    curve = tuning.measured
    return {
        "goal": GOAL,
        "measured_at": time.strftime("%Y-%m-%d"),
        "machine": f"{platform.machine()}, {psutil.cpu_count()} threads",
        "engine": f"llama-cpp-python {lib.__version__}",
        "seconds": round(tuning.seconds, 1),
        "complete": tuning.complete,
        "prefill_tokens_per_s": round(curve.prefill, 1),
        "widths": widths_of(curve),
        "explanation": explain(tuning),
        "trials": [asdict(trial) for trial in tuning.trials],
    }


def widths_of(curve: Measured) -> list[dict[str, float]]:
    """Step time and throughput for every batch width, as JSON."""
    return [
        {"rows": rows, "step_ms": round(1000 * seconds, 2), "tokens_per_s": round(curve.throughput(rows), 1)}
        for rows, seconds in curve.steps.items()
    ]
