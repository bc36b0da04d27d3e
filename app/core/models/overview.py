"""Everything that people are shown of the models on this machine, gathered in one look."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import psutil

from app.core.models.choice import engine_choice, is_chosen, models_here
from app.core.settings import ModelSettings
from engines.choice import Choice
from engines.hardware import Machine, this_machine
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


def overview(settings: ModelSettings, folder: Path, machine: Machine | None = None) -> Overview:
    """What is here now, with ``folder`` as the models folder, on ``machine``, by default this one.

    Reads the heads of all model files, so it belongs into a thread.
    """
    machine, free = machine or this_machine(), int(psutil.virtual_memory().available)
    views = [_view(model, settings, machine, free) for model in models_here(folder, settings)]
    views.sort(key=lambda view: (not view.chosen, view.model.name.lower()))
    return Overview(tuple(views), free)


def _view(model: ModelFile, settings: ModelSettings, machine: Machine, free: int) -> ModelView:
    choice = engine_choice(model, machine)
    room = memory_for(choice, machine, free)
    estimate = serving_estimate(model, context=settings.context or None, rows=settings.rows or None, free=room)
    return ModelView(model, choice, estimate, is_chosen(model, settings))


def memory_for(choice: Choice, machine: Machine, free: int) -> int:
    """The free memory that an engine can use, in bytes: of ``free`` ones, or of the cards that it computes on.

    llama.cpp leaves to the processor what does not fit onto the cards; torch must have all of it there.
    """
    cards = sum(card.free for card in machine.cards)
    if not choice.on_cards:
        return free
    return cards + free if choice.engine == "gguf" else cards
