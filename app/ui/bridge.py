"""The only door between the core and the window: events and replies come in every 33 ms, requests go out."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from concurrent.futures import CancelledError, Future
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QCoreApplication, QObject, Qt, QTimer, Signal
from shiboken6 import isValid

from app.core import events
from app.core.errors import NightdeskError
from app.ui.core_thread import CoreThread
from app.ui.mailbox import Item, Mailbox
from app.ui.report_words import run_summary
from app.ui.spoken import said
from engines.errors import EngineError

if TYPE_CHECKING:
    from app.core.service import Service

DRAIN_MS = 33
T = TypeVar("T")


class Bridge(QObject):
    """Turns the core's events into signals on the GUI thread. Idle, it costs nothing: no timer runs."""

    core_ready = Signal()
    core_failed = Signal(str)
    core_stopped = Signal()
    engine_changed = Signal(object)
    answer_started = Signal(object)
    answer_delta = Signal(object)
    answer_thought = Signal(object)
    answer_finished = Signal(object)
    conversations_changed = Signal()
    jobs_changed = Signal(object)
    progress_changed = Signal(object)
    results_changed = Signal(object)
    folders_changed = Signal()
    run_finished = Signal(object)
    download_changed = Signal(object)
    settings_changed = Signal(object)
    notice = Signal(str, str)
    _woken = Signal(bool)

    def __init__(self, core: CoreThread, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._core = core
        self._mailbox = Mailbox(self._woken.emit)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.drain)
        self._woken.connect(self._schedule, Qt.ConnectionType.QueuedConnection)
        self._signals = self._by_event()
        self.ready = False
        self._problem = ""
        self.last_progress: events.ProgressChanged | None = None
        self.last_engine = events.EngineChanged("stopped", "")

    @property
    def service(self) -> Service:
        """The core, for building requests passed to ``ask``; only to be touched inside them."""
        assert self._core.service is not None, "asked before the core was made"
        return self._core.service

    def start(self) -> None:
        """Start the core in its thread; ``core_ready`` or ``core_failed`` follows."""
        self._core.start(
            on_made=lambda service: self._listen(service),
            on_ready=lambda: self._mailbox.put(self._became_ready),
            on_failed=lambda error: self._mailbox.put(lambda: self._could_not_start(sentence(error))),
        )

    def stop(self) -> None:
        """Stop the core; ``core_stopped`` follows once its thread is about to end."""
        self._core.stop(lambda: self._mailbox.put(self.core_stopped.emit))

    def ask(
        self,
        request: Callable[[Service], Coroutine[Any, Any, T]],
        on_done: Callable[[T], object] | None = None,
        on_error: Callable[[str], object] | None = None,
        owner: QObject | None = None,
    ) -> None:
        """Run ``request(service)`` on the core; its outcome is delivered on the GUI thread.

        Without ``on_error`` a failure becomes a notice. Nothing is delivered once ``owner`` has been deleted.
        """
        if not self.ready:
            self._fail(owner, on_error, self._why_not_ready())
            return
        future = self._core.submit(request(self.service))
        future.add_done_callback(lambda done: self._mailbox.put(partial(self._deliver, done, on_done, on_error, owner)))

    def post(self, act: Callable[[], None]) -> None:
        """Have ``act`` run on the GUI thread soon; for requests that tell something on their way."""
        self._mailbox.put(act)

    def drain(self) -> None:
        """Hand on everything that has arrived; called by the timer, and by tests that do not want to wait."""
        self._timer.stop()
        items = self._mailbox.take()
        handed = 0
        try:
            for item in items:
                handed += 1
                self._hand_on(item)
        finally:
            self._mailbox.put_back(items[handed:])  # a mistake in one listener costs the others nothing

    def _hand_on(self, item: Item) -> None:
        if isinstance(item, events.Event):
            self._emit(in_our_words(item))  # from here on every sentence is in the window's language
        else:
            item()

    def _became_ready(self) -> None:
        self.ready = True
        self.core_ready.emit()

    def _could_not_start(self, problem: str) -> None:
        self._problem = problem
        self.core_failed.emit(problem)

    def _why_not_ready(self) -> str:
        if self._problem:
            return self.tr("Nightdesk could not start. {problem}").format(problem=self._problem)
        return self.tr("Nightdesk is still starting; try again in a moment.")

    def _listen(self, service: Service) -> None:
        service.events.subscribe(self._mailbox.put)

    def _schedule(self, urgent: bool) -> None:
        if urgent:
            self._timer.start(0)
        elif not self._timer.isActive():
            self._timer.start(DRAIN_MS)

    def _deliver(
        self,
        done: Future[Any],
        on_done: Callable[[Any], object] | None,
        on_error: Callable[[str], object] | None,
        owner: QObject | None,
    ) -> None:
        if owner is not None and not isValid(owner):
            return
        try:
            outcome = done.result(timeout=0)
        except CancelledError:
            return  # the core is stopping; nobody waits for this any more
        except Exception as error:  # noqa: BLE001 - whatever went wrong in the core is shown, never raised into Qt
            self._fail(owner, on_error, sentence(error))
            return
        if on_done is not None:
            on_done(outcome)

    def _fail(self, owner: QObject | None, on_error: Callable[[str], object] | None, text: str) -> None:
        if on_error is not None:
            on_error(text)
        else:
            self.notice.emit("error", text)

    def _emit(self, event: events.Event) -> None:
        if isinstance(event, events.ProgressChanged):
            self.last_progress = event
        elif isinstance(event, events.EngineChanged):
            self.last_engine = event
        signal = self._signals.get(type(event))
        if signal is not None:
            signal(event)

    def _by_event(self) -> dict[type[events.Event], Callable[[Any], None]]:
        return {
            events.EngineChanged: self.engine_changed.emit,
            events.AnswerStarted: self.answer_started.emit,
            events.AnswerDelta: self.answer_delta.emit,
            events.AnswerThought: self.answer_thought.emit,
            events.AnswerFinished: self.answer_finished.emit,
            events.ConversationsChanged: lambda _event: self.conversations_changed.emit(),
            events.JobsChanged: self.jobs_changed.emit,
            events.ProgressChanged: self.progress_changed.emit,
            events.ResultsChanged: self.results_changed.emit,
            events.FoldersChanged: lambda _event: self.folders_changed.emit(),
            events.RunFinished: self.run_finished.emit,
            events.DownloadChanged: self.download_changed.emit,
            events.SettingsChanged: self.settings_changed.emit,
            events.Notice: lambda event: self.notice.emit(event.severity, event.text),
        }


def sentence(error: BaseException) -> str:
    """Return what to tell a person about ``error``: its own sentence, or one that names the unexpected."""
    if isinstance(error, NightdeskError | EngineError) and str(error):
        return said(str(error))
    return QCoreApplication.translate(
        "Bridge", "Something unexpected went wrong ({kind}: {text}). Please report it."
    ).format(kind=type(error).__name__, text=error)


def in_our_words(event: events.Event) -> events.Event:
    """Return ``event`` with the core's sentences in the window's language."""
    if isinstance(event, events.EngineChanged):
        return replace(event, detail=said(event.detail))
    if isinstance(event, events.ProgressChanged) and event.paused_reason:
        return replace(event, paused_reason=said(event.paused_reason))
    if isinstance(event, events.AnswerFinished) and event.error:
        return replace(event, error=said(event.error))
    if isinstance(event, events.RunFinished) and event.figures:
        return replace(event, summary=run_summary(event.figures))
    if isinstance(event, events.Notice):
        return replace(event, text=said(event.text))
    return event
