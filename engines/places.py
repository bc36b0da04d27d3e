"""Where models lie: our own folders, and those of LM Studio, Hugging Face and Ollama."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from engines.hardware import Machine, this_machine
from engines.models import ModelFile, describe, describe_folder

_OLLAMA_MODEL = "application/vnd.ollama.image.model"


@dataclass(frozen=True, slots=True)
class Places:
    """Folders that are searched, and single files among ``folders``. What does not exist is passed over."""

    folders: tuple[Path, ...] = ()
    lm_studio: tuple[Path, ...] = ()
    hugging_face: Path | None = None
    ollama: Path | None = None

    @classmethod
    def usual(cls, folders: Iterable[Path] = (), environment: Mapping[str, str] | None = None) -> Places:
        """The usual places of this user, and ``folders`` before them."""
        known = os.environ if environment is None else environment
        home = Path(known.get("HOME") or known.get("USERPROFILE") or Path.home())
        cache = Path(known.get("HF_HOME") or Path(known.get("XDG_CACHE_HOME") or home / ".cache") / "huggingface")
        return cls(
            folders=tuple(folders),
            lm_studio=(home / ".lmstudio" / "models", home / ".cache" / "lm-studio" / "models"),
            hugging_face=Path(known.get("HF_HUB_CACHE") or cache / "hub"),
            ollama=Path(known.get("OLLAMA_MODELS") or home / ".ollama" / "models"),
        )


def find_models(places: Places, machine: Machine | None = None) -> list[ModelFile]:
    """Every model in ``places``, each file once, in the order of the places.

    Damaged ones, and those that nothing on ``machine`` (by default this one) serves, carry their trouble.
    """
    found: dict[Path, ModelFile] = {}
    for model in _all(places, machine or this_machine()):
        found.setdefault(model.path.resolve(), model)
    return list(found.values())


def _all(places: Places, machine: Machine) -> Iterator[ModelFile]:
    for folder in places.folders:
        yield from [describe(folder, "file")] if folder.is_file() else _in_folder(folder, "folder", machine)
    for folder in places.lm_studio:
        yield from _in_folder(folder, "LM Studio", machine)
    if places.hugging_face is not None:
        yield from _in_hugging_face(places.hugging_face, machine)
    if places.ollama is not None:
        yield from _in_ollama(places.ollama)


def _in_folder(folder: Path, source: str, machine: Machine) -> Iterator[ModelFile]:
    for path, names, files in os.walk(folder):
        names[:] = sorted(name for name in names if not name.startswith("."))  # downloads under way, caches
        here = Path(path)
        yield from (describe(here / name, source) for name in sorted(files) if _is_first(name))
        if "config.json" in files:
            model = describe_folder(here, source, machine)
            if model is not None:
                yield model


def _is_first(name: str) -> bool:
    """A GGUF file that one would choose: no projector, and of a split model the first part."""
    lower = name.lower()
    if not lower.endswith(".gguf") or "mmproj" in lower:
        return False
    return "-of-" not in lower or "-00001-of-" in lower


def _in_hugging_face(cache: Path, machine: Machine) -> Iterator[ModelFile]:
    """The cache keeps one folder per revision; its files are links into a store of blobs."""
    for snapshot in sorted(cache.glob("models--*/snapshots/*")):
        repository = snapshot.parent.parent.name.removeprefix("models--").replace("--", "/")
        for model in _in_folder(snapshot, "Hugging Face", machine):
            yield _renamed(model, repository) if model.path == snapshot else model


def _renamed(model: ModelFile, name: str) -> ModelFile:
    trouble = model.trouble.replace(model.name, name, 1) if model.trouble else None
    return replace(model, name=name, trouble=trouble)


def _in_ollama(root: Path) -> Iterator[ModelFile]:
    """Ollama names models in manifests, and keeps the GGUF files as blobs without a suffix."""
    for manifest in sorted((root / "manifests").rglob("*")):
        if not manifest.is_file():
            continue
        for layer in _layers(manifest):
            blob = root / "blobs" / str(layer.get("digest", "")).replace(":", "-")
            if layer.get("mediaType") == _OLLAMA_MODEL and blob.is_file():
                yield describe(blob, "Ollama", f"{manifest.parent.name}:{manifest.name}")


def _layers(manifest: Path) -> list[dict[str, Any]]:
    try:
        layers = json.loads(manifest.read_text("utf-8"))["layers"]
    except (OSError, ValueError, KeyError, TypeError):
        return []
    return [layer for layer in layers if isinstance(layer, dict)] if isinstance(layers, list) else []
