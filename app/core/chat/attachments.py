"""What goes along with a question: how it stands in its text, and how it is found there again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_HEAD = re.compile(r"^=== (?:Document|Result of “([^”\n]*)”(?: for “([^”\n]*)”)?): (.+) ===$", re.MULTILINE)
NAME_THEM = "Answer from the results above, and name the documents that you rely on."


@dataclass(frozen=True, slots=True)
class Attachment:
    """A document's name and its text. Of a result: the answer of ``recipe``, found by searching for ``words``."""

    name: str
    text: str
    recipe: str = ""
    words: str = ""

    @property
    def head(self) -> str:
        """The line above its text, which tells the model and the reader where it comes from."""
        name = " ".join(self.name.split())
        if not self.recipe:
            return f"=== Document: {name} ==="
        words = f" for “{_plain(self.words)}”" if self.words.strip() else ""
        return f"=== Result of “{_plain(self.recipe)}”{words}: {name} ==="


def with_documents(question: str, documents: Sequence[Attachment]) -> str:
    """The question followed by the documents, each under a line with its name."""
    return "\n\n".join([question.strip(), *(f"{one.head}\n{one.text.strip()}" for one in documents)])


def apart(text: str) -> tuple[str, list[Attachment]]:
    """The question as it was typed, and what went along with it."""
    heads = list(_HEAD.finditer(text))
    if not heads:
        return text, []
    ends = [one.start() for one in heads[1:]] + [len(text)]
    found = [
        Attachment(head[3], text[head.end() : end].strip(), head[1] or "", head[2] or "")
        for head, end in zip(heads, ends, strict=True)
    ]
    return text[: heads[0].start()].strip(), found


def for_the_model(text: str) -> str:
    """A question as it is sent: where results went along, the model is told to name their documents."""
    results = any(one.recipe for one in apart(text)[1])
    return f"{text}\n\n{NAME_THEM}" if results else text


def _plain(words: str) -> str:
    return " ".join(words.split()).replace("”", '"')
