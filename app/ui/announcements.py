"""What the core tells, said where a person sees it: in a notice, on the rail, or from the tray."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.core import events
from app.ui.bridge import Bridge
from app.ui.notices import NoticeBar
from app.ui.rail import Rail
from app.ui.tray import Tray


class Announcements(QObject):
    """The tray speaks when ``window`` is out of sight. The signals say what a person chose in a notice."""

    report_asked = Signal()
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
        bridge.notice.connect(self._say)
        bridge.engine_changed.connect(self._engine_changed)
        bridge.core_failed.connect(self._core_failed)
        bridge.run_finished.connect(self._run_finished)
        bridge.progress_changed.connect(self._progress_changed)

    def _say(self, severity: str, text: str) -> None:
        self._notices.show_notice(severity, text)
        tray = self._tray()
        if severity == "error" and tray is not None and not self._window.isVisible():
            tray.say("Nightdesk", text)

    def _engine_changed(self, event: events.EngineChanged) -> None:
        self._rail.engine.show_state(event)
        if event.phase == "failed":
            again = (self.tr("Try again"), lambda: self._bridge.ask(lambda service: service.engine.load()))
            self._notices.show_notice("error", event.detail, actions=[again])

    def _core_failed(self, sentence: str) -> None:
        self._rail.engine.show_state(events.EngineChanged("failed", sentence))
        self._notices.show_notice("error", sentence, actions=[(self.tr("Quit"), self.quit_asked.emit)])

    def _progress_changed(self, progress: events.ProgressChanged) -> None:
        tray = self._tray()
        if tray is not None:
            tray.show_progress(progress)

    def _run_finished(self, event: events.RunFinished) -> None:
        read = (self.tr("Read the report"), self.report_asked.emit)
        self._notices.show_notice("info", event.summary, actions=[read], seconds=120)
        tray = self._tray()
        if tray is not None and not self._window.isActiveWindow():
            tray.say(self.tr("The queue is finished"), event.summary)
