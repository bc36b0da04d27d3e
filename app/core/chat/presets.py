"""Presets: a system prompt and sampling under a name, chosen for one conversation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from app.core.errors import UsageError
from app.core.store import presets as record

if TYPE_CHECKING:
    from app.core.store.store import Store

LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Preset:
    """A way to lead a conversation. ``settings`` holds what differs from the chat settings.

    ``built_in`` ones come with Nightdesk and can be neither renamed nor removed.
    """

    name: str
    system_prompt: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    built_in: bool = False


BUILT_IN = (
    Preset(
        "Precise",
        "Answer exactly and briefly. Keep to what is given or certain, and say so when you do not know something.",
        {"temperature": 0.1, "top_p": 0.9},
        built_in=True,
    ),
    Preset(
        "Imaginative",
        "You are an inventive writer. Offer unexpected ideas and vivid language.",
        {"temperature": 1.0, "top_p": 0.95, "min_p": 0.05},
        built_in=True,
    ),
    Preset(
        "Editor",
        "You are a careful editor. Correct spelling, grammar and style of the text you are given, keep its meaning "
        "and its language, and answer with the corrected text only.",
        {"temperature": 0.2, "repetition_penalty": 1.0, "max_tokens": 2048},
        built_in=True,
    ),
    Preset(
        "Translator",
        "Translate the text you are given: English into German, any other language into English. "
        "Answer with the translation only.",
        {"temperature": 0.2, "repetition_penalty": 1.0, "max_tokens": 2048},
        built_in=True,
    ),
    Preset(
        "Programmer",
        "You are an experienced programmer. Answer with working code in fenced blocks that name their language, "
        "and explain only what is not obvious.",
        {"temperature": 0.2, "repetition_penalty": 1.0, "max_tokens": 2048},
        built_in=True,
    ),
)


class Presets:
    """The presets of one database, the built-in ones before a person's own."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def all(self) -> list[Preset]:
        """Every preset."""
        own = await self._store.read(record.list_presets)
        return [*BUILT_IN, *(Preset(*one) for one in own)]

    async def save(self, name: str, system_prompt: str, settings: Mapping[str, Any]) -> str:
        """Keep a preset under ``name``, in place of one that has it; returns the name. Raises UsageError."""
        chosen = _checked(name)
        await self._store.write(lambda db: record.put_preset(db, chosen, system_prompt, settings))
        return chosen

    async def rename(self, old: str, new: str) -> str:
        """Give a preset of one's own another name; returns it. Raises UsageError."""
        chosen = _checked(new)
        taken = {one.name.casefold() for one in await self.all()} - {old.casefold()}
        if chosen.casefold() in taken:
            raise UsageError(f"There is a preset “{chosen}” already; choose another name.")
        if not await self._store.write(lambda db: record.rename_preset(db, old, chosen)):
            raise UsageError(f"There is no preset “{old}” of your own.")
        return chosen

    async def remove(self, name: str) -> None:
        """Remove a preset of one's own; conversations keep what they took from it. Raises UsageError."""
        if not await self._store.write(lambda db: record.delete_preset(db, name)):
            raise UsageError(f"There is no preset “{name}” of your own.")


def _checked(name: str) -> str:
    chosen = " ".join(name.split())
    if not chosen:
        raise UsageError("A preset needs a name.")
    if len(chosen) > LONGEST_NAME:
        raise UsageError(f"A preset's name has at most {LONGEST_NAME} characters.")
    if any(chosen.casefold() == one.name.casefold() for one in BUILT_IN):
        raise UsageError(f"“{chosen}” comes with Nightdesk; choose another name.")
    return chosen
