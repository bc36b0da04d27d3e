"""Documents that go along with a question: how they stand in its text, and how they are found there again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_HEAD = re.compile(r"^=== Document: (.+) ===$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A document's name and its text."""

    name: str
    text: str


def with_documents(question: str, documents: Sequence[Attachment]) -> str:
    """The question followed by the documents, each under a line with its name."""
    parts = [question.strip()]
    parts += [f"=== Document: {' '.join(one.name.split())} ===\n{one.text.strip()}" for one in documents]
    return "\n\n".join(parts)


def apart(text: str) -> tuple[str, list[Attachment]]:
    """The question as it was typed, and the documents that went along with it."""
    question, *rest = _HEAD.split(text)
    pairs = zip(rest[::2], rest[1::2], strict=True)
    return (question.strip() if rest else question), [Attachment(name, body.strip()) for name, body in pairs]
