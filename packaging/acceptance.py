"""The real window as a person uses it: typed into, dropped upon, hidden in the tray, quit; proved by its database.

Makes its own display (Xvfb), window manager (openbox) and tray (trayer); needs those, xdotool, and the embedded model.
``python packaging/acceptance.py [FOLDER]`` leaves a picture of every step in FOLDER.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
TOOLS = ("Xvfb", "openbox", "trayer", "xdotool")
PATIENCE_S = 120.0
LOOK_S = 0.2
SIZE = (1200, 800)


class Failed(Exception):
    """A step did not come out as it should; the text says which."""


class Stage:
    """A display of its own with a window manager and a tray; everything started here is ended here."""

    def __init__(self, home: Path, pictures: Path) -> None:
        self.home = home
        self.pictures = pictures
        self._processes: list[subprocess.Popen[bytes]] = []
        self._shot = 0
        read, write = os.pipe()
        server = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1400x1000x24", "-nolisten", "tcp"]
        self._processes.append(subprocess.Popen(server, pass_fds=(write,), stderr=subprocess.DEVNULL))
        os.close(write)
        with os.fdopen(read) as told:
            display = f":{told.readline().strip()}"
        self.environment = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "NIGHTDESK_HOME": str(home)}
        self.start("openbox")
        self.start("trayer", "--edge", "top", "--align", "right", "--widthtype", "request", "--height", "32")

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        """Start a program on this display."""
        process = subprocess.Popen(command, env=self.environment, cwd=ROOT, stderr=subprocess.DEVNULL)
        self._processes.append(process)
        return process

    def do(self, *words: str) -> str:
        """Press, type or move as xdotool is told; returns what it says."""
        done = subprocess.run(["xdotool", *words], env=self.environment, capture_output=True, text=True, check=False)
        return done.stdout.strip()

    def picture(self, name: str) -> None:
        """Keep what is on the screen, where a tool for that is installed."""
        self._shot += 1
        target = self.pictures / f"{self._shot:02d}-{name}.png"
        if shutil.which("scrot"):
            subprocess.run(["scrot", "-o", str(target)], env=self.environment, check=False)

    def close(self) -> None:
        """End everything, the newest first."""
        for process in reversed(self._processes):
            if process.poll() is None:
                process.terminate()
        for process in self._processes:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


class Play:
    """The steps. Each waits for what it has to bring about, and fails with a sentence."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.database = stage.home / "data" / "nightdesk.db"
        self.app = stage.start(sys.executable, "-m", "app")
        self.window = ""

    def run(self) -> None:
        """All steps, in order."""
        for step in (self.opens, self.answers, self.takes_a_drop, self.hides_in_the_tray, self.quits):
            began = time.monotonic()
            step()
            print(f"  {step.__name__.replace('_', ' '):20} {time.monotonic() - began:6.1f} s", flush=True)

    def opens(self) -> None:
        """The window comes up."""
        self.wait("the window did not open", self._find)
        self.stage.do("windowsize", "--sync", self.window, *map(str, SIZE))
        self.stage.do("windowactivate", "--sync", self.window)
        self.wait("the database was not made", self.database.is_file)

    def answers(self) -> None:
        """A question is typed, and its answer is stored with its figures."""
        self.stage.do("type", "--delay", "30", "What is the capital of France?")
        self.stage.picture("typed")
        self.stage.do("key", "Return")
        self.wait(
            "the answer did not come",
            lambda: self.asked("SELECT count(*) FROM message WHERE role = 'assistant' AND state = 'done'") == 1,
        )
        if "Paris" not in str(self.asked("SELECT text FROM message WHERE role = 'assistant'")):
            raise Failed("the answer does not name Paris")
        self.stage.picture("answered")

    def takes_a_drop(self) -> None:
        """A file is dragged here from another process, queued with the recipe that is offered, and worked off."""
        letter = self.stage.home / "letter.txt"
        letter.write_text("Dear Ines, the lamp of the lighthouse is back on Friday. Yours, Jonah.", encoding="utf-8")
        self.stage.do("key", "ctrl+2")
        source = self.stage.start(sys.executable, str(Path(__file__).with_name("acceptance_source.py")), str(letter))
        self.wait("the other window did not open", lambda: bool(self.stage.do("search", "--name", "^Drag from here$")))
        self._drag(self.stage.do("search", "--name", "^Drag from here$").split()[0])
        time.sleep(1.5)
        self.stage.picture("dropped")
        source.terminate()
        self.stage.do("windowactivate", "--sync", self.window)
        self.stage.do("key", "Return")
        self.wait("the dropped file got no result", lambda: self.asked("SELECT count(*) FROM result") == 1)
        self.stage.picture("worked-off")

    def hides_in_the_tray(self) -> None:
        """Closing hides the window and ends nothing; the tray brings it back."""
        self.stage.do("key", "alt+F4")
        self.wait("closing did not hide the window", lambda: not self._visible())
        if self.app.poll() is not None:
            raise Failed("closing ended the app instead of hiding it")
        self.stage.picture("hidden")
        self._click_tray(1)
        self.wait("the tray did not bring the window back", self._visible)

    def quits(self) -> None:
        """Ctrl+Q ends the app cleanly and leaves nothing running."""
        self.stage.do("windowactivate", "--sync", self.window)
        self.stage.do("key", "ctrl+q")
        self.wait("the app did not end", lambda: self.app.poll() is not None)
        if self.app.returncode:
            raise Failed(f"the app ended with exit code {self.app.returncode}")
        if self.asked("SELECT count(*) FROM job WHERE state = 'running'"):
            raise Failed("a job was left as running")

    def asked(self, sql: str) -> object:
        """One value from the app's database, read beside it."""
        with sqlite3.connect(f"file:{self.database}?mode=ro", uri=True) as conn:
            row = conn.execute(sql).fetchone()
        return row[0] if row else None

    def wait(self, otherwise: str, until: Callable[[], bool]) -> None:
        """Look until it is so; ``otherwise`` is why the play failed."""
        limit = time.monotonic() + PATIENCE_S
        while not until():
            if self.app.poll() not in (None, 0):
                raise Failed(f"{otherwise}: the app ended with exit code {self.app.returncode}")
            if time.monotonic() > limit:
                self.stage.picture("failed")
                raise Failed(otherwise)
            time.sleep(LOOK_S)

    def _find(self) -> bool:
        found = self.stage.do("search", "--onlyvisible", "--name", "^Nightdesk$").split()
        self.window = found[0] if found else self.window
        return bool(found)

    def _visible(self) -> bool:
        return self.window in self.stage.do("search", "--onlyvisible", "--name", "^Nightdesk$").split()

    def _drag(self, source: str) -> None:
        """Press over the other window, move in steps as a hand does, release over ours."""
        do = self.stage.do
        do("windowmove", "--sync", source, "10", "850")
        do("windowmove", "--sync", self.window, "150", "30")
        do("windowactivate", "--sync", source)
        do("mousemove", "--window", source, "40", "30")
        do("mousedown", "1")
        time.sleep(0.2)
        for step in range(1, 9):
            do("mousemove", str(60 + 60 * step), str(870 - 45 * step))
            time.sleep(0.08)
        time.sleep(0.2)
        self.stage.picture("dragging")
        do("mouseup", "1")

    def _click_tray(self, button: int) -> None:
        tray = self.stage.do("search", "--class", "trayer").split()
        if not tray:
            raise Failed("there is no tray")
        for place in ("16", "48"):  # which comes first is up to the tray
            self.stage.do("mousemove", "--window", tray[-1], place, "16")
            self.stage.do("click", str(button))
            time.sleep(1.0)
            if self._visible():
                return


def main() -> int:
    """Play everything; returns 1 with a sentence when a step failed, 2 when a tool is missing."""
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing:
        print(f"Not installed: {', '.join(missing)}. The acceptance run needs a display of its own.", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="nightdesk-acceptance-") as name:
        pictures = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(name)
        pictures.mkdir(parents=True, exist_ok=True)
        stage = Stage(Path(name) / "home", pictures)
        try:
            (Path(name) / "home").mkdir()
            Play(stage).run()
        except Failed as problem:
            print(f"Failed: {problem}.", file=sys.stderr)
            return 1
        finally:
            stage.close()
    print("The window was opened, asked, dropped upon, hidden, brought back and quit.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
