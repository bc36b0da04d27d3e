"""What the window's tests share: no thread left behind, and waiting for the core by signal."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.core.paths import Paths
from app.core.service import Parts, Service
from app.core.settings import ChatSettings, ModelSettings, Settings
from app.ui.bridge import Bridge
from app.ui.core_thread import CoreThread
from app.ui.language import use_language
from app.ui.main_window import MainWindow
from app.ui.theme import Theme
from app.ui.window_state import WindowState
from tests.ui.guard import Guard, watching

SESSION = ("engine-server",)  # started by the first test that needs it, ended with the session


PATIENCE_MS = 200_000  # how long a test waits for what must happen; nothing waits for it when all is well


class PatientBot(QtBot):
    """pytest-qt's, which no busy machine makes give up: a test may name a longer time than its own, never a shorter."""

    def waitUntil(self, callback: Callable[[], bool | None], *, timeout: int = 0) -> None:
        super().waitUntil(callback, timeout=max(timeout, PATIENCE_MS))

    def waitSignal(self, signal: Any, *, timeout: int = 0, **more: Any) -> Any:
        return super().waitSignal(signal, timeout=max(timeout, PATIENCE_MS), **more)

    def waitExposed(self, widget: QWidget, *, timeout: int = 0) -> Any:
        return super().waitExposed(widget, timeout=max(timeout, PATIENCE_MS))

    def waitActive(self, widget: QWidget, *, timeout: int = 0) -> Any:
        return super().waitActive(widget, timeout=max(timeout, PATIENCE_MS))


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> PatientBot:
    """What drives the window, in place of pytest-qt's own."""
    return PatientBot(request)


@pytest.fixture(autouse=True)
def _no_thread_left_behind() -> Iterator[None]:
    """Fail a test that leaves a thread of ours running."""
    before = set(threading.enumerate())
    yield
    session = any(thread.name in SESSION for thread in threading.enumerate())
    left = [
        thread
        for thread in set(threading.enumerate()) - before
        if thread.is_alive()
        and not thread.daemon
        and thread.name not in SESSION
        and not (session and thread.name.startswith("asyncio_"))  # its loop waits in one; the core ends its own
    ]
    core = [thread for thread in threading.enumerate() if thread.name == "core" and thread not in before]
    assert not left + core, f"threads left behind: {left + core}"


@pytest.fixture(scope="session")
def gui_guard() -> Iterator[Guard]:
    """What watches the GUI thread in every test here; see guard.py."""
    with watching() as guard:
        yield guard


@pytest.fixture(autouse=True)
def _the_gui_thread_is_free(gui_guard: Guard, qapp: QApplication) -> Iterator[None]:
    """Fail a test in which the GUI thread touched a file or a database, waited, or computed for long."""
    gui_guard.problems.clear()
    gui_guard.armed = True
    yield
    gui_guard.armed = False
    assert not gui_guard.problems, "\n".join(gui_guard.problems)


@pytest.fixture(scope="session", autouse=True)
def _english(qapp: QApplication) -> None:
    """The window speaks English here, whatever the machine speaks."""
    use_language(qapp, "en")


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    """The application's theme, back to following the system afterwards."""
    chosen = Theme.current()
    yield chosen
    chosen.choose("system")


class Opened:
    """A window on the real core; ``leave`` quits it as a person would and waits until the core has stopped."""

    def __init__(self, qtbot: QtBot, folder: Path, settings: Settings, *, engine: bool, watcher: bool = False) -> None:
        self._qtbot = qtbot
        paths = Paths(**{field.name: folder / field.name for field in fields(Paths)})
        parts = Parts(engine=engine, queue=True, watcher=engine or watcher)
        database = folder / "window.db"
        self.core = CoreThread(lambda: Service(settings, database, paths=paths, parts=parts))
        self.bridge = Bridge(self.core)
        self.window = MainWindow(self.bridge, WindowState(folder / "window.ini"))
        # quit before pytest-qt closes and deletes the window: closing one that works only asks
        qtbot.addWidget(self.window, before_close_func=lambda _window: self.leave())
        with qtbot.waitSignal(self.bridge.core_ready):
            self.window.show()
            self.bridge.start()

    def leave(self) -> None:
        if not self.window.closing.quitting:
            with self._qtbot.waitSignal(self.window.finished):
                self.window.quit()
        assert self.core.join(PATIENCE_MS / 1000)
        self.bridge.drain()


@pytest.fixture
def opened(qtbot: QtBot, tmp_path: Path) -> Iterator[Opened]:
    """The window on an empty database. No engine is loaded: what is queued stays where it is."""
    one = Opened(qtbot, tmp_path, Settings(), engine=False)
    yield one
    one.leave()


@pytest.fixture
def chatting(qtbot: QtBot, tmp_path: Path, engine_server: Any) -> Iterator[Opened]:
    """The window on an empty database, with the session's real engine giving short answers."""
    yield from _with_engine(qtbot, tmp_path, engine_server, max_tokens=40)


@pytest.fixture
def talking(qtbot: QtBot, tmp_path: Path, engine_server: Any) -> Iterator[Opened]:
    """The same with answers that do not end by themselves before a test has seen enough of them."""
    yield from _with_engine(qtbot, tmp_path, engine_server, max_tokens=1_500)


def _with_engine(qtbot: QtBot, folder: Path, engine: Any, *, max_tokens: int) -> Iterator[Opened]:
    model = ModelSettings(base_url=engine.base_url, api_key=engine.api_key)
    # greedy and without a penalty the small model goes in circles: answers as long as max_tokens allows, every time
    chat = ChatSettings(max_tokens=max_tokens, temperature=0.0, repetition_penalty=1.0)
    settings = replace(Settings(), model=model, chat=chat)
    one = Opened(qtbot, folder, settings, engine=True)
    qtbot.waitUntil(lambda: one.bridge.last_engine.phase == "ready")
    yield one
    one.leave()
