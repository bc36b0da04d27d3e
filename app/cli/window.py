"""``nightdesk`` without a command: the window."""

from __future__ import annotations

import importlib.util
import os
import sys
import tempfile
from pathlib import Path

from app.cli.options import settings_with
from app.core.errors import NightdeskError
from app.core.paths import user_paths

NO_QT = "The window needs PySide6; install it with `pip install PySide6-Essentials`, or use `nightdesk run` and `chat`."
NO_DISPLAY = "There is no display here; use `nightdesk run`, `nightdesk chat` or another command (see --help)."


def open_window(*, smoke: bool, hidden: bool, database: str | None, model: str | None) -> int:
    """Show the window until it is closed; the exit code. With ``smoke`` it leaves after its first paint.

    With ``hidden`` it starts in the tray.
    """
    settings = settings_with(model)
    if importlib.util.find_spec("PySide6") is None:
        raise NightdeskError(NO_QT)
    if not _has_display():
        raise NightdeskError(NO_DISPLAY)
    from app.ui.application import run_window

    if not smoke:
        path = Path(database).expanduser().absolute() if database else user_paths().database
        return run_window(settings, path, hidden=hidden)
    with tempfile.TemporaryDirectory(prefix="nightdesk-smoke-") as folder:
        return run_window(settings, Path(folder) / "smoke.db", smoke=True)


def _has_display() -> bool:
    """Whether Qt has something to draw on: elsewhere than on Linux there always is."""
    if not sys.platform.startswith("linux"):
        return True
    chosen = os.environ.get("QT_QPA_PLATFORM", "")
    return bool(chosen or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
