"""Text out of documents, each read in a child process that may hang or crash without harm to us."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from pathlib import Path

from app.core.documents.backlog import Answer, Request
from app.core.documents.limits import ExtractLimits
from app.core.documents.pool import Pool
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
    """Reads documents, and recognises the text of those that are only pictures where ``limits.ocr`` wants that."""

    def __init__(self, limits: ExtractLimits | None = None) -> None:
        self.limits = limits or ExtractLimits()
        plain = replace(self.limits, ocr=False)
        self._readers = Pool(plain, plain.children)
        # recognition takes minutes: a child of its own, so that no other document waits for it
        self._recognition = Pool(self.limits, 1) if self.limits.ocr else None

    @property
    def pids(self) -> tuple[int, ...]:
        """Process ids of the children that are alive."""
        return self._readers.pids + (self._recognition.pids if self._recognition is not None else ())

    async def start(self) -> None:
        """Start the first child ahead of the first document; raises WorkFailed when that is impossible."""
        await self._readers.start()

    async def stop(self) -> None:
        """End all children; extractions still under way fail as crashed."""
        await self._readers.stop()
        if self._recognition is not None:
            await self._recognition.stop()

    async def extract(self, path: Path, sha256: str | None = None, size: int | None = None) -> Extraction:
        """The text of the file at ``path``; raises WorkFailed(class, reason) and always returns within its time.

        With ``sha256`` only that very content is read: what was hashed is what is worked on. ``size`` in bytes is
        looked up where it is not known: not on this thread, for a share that hangs would hold up everything.
        """
        if size is None:
            size = await asyncio.to_thread(_size_of, path)
        seconds = self.limits.time_for(size)
        answer = await self._readers.ask(Request(path, seconds, sha256, size <= SMALL_BYTES))
        if self._recognition is not None and answer.get("failure") == FailureClass.NO_TEXT:
            answer = await self._recognition.ask(Request(path, self.limits.ocr_seconds, sha256, small=False))
        return _extraction(answer)


def _size_of(path: Path) -> int:
    try:
        return path.lstat().st_size
    except OSError as error:
        raise WorkFailed(FailureClass.UNREADABLE, f"The system says: {error.strerror or error}.") from error


def _extraction(answer: Answer) -> Extraction:
    if "failure" in answer:
        raise WorkFailed(FailureClass(answer["failure"]), answer["detail"])
    return Extraction(**answer)
