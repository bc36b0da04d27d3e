"""What the core tells its listeners, and the bus that carries it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.core.settings import Settings

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Event:
    """Base of everything published on the bus."""


@dataclass(frozen=True, slots=True)
class EngineChanged(Event):
    """The engine's phase: ``stopped``, ``loading``, ``ready``, ``restarting`` or ``failed``, with a sentence."""

    phase: str
    detail: str
    model: str = ""
    restarts: int = 0


@dataclass(frozen=True, slots=True)
class AnswerStarted(Event):
    """The first token of an answer arrived, ``ttft_s`` seconds after the question was sent."""

    conversation_id: int
    message_id: int
    ttft_s: float


@dataclass(frozen=True, slots=True)
class AnswerDelta(Event):
    """Text to append to an answer that is being streamed."""

    conversation_id: int
    message_id: int
    text: str


@dataclass(frozen=True, slots=True)
class AnswerThought(Event):
    """Text to append to what the model thinks before it answers."""

    conversation_id: int
    message_id: int
    text: str


@dataclass(frozen=True, slots=True)
class AnswerFinished(Event):
    """An answer ended: ``done``, ``stopped`` or ``failed`` (then ``error`` says why)."""

    conversation_id: int
    message_id: int
    state: str
    error: str | None = None


@dataclass(frozen=True, slots=True)
class ConversationsChanged(Event):
    """The list of conversations is out of date: one was added, renamed, pinned or deleted."""


@dataclass(frozen=True, slots=True)
class JobsChanged(Event):
    """These jobs changed state. An empty tuple means: too many to name, read the page again."""

    job_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ProgressChanged(Event):
    """The queue as a whole. Rates are over the last minute; ``eta_s`` is None while unknown."""

    total: int
    done: int
    failed: int
    running: int
    ready: int
    documents_per_hour: float
    tokens_per_s: float
    eta_s: float | None
    paused_reason: str | None


@dataclass(frozen=True, slots=True)
class ResultsChanged(Event):
    """Results were written; ``recipe_names`` tells which tables are out of date."""

    recipe_names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FoldersChanged(Event):
    """Watched folders were added, removed, or changed state."""


@dataclass(frozen=True, slots=True)
class RunFinished(Event):
    """A run ended; its report can be read under ``run_id``, and its ``figures`` are those of the report."""

    run_id: int
    summary: str
    figures: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class DownloadChanged(Event):
    """A model on its way, in bytes: ``running``, ``paused``, ``checking``, ``done``, ``failed`` or ``cancelled``.

    ``detail`` says why it failed.
    """

    number: int
    name: str
    state: str
    done: int
    total: int
    detail: str = ""


@dataclass(frozen=True, slots=True)
class SettingsChanged(Event):
    """Settings were changed, wherever; ``settings`` are those that hold now. An API key may be inside."""

    settings: Settings = field(repr=False)


@dataclass(frozen=True, slots=True)
class Notice(Event):
    """Something a person should see once, in one sentence. ``severity`` is ``info``, ``warning`` or ``error``."""

    severity: str
    text: str


Listener = Callable[[Event], None]


class EventBus:
    """Carries events from the core to listeners; each is called on the publisher's thread and must not block.

    A listener that raises is logged: its mistake costs neither the publisher nor the other listeners anything.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: tuple[Listener, ...] = ()

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call ``listener`` for each event from now on; the returned function ends that."""
        with self._lock:
            self._listeners = (*self._listeners, listener)
        return lambda: self._unsubscribe(listener)

    def _unsubscribe(self, listener: Listener) -> None:
        with self._lock:
            self._listeners = tuple(one for one in self._listeners if one is not listener)

    def publish(self, event: Event) -> None:
        """Hand ``event`` to every listener, in the order of their subscription."""
        for listener in self._listeners:
            try:
                listener(event)
            except Exception:
                log.exception("A listener failed at %s.", type(event).__name__)
