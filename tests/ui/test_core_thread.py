"""The core's thread: whoever asks while it ends gets an end, not silence."""

from __future__ import annotations

import asyncio
import gc
import threading
from concurrent.futures import Future
from typing import Any

from app.ui.core_thread import CoreThread


class Core:
    """Stands where the service does: it starts and stops at once."""

    async def start(self) -> None:
        await asyncio.sleep(0)

    async def stop(self) -> None:
        await asyncio.sleep(0)


def test_work_that_is_submitted_while_the_core_ends_is_done_or_cancelled() -> None:
    for _ in range(20):
        core = CoreThread(Core)  # type: ignore[arg-type]
        ready = threading.Event()
        core.start(lambda _service: None, ready.set, lambda error: None)
        assert ready.wait(200)
        futures: list[Future[Any]] = []
        core.stop(lambda: None)
        while not futures or not futures[-1].cancelled():
            futures.append(core.submit(asyncio.sleep(0)))
        assert core.join(200)
        assert all(future.done() for future in futures)
        gc.collect()  # a coroutine that nobody awaited would tell of itself now, and fail the test
