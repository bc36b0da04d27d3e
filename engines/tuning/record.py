"""The best settings found so far, one small file for each (model file, machine, engine version)."""

from __future__ import annotations

import hashlib
import json
import logging
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import llama_cpp as lib
import psutil

from engines.options import EngineOptions
from engines.weights import cache_folder

log = logging.getLogger(__name__)

SETTINGS: dict[str, type] = {
    "weights": str, "kv_layout": str, "kv_type": str, "flash_attention": bool, "threads": int,
    "step_tokens": int, "batch_rows": int,
}  # fmt: skip
_WORDS = {
    "weights": {"packed", "bf16", "f16", "q8_0"},
    "kv_layout": {"partitioned", "unified"},
    "kv_type": {"f16", "bf16", "q8_0"},
}
_MOST = 4096


def record_path(model: Path) -> Path:
    """Where the settings of ``model`` on this machine and with this engine are kept."""
    facts = model.stat()
    info = lib.llama_print_system_info().decode("utf-8", "replace")
    machine = f"{info}\n{psutil.cpu_count()}\n{lib.llama_supports_gpu_offload()}\n{lib.__version__}"
    key = f"{model.resolve()}\n{facts.st_size}\n{facts.st_mtime_ns}\n{machine}"
    return cache_folder().parent / "tuning" / f"{model.stem[:60]}-{hashlib.sha256(key.encode()).hexdigest()[:16]}.json"


def keep(model: Path, values: dict[str, Any], details: dict[str, Any]) -> Path:
    """Writes the settings; ``details`` says how they were found. Raises OSError."""
    target = record_path(model)
    target.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"settings": values, **details}, indent=2)
    with tempfile.NamedTemporaryFile("w", dir=target.parent, delete=False, encoding="utf-8") as file:
        file.write(text)
    return Path(file.name).replace(target)


def refuse(model: Path, sentence: str) -> Path:
    """Writes down that ``model`` cannot be tuned, and why, so that nobody tries again. Raises OSError."""
    return keep(model, {}, {"explanation": [sentence]})


def kept(model: Path) -> dict[str, Any]:
    """The settings found for ``model``, empty when there are none. A damaged file is worth no more than none."""
    try:
        found = json.loads(record_path(model).read_text("utf-8"))["settings"]
        return {name: value for name, value in found.items() if is_valid(name, value)}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        log.warning("The tuned settings of %s cannot be read and are passed over: %s", model.name, error)
        return {}


def explanation(model: Path) -> list[str]:
    """Why the settings of ``model`` are what they are, and since when, or why there are none, in sentences.

    Empty when nobody has tried to tune it.
    """
    try:
        found = json.loads(record_path(model).read_text("utf-8"))
        when = [f"Tuned on {found['measured_at']}."] if "measured_at" in found else []
        return when + [str(sentence) for sentence in found["explanation"]]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def is_valid(name: str, value: object) -> bool:
    """Whether ``value`` may be given to the engine as ``name``."""
    if name not in SETTINGS or type(value) is not SETTINGS[name]:
        return False
    if isinstance(value, int) and not isinstance(value, bool):
        return 1 <= value <= _MOST
    return name not in _WORDS or value in _WORDS[name]


def with_tuning(model: Path, options: EngineOptions) -> EngineOptions:
    """``options``, with what was found by tuning in place of those that were left at their defaults."""
    default = EngineOptions()
    open_ = {name: value for name, value in kept(model).items() if getattr(options, name) == getattr(default, name)}
    return replace(options, **open_)
