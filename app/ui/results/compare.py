"""Where two answers differ, word by word."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from app.ui.marks import Span

_WORD = re.compile(r"\S+")
_LINE = re.compile(r"[^\n]+")
_MOST_WORDS = 2_000  # longer answers are compared line by line: words would take seconds


@dataclass(frozen=True, slots=True)
class Differences:
    """Spans that only the left and only the right text has; ``alike`` from 0 to 1."""

    left: list[Span]
    right: list[Span]
    alike: float


def differences(left: str, right: str) -> Differences:
    """Compare two texts; the case of letters and spaces around words do not count."""
    pattern = _WORD if max(len(left), len(right)) < 7 * _MOST_WORDS else _LINE
    one, other = list(pattern.finditer(left)), list(pattern.finditer(right))
    matcher = SequenceMatcher(
        None, [word[0].casefold() for word in one], [word[0].casefold() for word in other], autojunk=False
    )
    found = Differences([], [], matcher.ratio())
    for kind, left_from, left_to, right_from, right_to in matcher.get_opcodes():
        if kind != "equal":
            found.left.extend(_span(one, left_from, left_to))
            found.right.extend(_span(other, right_from, right_to))
    return found


def _span(words: list[re.Match[str]], first: int, last: int) -> list[Span]:
    return [(words[first].start(), words[last - 1].end())] if last > first else []
