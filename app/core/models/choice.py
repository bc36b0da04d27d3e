"""Which model file is served, and which ones lie on this machine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.core.errors import UsageError
from app.core.paths import user_paths
from app.core.resources import embedded_model
from app.core.settings import ModelSettings

MAGIC = b"GGUF"


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A model file on this machine. ``problem`` says why it cannot be served, in one sentence."""

    name: str
    path: Path
    bytes: int
    embedded: bool
    chosen: bool
    problem: str | None = None


def choose_model(settings: ModelSettings) -> Path:
    """The model file that the settings name, else the embedded one; raises UsageError when it is not there."""
    if settings.path:
        path = Path(settings.path).expanduser()
        if not path.is_file():
            raise UsageError(f"There is no model file at {path}; name another with --model or in the settings.")
        return path
    path = embedded_model()
    if not path.is_file():
        raise UsageError(f"The embedded model is not at {path}; `make setup` fetches it, or name one with --model.")
    return path


def models_here(settings: ModelSettings) -> list[ModelFile]:
    """The embedded model, those in the person's models folder, and the chosen one, by name."""
    chosen = Path(settings.path).expanduser() if settings.path else embedded_model()
    folder = user_paths().models
    paths = {embedded_model(), chosen, *(folder.rglob("*.gguf") if folder.is_dir() else ())}
    files = (_described(path, chosen) for path in paths)
    return sorted(files, key=lambda file: (not file.chosen, file.name.lower()))


def _described(path: Path, chosen: Path) -> ModelFile:
    problem, size = _problem(path)
    return ModelFile(path.stem, path, size, path == embedded_model(), path == chosen, problem)


def _problem(path: Path) -> tuple[str | None, int]:
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            magic = file.read(len(MAGIC))
    except FileNotFoundError:
        return "There is no such file.", 0
    except OSError as error:
        return f"The file cannot be read: {error.strerror}.", 0
    return (None if magic == MAGIC else "The file is no GGUF model."), size
