"""From a file to a running engine: checks the file, picks the backend, starts the thread."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from engines.backends.llama_cpp import LlamaCppBackend
from engines.engine import Engine
from engines.gguf import read_head
from engines.options import EngineOptions


def load_engine(
    path: Path, options: EngineOptions | None = None, on_progress: Callable[[float], None] | None = None
) -> Engine:
    """Loads the model at ``path`` and starts its engine. ``on_progress`` gets fractions from 0 to 1.

    Raises ``ModelError`` with a sentence when the file is missing, damaged or of a format that is not served.
    """
    read_head(path)
    options = options or EngineOptions()
    engine = Engine(LlamaCppBackend(path, options, on_progress), options)
    engine.start()
    return engine
