"""What a reader hands back, and the cleaning that every text goes through."""

from __future__ import annotations

import re
from dataclasses import dataclass

# Control characters mean nothing to a model, NUL ends strings in SQLite's tools, and lone surrogates cannot be stored.
_NOISE = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ufeff\ud800-\udfff\ufffe\uffff]")
_BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*){2,}\n")


@dataclass(frozen=True, slots=True)
class Reading:
    """The text of one document. ``pages`` is None where the format has none; ``language`` is ISO 639-3."""

    text: str
    extractor: str
    pages: int | None = None
    title: str | None = None
    language: str | None = None


def clean(text: str) -> str:
    """``text`` with one kind of line end and without characters that no reader sees."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n\n")
    return _BLANK_LINES.sub("\n\n\n", _NOISE.sub("", text))
