"""Which model file is served, and which ones lie on this machine."""

from __future__ import annotations

from pathlib import Path

from app.core.errors import UsageError
from app.core.models.added import added
from app.core.paths import user_paths
from app.core.resources import embedded_model
from app.core.settings import ModelSettings
from engines.choice import Choice, choose_engine
from engines.hardware import Machine, this_machine
from engines.models import ModelFile, describe, inspect_model
from engines.places import Places, find_models


def choose_model(settings: ModelSettings) -> Path:
    """The model file that the settings name, by path or by name, else the embedded one.

    Raises UsageError when it is not there, ModelError when it is no model or is cut short.
    """
    path = _named(settings.path) if settings.path else embedded_model()
    if not path.exists():
        raise UsageError(f"The embedded model is not at {path}; `make setup` fetches it, or name one with --model.")
    inspect_model(path)
    return path


def models_here(folder: Path | None = None, settings: ModelSettings | None = None) -> list[ModelFile]:
    """Every model on this machine: the embedded one, those in the models folder or added to it, and other programs'.

    ``folder`` is the models folder, by default this person's. What ``settings`` name is there wherever it lies.
    """
    embedded = [describe(embedded_model(), "embedded")] if embedded_model().is_file() else []
    models = folder or user_paths().models
    others = find_models(Places.usual([models, *added(models), *_wherever(settings)]))
    return [*embedded, *(one for one in others if one.path.resolve() != embedded_model().resolve())]


def is_chosen(model: ModelFile, settings: ModelSettings) -> bool:
    """Whether this is the model that the settings ask for."""
    if settings.base_url:
        return False
    wanted = Path(settings.path).expanduser() if settings.path else embedded_model()
    return model.path.resolve() == wanted.resolve() or model.name == settings.path


def why_chosen(settings: ModelSettings) -> str:
    """In words, what is served and by which setting."""
    if settings.base_url:
        named = f"its model {settings.path}" if settings.path else "the first model that it lists"
        return f"Requests go to the server at {settings.base_url} and {named}, because model.base_url is set."
    if settings.path:
        return f"{settings.path} is served on this machine, because model.path or --model names it."
    return "The embedded model is served on this machine, because no other model and no server is named."


def engine_choice(model: ModelFile, machine: Machine | None = None) -> Choice:
    """The engine that serves ``model`` on ``machine``, by default this one, with the reason in words."""
    return choose_engine(model.kind, model.name, machine or this_machine())


def _wherever(settings: ModelSettings | None) -> list[Path]:
    if settings is None or not settings.path or settings.base_url:
        return []
    path = Path(settings.path).expanduser()
    return [path] if path.exists() else []


def _named(path_or_name: str) -> Path:
    path = Path(path_or_name).expanduser()
    if path.exists():
        return path
    by_name = next((one.path for one in models_here() if one.name == path_or_name), None)
    if by_name is None:
        raise UsageError(f"There is no model {path_or_name}; `nightdesk models` lists those on this machine.")
    return by_name
