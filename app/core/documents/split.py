"""Cuts a long text into spans that fit the model, at the best place near the limit, and loses nothing."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

# From the best place to cut to the worst. Each pattern matches what ends a piece; the piece includes it.
_ENDS = (
    re.compile(r"\n[ \t]*\n\s*"),
    re.compile(r"\n"),
    re.compile(r"[.!?…。！？]+[\"'»”’)\]]*\s+|[。！？]"),
    re.compile(r"\s+"),
)
_LEAST_FILL = 0.5  # a paragraph end is worth half a span at most; below that the next best place is taken


@dataclass(frozen=True, slots=True)
class Span:
    """Characters ``start`` to ``end`` of a text, which are ``tokens`` tokens of it."""

    start: int
    end: int
    tokens: int


def split(text: str, offsets: Sequence[int], max_tokens: int) -> list[Span]:
    """Spans that follow each other without a gap and cover all of ``text``, each of at most ``max_tokens`` tokens.

    ``offsets`` are the characters at which the tokens of ``text`` begin, in ascending order. Several tokens that
    begin at one character (parts of an emoji) stay together; only if they alone exceed ``max_tokens`` is a span larger.
    """
    if max_tokens < 1:
        raise ValueError(f"max_tokens must be at least 1, not {max_tokens}")
    spans: list[Span] = []
    start = token = 0
    while start < len(text):
        end = _end(text, offsets, start, token, max_tokens)
        next_token = len(offsets) if end == len(text) else bisect_left(offsets, end, token)
        spans.append(Span(start, end, next_token - token))
        start, token = end, next_token
    return spans


def _end(text: str, offsets: Sequence[int], start: int, token: int, max_tokens: int) -> int:
    """Where the span that begins at ``start`` ends."""
    if len(offsets) - token <= max_tokens:
        return len(text)
    limit = offsets[token + max_tokens]
    if limit <= start:
        # More tokens than allowed begin at one character: no cut can separate them.
        return next((offset for offset in offsets[token + max_tokens :] if offset > start), len(text))
    first = bisect_left(offsets, start, token)
    least = offsets[min(first + int(max_tokens * _LEAST_FILL), len(offsets) - 1)]
    cut = _best_cut(text, start, min(max(least, start), limit), limit)
    # Words carry the space before them in their token; a cut inside a token would make two of it.
    whole = offsets[bisect_right(offsets, cut, token) - 1]
    return whole if whole > start else cut


def _best_cut(text: str, start: int, least: int, limit: int) -> int:
    for pattern in _ENDS:
        cut = _last_end(pattern, text, least, limit)
        if cut > start:
            return cut
    return limit


def _last_end(pattern: re.Pattern[str], text: str, least: int, limit: int) -> int:
    cut = -1
    for match in pattern.finditer(text, least, limit):
        cut = match.end()
    return cut
