"""Starts the window: one instance, first paint before anything slow, a clean end."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtWidgets import QApplication

from app.core.paths import Paths, user_paths
from app.core.settings import Settings
from app.ui import desktop, long_lived
from app.ui.bridge import Bridge
from app.ui.core_thread import CoreThread
from app.ui.icons import app_icon
from app.ui.language import use_language
from app.ui.main_window import MainWindow
from app.ui.signals import TerminationSignals
from app.ui.single_instance import SingleInstance
from app.ui.theme import Theme
from app.ui.window_state import WindowState

if TYPE_CHECKING:
    from app.core.service import Service

_STOP_S = 30.0
_PATIENCE_S = 20.0  # for one that is just quitting: its core may be finishing a step
_SMOKE_MS = 60_000


def run_window(
    settings: Settings,
    database: Path,
    *,
    paths: Paths | None = None,
    open_paths: Sequence[Path] = (),
    smoke: bool = False,
    hidden: bool = False,
) -> int:
    """Open the window on ``database`` and stay until it is quit; returns the exit code.

    ``open_paths`` are offered for queueing, as if dropped. With ``smoke`` it leaves after the first paint; with
    ``hidden`` it starts in the tray, and leaves a Nightdesk that is there already in peace.
    """
    application = make_application()
    instance = SingleInstance(database, application)
    owner = instance.claim() if hidden else instance.settle(_given(open_paths), _PATIENCE_S)
    if not owner:
        return _not_ours(database) if owner is None else 0
    folders = paths or user_paths()
    use_language(application, settings.window.language)
    Theme.current().choose(settings.window.theme)
    core = CoreThread(lambda: _service(settings, database, folders))
    bridge = Bridge(core, application)
    window = MainWindow(bridge, WindowState(folders.config / "window.ini"), close_to_tray=settings.window.close_to_tray)
    instance.called.connect(window.come_forward)
    window.presence.leaving.connect(instance.stop_answering)
    application.on_quit = window.ask_quit
    application.commitDataRequest.connect(lambda _manager: window.quit(), Qt.ConnectionType.DirectConnection)
    ending = TerminationSignals(window.quit, application)
    window.finished.connect(lambda: application.exit(0))
    bridge.core_ready.connect(long_lived.freeze)
    if open_paths:
        window.presence.take(list(open_paths))
    if smoke:
        _leave_after_start(bridge, window)
    _appear(application, bridge, window, hidden=hidden)
    code = application.exec()
    application.on_quit = None
    ending.restore()
    stopped = core.join(_STOP_S)
    instance.release()
    return code if stopped else 1


def _appear(application: Application, bridge: Bridge, window: MainWindow, *, hidden: bool) -> None:
    """Show the window and start the core behind its first paint; one that stays hidden paints nothing."""
    if desktop.is_mac():
        application.applicationStateChanged.connect(window.presence.application_changed)
    if hidden:
        window.presence.start_hidden()
        QTimer.singleShot(0, bridge, bridge.start)
    else:
        window.painted.connect(bridge.start)
        window.show()


def _given(paths: Sequence[Path]) -> list[str]:
    return [str(path.absolute()) for path in paths]


def make_application() -> Application:
    """Return the one application, made as we want it."""
    existing = QApplication.instance()
    if isinstance(existing, Application):
        return existing
    application = Application(sys.argv[:1])
    application.setApplicationName("nightdesk")
    application.setApplicationDisplayName("Nightdesk")
    application.setDesktopFileName("nightdesk")
    application.setQuitOnLastWindowClosed(False)
    application.setWindowIcon(app_icon())
    return application


def _service(settings: Settings, database: Path, paths: Paths) -> Service:
    # Imported on the core's thread: the window is on the screen before the core's modules are read.
    from app.core.service import Service

    return Service(settings, database, paths=paths)


def _not_ours(database: Path) -> int:
    print(f"Another Nightdesk uses {database} and does not answer; end it first.", file=sys.stderr)
    return 1


def _leave_after_start(bridge: Bridge, window: MainWindow) -> None:
    failed: list[str] = []

    def fail(sentence: str) -> None:
        failed.append(sentence)
        print(sentence, file=sys.stderr)
        window.quit()

    bridge.core_ready.connect(window.quit)
    bridge.core_failed.connect(fail)
    window.finished.disconnect()
    window.finished.connect(lambda: QApplication.exit(1 if failed else 0))
    QTimer.singleShot(_SMOKE_MS, window, lambda: fail("The core did not start within a minute."))


class Application(QApplication):
    """Turns the system's quit (Cmd+Q, the dock) into a wish, so that the core is stopped first."""

    on_quit: Callable[[], object] | None = None

    def event(self, event: QEvent) -> bool:
        """Hold a quit back while there is somebody to ask. Only the application's own events come here."""
        if event.type() == QEvent.Type.Quit and self.on_quit is not None:
            self.on_quit()
            return True
        return super().event(event)
