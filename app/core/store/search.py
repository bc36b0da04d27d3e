"""From what a person types to what FTS5 understands."""

from __future__ import annotations

import re


def match_expression(words: str) -> str:
    """All of the words, the last one as a beginning; quotes and operators in them are plain text."""
    quoted = ['"' + word.replace('"', '""') + '"' for word in words.replace("\0", " ").split()]
    return " ".join(quoted) + "*" if quoted else '""'


def any_expression(words: str) -> str:
    """Any of the words, so that a whole question may be looked for; small words that say nothing are left out."""
    chosen = [word for word in re.findall(r"\w+", words) if len(word) > 2] or re.findall(r"\w+", words)
    return " OR ".join(f'"{word}"' for word in dict.fromkeys(chosen)) or '""'
