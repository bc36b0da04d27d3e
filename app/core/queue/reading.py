"""The text of a job's document: extracted once for each content, from a file that still has that content."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass
from pathlib import Path

from app.core.failures import FAILURES, FailureClass, WorkFailed
from app.core.queue.contract import Extracted, TextSource
from app.core.queue.patience import Write
from app.core.store.documents import BlobRow, DocumentRow, documents_with, get_blob, save_no_text, save_text
from app.core.store.sqlite import Connection

CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Content:
    """What the store knows of some content, and the files that had it; none are named once it was extracted."""

    blob: BlobRow
    documents: list[DocumentRow]


def content_of(conn: Connection, sha256: str) -> Content:
    """The content with this hash."""
    blob = get_blob(conn, sha256)
    assert blob is not None, "a job's content has a row: the foreign key says so"
    return Content(blob, documents_with(conn, sha256) if blob.state != "extracted" else [])


class Reader:
    """Gives the text of content; keeps what it extracted, and why something gave no text."""

    def __init__(self, write: Write, source: TextSource) -> None:
        self._write = write
        self._source = source

    async def text(self, content: Content) -> str:
        """The text, never empty. Raises WorkFailed: no file has this content any more, or it cannot be read."""
        blob = content.blob
        if blob.state == "failed" and blob.error_class and not FAILURES[FailureClass(blob.error_class)].retry:
            raise WorkFailed(FailureClass(blob.error_class), blob.error or "")
        if blob.state == "extracted" and blob.text is not None:
            return blob.text
        try:
            extraction = await self._extract(content)
        except WorkFailed as error:
            failure, detail = error.failure, str(error)
            await self._write(lambda conn: save_no_text(conn, blob.sha256, failure, detail))
            raise
        await self._write(lambda conn: _keep(conn, blob.sha256, extraction))
        return extraction.text

    async def _extract(self, content: Content) -> Extracted:
        """The first file that still has this content speaks for it; what a changed file says, good or bad, does not."""
        for document in content.documents:
            try:
                extraction = await self._source.extract(document.path, content.blob.sha256, content.blob.bytes)
            except WorkFailed:
                if await asyncio.to_thread(_is_unchanged, document, content.blob):
                    raise
                continue
            if not extraction.text.strip():
                raise WorkFailed(FailureClass.EMPTY)
            return extraction
        raise WorkFailed(FailureClass.UNREADABLE, "The file was changed or removed after it was found.")


def _keep(conn: Connection, sha256: str, extraction: Extracted) -> None:
    save_text(
        conn,
        sha256,
        extraction.text,
        media_type=extraction.media_type,
        pages=extraction.pages,
        title=extraction.title,
        language=extraction.language,
        extractor=extraction.extractor,
        seconds=extraction.seconds,
    )


def _is_unchanged(document: DocumentRow, blob: BlobRow) -> bool:
    """Whether the file still has the content it was found with; hashed again only when its stat has changed."""
    try:
        stat = document.path.stat()
        if stat.st_size != blob.bytes:
            return False
        return stat.st_mtime_ns == document.mtime_ns or hash_of(document.path) == blob.sha256
    except OSError:
        return False


def hash_of(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as handle:
        while chunk := handle.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
