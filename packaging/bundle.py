"""Builds the app as one folder that needs no Python, and proves it: `make package` runs this.

Leaves ``build/package/nightdesk``. The engine in it is compiled for the processor of this machine (see
llama_wheel.py), so the folder is for this machine and others like it.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PLACE = ROOT / "build" / "package"
PROGRAM = PLACE / "nightdesk" / ("nightdesk.exe" if sys.platform == "win32" else "nightdesk")
SAMPLES = ("minutes-2025-01-14.md", "invoice-2025-014.pdf", "minutes-flood-review.docx")
RUN_S, WINDOW_S = 300, 10


def build() -> None:
    """One folder with everything; PyInstaller's own words go to a log beside it."""
    PLACE.mkdir(parents=True, exist_ok=True)
    log = PLACE / "build.log"
    command = [sys.executable, "-m", "PyInstaller", str(ROOT / "packaging" / "nightdesk.spec"), "--noconfirm"]
    command += ["--distpath", str(PLACE), "--workpath", str(ROOT / "build" / "pyinstaller")]
    with log.open("wb") as file:
        done = subprocess.run(command, stdout=file, stderr=subprocess.STDOUT, cwd=ROOT)
    if done.returncode != 0:
        sys.exit(f"The bundle could not be built; {log} says why.")


def prove(home: Path) -> None:
    """The bundle without this clone's environment: it explains itself, works documents off, and opens its window."""
    documents = home / "documents"
    documents.mkdir()
    for sample in SAMPLES:
        shutil.copy(next((ROOT / "resources" / "samples").rglob(sample)), documents)
    environment = {"HOME": str(home), "PATH": os.defpath, "NIGHTDESK_HOME": str(home / "nightdesk")}
    ask(["doctor"], environment)
    said = ask(["run", str(documents), "--recipe", "summary"], environment)
    if f"Documents done | {len(SAMPLES)} " not in said:
        sys.exit(f"The bundle did not work its {len(SAMPLES)} documents off:\n{said}")
    open_window(environment | {"QT_QPA_PLATFORM": "offscreen"})


def ask(words: list[str], environment: dict[str, str]) -> str:
    """What the bundle says; ends with a sentence when it fails."""
    done = subprocess.run(
        [PROGRAM, *words], env=environment, cwd=environment["HOME"], capture_output=True, text=True, timeout=RUN_S
    )
    if done.returncode != 0:
        sys.exit(f"`nightdesk {words[0]}` of the bundle failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def open_window(environment: dict[str, str]) -> None:
    """The window must come up, stay, and leave in order when it is told to."""
    window = subprocess.Popen([PROGRAM], env=environment, cwd=environment["HOME"], stderr=subprocess.PIPE, text=True)
    time.sleep(WINDOW_S)
    stayed = window.poll() is None
    window.send_signal(signal.SIGTERM)
    errors = window.communicate(timeout=60)[1]
    if not stayed or window.returncode != 0:
        sys.exit(f"The bundle's window ended with {window.returncode}:\n{errors}")


def main() -> None:
    """Build, prove, and say where it lies."""
    build()
    with tempfile.TemporaryDirectory() as home:
        prove(Path(home))
    size = sum(file.stat().st_size for file in PLACE.rglob("*") if file.is_file() and not file.is_symlink())
    print(f"{PROGRAM} works: {len(SAMPLES)} documents and the window. {size / 1e6:.0f} MB with the embedded model.")


if __name__ == "__main__":
    main()
