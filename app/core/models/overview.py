"""Everything that people are shown of the models on this machine, gathered in one look."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import psutil

from app.core.models.choice import engine_choice, is_chosen, models_here
from app.core.settings import ModelSettings
from engines.choice import Choice
from engines.hardware import this_machine
from engines.models import MemoryEstimate, ModelFile, serving_estimate


@dataclass(frozen=True, slots=True)
class ModelView:
    """A model with the engine that serves it here, the memory that takes, and whether it is the chosen one."""

    model: ModelFile
    choice: Choice
    memory: MemoryEstimate
    chosen: bool


@dataclass(frozen=True, slots=True)
class Overview:
    """All models, the chosen one first, then by name; and the memory that is free, in bytes."""

    models: tuple[ModelView, ...]
    free: int


def overview(settings: ModelSettings, folder: Path) -> Overview:
    """What is here now, with ``folder`` as the models folder.

    Reads the heads of all model files, so it belongs into a thread.
    """
    machine, free = this_machine(), int(psutil.virtual_memory().available)
    views = [
        ModelView(
            model,
            engine_choice(model, machine),
            serving_estimate(model, context=settings.context or None, rows=settings.rows or None, free=free),
            is_chosen(model, settings),
        )
        for model in models_here(folder)
    ]
    views.sort(key=lambda view: (not view.chosen, view.model.name.lower()))
    return Overview(tuple(views), free)
