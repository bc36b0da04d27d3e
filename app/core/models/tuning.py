"""Finds a model's fastest settings while nothing is to do, and lets go at once when somebody comes."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import subprocess
from asyncio.subprocess import Process
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import psutil

from app.core.models.idle import idle_for
from engines.launch import ENGINE_TUNER, command_for

log = logging.getLogger(__name__)

TUNE_AFTER_S = 120.0
LOOK_EVERY_S = 0.5
LATER_S = 600.0
"""The wait after a try that memory or another program kept from measuring; after each further one it is longer."""

LATEST_S = 86_400.0

BUSY_PERCENT = 30.0
"""Other programs' share of the processor above which nothing true can be measured."""


class IdleTuner:
    """Tunes one GGUF model, once, in a process of its own. ``idle_s``: seconds without work, None: cannot be said.

    ``options`` of the engine are those that the person has set, as the server gets them.
    """

    def __init__(
        self, model: Path, idle_s: Callable[[], float | None], options: Mapping[str, Any] | None = None
    ) -> None:
        self._model = model
        self._idle_s = idle_s
        self._options = dict(options or {})
        self._after_s = TUNE_AFTER_S
        self._process: Process | None = None
        self._interruptions = 0

    async def run(self) -> list[str]:
        """Wait for idle times until the model is tuned; what was found, in sentences. Empty: there was nothing to do.

        Cancelling ends the measuring; what was measured is not measured again.
        """
        later_s = LATER_S
        while not await asyncio.to_thread(is_settled, self._model):
            await idle_for(self._after_s, self._idle_s)
            if not await asyncio.to_thread(machine_is_free):
                await wait_s(LATER_S)
                continue
            said, gave_up = await self._attempt()
            if said is not None:
                return said
            if gave_up:
                await wait_s(later_s)
                later_s = min(2 * later_s, LATEST_S)
        return []

    def interrupt(self) -> None:
        """Somebody has come: the processor is theirs from this moment on."""
        self._interruptions += 1
        process = self._process
        if process is not None and process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()

    async def _attempt(self) -> tuple[list[str] | None, bool]:
        """What was found, None when it did not come to an end; and whether that was the tuner's own doing."""
        command = [*command_for(ENGINE_TUNER), "--model", str(self._model), "--options", json.dumps(self._options)]
        pipe, before = subprocess.PIPE, self._interruptions
        process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, stderr=pipe)
        assert process.stdout is not None
        assert process.stderr is not None
        self._process = process
        if self._interruptions != before:  # while the process was being started
            self.interrupt()
        watching = asyncio.create_task(self._watch(), name="tuning-watch")
        try:
            # not ``communicate``, which may close the standard input by whose end the tuner sees ours
            out, err = await asyncio.gather(process.stdout.read(), process.stderr.read())
            await process.wait()
        finally:
            watching.cancel()
            self.interrupt()
            self._process = None
            await process.wait()
        if process.returncode:
            log.info("tuning ended with %s: %s", process.returncode, err.decode("utf-8", "replace").strip())
        return (explanation_in(out) if process.returncode == 0 else None), (process.returncode or 0) > 0

    async def _watch(self) -> None:
        """Others than the chat and the queue of this process may ask the engine too: its own idle time tells."""
        while (self._idle_s() or 0.0) >= self._after_s:  # noqa: ASYNC110 - the engine tells by its health alone
            await asyncio.sleep(LOOK_EVERY_S)
        self.interrupt()


async def wait_s(seconds: float) -> None:
    """Let so many seconds pass."""
    await asyncio.sleep(seconds)


def is_settled(model: Path) -> bool:
    """Whether there is nothing to find out: the model is tuned already, or has no settings to be tuned."""
    if not model.is_file():
        return True
    from engines.tuning.record import record_path

    return record_path(model).exists()


def machine_is_free() -> bool:
    """Whether it is plugged in, and hardly anything else runs; takes a second."""
    battery = psutil.sensors_battery() if hasattr(psutil, "sensors_battery") else None
    plugged = battery is None or battery.power_plugged is not False
    return plugged and psutil.cpu_percent(interval=1.0) < BUSY_PERCENT


def explanation_in(output: bytes) -> list[str]:
    """The sentences of the tuner's last line."""
    lines = output.decode("utf-8", "replace").splitlines()
    try:
        said = json.loads(lines[-1])["explanation"]
    except (ValueError, LookupError, TypeError):
        return []
    return [str(sentence) for sentence in said]
