"""Bytes of a text file to text: byte order mark, then strict UTF-8, then a guess by chardet."""

from __future__ import annotations

import codecs

import chardet

# UTF-32 comes first: its little-endian mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_GUESS_BYTES = 64 * 1024
_FEW_LETTERS = 24  # that are not ASCII: too few to tell today's encodings from those of old Macs and DOS


def decode(data: bytes, declared: str | None = None) -> tuple[str, str] | None:
    """The text of ``data`` and the name of its encoding, or None when it is no text at all.

    ``declared`` is what the document says of itself; it is believed where neither a mark nor UTF-8 speaks against it.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, errors="replace"), encoding
    for candidate in filter(None, ("utf-8", declared)):
        text = _try(data, candidate)
        if text is not None and not _looks_binary(text):
            return text, candidate
    return _guess(data)


def _try(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def _guess(data: bytes) -> tuple[str, str] | None:
    encoding = _unmarked_utf16(data) or _likeliest(_without_ascii_runs(data))
    if encoding is None:
        return None
    try:
        text = data.decode(encoding, errors="replace")
    except LookupError:
        return None
    return None if _looks_binary(text) else (text, encoding.lower())


def _likeliest(data: bytes) -> str | None:
    few = sum(byte >= 0x80 for byte in data) < _FEW_LETTERS
    era = chardet.EncodingEra.MODERN_WEB if few else chardet.EncodingEra.ALL
    return chardet.detect(data, encoding_era=era)["encoding"]


def _unmarked_utf16(data: bytes) -> str | None:
    """UTF-16 of mostly Latin text shows as zeros in every other byte."""
    head = data[:_GUESS_BYTES]
    if len(head) < 8 or len(data) % 2:
        return None
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > 0.4 * len(head) / 2 and even < 0.05 * len(head) / 2:
        return "utf-16-le"
    if even > 0.4 * len(head) / 2 and odd < 0.05 * len(head) / 2:
        return "utf-16-be"
    return None


def _without_ascii_runs(data: bytes) -> bytes:
    """What the guess is made from: the start, or the part around the first byte that is not ASCII."""
    first = next((position for position, byte in enumerate(data) if byte >= 0x80), 0)
    start = max(0, first - _GUESS_BYTES // 2)
    return data[start : start + _GUESS_BYTES]


def _looks_binary(text: str) -> bool:
    head = text[:_GUESS_BYTES]
    strange = sum(1 for character in head if (character < " " and character not in "\t\n\r\f\x1b") or character == "�")
    return strange > 0.02 * len(head)
