"""Start at login: a desktop entry, a LaunchAgent or a Run key, as the system wants it. Nothing else is touched."""

from __future__ import annotations

import os
import plistlib
import shlex
import sys
from pathlib import Path

from PySide6.QtCore import QSettings

_RUN_KEY = r"HKEY_CURRENT_USER\Software\Microsoft\Windows\CurrentVersion\Run"
_NAME = "Nightdesk"


def command() -> list[str]:
    """How this very Nightdesk is started at login: nobody has asked for its window then."""
    program = [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "app"]
    return [*program, "--hidden"]


def entry_path(home: Path | None = None) -> Path:
    """The file that makes a Linux desktop or macOS start Nightdesk at login."""
    home = home or Path.home()
    if sys.platform == "darwin":
        return home / "Library" / "LaunchAgents" / "org.nightdesk.Nightdesk.plist"
    base = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config")
    return base / "autostart" / "nightdesk.desktop"


def starts_at_login() -> bool:
    """Whether Nightdesk is started at login."""
    if sys.platform == "win32":
        return bool(QSettings(_RUN_KEY, QSettings.Format.NativeFormat).value(_NAME))
    return entry_path().is_file()


def start_at_login(wanted: bool) -> None:
    """Have Nightdesk started at login, or no longer. Raises OSError when the entry cannot be written."""
    if sys.platform == "win32":
        keys = QSettings(_RUN_KEY, QSettings.Format.NativeFormat)
        keys.setValue(_NAME, " ".join(f'"{part}"' for part in command())) if wanted else keys.remove(_NAME)
        return
    path = entry_path()
    if not wanted:
        path.unlink(missing_ok=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_launch_agent() if sys.platform == "darwin" else _desktop_entry())


def _launch_agent() -> bytes:
    return plistlib.dumps({"Label": "org.nightdesk.Nightdesk", "ProgramArguments": command(), "RunAtLoad": True})


def _desktop_entry() -> bytes:
    lines = ["[Desktop Entry]", "Type=Application", f"Name={_NAME}", f"Exec={shlex.join(command())}", "Icon=nightdesk"]
    return ("\n".join([*lines, "X-GNOME-Autostart-enabled=true"]) + "\n").encode()
