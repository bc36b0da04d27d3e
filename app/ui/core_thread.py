"""Runs the core on an event loop of its own, in one thread, from start to a clean stop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from app.core.service import Service

T = TypeVar("T")


class CoreThread:
    """One thread, one loop, one Service. Every method may be called from any thread and returns at once."""

    def __init__(self, make_service: Callable[[], Service]) -> None:
        self._make_service = make_service
        self._loop = asyncio.new_event_loop()
        self._ending = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="core", daemon=True)
        self._on_stopped: list[Callable[[], None]] = []
        self._lock = threading.Lock()
        self._takes_work = True
        self._ended = False
        self.service: Service | None = None

    def start(
        self, on_made: Callable[[Service], None], on_ready: Callable[[], None], on_failed: Callable[[Exception], None]
    ) -> None:
        """Start the thread. The callbacks run on it: service made, service started, or why it could not start."""
        self._callbacks = on_made, on_ready, on_failed
        self._thread.start()

    def submit(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Run ``work`` on the core's loop; the future is cancelled when the core has ended."""
        with self._lock:
            if self._takes_work and self._thread.is_alive():
                return asyncio.run_coroutine_threadsafe(work, self._loop)
        work.close()
        ended: Future[T] = Future()
        ended.cancel()
        return ended

    def stop(self, on_stopped: Callable[[], None]) -> None:
        """Stop the service and end the thread; ``on_stopped`` runs on the ending thread, or at once if it has ended."""
        with self._lock:
            waits = self._thread.is_alive() and not self._ended
            if waits:
                self._on_stopped.append(on_stopped)
        if not waits:
            on_stopped()
            return
        self._loop.call_soon_threadsafe(self._ending.set)

    def join(self, seconds: float) -> bool:
        """Wait for the thread, at the very end of the process or of a test; False when it is still running."""
        if self._thread.is_alive():
            self._thread.join(seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._live())
        finally:
            with self._lock:
                self._takes_work = False
            self._close_loop()
            with self._lock:
                self._ended = True
                waiting = list(self._on_stopped)
            for on_stopped in waiting:
                on_stopped()

    async def _live(self) -> None:
        on_made, on_ready, on_failed = self._callbacks
        try:
            self.service = self._make_service()
            on_made(self.service)
            await self.service.start()
            on_ready()
        except Exception as error:  # noqa: BLE001 - the window says why the core is not there, and stays open
            on_failed(error)
        await self._ending.wait()
        if self.service is not None:
            await self.service.stop()

    def _close_loop(self) -> None:
        self._loop.run_until_complete(asyncio.sleep(0))  # what was submitted last becomes a task, to be cancelled
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        if tasks:
            self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()
