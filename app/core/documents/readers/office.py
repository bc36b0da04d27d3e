"""The one door to xberg: office files, books, e-mail and markup, and a second look at damaged PDFs."""

from __future__ import annotations

import asyncio
import atexit
from functools import lru_cache
from importlib.metadata import version

import xberg
from xberg.options import (
    ConcurrencyConfig,
    ContentFilterConfig,
    ConversionOptions,
    ExtractInput,
    ExtractionConfig,
    LanguageDetectionConfig,
    PdfConfig,
)

from app.core.documents.reading import Reading
from app.core.documents.types import DOC, EML, HTML, PPT, PPTX, DocumentType
from app.core.failures import FailureClass, WorkFailed

_EXTRACTOR = f"xberg {version('xberg')}"
# Markdown drops the notes under slides and escapes the addresses of an e-mail; plain text keeps both.
_AS_PLAIN_TEXT = frozenset({PPTX, PPT, EML, DOC})
_LANGUAGE_SAMPLE_CHARACTERS = 4000


def read_office(data: bytes, kind: DocumentType) -> Reading:
    """The document as Markdown (slides and e-mail as plain text); ``pages`` also counts slides."""
    found = _extract(data, kind.media_type, _config("plain" if kind in _AS_PLAIN_TEXT else "markdown"))
    metadata = found.metadata
    title = metadata.title or metadata.subject
    return Reading(
        text=found.content,
        extractor=_EXTRACTOR,
        pages=(found.counts.pages or None) if found.counts else None,
        title=title.strip() if title else None,
        language=_only(found.detected_languages),
    )


def read_html_text(text: str) -> Reading:
    """Decoded HTML as Markdown, without scripts, styles and navigation."""
    return read_office(text.encode("utf-8", errors="replace"), HTML)


def language_of(text: str) -> str | None:
    """The language of ``text`` as ISO 639-3, where its beginning leaves no doubt."""
    sample = text[:_LANGUAGE_SAMPLE_CHARACTERS].encode("utf-8", errors="replace")
    if not sample.strip():
        return None
    try:
        return _only(_extract(sample, "text/plain", _language_config()).detected_languages)
    except WorkFailed:
        # The language is a courtesy: a text without one is still a text.
        return None


def _extract(data: bytes, media_type: str, config: ExtractionConfig) -> xberg.ExtractedDocument:
    source = ExtractInput(kind="bytes", bytes=data, mime_type=media_type)
    try:
        result = _loop().run_until_complete(_await_extract(source, config))
    except (RuntimeError, ValueError, xberg.XbergError) as error:
        raise WorkFailed(_class_of(str(error)), _sentence(str(error))) from error
    if not result.results:
        reason = result.errors[0].message if result.errors else "nothing was found in it"
        raise WorkFailed(_class_of(reason), _sentence(reason))
    return result.results[0]


async def _await_extract(source: ExtractInput, config: ExtractionConfig) -> xberg.ExtractionResult:
    return await xberg.extract(source, config)


@lru_cache(maxsize=1)
def _loop() -> asyncio.AbstractEventLoop:
    """One loop for all documents: making one for each costs half as much as finding a text's language."""
    loop = asyncio.new_event_loop()
    atexit.register(loop.close)
    return loop


@lru_cache(maxsize=2)
def _config(output_format: str) -> ExtractionConfig:
    return ExtractionConfig(
        use_cache=False,
        disable_ocr=True,
        output_format=output_format,
        escape_markdown=False,
        max_archive_depth=0,
        concurrency=ConcurrencyConfig(max_threads=1, max_concurrent_ocr=1),
        language_detection=LanguageDetectionConfig(enabled=True),
        content_filter=ContentFilterConfig(include_footnotes=True, strip_repeating_text=False),
        html_options=ConversionOptions(extract_metadata=False, skip_images=True),
        pdf_options=PdfConfig(extract_tables=False),
    )


@lru_cache(maxsize=1)
def _language_config() -> ExtractionConfig:
    """As little as will do: the options are translated anew for every text, which takes longer than the guess."""
    return ExtractionConfig(use_cache=False, disable_ocr=True, language_detection=LanguageDetectionConfig(enabled=True))


def _class_of(message: str) -> FailureClass:
    lowered = message.lower()
    if "password" in lowered or "encrypted" in lowered:
        return FailureClass.ENCRYPTED
    if "security" in lowered or "exceeds" in lowered or "too large" in lowered or "bomb" in lowered:
        return FailureClass.TOO_BIG
    return FailureClass.DAMAGED


def _sentence(message: str) -> str:
    first_line = message.strip().splitlines()[0] if message.strip() else "no reason given"
    return f"The document reader says: {first_line[:200].rstrip('.')}."


def _only(languages: list[str] | None) -> str | None:
    return languages[0] if languages else None
