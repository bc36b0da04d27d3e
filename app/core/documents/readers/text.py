"""Plain text, Markdown, CSV, data and source code: decoded and otherwise left as they are."""

from __future__ import annotations

from app.core.documents.encodings import decode
from app.core.documents.reading import Reading
from app.core.documents.types import DocumentType
from app.core.failures import FailureClass, WorkFailed


def read_text(data: bytes, kind: DocumentType) -> Reading:
    """The decoded text; content that is no text in any encoding is refused."""
    decoded = decode(data)
    if decoded is None:
        raise WorkFailed(FailureClass.UNSUPPORTED, f"Its content is not text, and no known {kind.family.value} format.")
    text, encoding = decoded
    return Reading(text=text, extractor=f"text ({encoding})")
