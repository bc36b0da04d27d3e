"""Text out of documents, each read in a child process that may hang or crash without harm to us."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from app.core.documents.backlog import Answer, Backlog, Request
from app.core.documents.limits import ExtractLimits
from app.core.documents.worker import Worker
from app.core.failures import FailureClass, WorkFailed

__all__ = ["ExtractLimits", "Extraction", "Extractor"]

SMALL_BYTES = 64 * 1024  # read within milliseconds, whatever it is


@dataclass(frozen=True, slots=True)
class Extraction:
    """The text of one document and what is known about it; ``seconds`` is the time reading took."""

    text: str
    media_type: str
    extractor: str
    seconds: float
    pages: int | None = None
    title: str | None = None
    language: str | None = None


class Extractor:
    """Owns ``limits.children`` child processes; they start on demand and are replaced when they fail or grow old."""

    def __init__(self, limits: ExtractLimits | None = None) -> None:
        self.limits = limits or ExtractLimits()
        self._backlog = Backlog()
        self._workers = [Worker(self.limits) for _ in range(self.limits.children)]
        self._working: dict[Worker, asyncio.Task[None]] = {}

    @property
    def pids(self) -> tuple[int, ...]:
        """Process ids of the children that are alive."""
        return tuple(worker.pid for worker in self._workers if worker.pid is not None)

    async def start(self) -> None:
        """Start the first child ahead of the first document; raises WorkFailed when that is impossible."""
        worker = self._workers[0]
        if worker.pid is None and worker not in self._working:
            await worker.start()

    async def stop(self) -> None:
        """End all children; extractions still under way fail as crashed."""
        for task in self._working.values():
            task.cancel()
        await asyncio.gather(*self._working.values(), return_exceptions=True)
        for worker in self._workers:
            await worker.kill()
        for request in self._backlog.empty():
            if not request.answer.done():
                request.answer.set_exception(WorkFailed(FailureClass.CRASHED, "Nightdesk was stopped meanwhile."))

    async def extract(self, path: Path, sha256: str | None = None) -> Extraction:
        """The text of the file at ``path``; raises WorkFailed(class, reason) and always returns within its time.

        With ``sha256`` only that very content is read: what was hashed is what is worked on.
        """
        size = _size_of(path)
        return _extraction(await self._ask(Request(path, self.limits.time_for(size), sha256, size <= SMALL_BYTES)))

    async def _ask(self, request: Request) -> Answer:
        self._backlog.add(request)
        self._employ()
        try:
            return await request.answer
        except asyncio.CancelledError:
            for worker in self._workers:
                if worker.reading is request:  # nobody wants it any more: what waits behind it need not
                    await worker.kill()
            raise

    def _employ(self) -> None:
        """Give one worker that is idle something to do."""
        for worker in self._workers:
            if worker not in self._working:
                task = asyncio.create_task(worker.work(self._backlog), name="read documents")
                self._working[worker] = task
                task.add_done_callback(lambda _, worker=worker: self._rested(worker))  # type: ignore[misc]
                return

    def _rested(self, worker: Worker) -> None:
        """A request may have come in the moment in which its worker found nothing more to do."""
        task = self._working.pop(worker)
        if not task.cancelled() and len(self._backlog):
            self._employ()


def _size_of(path: Path) -> int:
    try:
        return path.lstat().st_size
    except OSError as error:
        raise WorkFailed(FailureClass.UNREADABLE, f"The system says: {error.strerror or error}.") from error


def _extraction(answer: Answer) -> Extraction:
    if "failure" in answer:
        raise WorkFailed(FailureClass(answer["failure"]), answer["detail"])
    return Extraction(**answer)
