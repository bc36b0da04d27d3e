"""Where the window is: in front, in the tray, minimised, or leaving. Closing and quitting lose nothing on the way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QWidget

from app.ui.bridge import Bridge
from app.ui.closing import Closing, Outcome, unfinished_now
from app.ui.desktop import key_name
from app.ui.notices import NoticeBar
from app.ui.tray import Tray
from app.ui.window_state import WindowState

_LOOK_MS = 3_000
_LOOKS = 20  # for a minute: at login the panel with the tray may come up after us


class Presence(QObject):
    """Shows, hides and ends ``window``. The signals say what its other parts have to do."""

    tray_found = Signal(object)
    handed = Signal(list)  # paths that a later start was given, once the core can take them
    leaving = Signal()  # the window goes now, the core right after it
    finished = Signal()

    def __init__(
        self, window: QWidget, bridge: Bridge, state: WindowState, notices: NoticeBar, *, close_to_tray: bool
    ) -> None:
        super().__init__(window)
        self._window = window
        self._bridge = bridge
        self._state = state
        self._notices = notices
        self._was_active = False
        self._began_hidden = False
        self._looks = 0
        self.close_to_tray = close_to_tray
        self.tray: Tray | None = None
        self.closing = Closing(
            tray=lambda: self.tray is not None,
            to_tray=lambda: self.close_to_tray,
            progress=lambda: bridge.last_progress,
        )
        self._look_timer = QTimer(self)
        self._look_timer.setInterval(_LOOK_MS)
        self._look_timer.timeout.connect(self.look_for_tray)
        if state.geometry is not None:
            window.restoreGeometry(state.geometry)

    def look_for_tray(self) -> None:
        """Take the tray where there is one by now; else look again every few seconds for a minute."""
        if self.tray is not None or self.closing.quitting:
            self._look_timer.stop()
        elif Tray.available():
            self._look_timer.stop()
            self._take(Tray(self))
        elif self._looks < _LOOKS:
            self._looks += 1
            self._look_timer.start()
        else:
            self._look_timer.stop()

    def start_hidden(self) -> None:
        """Begin in the tray; where there is none (yet), minimised."""
        self._began_hidden = True
        if self.tray is None:
            self._window.showMinimized()

    def come_forward(self, paths: Sequence[str] = ()) -> None:
        """Show the window, and take what a second start was given. A window that is leaving stays away."""
        if self.closing.quitting:
            return
        self._began_hidden = False
        window = self._window
        window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
        window.show()
        window.raise_()
        window.activateWindow()
        if paths:
            self.take([Path(path) for path in paths])

    def take(self, paths: list[Path]) -> None:
        """Offer ``paths`` for queueing, as soon as there is somebody to queue them."""
        if self._bridge.ready:
            self.handed.emit(paths)
        else:
            self._bridge.core_ready.connect(lambda: self.handed.emit(paths), Qt.ConnectionType.SingleShotConnection)

    def application_changed(self, state: Qt.ApplicationState) -> None:
        """For macOS: a click on the Dock icon says "active" even when we are. The first one is the start itself."""
        if state != Qt.ApplicationState.ApplicationActive:
            return
        if self._was_active and not self._window.isVisible():
            self.come_forward()
        self._was_active = True

    def close(self, event: QCloseEvent) -> None:
        """Hide in the tray, ask, or quit. Qt's own quit sends close events too: ``closing.quitting`` lets them pass."""
        if self.closing.quitting:
            event.accept()
            return
        event.ignore()
        self.look_for_tray()
        if self.closing.on_close() is Outcome.HIDE:
            self.hide_in_tray()
        else:
            self.ask_quit()

    def ask_quit(self) -> None:
        """Quit, after a question in the window while documents are being worked on."""
        if self.closing.on_quit() is Outcome.ASK:
            self._ask()
        elif self._bridge.ready and not self.closing.quitting:
            # What was told last may be a second old, and a folder has been dropped since.
            self._bridge.ask(unfinished_now, self._quit_unless_working, lambda _problem: self.quit(), owner=self)
        else:
            self.quit()

    def quit(self) -> None:
        """Leave the screen, stop the core cleanly, then end. Nothing that was queued is lost."""
        if self.closing.quitting:
            return
        self.closing.quitting = True
        self._look_timer.stop()
        self.leaving.emit()
        self._state.geometry = self._window.saveGeometry()
        if self.tray is not None:
            self.tray.hide()
        self._window.hide()
        self._bridge.core_stopped.connect(self.finished)
        self._bridge.stop()

    def hide_in_tray(self) -> None:
        """Leave the screen and go on working; the first time say where the window has gone."""
        self._state.geometry = self._window.saveGeometry()
        self._window.hide()
        if self.tray is not None and self._state.once("close_to_tray"):
            words = self.tr("The queue keeps working. Quit from the tray icon's menu or with {key}.")
            self.tray.say(self.tr("Nightdesk goes on in the tray"), words.format(key=key_name("Ctrl+Q")))

    def _take(self, tray: Tray) -> None:
        self.tray = tray
        tray.open_asked.connect(self.come_forward)
        tray.quit_asked.connect(self.ask_quit)
        self.tray_found.emit(tray)
        if self._bridge.last_progress is not None:
            tray.show_progress(self._bridge.last_progress)
        tray.show()
        if self._began_hidden and self._window.isMinimized():
            self._window.hide()

    def _quit_unless_working(self, unfinished: int) -> None:
        if unfinished:
            self._ask(unfinished)
        else:
            self.quit()

    def _ask(self, unfinished: int | None = None) -> None:
        self.come_forward()
        actions: list[tuple[str, Callable[[], object]]] = [(self.tr("Stop and quit"), self.quit)]
        if self.tray is not None:
            actions.insert(0, (self.tr("Finish in the background"), self.hide_in_tray))
        notice = self._notices.show_notice("warning", self.closing.question(unfinished), actions=actions)
        notice.action_buttons[0].setFocus()  # whoever asked to quit by keyboard answers by keyboard
