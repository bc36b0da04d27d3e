"""Which engine process is wanted: the model, and how it is served and watched."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engines.watchdog import Patience


@dataclass(frozen=True, slots=True)
class EngineSpec:
    """Which model is served, and how. ``options`` are further fields of EngineOptions."""

    model: Path
    name: str | None = None
    host: str = "127.0.0.1"
    port: int = 0
    api_key: str = field(default="", repr=False)
    rows: int | None = None
    context: int | None = None
    threads: int | None = None
    options: dict[str, Any] = field(default_factory=dict)
    patience: Patience = field(default_factory=Patience)
