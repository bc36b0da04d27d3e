"""Text in pictures, recognised by tesseract where it is installed."""

from __future__ import annotations

import shutil
import subprocess

from pypdfium2 import PdfDocument, PdfiumError

from app.core.documents.reading import Reading
from app.core.documents.types import DocumentType
from app.core.failures import FailureClass, WorkFailed

PROGRAM = "tesseract"
_DPI = 300  # what tesseract is trained for
_POINTS_PER_INCH = 72
_LONGEST_SIDE = 10_000  # pixels: a poster is drawn smaller


def read_picture(data: bytes, kind: DocumentType) -> Reading:
    """A picture has no text without recognition."""
    raise WorkFailed(FailureClass.NO_TEXT, "It is a picture.")


def recognise_picture(data: bytes, languages: str) -> Reading:
    """The text in a picture file (PNG, JPEG, TIFF)."""
    return _reading([_recognise(data, languages)])


def recognise_pdf(data: bytes, languages: str) -> Reading:
    """The text on the pages of a scanned PDF, with an empty line between pages."""
    try:
        document = PdfDocument(data)
    except PdfiumError as error:
        raise WorkFailed(FailureClass.DAMAGED, "The PDF is damaged.") from error
    try:
        return _reading([_recognise(_drawn(document, index), languages) for index in range(len(document))])
    finally:
        document.close()


def _drawn(document: PdfDocument, index: int) -> bytes:
    """A page as a picture in grey, in the plain form that needs no library (PGM)."""
    page = document[index]
    scale = min(_DPI / _POINTS_PER_INCH, _LONGEST_SIDE / max(*page.get_size(), 1.0))
    bitmap = page.render(scale=scale, grayscale=True)
    width, height, stride = bitmap.width, bitmap.height, bitmap.stride
    grey = bytes(bitmap.buffer)
    bitmap.close()
    page.close()
    rows = b"".join(grey[row * stride : row * stride + width] for row in range(height))
    return b"P5 %d %d 255\n" % (width, height) + rows


def _recognise(picture: bytes, languages: str) -> str:
    program = shutil.which(PROGRAM)
    if program is None:
        raise WorkFailed(
            FailureClass.NO_TEXT, "Text recognition is switched on, but the program tesseract is not installed."
        )
    done = subprocess.run(
        [program, "stdin", "stdout", "-l", languages, "--dpi", str(_DPI)],
        input=picture,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        lines = done.stderr.decode(errors="replace").strip().splitlines()
        raise WorkFailed(FailureClass.NO_TEXT, f"Text recognition failed: {(lines or ['no reason given'])[0][:200]}")
    return done.stdout.decode(errors="replace").strip()


def _reading(pages: list[str]) -> Reading:
    text = "\n\n".join(page for page in pages if page)
    if not text:
        raise WorkFailed(FailureClass.EMPTY, "Text recognition found no text in it.")
    return Reading(text=text, extractor=PROGRAM, pages=len(pages))
