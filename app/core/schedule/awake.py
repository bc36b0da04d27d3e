"""Keeps the machine awake while the queue works, and only then."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from typing import Any

from wakepy import keep

log = logging.getLogger(__name__)

Mode = Callable[[], AbstractContextManager[Any]]


def _keep_running() -> AbstractContextManager[Any]:
    """Sleep is put off; the screen may go dark."""
    return keep.running(on_fail="pass")


class Awake:
    """Holds off sleep between ``hold`` and ``release``. Where the system refuses, a log line says so once."""

    def __init__(self, mode: Mode = _keep_running) -> None:
        self._mode = mode
        self._entered: AbstractContextManager[Any] | None = None
        self._refused = False
        self.held = False
        # a mode has to be left on the thread that entered it, and the system's answer may take a while
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="awake")

    async def set(self, wanted: bool) -> None:
        """Hold sleep off as far as the system lets us, or let it come."""
        if wanted != self.held:
            self.held = wanted
            await asyncio.get_running_loop().run_in_executor(self._thread, self._enter if wanted else self._leave)

    async def close(self) -> None:
        """Let sleep come and end the thread."""
        await self.set(False)
        self._thread.shutdown()

    def _enter(self) -> None:
        try:
            mode = self._mode()
            entered = mode.__enter__()
        except Exception as error:  # noqa: BLE001 - whatever a desktop answers, the night's work does not depend on it
            self._say(str(error))
            return
        self._entered = mode
        if not getattr(entered, "active", True):
            self._say("the system offers no way")

    def _leave(self) -> None:
        mode, self._entered = self._entered, None
        try:
            if mode is not None:
                mode.__exit__(None, None, None)
        except Exception as error:  # noqa: BLE001
            self._say(str(error))

    def _say(self, why: str) -> None:
        if not self._refused:
            self._refused = True
            log.warning("The machine cannot be kept awake: %s. It may fall asleep during a run.", why)
