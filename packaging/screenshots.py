"""Makes the pictures in docs/screenshots: the real window, the real engine, a few sample documents really worked off.

Needs a display: ``xvfb-run -a -s "-screen 0 1400x1000x24" python packaging/screenshots.py [LANGUAGE]``.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
TARGET = ROOT / "docs" / "screenshots"
SIZE = (1200, 800)
PATIENCE_MS = 180_000
QUESTIONS = (
    "Write a Python function that reverses a string.",
    "What is photosynthesis? Answer in two sentences.",
)
ABROAD = "queue"  # the picture that shows another language
RECIPE = "summary"  # what the embedded model does well enough to be looked at
FOLDERS = ("interviews", "letters", "minutes", "tickets", "invoices")


class Director:
    """Goes through the scenes: a generator that yields the condition to wait for before it goes on."""

    def __init__(self, folder: Path, language: str) -> None:
        from PySide6.QtCore import QTimer

        self.folder = folder
        self.language = language
        self.problems: list[str] = []
        self._scenes: Iterator[Callable[[], bool]] | None = None
        self._until: Callable[[], bool] = lambda: True
        self._waited = 0
        self._scene = 0
        self._timer = QTimer()
        self._timer.setInterval(50)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    def _tick(self) -> None:
        if self._scenes is None:
            self._scenes = self.scenes()
        self._waited += 50
        if self._waited > PATIENCE_MS:
            self.problems.append(f"scene {self._scene} took too long")
            self._timer.stop()
            self.window.quit()
        elif self._until():
            self._waited = 0
            self._scene += 1
            self._until = next(self._scenes, self._over)

    def _over(self) -> bool:
        self._timer.stop()
        return False

    def scenes(self) -> Iterator[Callable[[], bool]]:
        """The play."""
        from app.ui.main_window import QUEUE, RESULTS

        yield self._found
        window = self.window
        window.resize(*SIZE)
        window.bridge.notice.connect(lambda _severity, text: self.problems.append(text))
        yield lambda: window.bridge.ready
        self.shoot("welcome")
        yield lambda: window.bridge.last_engine.phase == "ready"
        for question in QUESTIONS:
            window.chat.send(question)
            yield self._answered
        yield self.pause(900)  # the context meter counts once it is quiet
        self.shoot("chat")
        window.go_to(QUEUE)
        window.sheet.ask([self.folder])
        yield window.sheet.add_button.isEnabled
        yield self.pause(300)
        self.shoot("drop")
        recipe = window.sheet.recipe
        recipe.setCurrentIndex(next(n for n in range(recipe.count()) if recipe.itemData(n).name == RECIPE))
        window.sheet.add_button.click()
        yield lambda: self._progress("done") >= 9
        window.notices.clear()
        yield self._counted
        self.shoot("queue")
        yield lambda: self._progress("total") > 0 and not self._progress("running") and not self._progress("ready")
        yield self.pause(1500)
        window.go_to(RESULTS)
        window.notices.clear()
        window.results.recipe.setCurrentIndex(1)
        yield lambda: window.results.model.columnCount() == 3
        yield self.pause(500)
        window.results.table.selectRow(2)
        yield self.pause(700)
        self.shoot("results")
        yield from self._other_pages()

    def _other_pages(self) -> Iterator[Callable[[], bool]]:
        from app.ui.main_window import CHAT, MODELS, RECIPES, SETTINGS

        window = self.window
        window.results.show_report()
        yield self.pause(700)
        self.shoot("report")
        window.go_to(RECIPES)
        window.recipes.items.setCurrentRow(1)
        yield self.pause(300)
        self.shoot("recipes")
        window.go_to(MODELS)
        yield lambda: window.models.items.count() > 0
        yield self.pause(500)
        self.shoot("models")
        window.go_to(SETTINGS)
        yield self.pause(300)
        self.shoot("settings")
        window.go_to(CHAT)
        window.quit()

    def shoot(self, name: str) -> None:
        """Take the window in light and in dark; in another language one picture is enough to see it."""
        from PySide6.QtCore import QCoreApplication

        from app.ui.theme import Theme

        if self.language != "en" and name != ABROAD:
            return
        for scheme in ("dark", "light") if self.language == "en" else ("light",):
            Theme.current().choose(scheme)
            for _ in range(5):
                QCoreApplication.processEvents()
            ending = scheme if self.language == "en" else self.language
            self.window.grab().save(str(TARGET / f"{name}-{ending}.png"))

    def _counted(self) -> bool:
        """Whether the folder's row says what the head says: it is counted less often."""
        words = [words.whole for _, words in self.window.queue.folders._words.values()]
        return any(f" {self._progress('done')} " in one for one in words)

    def pause(self, milliseconds: int) -> Callable[[], bool]:
        """Let the window settle: animations of the cursor, late layout."""
        return lambda: self._waited >= milliseconds

    def _found(self) -> bool:
        from PySide6.QtWidgets import QApplication

        from app.ui.main_window import MainWindow

        windows = [widget for widget in QApplication.topLevelWidgets() if isinstance(widget, MainWindow)]
        if windows:
            self.window = windows[0]
        return bool(windows)

    def _answered(self) -> bool:
        return not self.window.chat.busy

    def _progress(self, what: str) -> int:
        progress = self.window.bridge.last_progress
        return int(getattr(progress, what)) if progress is not None else 0


def main() -> int:
    """Make all pictures; returns 1 and says why when something went wrong on the way."""
    TARGET.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="nightdesk-pictures-") as name:
        home = Path(name)
        os.environ["NIGHTDESK_HOME"] = str(home / "home")
        folder = home / "Inbox"
        for part in FOLDERS:
            shutil.copytree(ROOT / "resources" / "samples" / part, folder / part)
        from app.core.settings import ChatSettings, Settings, WindowSettings
        from app.ui.application import make_application, run_window

        make_application()
        language = sys.argv[1] if len(sys.argv) > 1 else "en"
        director = Director(folder, language)
        settings = Settings(
            chat=ChatSettings(temperature=0.0, max_tokens=220), window=WindowSettings(language=language)
        )
        code = run_window(settings, home / "nightdesk.db")
    for problem in director.problems:
        print(problem, file=sys.stderr)
    return code or int(bool(director.problems))


if __name__ == "__main__":
    sys.exit(main())
