"""What an engine's failure says: of this document, of the engine, or of nobody, and then it is asked again."""

from __future__ import annotations

import time
from collections.abc import Callable

from app.core.failures import FailureClass, WorkFailed
from app.core.queue.door import Engine, EngineDoor
from app.core.queue.meter import Meter
from app.core.queue.moves import Answer
from app.core.queue.pauses import ENGINE, Pauses
from app.core.queue.planning import Divide
from app.core.queue.slots import Slots
from app.core.queue.work import Task, Worker
from engines.errors import OUT_OF_MEMORY, EngineAway, EngineBusy, EngineError, EngineGone, EngineStopping, KeyRefused


class NotTriedError(Exception):
    """The job was claimed and goes back as it was; ``wait_s`` before it is claimed again."""

    def __init__(self, wait_s: float = 0.0) -> None:
        super().__init__("not tried")
        self.wait_s = wait_s


class EngineDiedError(Exception):
    """The engine went away under this job, which may be why."""


class EngineTalk:
    """Asks the engine for the runner. What keeps it from answering anybody pauses the queue, with its sentence."""

    def __init__(
        self,
        door: EngineDoor,
        worker: Worker,
        slots: Slots,
        held: Pauses,
        meter: Meter,
        backoff: Callable[[int], float],
    ) -> None:
        self._door = door
        self._worker = worker
        self._slots = slots
        self._pauses = held
        self._meter = meter
        self._backoff = backoff

    async def ask(self, task: Task) -> Answer | Divide:
        """The outcome of one attempt. Raises WorkFailed, NotTriedError and EngineDiedError."""
        engine = await self._engine()
        began = time.monotonic()
        try:
            outcome = await self._worker.attempt(engine, task)
        except EngineError as error:
            raise self._meaning(engine, error) from error
        self._slots.grow()
        if isinstance(outcome, Answer):
            self._meter.took(time.monotonic() - began)
        return outcome

    async def _engine(self) -> Engine:
        try:
            return await self._door.engine()
        except EngineError as error:
            self._pauses.add(ENGINE, str(error))
            raise NotTriedError from error

    def _meaning(self, engine: Engine, error: EngineError) -> Exception:
        if isinstance(error, KeyRefused | EngineAway):  # whatever was asked would have met this
            self._door.shut(engine, error)
            self._pauses.add(ENGINE, str(error))
            return NotTriedError()
        if isinstance(error, EngineGone):
            self._door.lost(engine)
            return EngineDiedError(str(error))
        if isinstance(error, EngineStopping):
            self._door.forget()
            return NotTriedError(self._backoff(1))
        if isinstance(error, EngineBusy):
            self._slots.shrink()
            return NotTriedError(self._backoff(1))
        if _is_out_of_memory(error):
            self._slots.shrink()
            return WorkFailed(FailureClass.OUT_OF_MEMORY, str(error))
        return WorkFailed(FailureClass.ENGINE_FAILED, str(error))


def _is_out_of_memory(error: EngineError) -> bool:
    """By the engine's word for it; other servers have only a sentence."""
    return error.code == OUT_OF_MEMORY if error.code else "memory" in str(error).lower()
