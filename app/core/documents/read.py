"""One document from path to text, in this process: what the child does for each request."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from app.core.documents.archives import check_archive, holds_pictures
from app.core.documents.limits import ExtractLimits
from app.core.documents.readers.markup import read_html, read_web_archive
from app.core.documents.readers.ocr import read_picture, recognise_pdf, recognise_picture
from app.core.documents.readers.office import language_of, read_office
from app.core.documents.readers.pdf import read_pdf
from app.core.documents.readers.text import read_text
from app.core.documents.reading import Reading, clean
from app.core.documents.source import read_source
from app.core.documents.types import DocumentType, Family, detect
from app.core.failures import FailureClass, WorkFailed

Reader = Callable[[bytes, DocumentType], Reading]
_READERS: dict[Family, Reader] = {
    Family.TEXT: read_text,
    Family.PDF: read_pdf,
    Family.MARKUP: read_html,
    Family.OFFICE: read_office,
    Family.WEB_ARCHIVE: read_web_archive,
    Family.PICTURE: read_picture,
}


def read_document(path: Path, limits: ExtractLimits, sha256: str | None = None) -> tuple[Reading, DocumentType]:
    """The text of the file at ``path`` and its type; raises WorkFailed with the class and the reason.

    With ``sha256``, only that content is read: a file that has changed since it was hashed is refused.
    """
    data = read_source(path, limits.file_bytes)
    if sha256 is not None and hashlib.sha256(data).hexdigest() != sha256:
        raise WorkFailed(FailureClass.UNREADABLE, "The file has changed since it was found; it is taken in again.")
    if not data.strip(b" \t\r\n\f\v\x00\xef\xbb\xbf"):
        raise WorkFailed(FailureClass.EMPTY, "The file holds only white space.")
    kind = detect(data, path.name)
    zipped = data.startswith(b"PK")
    if zipped:
        check_archive(data, limits)
    reading = _recognised(data, kind, limits) if limits.ocr else _READERS[kind.family](data, kind)
    text = clean(reading.text)
    if not text.strip():
        raise _no_text(zipped and holds_pictures(data))
    if len(text) > limits.text_characters:
        raise WorkFailed(FailureClass.TOO_BIG, f"It holds {len(text) / 1e6:,.1f} million characters of text.")
    return replace(reading, text=text, language=reading.language or language_of(text)), kind


def _recognised(data: bytes, kind: DocumentType, limits: ExtractLimits) -> Reading:
    """The text in pictures; asked for only when a document has no other."""
    if kind.family is Family.PDF:
        return recognise_pdf(data, limits.ocr_languages)
    if kind.family is Family.PICTURE:
        return recognise_picture(data, limits.ocr_languages)
    raise WorkFailed(FailureClass.NO_TEXT, "Pictures in a file of this type are not recognised; save it as a PDF.")


def _no_text(pictures: bool) -> WorkFailed:
    if pictures:
        return WorkFailed(FailureClass.NO_TEXT, "It holds only pictures.")
    return WorkFailed(FailureClass.EMPTY, "No text was found in it.")
