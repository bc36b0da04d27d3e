"""What other threads ask of the engine thread. It looks between two steps; a chat may break the step off before."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable

from engines.answer import Answer
from engines.backends.base import Stop
from engines.brake import Brake
from engines.errors import ENGINE_STOPPING, EngineBusy, EngineGone, RequestError
from engines.plan import Plan
from engines.statistics import CLASSES


class Inbox:
    """Arrivals and cancellations, safe to use from any thread. ``limit`` requests may be in the engine at once.

    ``interruptible`` steps of documents are broken off for a chat.
    """

    def __init__(self, limit: int, clock: Callable[[], float], *, interruptible: bool) -> None:
        self._limit = limit
        self._interruptible = interruptible
        self._clock = clock
        self._changed = threading.Condition()
        self._arrived: list[Answer] = []
        self._cancelled: list[str] = []
        self._known: set[str] = set()
        self._closed = False
        self._brake = Brake()

    def put(self, answer: Answer) -> None:
        """Takes a request in. Raises ``EngineGone``, ``RequestError`` or ``EngineBusy`` when it cannot be."""
        name = answer.request.id
        with self._changed:
            if self._closed:
                raise EngineGone("The engine has been closed.", ENGINE_STOPPING)
            if name in self._known:
                raise RequestError(f"A request with the id {name} is running already.", "duplicate_id")
            if len(self._known) >= self._limit:
                raise EngineBusy(f"{len(self._known)} requests are waiting already; try again later.")
            self._known.add(name)
            self._arrived.append(answer)
            self._changed.notify()
            if answer.generation.chat:
                self._brake.pull(self._clock())

    def cancel(self, request_id: str) -> None:
        """Asks for the end of a request."""
        with self._changed:
            self._cancelled.append(request_id)
            self._changed.notify()

    def close(self) -> bool:
        """Lets nothing in any more; False when that was so already."""
        with self._changed:
            first, self._closed = not self._closed, True
            self._changed.notify()
            self._brake.pull(self._clock())
            return first

    def wait(self, *, busy: bool) -> bool:
        """Waits until there is something to do, which there is at once when ``busy``; False once closed."""
        with self._changed:
            while not (busy or self._closed or self._arrived or self._cancelled):
                self._changed.wait()
            return not self._closed

    def take(self) -> tuple[list[Answer], list[str]]:
        """The requests, and the ids to cancel, that have come since the last time."""
        with self._changed:
            arrived, self._arrived = self._arrived, []
            cancelled, self._cancelled = self._cancelled, []
        return arrived, cancelled

    def forget(self, request_id: str) -> None:
        """The request has ended: another may come in its place."""
        with self._changed:
            self._known.discard(request_id)

    def arrived(self) -> Counter[str]:
        """How many requests of each class have come and not been taken."""
        with self._changed:
            return Counter(CLASSES[answer.request.priority] for answer in self._arrived)

    def begin(self, plan: Plan, seconds: float) -> Stop | None:
        """What stops the step of ``plan``, which will take ``seconds``; None when it makes way before it begins.

        A step that only reads documents can be done later: it makes way for a chat and for the end.
        """
        stop = Stop()
        with self._changed:
            if plan.reads_documents:
                if self._closed or any(answer.generation.chat for answer in self._arrived):
                    return None
                if self._interruptible:
                    self._brake.arm(stop, self._clock() + seconds)
        return stop

    def end(self) -> None:
        """The step that began has ended, in whatever way."""
        with self._changed:
            self._brake.disarm()
