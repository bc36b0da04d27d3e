"""A recipe as the queue uses it: what to say to the model about one document, and what must come back."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PLACEHOLDER = "{{document}}"

JOIN = "join"

MERGE_TEXT = (
    "These are notes on the parts of one long document, in order. They were written for this task:\n\n"
    "{task}\n\nPut the notes together into one answer to the task. Do not repeat yourself.\n\nNotes:\n{{document}}"
)

Message = dict[str, str]


@dataclass(frozen=True, slots=True)
class Recipe:
    """One version of a recipe. ``name`` is the file's name, ``source`` its whole text.

    ``prompt`` and ``reduce`` hold the placeholder ``{{document}}`` once; a ``reduce`` of ``join`` puts the answers
    to a long document's parts one after the other without asking the model. ``schema`` is the JSON schema of the
    answer, or None for free text. ``max_chars`` refuses longer documents, ``timeout_s`` ends slow answers.
    """

    name: str
    title: str
    description: str
    prompt: str
    reduce: str
    source: str
    schema: dict[str, Any] | None = None
    max_tokens: int = 256
    temperature: float = 0.0
    repetition_penalty: float = 1.0
    max_chars: int | None = None
    timeout_s: float | None = None
    language: str | None = None
    path: Path | None = None

    @property
    def sha256(self) -> str:
        """The hash that tells versions apart."""
        return hashlib.sha256(self.source.encode()).hexdigest()

    @property
    def joins(self) -> bool:
        """Whether the answers to the parts of a long document are only put one after the other."""
        return self.reduce == JOIN and self.schema is None

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the answer's columns; empty for free text."""
        return tuple((self.schema or {}).get("properties", ()))

    def ask(self, document: str) -> list[Message]:
        """The messages that ask about ``document``; what comes before it is the same for every document."""
        return self._messages(self.prompt, document)

    def ask_to_merge(self, parts: list[str]) -> list[Message]:
        """The messages that ask for one answer from the answers to a document's parts."""
        notes = "\n\n".join(f"[{number}] {part.strip()}" for number, part in enumerate(parts, 1))
        return self._messages(self.reduce, notes)

    def _messages(self, prompt: str, document: str) -> list[Message]:
        # only this literal is replaced, once: a document may hold "$5", "%s" or the placeholder itself
        before, _, after = prompt.partition(PLACEHOLDER)
        instruction = f"Answer in {self.language}.\n" if self.language else ""
        return [{"role": "user", "content": instruction + before + document + after}]


def default_reduce(prompt: str) -> str:
    """The merging prompt of a recipe that brings none: its own task, without the document."""
    task = prompt.replace(PLACEHOLDER, "").strip()
    return MERGE_TEXT.replace("{task}", task)
