"""The parts of an answer, and the markers that part them, looked for in text that is still coming."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from engines.calls.call import ToolCall


class Channel(StrEnum):
    """Where a piece of text belongs."""

    CONTENT = "content"
    REASONING = "reasoning_content"
    TOOL = "tool_calls"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text of one channel, or a complete tool call."""

    channel: Channel
    text: str = ""
    call: ToolCall | None = None


def first_of(text: str, markers: Sequence[str]) -> tuple[int, str | None]:
    """Where the first of the markers stands in ``text``, and which it is; the longest where several begin there."""
    found = [(text.find(marker), -len(marker), marker) for marker in markers if marker in text]
    at, _, marker = min(found, default=(-1, 0, None))
    return at, marker


def unfinished(text: str, markers: Sequence[str]) -> int:
    """How many characters at the end of ``text`` could be the beginning of a marker."""
    longest = max(map(len, markers), default=1) - 1
    for size in range(min(longest, len(text)), 0, -1):
        if text.endswith(tuple(marker[:size] for marker in markers if len(marker) > size)):
            return size
    return 0
