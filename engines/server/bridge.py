"""From the engine's thread to the event loop: one wake-up for all that a step produced.

A step of sixteen rows emits sixteen deltas within microseconds. They are kept until the engine is about to compute
the next step, which needs no interpreter: woken before, the loop and the engine would fight for its lock.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress

from engines.request import Delta

Receiver = Callable[[Delta], None]


class Bridge:
    """Carries deltas in order; ``post`` and ``flush`` are called on the engine's thread, receivers run on the loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._waiting: deque[tuple[Receiver, Delta]] = deque()

    def post(self, receiver: Receiver, delta: Delta) -> None:
        """Keep ``delta`` for ``receiver`` until the next ``flush``."""
        self._waiting.append((receiver, delta))

    def flush(self) -> None:
        """Hand everything posted over to the loop. Lost only when the loop has closed: nobody listens then."""
        if self._waiting:
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._drain)

    def _drain(self) -> None:
        while self._waiting:
            receiver, delta = self._waiting.popleft()
            receiver(delta)


class Gathering:
    """Collects one answer on the engine's thread and wakes the loop only at its end."""

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge
        self._deltas: list[Delta] = []
        self._done: asyncio.Future[list[Delta]] = asyncio.get_running_loop().create_future()

    def emit(self, delta: Delta) -> None:
        """Called on the engine's thread."""
        self._deltas.append(delta)
        if delta.finish is not None:
            self._bridge.post(self._finish, delta)

    def _finish(self, _: Delta) -> None:
        if not self._done.done():
            self._done.set_result(self._deltas)

    async def answer(self) -> list[Delta]:
        """All deltas; the last one carries the finish."""
        return await self._done


class Streaming:
    """Hands on the deltas of several choices as they come, in bursts."""

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge
        self._burst: list[tuple[int, Delta]] = []
        self._news = asyncio.Event()
        self._listening = True

    def emitter(self, choice: int) -> Receiver:
        """What to give to ``Engine.submit`` for this choice; called on the engine's thread."""

        def receive(delta: Delta) -> None:
            self._burst.append((choice, delta))
            self._news.set()

        post = self._bridge.post
        return lambda delta: post(receive, delta)

    def hang_up(self) -> None:
        """Nobody reads any more: ``next`` gives None from now on."""
        self._listening = False
        self._news.set()

    async def next(self) -> list[tuple[int, Delta]] | None:
        """What has come since the last call, waiting for something to come; None after ``hang_up``."""
        await self._news.wait()
        if not self._listening:
            return None
        self._news.clear()
        burst, self._burst = self._burst, []
        return burst
