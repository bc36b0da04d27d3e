"""Children that read documents from one backlog, each when it has time."""

from __future__ import annotations

import asyncio

from app.core.documents.backlog import Answer, Backlog, Request
from app.core.documents.limits import ExtractLimits
from app.core.documents.worker import Worker
from app.core.failures import FailureClass, WorkFailed


class Pool:
    """Owns ``children`` processes; they start on demand and are replaced when they fail or grow old."""

    def __init__(self, limits: ExtractLimits, children: int) -> None:
        self._backlog = Backlog()
        self._workers = [Worker(limits) for _ in range(children)]
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
        """End all children; requests still under way fail as interrupted."""
        for task in self._working.values():
            task.cancel()
        await asyncio.gather(*self._working.values(), return_exceptions=True)
        for worker in self._workers:
            await worker.kill()
        for request in self._backlog.empty():
            if not request.answer.done():
                request.answer.set_exception(WorkFailed(FailureClass.INTERRUPTED, "Nightdesk was stopped meanwhile."))

    async def ask(self, request: Request) -> Answer:
        """The child's answer. Raises WorkFailed when it hung or died on this document."""
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
