"""Models that lie elsewhere: files and folders that a person has pointed at, remembered and not copied."""

from __future__ import annotations

from pathlib import Path

from app.core.errors import UsageError
from engines.errors import ModelError
from engines.models import inspect_model

FILE_NAME = "elsewhere.txt"


def added(models: Path) -> list[Path]:
    """The paths remembered in the folder ``models``, the oldest first; those that are gone are left out."""
    try:
        lines = (models / FILE_NAME).read_text("utf-8").splitlines()
    except OSError:
        return []
    return [path for line in lines if line and (path := Path(line)).exists()]


def add(models: Path, path: Path) -> None:
    """Remember a model file, a model folder, or a folder with models below it. Raises UsageError for anything else."""
    path = path.expanduser().absolute()
    if not _holds_models(path):
        raise UsageError(f"{path} holds no model: choose a .gguf file, or a folder with models in it.")
    known = added(models)
    if path not in known:
        models.mkdir(parents=True, exist_ok=True)
        partial = models / f"{FILE_NAME}.part"
        partial.write_text("".join(f"{one}\n" for one in [*known, path]), "utf-8")
        partial.replace(models / FILE_NAME)


def _holds_models(path: Path) -> bool:
    if path.is_dir() and next(path.rglob("*.gguf"), None) is not None:
        return True
    if path.is_dir():
        return any((found.parent / "config.json").is_file() for found in path.rglob("*.safetensors"))
    try:
        return inspect_model(path).kind == "gguf"
    except ModelError as error:
        raise UsageError(str(error)) from error
