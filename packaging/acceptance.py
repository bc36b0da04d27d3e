"""The real window as a person uses it: typed into, dropped upon, hidden in the tray, quit; proved by its database.

Makes its own display (Xvfb), window manager (openbox) and tray (trayer); needs those, xdotool, scrot, and the embedded
model.
``python packaging/acceptance.py [FOLDER]`` leaves a picture of every step in FOLDER.
"""

from __future__ import annotations

import itertools
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
TOOLS = ("Xvfb", "openbox", "trayer", "xdotool", "scrot")
PATIENCE_S = 120.0
LOOK_S = 0.2
SIZE = (1200, 800)
TABS = 12
OPEN, PAUSE, LAST_REPORT, QUIT = 1, 2, 3, 4  # lines of the tray's menu, without the one that only tells the state
MANY = 12
REPORT = "The harbour was calm. Two ships came in and one left. The crane was repaired by Friday, for 400 euros. " * 4


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
        """Keep what is on the screen."""
        self._shot += 1
        self.grab(self.pictures / f"{self._shot:02d}-{name}.png")

    def grab(self, target: Path) -> None:
        """Write what is on the screen to a file."""
        subprocess.run(["scrot", "-o", str(target)], env=self.environment, check=True)

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
        self.window = ""
        self.app = self._start_app()

    def run(self) -> None:
        """All steps, in order."""
        steps = (
            self.opens,
            self.shows_where_the_focus_is,
            self.answers,
            self.opens_every_page_by_key,
            self.takes_a_drop,
            self.is_paused_and_resumed_from_the_tray,
            self.hides_in_the_tray_and_says_so_once,
            self.asks_before_it_quits_while_working,
            self.goes_on_after_a_restart,
            self.quits_from_the_tray,
        )
        for step in steps:
            began = time.monotonic()
            step()
            print(f"  {step.__name__.replace('_', ' '):40} {time.monotonic() - began:6.1f} s", flush=True)

    def opens(self) -> None:
        """The window comes up."""
        self.wait("the window did not open", self._find)
        self.stage.do("windowsize", "--sync", self.window, *map(str, SIZE))
        self.stage.do("windowactivate", "--sync", self.window)
        self.wait("the database was not made", self.database.is_file)

    def shows_where_the_focus_is(self) -> None:
        """Tab goes from control to control, and each time something on the screen changes."""
        time.sleep(1.0)
        seen = [self._look("focus")]
        for _ in range(TABS):
            self.stage.do("key", "Tab")
            time.sleep(0.25)
            seen.append(self._look("focus"))
        still = sum(one == other for one, other in itertools.pairwise(seen))
        if still:
            raise Failed(f"{still} of {TABS} steps with the Tab key changed nothing that can be seen")
        self.stage.picture("focus")
        self.stage.do("key", "ctrl+1")  # back into the question's field

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
        time.sleep(1.0)  # the figures under the answer are read after it
        self.stage.picture("answered")

    def opens_every_page_by_key(self) -> None:
        """Ctrl+2 to Ctrl+6 and F1."""
        before = self._look("page")
        for number, page in enumerate(("queue", "results", "recipes", "models", "settings"), 2):
            self.stage.do("key", f"ctrl+{number}")
            time.sleep(0.8)
            after = self._look("page")
            if after == before:
                raise Failed(f"Ctrl+{number} opened nothing new")
            before = after
            self.stage.picture(f"page-{page}")
        self.stage.do("key", "F1")
        time.sleep(0.5)
        self.stage.picture("shortcuts")
        self.stage.do("key", "Escape")

    def takes_a_drop(self) -> None:
        """A file is dragged here from another process, queued with the recipe that is offered, and worked off."""
        letter = self.stage.home / "letter.txt"
        letter.write_text("Dear Ines, the lamp of the lighthouse is back on Friday. Yours, Jonah.", encoding="utf-8")
        self.stage.do("key", "ctrl+2")
        self._drop(letter)
        self.stage.do("key", "Return")
        self.wait("the dropped file got no result", lambda: self.asked("SELECT count(*) FROM result") == 1)
        time.sleep(1.0)
        self.stage.picture("worked-off")

    def is_paused_and_resumed_from_the_tray(self) -> None:
        """The second line of the tray's menu pauses the queue, and then resumes it."""
        for paused in (1, 0):
            self._choose_in_tray(PAUSE, "tray-menu" if paused else "tray-menu-paused")
            self.wait(
                f"the tray did not {'pause' if paused else 'resume'} the queue",
                lambda paused=paused: self.asked("SELECT count(*) FROM pause WHERE source = 'person'") == paused,
            )

    def hides_in_the_tray_and_says_so_once(self) -> None:
        """Closing hides the window and ends nothing; a balloon says where it went, the first time only."""
        state = self.stage.home / "config" / "window.ini"
        for time_of_closing in ("first", "second"):
            self.stage.do("windowactivate", "--sync", self.window)
            self.stage.do("key", "alt+F4")
            self.wait("closing did not hide the window", lambda: not self._visible())
            if self.app.poll() is not None:
                raise Failed("closing ended the app instead of hiding it")
            time.sleep(1.0)
            self.stage.picture(f"hidden-{time_of_closing}")
            self.wait("closing was not remembered as explained", lambda: "close_to_tray=1" in _text_of(state))
            self._choose_in_tray(OPEN)
            self.wait("the tray did not bring the window back", self._visible)

    def asks_before_it_quits_while_working(self) -> None:
        """Ctrl+Q with documents in the queue asks; the answer by keyboard stops, and keeps what is not done."""
        inbox = self.stage.home / "Inbox"
        inbox.mkdir()
        for number in range(MANY):
            (inbox / f"report-{number:02d}.txt").write_text(f"Report {number}. " + REPORT, encoding="utf-8")
        self.stage.do("windowactivate", "--sync", self.window)
        self.stage.do("key", "ctrl+2")
        self._drop(inbox)
        self.stage.do("key", "Return")
        self.wait("the folder was not queued", lambda: self._jobs() > MANY)
        self.stage.do("key", "ctrl+q")
        time.sleep(1.5)
        self.stage.picture("asked-before-quitting")
        if self.app.poll() is not None or not self._visible():
            raise Failed("Ctrl+Q while documents were worked on did not ask")
        self.stage.do("key", "Tab")  # the first answer has the focus, the next is "stop and quit"
        self.stage.do("key", "space")
        self._ended()
        if self._jobs() != MANY + 1:
            raise Failed("quitting lost a document")

    def goes_on_after_a_restart(self) -> None:
        """What was left is worked off after the next start, in a window of the same size."""
        self.app = self._start_app()
        self.wait("the window did not open again", self._find)
        self.stage.do("windowactivate", "--sync", self.window)
        shape = self.stage.do("getwindowgeometry", "--shell", self.window)
        if f"WIDTH={SIZE[0]}" not in shape or f"HEIGHT={SIZE[1]}" not in shape:
            raise Failed(f"the window forgot its size: {shape}")
        self.stage.do("key", "ctrl+2")
        done = "SELECT count(*) FROM job WHERE state = 'done' AND kind = 'document'"
        self.wait("what was left was not worked off", lambda: self.asked(done) == MANY + 1)
        self.wait(
            "there was no morning report", lambda: bool(self.asked("SELECT count(*) FROM run WHERE report <> ''"))
        )
        time.sleep(1.0)
        self.stage.picture("worked-off-after-restart")
        self._choose_in_tray(LAST_REPORT)
        time.sleep(1.5)
        self.stage.picture("report-from-the-tray")

    def quits_from_the_tray(self) -> None:
        """The last line of the tray's menu ends the app cleanly."""
        self._choose_in_tray(QUIT)
        self._ended()

    def _ended(self) -> None:
        self.wait("the app did not end", lambda: self.app.poll() is not None)
        if self.app.returncode:
            raise Failed(f"the app ended with exit code {self.app.returncode}")
        if self.asked("SELECT count(*) FROM job WHERE state = 'running'"):
            raise Failed("a job was left as running")

    def _jobs(self) -> int:
        return int(str(self.asked("SELECT count(*) FROM job WHERE kind = 'document'")))

    def _start_app(self) -> subprocess.Popen[bytes]:
        self.window = ""
        return self.stage.start(sys.executable, "-m", "app")

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

    def _look(self, name: str) -> bytes:
        """The window's picture as it is now, for comparing."""
        target = self.stage.home / f"{name}.png"
        self.stage.grab(target)
        return target.read_bytes()

    def _drop(self, path: Path) -> None:
        """Drag a file or folder here from another program's window."""
        source = self.stage.start(sys.executable, str(Path(__file__).with_name("acceptance_source.py")), str(path))
        self.wait("the other window did not open", lambda: bool(self.stage.do("search", "--name", "^Drag from here$")))
        self._drag(self.stage.do("search", "--name", "^Drag from here$").split()[0])
        time.sleep(1.5)
        self.stage.picture(f"dropped-{path.stem.lower()}")
        source.terminate()
        source.wait(10)
        self.stage.do("windowactivate", "--sync", self.window)

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

    def _choose_in_tray(self, line: int, picture: str = "") -> None:
        """Open the tray icon's menu and choose its ``line`` by keyboard, the first that can be chosen being 1."""
        tray = self.stage.do("search", "--class", "trayer").split()
        if not tray:
            raise Failed("there is no tray")
        self.stage.do("mousemove", "--window", tray[-1], "16", "16")
        self.stage.do("click", "3")
        time.sleep(0.8)
        for _ in range(line):
            self.stage.do("key", "Down")
            time.sleep(0.15)
        if picture:
            self.stage.picture(picture)
        self.stage.do("key", "Return")
        time.sleep(0.5)


def _text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


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
    print("The window was used by key, mouse, drop and tray, quit while it worked, and went on where it had been.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
