"""Text out of documents, each read in a child process that may hang or crash without harm to us."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.core.documents.limits import ExtractLimits
from app.core.documents.worker import Worker
from app.core.failures import FailureClass, WorkFailed

__all__ = ["ExtractLimits", "Extraction", "Extractor"]


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
        self._workers = [Worker(self.limits) for _ in range(self.limits.children)]
        self._idle: asyncio.Queue[Worker] = asyncio.Queue()
        for worker in self._workers:
            self._idle.put_nowait(worker)

    @property
    def pids(self) -> tuple[int, ...]:
        """Process ids of the children that are alive."""
        return tuple(worker.pid for worker in self._workers if worker.pid is not None)

    async def start(self) -> None:
        """Start the first child ahead of the first document; raises WorkFailed when that is impossible."""
        async with self._worker() as worker:
            if worker.pid is None:
                await worker.start()

    async def stop(self) -> None:
        """End all children; extractions still under way fail as crashed."""
        for worker in self._workers:
            await worker.kill()

    async def extract(self, path: Path, sha256: str | None = None) -> Extraction:
        """The text of the file at ``path``; raises WorkFailed(class, reason) and always returns within its time.

        With ``sha256`` only that very content is read: what was hashed is what is worked on.
        """
        seconds = self.limits.time_for(_size_of(path))
        async with self._worker() as worker:
            answer = await worker.ask(path, seconds, sha256)
        return _extraction(answer)

    @contextlib.asynccontextmanager
    async def _worker(self) -> AsyncIterator[Worker]:
        worker = await self._idle.get()
        try:
            yield worker
        finally:
            self._idle.put_nowait(worker)


def _size_of(path: Path) -> int:
    try:
        return path.lstat().st_size
    except OSError as error:
        raise WorkFailed(FailureClass.UNREADABLE, f"The system says: {error.strerror or error}.") from error


def _extraction(answer: dict[str, Any]) -> Extraction:
    if "failure" in answer:
        raise WorkFailed(FailureClass(answer["failure"]), answer["detail"])
    return Extraction(**answer)
