"""PDF through PDFium, with a second reader for files that PDFium gives up on."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pypdfium2
import pypdfium2.raw as pdfium
from pypdfium2 import PdfDocument, PdfiumError

from app.core.documents.readers.office import read_office
from app.core.documents.reading import Reading
from app.core.documents.types import DocumentType
from app.core.failures import FailureClass, WorkFailed

_EXTRACTOR = f"pypdfium2 {pypdfium2.version.PYPDFIUM_INFO}"
_HYPHEN_AT_LINE_END = "\ufffe"


def read_pdf(data: bytes, kind: DocumentType) -> Reading:
    """The text of all pages, in page order, with an empty line between pages."""
    try:
        document = PdfDocument(data)
    except PdfiumError as error:
        return _second_chance(data, kind, error)
    try:
        pages = list(_texts(document))
        title = str(document.get_metadata_value("Title") or "").strip() or None
    finally:
        document.close()
    text = "\n\n".join(page.strip() for page in pages if page.strip())
    if not text:
        raise WorkFailed(FailureClass.NO_TEXT, f"None of its {len(pages)} pages holds text.")
    return Reading(text=text, extractor=_EXTRACTOR, pages=len(pages), title=title)


def _texts(document: PdfDocument) -> Iterator[str]:
    for index in range(len(document)):
        try:
            page = document[index]
        except PdfiumError:
            # A broken page among good ones; when all are broken the caller finds no text.
            continue
        text_page = page.get_textpage()
        text: str = text_page.get_text_range()
        text_page.close()
        page.close()
        yield text.replace(_HYPHEN_AT_LINE_END + "\r\n", "").replace(_HYPHEN_AT_LINE_END, "")


def _second_chance(data: bytes, kind: DocumentType, error: PdfiumError) -> Reading:
    if error.err_code == pdfium.FPDF_ERR_PASSWORD:
        raise WorkFailed(FailureClass.ENCRYPTED, "The PDF opens only with a password.") from error
    with contextlib.suppress(WorkFailed):
        reading = read_office(data, kind)
        if reading.text.strip():
            return reading
    raise WorkFailed(FailureClass.DAMAGED, "The PDF is damaged: no text could be saved from it.") from error
