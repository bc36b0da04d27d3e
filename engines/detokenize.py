"""Tokens to text as they arrive: never half a character, never a stop string or the beginning of one."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Sequence


class TextStream:
    """The text of one answer. ``stopped`` becomes True once a stop string has appeared."""

    def __init__(self, piece: Callable[[int], bytes], stops: Sequence[str] = ()) -> None:
        self._piece = piece
        self._stops = tuple(stop for stop in stops if stop)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._held = ""
        self.stopped = False

    def push(self, token: int) -> str:
        """The text that may be shown now that ``token`` has come."""
        return self._release(self._decoder.decode(self._piece(token)))

    def finish(self) -> str:
        """What was held back in case a stop string would be completed; half a character at the end is dropped."""
        text, self._held = self._held, ""
        return text

    def _release(self, text: str) -> str:
        if self.stopped:
            return ""
        text = self._held + text
        self._held = ""
        if not self._stops:
            return text
        cut = earliest(text, self._stops)
        if cut is not None:
            self.stopped = True
            return text[:cut]
        keep = unfinished_stop(text, self._stops)
        self._held = text[len(text) - keep :]
        return text[: len(text) - keep]


def earliest(text: str, stops: Sequence[str]) -> int | None:
    """Where the first of the stop strings begins, None when there is none."""
    found = [at for at in (text.find(stop) for stop in stops) if at >= 0]
    return min(found) if found else None


def unfinished_stop(text: str, stops: Sequence[str]) -> int:
    """Length of the longest end of ``text`` that a stop string begins with."""
    longest = max(map(len, stops)) - 1
    for size in range(min(longest, len(text)), 0, -1):
        end = text[-size:]
        if any(stop.startswith(end) for stop in stops):
            return size
    return 0
