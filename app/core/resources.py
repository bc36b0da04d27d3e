"""Finds what ships with Nightdesk: in a checkout, in an installed wheel, or in a frozen bundle."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

from app.core.errors import NightdeskError

EMBEDDED_MODEL = "SmolLM2-135M-Instruct.Q4_1.gguf"


def _candidates() -> list[Path]:
    package = Path(__file__).resolve().parents[1]
    frozen = getattr(sys, "_MEIPASS", None)
    bundled = [Path(frozen) / "resources", Path(frozen) / "app" / "resources"] if frozen else []
    return [*bundled, package / "resources", package.parent / "resources"]


@cache
def resources_folder() -> Path:
    """The folder of recipes, samples, icons and themes; raises NightdeskError when the installation lacks it."""
    for folder in _candidates():
        if (folder / "recipes").is_dir():
            return folder
    raise NightdeskError("Nightdesk's own resources folder is missing; install it again.")


def resource(*parts: str) -> Path:
    """The path of something below the resources folder; it need not exist."""
    return resources_folder().joinpath(*parts)


def embedded_model() -> Path:
    """Where the embedded model lies once it has been fetched."""
    return resource("models", EMBEDDED_MODEL)
