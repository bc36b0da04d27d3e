"""Asking the results: what a search found, as text that goes along with a question and fits the context."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.core.chat.attachments import Attachment
from app.core.chat.context import CHARACTERS_PER_TOKEN
from app.core.store.evidence import ResultFound, find_evidence

if TYPE_CHECKING:
    from app.core.store.store import Store

HEAD_TOKENS = 32  # a result's line of provenance, at most
LEAST_TOKENS = 48  # less of a result than this says nothing
_CUT = " […]"
_SNIPPET = 160
_BRACKETS = re.compile(r'[{}\[\]"]+')

CountTokens = Callable[[str], Awaitable[int | None]]


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A result as it would go along: its text, the ``tokens`` of it, and whether it had to be ``cut``.

    One for which there is no room has no text.
    """

    result_id: int
    document: str
    recipe: str
    snippet: str
    text: str
    tokens: int
    cut: bool = False

    @property
    def fits(self) -> bool:
        """Whether there is room for it."""
        return bool(self.text)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a search over the results found, the best first. ``room``: the tokens that were free for it."""

    recipe: str | None
    words: str
    excerpts: tuple[Excerpt, ...]
    room: int

    def attachments(self, chosen: Sequence[int] | None = None) -> list[Attachment]:
        """The chosen results that fit, all of them by default, each with where it comes from."""
        wanted = {one.result_id for one in self.excerpts} if chosen is None else set(chosen)
        return [
            Attachment(one.document, one.text, one.recipe, self.words)
            for one in self.excerpts
            if one.fits and one.result_id in wanted
        ]


async def look_up(
    store: Store, recipe: str | None, words: str, *, limit: int, room: int, count: CountTokens | None = None
) -> Evidence:
    """Search the results of a recipe (None: of all) and take the best ``limit`` along as far as ``room`` tokens reach.

    ``count`` gives the tokens of a text; without it they are estimated.
    """
    found = await store.read(lambda db: find_evidence(db, recipe, words, limit))
    left, excerpts = room, []
    for one in found:
        excerpt = await _excerpt(one, left, count)
        left -= excerpt.tokens + HEAD_TOKENS if excerpt.fits else 0
        excerpts.append(excerpt)
    return Evidence(recipe, " ".join(words.split()), tuple(excerpts), room)


async def _excerpt(found: ResultFound, left: int, count: CountTokens | None) -> Excerpt:
    text = as_text(found.text, found.data)
    tokens = await _tokens(text, count)
    cut = tokens + HEAD_TOKENS > left
    if cut and left >= HEAD_TOKENS + LEAST_TOKENS:
        text = _shortened(text, (left - HEAD_TOKENS) / tokens)
        tokens = await _tokens(text, count)
    if tokens + HEAD_TOKENS > left:
        text, tokens = "", 0
    return Excerpt(found.id, found.document, found.recipe, _snippet(found), text, tokens, cut and bool(text))


def _snippet(found: ResultFound) -> str:
    """The words around the hits; what a result says where nothing was sought, or where only its name says it."""
    hits = _BRACKETS.sub("", found.snippet) if isinstance(found.data, dict) else found.snippet
    if "\x02" in hits and hits.replace("\x02", "").replace("\x03", "") != found.document:
        return hits
    return " ".join(as_text(found.text, found.data)[:_SNIPPET].split())


def as_text(text: str, data: Any | None) -> str:
    """A result as a person would write it down: columns as lines of name and value."""
    if not isinstance(data, dict):
        return text.strip()
    return "\n".join(f"{name}: {_value(value)}" for name, value in data.items() if value not in (None, "", []))


def _value(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_value(one) for one in value)
    if isinstance(value, dict):
        return ", ".join(f"{name} {_value(one)}" for name, one in value.items())
    return str(value)


def _shortened(text: str, share: float) -> str:
    """About so much of the beginning, up to the end of a word."""
    kept = text[: max(0, int(len(text) * share * 0.9) - len(_CUT))]
    return (kept.rsplit(None, 1)[0] if " " in kept else kept) + _CUT


async def _tokens(text: str, count: CountTokens | None) -> int:
    counted = await count(text) if count is not None else None
    return len(text) // CHARACTERS_PER_TOKEN + 1 if counted is None else counted
