"""Where set-up keeps what is slow to get, outside the clone, so that a second clone is quick."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def cache_folder() -> Path:
    """The user's cache folder for Nightdesk, by each system's custom. ``NIGHTDESK_CACHE`` overrides it.

    Written out here because set-up runs before ``platformdirs`` is installed.
    """
    if override := os.environ.get("NIGHTDESK_CACHE"):
        return Path(override)
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "nightdesk"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local")) / "nightdesk" / "Cache"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "nightdesk"
