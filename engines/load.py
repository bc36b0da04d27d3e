"""From a file to a running engine: checks the file, picks the backend, starts the thread."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from engines.backends.base import Backend
from engines.choice import Kind, choose_engine
from engines.engine import Engine
from engines.errors import ModelError
from engines.gguf import read_head
from engines.hardware import this_machine
from engines.models import inspect_model
from engines.offload import on_cards
from engines.options import EngineOptions

log = logging.getLogger(__name__)

Progress = Callable[[float], None]
Opener = Callable[[Path, EngineOptions, Progress | None], Backend]


def load_engine(path: Path, options: EngineOptions | None = None, on_progress: Progress | None = None) -> Engine:
    """Loads the model at ``path`` and starts its engine. ``on_progress`` gets fractions from 0 to 1.

    Raises ``ModelError`` with a sentence when the file is missing, damaged or of a format that is not served.
    """
    options = options or EngineOptions()
    if path.is_dir():
        opener = OPENERS[engine_for(path)]
    else:
        read_head(path)
        options, opener = on_cards(path, tuned(path, options), this_machine()), OPENERS["gguf"]
    engine = Engine(opener(path, options, on_progress), options)
    engine.start()
    return engine


def engine_for(folder: Path) -> Kind:
    """The engine that serves this folder here (see choice.py). Raises ``ModelError`` with the way out if none does."""
    model = inspect_model(folder)
    choice = choose_engine(model.kind, model.name, this_machine())
    if choice.engine is None:
        raise ModelError(choice.why)
    log.info("%s: %s", choice.title, choice.why)
    return choice.engine


def tuned(path: Path, options: EngineOptions) -> EngineOptions:
    """``options``, with what ``nightdesk bench --tune`` found in place of those that were left open."""
    from engines.tuning.record import with_tuning

    return with_tuning(path, options)


# A backend's libraries are imported only for a model that needs them: some are extras, and torch takes seconds.


def open_gguf(path: Path, options: EngineOptions, on_progress: Progress | None) -> Backend:
    from engines.backends.llama_cpp import LlamaCppBackend

    return LlamaCppBackend(path, options, on_progress)


def open_hugging_face(path: Path, options: EngineOptions, on_progress: Progress | None) -> Backend:
    from engines.backends.torch_paged.backend import TorchBackend

    return TorchBackend(path, options, on_progress)


def open_mlx(path: Path, options: EngineOptions, on_progress: Progress | None) -> Backend:
    from engines.backends.mlx_slots.backend import MlxBackend

    return MlxBackend(path, options, on_progress)


OPENERS: dict[Kind, Opener] = {"gguf": open_gguf, "hf": open_hugging_face, "mlx": open_mlx}
