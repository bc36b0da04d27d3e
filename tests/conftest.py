"""What every area's tests share: the embedded model and the event loop they run on."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Async tests run on asyncio, as the app does."""
    return "asyncio"


@pytest.fixture(scope="session")
def model_path() -> Path:
    """The embedded model, fetched by ``make setup``."""
    path = ROOT / "resources" / "models" / "SmolLM2-135M-Instruct.Q4_1.gguf"
    assert path.is_file(), "the embedded model is missing: run `make setup`"
    return path


@pytest.fixture(scope="session")
def samples() -> Path:
    """The folder of sample documents that ships with Nightdesk."""
    return ROOT / "resources" / "samples"


@pytest.fixture(scope="session")
def recipes_folder() -> Path:
    """The folder of built-in recipes that ships with Nightdesk."""
    return ROOT / "resources" / "recipes"
