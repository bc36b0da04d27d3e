"""One life of the engine process: from its start to its end, with a watchdog beside it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import signal
import subprocess
import sys
import time
from asyncio import StreamReader
from asyncio.subprocess import Process
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engines.client import EngineClient, Health
from engines.errors import EngineError
from engines.exits import API_KEY_VARIABLE, PERMANENT
from engines.launch import ENGINE_SERVER, command_for
from engines.spec import EngineSpec
from engines.watchdog import Pulse

log = logging.getLogger(__name__)

KEPT_LINES = 40
LONGEST_LINE = 1 << 20


@dataclass(frozen=True, slots=True)
class Ending:
    """How a life ended. ``permanent``: starting again cannot help."""

    sentence: str
    permanent: bool
    ready_s: float


class EngineLife:
    """Runs the process once. ``client`` is set by the owner once the port is known."""

    def __init__(self, spec: EngineSpec, on_line: Callable[[dict[str, Any]], None]) -> None:
        self.client: EngineClient | None = None
        self._spec = spec
        self._on_line = on_line
        self._errors: deque[str] = deque(maxlen=KEPT_LINES)
        self._ready_at: float | None = None
        self._verdict: str | None = None
        self._pulse = Pulse(spec.patience, time.monotonic())

    @property
    def idle_s(self) -> float:
        """Seconds since the process was last seen with something to do."""
        return time.monotonic() - self._pulse.busy_at

    async def run(self) -> Ending:
        """Start the process and stay with it until it has ended; cancelling ends it in good order."""
        try:
            process = await self._spawn()
        except OSError as error:
            return Ending(f"The engine process could not be started: {error}.", True, 0.0)
        assert process.stdout is not None
        assert process.stderr is not None
        readers = [
            asyncio.create_task(self._guard(process, process.stdout, self._read_lines)),
            asyncio.create_task(self._guard(process, process.stderr, self._read_errors)),
        ]
        watchdog = asyncio.create_task(self._watch(process))
        try:
            code = await process.wait()
            await asyncio.wait(readers)
            return self._ending(code)
        finally:
            watchdog.cancel()
            await self._end(process)
            await asyncio.wait([watchdog, *readers])
            if process.stdin is not None:
                process.stdin.close()

    async def _spawn(self) -> Process:
        return await asyncio.create_subprocess_exec(
            *command_of(self._spec),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=_environment(self._spec.api_key),
            limit=LONGEST_LINE,
            **_apart(),
        )

    async def _guard(
        self, process: Process, source: StreamReader, read: Callable[[StreamReader], Awaitable[None]]
    ) -> None:
        """A process that can no longer be heard is of no use: whatever ends its reader ends this life."""
        try:
            await read(source)
        except Exception as error:  # a line without end, a word that makes no sense, a listener's mistake
            log.exception("the engine's output could not be read")
            self._verdict = self._verdict or f"The engine's output could not be read ({error})."
            _kill(process)
            # Its end is seen only behind what it had still written.
            while await source.read(LONGEST_LINE):
                continue

    async def _read_lines(self, source: StreamReader) -> None:
        async for raw in source:
            line = _line_of(raw)
            if line is None:
                continue
            if line.get("loaded"):
                self._ready_at = time.monotonic()
            self._on_line(line)

    async def _read_errors(self, source: StreamReader) -> None:
        async for raw in source:
            line = raw.decode("utf-8", "replace").rstrip()
            if line:
                self._errors.append(line)
                log.info("engine: %s", line)

    async def _watch(self, process: Process) -> None:
        """End the process when it is wedged."""
        while self._verdict is None:
            await asyncio.sleep(self._spec.patience.look_every_s)
            verdict = self._pulse.judge(await self._health(), self.client is not None, time.monotonic())
            self._verdict = self._verdict or verdict
        log.error("the engine is killed: %s", self._verdict)
        _kill(process)

    async def _health(self) -> Health | None:
        if self.client is None:
            return None
        try:
            async with asyncio.timeout(self._spec.patience.answer_s):
                return await self.client.health()
        except (EngineError, TimeoutError, ValueError):  # the last: an answer that is none
            return None

    async def _end(self, process: Process) -> None:
        if process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), self._spec.patience.stop_s)
        except TimeoutError:
            log.warning("the engine did not end within %s s and is killed", self._spec.patience.stop_s)
            _kill(process)
            await process.wait()

    def _ending(self, code: int) -> Ending:
        ready_s = time.monotonic() - self._ready_at if self._ready_at is not None else 0.0
        permanent = code in PERMANENT
        last = self._errors[-1] if self._errors else ""
        if permanent and last:
            return Ending(last, True, ready_s)
        sentence = self._verdict or f"The engine process ended unexpectedly ({_name_of(code)})."
        told = f" Its last words: {last}" if last and self._verdict is None else ""
        return Ending(sentence + told, permanent, ready_s)


def command_of(spec: EngineSpec) -> list[str]:
    """The command line of the engine process; the token is not part of it."""
    command = [*command_for(ENGINE_SERVER), "--model", str(spec.model), "--host", spec.host, "--port", str(spec.port)]
    named = {"--name": spec.name, "--rows": spec.rows, "--context": spec.context, "--threads": spec.threads}
    for option, value in named.items():
        if value is not None:
            command += [option, str(value)]
    if spec.options:
        command += ["--options", json.dumps(spec.options)]
    return [*command, "--watch-parent"]


def _apart() -> dict[str, Any]:
    """Ctrl-C in a terminal is for the app, which then ends the engine in good order."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"start_new_session": True}


def _environment(api_key: str) -> dict[str, str]:
    root = str(Path(__file__).resolve().parents[1])
    paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, API_KEY_VARIABLE: api_key, "PYTHONPATH": os.pathsep.join(paths), "PYTHONUTF8": "1"}


def _line_of(raw: bytes) -> dict[str, Any] | None:
    try:
        line = json.loads(raw)
    except ValueError:
        line = None
    if isinstance(line, dict):
        return line
    log.info("engine says: %s", raw.decode("utf-8", "replace").rstrip())
    return None


def _kill(process: Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.kill()


def _name_of(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    try:
        return f"signal {-code}, {signal.Signals(-code).name}"
    except ValueError:
        return f"signal {-code}"
