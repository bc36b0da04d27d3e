"""What the window's tests share: no thread left behind, and waiting for the core by signal."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from app.ui.theme import Theme


@pytest.fixture(autouse=True)
def _no_thread_left_behind() -> Iterator[None]:
    """Fail a test that leaves a thread of ours running."""
    before = set(threading.enumerate())
    yield
    left = [thread for thread in set(threading.enumerate()) - before if thread.is_alive() and not thread.daemon]
    core = [thread for thread in threading.enumerate() if thread.name == "core" and thread not in before]
    assert not left + core, f"threads left behind: {left + core}"


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    """The application's theme, back to following the system afterwards."""
    chosen = Theme.current()
    yield chosen
    chosen.choose("system")
