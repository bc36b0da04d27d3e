"""Sets a clone up: a virtual environment, the packages, the engine compiled for this machine, the embedded model.

Started by ``make`` and safe to run again: whatever is in place already is left alone. Uses the standard library only.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import venv
from pathlib import Path

from embedded_model import place_model
from llama_wheel import compiler, install_proven

ROOT = Path(__file__).resolve().parents[1]


def make_environment(folder: Path) -> str:
    """Create the virtual environment unless it is there; returns its Python."""
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    if not python.exists():
        try:
            venv.create(folder, with_pip=True)
        except subprocess.CalledProcessError:
            sys.exit("Python's venv module is incomplete here. On Debian and Ubuntu: `sudo apt install python3-venv`.")
    return str(python)


def install_packages(python: str, extras: list[str]) -> None:
    """Install Nightdesk from this clone, editable, at the exact versions of constraints.txt."""
    wanted = f"{ROOT}[{','.join(extras)}]" if extras else str(ROOT)
    constraints = ["-c", str(ROOT / "constraints.txt")]
    subprocess.run([python, "-m", "pip", "install", "-q", "--upgrade", "pip"], check=True)
    subprocess.run([python, "-m", "pip", "install", "-q", *constraints, "-e", wanted], check=True)


def check_window(python: str) -> None:
    """Say in one sentence which system packages the window still needs."""
    probe = "from PySide6.QtWidgets import QApplication; QApplication([])"
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run([python, "-c", probe], env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        lists = ROOT / "packaging" / "debian"
        packages = (lists / "offscreen.txt").read_text().split() + (lists / "x11.txt").read_text().split()
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        sys.exit(
            f"The window cannot start here ({reason}). On Debian and Ubuntu:\n  sudo apt install {' '.join(packages)}"
        )


def main() -> None:
    """Run the steps in order; each ends with a sentence if it cannot be done."""
    if sys.version_info < (3, 11):  # noqa: UP036 - this is the check that tells people
        sys.exit(f"Nightdesk needs Python 3.11 or newer, and this is {sys.version.split()[0]}; set PYTHON=… for make.")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--venv", type=Path, default=ROOT / ".venv")
    parser.add_argument("--extra", action="append", default=[], help="an extra of pyproject.toml, such as dev or mlx")
    options = parser.parse_args()
    compiler()  # before anything is fetched
    python = make_environment(options.venv)
    try:
        model = place_model(python, ROOT / "resources" / "models")
        install_proven(python, model)
        install_packages(python, options.extra)
    except subprocess.CalledProcessError as error:
        sys.exit(
            f"Set-up stopped: `{' '.join(map(str, error.cmd[:6]))} …` failed; its own words are above. "
            "Without a network it cannot fetch what is not in pip's cache."
        )
    check_window(python)


if __name__ == "__main__":
    main()
