"""Where data, settings, caches and logs belong on this system."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import platformdirs

APP_NAME = "nightdesk"
HOME_VARIABLE = "NIGHTDESK_HOME"


@dataclass(frozen=True, slots=True)
class Paths:
    """The folders Nightdesk writes to; none of them is made before something is written."""

    data: Path
    config: Path
    cache: Path
    log: Path

    @property
    def database(self) -> Path:
        """The database used when no other is named."""
        return self.data / "nightdesk.db"

    @property
    def settings(self) -> Path:
        """The settings file; it need not exist."""
        return self.config / "settings.toml"

    @property
    def models(self) -> Path:
        """The folder in which a person keeps further model files."""
        return self.data / "models"

    @property
    def recipes(self) -> Path:
        """The folder in which a person keeps recipes of their own."""
        return self.config / "recipes"


def user_paths() -> Paths:
    """This person's folders, or all of them below ``NIGHTDESK_HOME`` where that is set."""
    home = os.environ.get(HOME_VARIABLE)
    if home:
        root = Path(home).expanduser().absolute()
        return Paths(root / "data", root / "config", root / "cache", root / "log")
    dirs = platformdirs.PlatformDirs(APP_NAME, appauthor=False)
    return Paths(
        data=dirs.user_data_path,
        config=dirs.user_config_path,
        cache=dirs.user_cache_path,
        log=dirs.user_log_path,
    )
