"""From what a person types to what FTS5 understands."""

from __future__ import annotations


def match_expression(words: str) -> str:
    """All of the words, the last one as a beginning; quotes and operators in them are plain text."""
    quoted = ['"' + word.replace('"', '""') + '"' for word in words.replace("\0", " ").split()]
    return " ".join(quoted) + "*" if quoted else '""'
