"""The text of a job's document: extracted once for each content, from a file that still has that content."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path

from app.core.failures import FAILURES, FailureClass, WorkFailed
from app.core.queue.contract import Extracted, TextSource
from app.core.queue.patience import Write
from app.core.store.documents import BlobRow, DocumentRow, documents_with, get_blob, save_no_text, save_text
from app.core.store.sqlite import Connection
from app.core.store.store import Store

CHUNK = 1 << 20


class Reader:
    """Gives the text of content by its hash; keeps what it extracted, and why something gave no text."""

    def __init__(self, store: Store, write: Write, source: TextSource) -> None:
        self._store = store
        self._write = write
        self._source = source

    async def text(self, sha256: str) -> str:
        """The text, never empty. Raises WorkFailed: no file has this content any more, or it cannot be read."""
        blob, documents = await self._store.read(lambda conn: _known(conn, sha256))
        if blob.state == "failed" and blob.error_class and not FAILURES[FailureClass(blob.error_class)].retry:
            raise WorkFailed(FailureClass(blob.error_class), blob.error or "")
        if blob.state == "extracted" and blob.text is not None:
            return blob.text
        try:
            extraction = await self._extract(documents, blob)
        except WorkFailed as error:
            failure, detail = error.failure, str(error)
            await self._write(lambda conn: save_no_text(conn, sha256, failure, detail))
            raise
        await self._write(lambda conn: _keep(conn, sha256, extraction))
        return extraction.text

    async def _extract(self, documents: list[DocumentRow], blob: BlobRow) -> Extracted:
        """The first file that still has this content speaks for it; what a changed file says, good or bad, does not."""
        for document in documents:
            outcome = await self._outcome(document)
            if not await asyncio.to_thread(_is_unchanged, document, blob):
                continue
            if isinstance(outcome, WorkFailed):
                raise outcome
            return outcome
        raise WorkFailed(FailureClass.UNREADABLE, "The file was changed or removed after it was found.")

    async def _outcome(self, document: DocumentRow) -> Extracted | WorkFailed:
        try:
            extraction = await self._source.extract(document.path)
        except WorkFailed as error:
            return error
        return extraction if extraction.text.strip() else WorkFailed(FailureClass.EMPTY)


def _known(conn: Connection, sha256: str) -> tuple[BlobRow, list[DocumentRow]]:
    blob = get_blob(conn, sha256)
    assert blob is not None, "a job's content has a row: the foreign key says so"
    return blob, documents_with(conn, sha256) if blob.state != "extracted" else []


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
