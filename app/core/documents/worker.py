"""The owner's handle on one child process: spawn it, ask it, kill it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from app.core.documents.limits import ExtractLimits
from app.core.failures import FailureClass, WorkFailed
from engines.launch import DOCUMENT_READER, command_for

CHILD_COMMAND = tuple(command_for(DOCUMENT_READER))
_LONGEST_ANSWER_BYTES = 256 * 1024 * 1024
_START_SECONDS = 60.0
_PLAIN = frozenset({"text/plain", "text/markdown", "text/csv"})
_PLAIN_AGE = 0.05
_GRACE_SECONDS = 10.0
_ROOT = Path(__file__).resolve().parents[3]


class Worker:
    """One child process, started when it is first asked. Not for concurrent use."""

    def __init__(self, limits: ExtractLimits, command: Sequence[str] = CHILD_COMMAND) -> None:
        self._limits = limits
        self._command = command
        self._process: Process | None = None
        self._files = 0.0

    @property
    def pid(self) -> int | None:
        """The running child's process id."""
        return self._process.pid if self._process is not None else None

    async def start(self) -> None:
        """Start the child and wait until it has loaded its readers."""
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "RAYON_NUM_THREADS": "1", "TOKIO_WORKER_THREADS": "1"}
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, (str(_ROOT), environment.get("PYTHONPATH"))))
        self._process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            env=environment,
            limit=_LONGEST_ANSWER_BYTES,
            # Ctrl-C in a terminal is for the app: a child that dies of it would look like a document that crashes.
            start_new_session=True,
        )
        self._files = 0.0
        try:
            ready = await asyncio.wait_for(self._receive(), _START_SECONDS)
        except TimeoutError:
            ready = None
        if ready is None:
            await self.kill()
            raise WorkFailed(FailureClass.INTERNAL, "The program that reads documents did not start.")

    async def ask(self, path: Path, seconds: float, sha256: str | None = None) -> dict[str, Any]:
        """The child's answer for ``path``; a child that hangs or dies is gone afterwards, and WorkFailed says why."""
        if self._process is None:
            await self.start()
        process = self._process
        assert process is not None
        assert process.stdin is not None
        request = {
            "path": str(path),
            "sha256": sha256,
            "seconds": seconds + _GRACE_SECONDS,
            "limits": asdict(self._limits),
        }
        try:
            process.stdin.write(json.dumps(request).encode() + b"\n")
            answer = await asyncio.wait_for(self._receive(), seconds)
        except TimeoutError:
            await self.kill()
            raise WorkFailed(FailureClass.TIMED_OUT, f"Reading it took longer than {seconds:.0f} seconds.") from None
        except asyncio.CancelledError:
            await self.kill()
            raise
        if answer is None:
            raise WorkFailed(FailureClass.CRASHED, await self._obituary())
        self._files += _age(answer)
        if answer.pop("retire", False) or self._files >= self._limits.files_per_child:
            await self.kill()
        return answer

    async def kill(self) -> None:
        """End the child now and wait until it is gone."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.returncode is None:
            process.kill()
        await process.wait()
        _close_pipes(process)

    async def _receive(self) -> dict[str, Any] | None:
        process = self._process
        assert process is not None
        assert process.stdout is not None
        line = await process.stdout.readline()
        if not line.endswith(b"\n"):
            return None
        answer: dict[str, Any] = json.loads(line)
        return answer

    async def _obituary(self) -> str:
        process = self._process
        if process is not None:
            # A kill at this moment may take the exit status away from the one that waits for it.
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), _GRACE_SECONDS)
        await self.kill()
        code = process.returncode if process is not None else None
        if code is not None and code < 0:
            return f"The program that reads documents was ended by {signal.Signals(-code).name} on this one."
        return f"The program that reads documents stopped with status {code} on this one."


def _age(answer: dict[str, Any]) -> float:
    """By how many files a child has aged; decoding a plain text leaves nothing behind in it."""
    return _PLAIN_AGE if answer.get("media_type") in _PLAIN else 1.0


def _close_pipes(process: Process) -> None:
    # Closing by hand: a pipe left to the garbage collector warns after its event loop is closed.
    if process.stdin is not None:
        process.stdin.close()
    transport = getattr(process, "_transport", None)
    if transport is not None:
        transport.close()
