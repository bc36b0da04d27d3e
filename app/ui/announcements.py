"""What the core tells, said where a person sees it: in a notice, on the rail, from the tray or at the task bar."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from app.core import events
from app.ui.bridge import Bridge
from app.ui.notices import Notice, NoticeBar
from app.ui.rail import Rail
from app.ui.tray import Tray


class Announcements(QObject):
    """Calls from the tray, or at the task bar, when nobody looks at ``window``. The signals say what a person chose."""

    report_asked = Signal(int)  # the run's id
    quit_asked = Signal()

    def __init__(
        self, bridge: Bridge, notices: NoticeBar, rail: Rail, tray: Callable[[], Tray | None], window: QWidget
    ) -> None:
        super().__init__(window)
        self._bridge = bridge
        self._notices = notices
        self._rail = rail
        self._tray = tray
        self._window = window
        self._report: Notice | None = None
        bridge.notice.connect(self._say)
        bridge.engine_changed.connect(self._engine_changed)
        bridge.core_failed.connect(self._core_failed)
        bridge.run_finished.connect(self._run_finished)
        bridge.progress_changed.connect(self._progress_changed)

    def report_read(self) -> None:
        """A report has been opened: its notice has done its work."""
        if self._report is not None and isValid(self._report):
            self._report.leave()
        self._report = None

    def _call(self, title: str, text: str, on_click: Callable[[], object] | None = None) -> None:
        """Tell somebody who is not looking: from the tray, else by the window's mark in the task bar."""
        if self._window.isActiveWindow() and not self._window.isMinimized():
            return
        tray = self._tray()
        if tray is not None:
            tray.say(title, text, on_click)
        else:
            QApplication.alert(self._window)

    def _say(self, severity: str, text: str) -> None:
        self._notices.show_notice(severity, text)
        if severity == "error":
            self._call("Nightdesk", text)

    def _engine_changed(self, event: events.EngineChanged) -> None:
        self._rail.engine.show_state(event)
        if event.phase == "failed":
            again = (self.tr("Try again"), lambda: self._bridge.ask(lambda service: service.engine.load()))
            self._notices.show_notice("error", event.detail, actions=[again])
            self._call("Nightdesk", event.detail)

    def _core_failed(self, sentence: str) -> None:
        self._rail.engine.show_state(events.EngineChanged("failed", sentence))
        self._notices.show_notice("error", sentence, actions=[(self.tr("Quit"), self.quit_asked.emit)])
        self._call("Nightdesk", sentence)

    def _progress_changed(self, progress: events.ProgressChanged) -> None:
        tray = self._tray()
        if tray is not None:
            tray.show_progress(progress)

    def _run_finished(self, event: events.RunFinished) -> None:
        """It may be 03:00: the notice waits for whoever comes in the morning. The newest run's takes its place."""
        read = partial(self.report_asked.emit, event.run_id)
        self.report_read()
        words = self.tr("Read the report")
        self._report = self._notices.show_notice("info", event.summary, actions=[(words, read)], kept=True)
        self._call(self.tr("The queue is finished"), event.summary, read)
