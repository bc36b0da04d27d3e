"""A title for a conversation: the first words of its first question."""

from __future__ import annotations

LONGEST = 48
UNTITLED = "New conversation"


def first_words(text: str) -> str:
    """As many whole words of the first line as fit a list entry."""
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    if len(line) <= LONGEST:
        return line or UNTITLED
    cut = line[: LONGEST + 1].rsplit(" ", 1)[0]
    return f"{cut[:LONGEST].rstrip('.,;:')}…"
