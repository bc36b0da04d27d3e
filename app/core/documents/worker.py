"""The owner's handle on one child process: spawn it, ask it, kill it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

from app.core.documents.backlog import Answer, Backlog, Request
from app.core.documents.limits import ExtractLimits
from app.core.failures import FailureClass, WorkFailed
from engines.launch import DOCUMENT_READER, command_for

CHILD_COMMAND = tuple(command_for(DOCUMENT_READER))
_LONGEST_ANSWER_BYTES = 256 * 1024 * 1024
_START_SECONDS = 60.0
_PLAIN = frozenset({"text/plain", "text/markdown", "text/csv"})
_PLAIN_AGE = 0.05
_GRACE_SECONDS = 10.0
_AHEAD = 16  # small documents in the child's pipe; their lines fit into it many times over
_ROOT = Path(__file__).resolve().parents[3]


class Worker:
    """One child process, started when there is something to read. It answers in the order in which it is asked."""

    def __init__(self, limits: ExtractLimits, command: Sequence[str] = CHILD_COMMAND) -> None:
        self._limits = limits
        self._limits_sent = asdict(limits)
        self._command = command
        self._process: Process | None = None
        self._files = 0.0
        self._sent: deque[Request] = deque()

    @property
    def pid(self) -> int | None:
        """The running child's process id."""
        return self._process.pid if self._process is not None else None

    @property
    def reading(self) -> Request | None:
        """The document that the child is busy with."""
        return self._sent[0] if self._sent else None

    async def start(self) -> None:
        """Start the child and wait until it has loaded its readers. Raises WorkFailed."""
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

    async def work(self, backlog: Backlog) -> None:
        """Have the child read what waits, until nothing does. A child that hangs or dies costs the one it was reading.

        Each request's future gets its answer, or WorkFailed that says why there is none.
        """
        try:
            while self._take(backlog):
                await self._next_answer()
                if self._process is None:  # what it had not read is for the next child
                    backlog.put_back(self._sent)
                    self._sent.clear()
        finally:
            backlog.put_back(self._sent)
            self._sent.clear()

    async def kill(self) -> None:
        """End the child now and wait until it is gone."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.returncode is None:
            _end_all(process)
        await process.wait()
        _close_pipes(process)

    def _take(self, backlog: Backlog) -> bool:
        """Send what may be sent now; False when the child has nothing to do. A child still to be started gets one."""
        most = 1 if self._process is None else _AHEAD
        if len(self._sent) > most // 2:  # several at once: each write to a pipe is a turn of the system's
            return True
        new: list[Request] = []
        while len(self._sent) < most and all(one.small for one in self._sent):
            request = backlog.next(small=bool(self._sent))
            if request is None:
                break
            self._sent.append(request)
            new.append(request)
        self._send(new)
        return bool(self._sent)

    def _send(self, requests: Iterable[Request]) -> None:
        if self._process is not None and self._process.stdin is not None:
            lines = [one.line(self._limits_sent, _GRACE_SECONDS) for one in requests]
            self._process.stdin.writelines(lines)

    async def _next_answer(self) -> None:
        """The answer to the first of those that were sent."""
        try:
            answer = await self._answer(self._sent[0].seconds)
        except WorkFailed as failed:
            _refuse(self._sent.popleft(), failed)
            return
        except (OSError, ValueError) as error:  # it could not be started, or what it says is no answer
            await self.kill()
            detail = f"The program that reads documents failed ({error})."
            _refuse(self._sent.popleft(), WorkFailed(FailureClass.INTERNAL, detail))
            return
        request = self._sent.popleft()
        if not request.answer.done():
            request.answer.set_result(answer)

    async def _answer(self, seconds: float) -> Answer:
        if self._process is None:
            await self.start()
            self._send(self._sent)
        try:
            async with asyncio.timeout(seconds):
                answer = await self._receive()
        except TimeoutError:
            await self.kill()
            raise WorkFailed(FailureClass.TIMED_OUT, f"Reading it took longer than {seconds:.0f} seconds.") from None
        if answer is None:
            raise WorkFailed(FailureClass.CRASHED, await self._obituary())
        self._files += _age(answer)
        if answer.pop("retire", False) or self._files >= self._limits.files_per_child:
            await self.kill()
        return answer

    async def _receive(self) -> Answer | None:
        process = self._process
        assert process is not None
        assert process.stdout is not None
        line = await process.stdout.readline()
        if not line.endswith(b"\n"):
            return None
        answer: Answer = json.loads(line)
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


def _refuse(request: Request, failed: WorkFailed) -> None:
    if not request.answer.done():
        request.answer.set_exception(failed)


def _age(answer: Answer) -> float:
    """By how many files a child has aged; decoding a plain text leaves nothing behind in it."""
    return _PLAIN_AGE if answer.get("media_type") in _PLAIN else 1.0


def _end_all(process: Process) -> None:
    """The child and what it has started: a program for text recognition would go on for nobody."""
    if os.name == "posix":
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # it leads a session of its own
    else:
        process.kill()


def _close_pipes(process: Process) -> None:
    # Closing by hand: a pipe left to the garbage collector warns after its event loop is closed.
    if process.stdin is not None:
        process.stdin.close()
    transport = getattr(process, "_transport", None)
    if transport is not None:
        transport.close()
