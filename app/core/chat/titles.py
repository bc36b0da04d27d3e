"""A title for a conversation: the first words of its first question, until the model has made a better one."""

from __future__ import annotations

import re

from app.core.chat.context import Message

LONGEST = 48
UNTITLED = "New conversation"

_READ = 600  # characters of the question and of the answer
_MOST_WORDS = 9
_WORD = re.compile(r"\w{4,}")
_LABEL = re.compile(r"^(?:title|titel|topic)\s*[:–-]\s*", re.IGNORECASE)


def first_words(text: str) -> str:
    """As many whole words of the first line as fit a list entry."""
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    if len(line) <= LONGEST:
        return line or UNTITLED
    cut = line[: LONGEST + 1].rsplit(" ", 1)[0]
    return f"{cut[:LONGEST].rstrip('.,;:')}…"


def title_request(question: str, answer: str) -> list[Message]:
    """What the model is asked for a title."""
    text = (
        "Write a title of at most six words for this conversation, in its language. Answer with the title only.\n\n"
        f"Question: {question.strip()[:_READ]}\n\nAnswer: {answer.strip()[:_READ]}"
    )
    return [{"role": "user", "content": text}]


def made_title(said: str, question: str) -> str | None:
    """The title in what the model said; None when it is none: too long, an announcement, or about something else."""
    line = next((line for line in said.splitlines() if line.strip()), "")
    title = _LABEL.sub("", line.strip(" \t#*_\"'`“”„«»")).strip(" *_\"'`“”„«».:")
    if not 2 <= len(title.split()) <= _MOST_WORDS or len(title) > LONGEST or line.rstrip().endswith(":"):
        return None
    said_of = {word.casefold() for word in _WORD.findall(question)}
    return title if said_of & {word.casefold() for word in _WORD.findall(title)} else None
