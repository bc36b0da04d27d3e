"""From a file to a running engine: checks the file, picks the backend, starts the thread."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from engines.backends.llama_cpp import LlamaCppBackend
from engines.engine import Engine
from engines.errors import ModelError
from engines.options import EngineOptions

GGUF_MAGIC = b"GGUF"
SMALLEST_GGUF_BYTES = 1 << 16


def load_engine(
    path: Path, options: EngineOptions | None = None, on_progress: Callable[[float], None] | None = None
) -> Engine:
    """Loads the model at ``path`` and starts its engine. ``on_progress`` gets fractions from 0 to 1.

    Raises ``ModelError`` with a sentence when the file is missing, damaged or of a format that is not served.
    """
    check_file(path)
    options = options or EngineOptions()
    engine = Engine(LlamaCppBackend(path, options, on_progress), options)
    engine.start()
    return engine


def check_file(path: Path) -> None:
    """Raises ``ModelError`` when ``path`` is certainly no whole GGUF file."""
    if path.is_dir():
        raise ModelError(f"{path.name} is a folder; choose the GGUF file inside it.")
    try:
        with path.open("rb") as file:
            magic = file.read(4)
            size = file.seek(0, 2)
    except OSError as error:
        raise ModelError(f"The model {path.name} cannot be read: {error.strerror or error}.") from error
    if magic != GGUF_MAGIC:
        raise ModelError(f"{path.name} is not a GGUF file; choose a file that ends in .gguf and begins with GGUF.")
    if size < SMALLEST_GGUF_BYTES:
        raise ModelError(f"{path.name} has only {size} bytes and cannot be a whole model; download it again.")
