"""How to ask about a document: in one request when it fits the model's context, else in parts that are merged."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from app.core.documents.split import split
from app.core.failures import FailureClass, WorkFailed
from app.core.queue.contract import Client
from app.core.queue.moves import PartPlan
from app.core.recipes.recipe import Message, Recipe

TEMPLATE_TOKENS = 128  # more than any chat template adds around one message
MARGIN_TOKENS = 16  # a text cut elsewhere may have a few more tokens
LEAST_ROOM_TOKENS = 64
UNKNOWN_CONTEXT = 4096  # servers that do not tell their context have at least this
BYTES_PER_TOKEN = 2.5  # where the server cannot count: below what any common tokenizer averages


@dataclass(frozen=True, slots=True)
class Ask:
    """One request."""

    messages: list[Message]
    max_tokens: int


@dataclass(frozen=True, slots=True)
class Divide:
    """Parts of ``level``, each one request; the document waits for them."""

    level: int
    parts: list[PartPlan]


@dataclass(frozen=True, slots=True)
class Join:
    """The answer is there already: the parts' answers, one after the other."""

    text: str


@dataclass(frozen=True, slots=True)
class PartAnswer:
    """What was said about one part: its place in the document in characters, and the answer's length in tokens."""

    start: int
    end: int
    text: str
    tokens: int


class Planner:
    """Plans for one model. ``context`` is in tokens and holds prompt and answer together."""

    def __init__(self, client: Client, context: int | None) -> None:
        self._client = client
        self.context = context or UNKNOWN_CONTEXT

    async def document(self, recipe: Recipe, text: str, attempt: int, *, must_divide: bool = False) -> Ask | Divide:
        """One request, or parts of level 1. Raises WorkFailed (TOO_LONG) when the recipe leaves no room."""
        reply = self._reply(recipe)
        messages = recipe.ask(text)
        prompt = await self._fitting(messages, reply)
        if prompt is not None and not must_divide:
            return Ask(messages, self._generous(reply, prompt, attempt))
        room = await self._room(recipe, reply)
        if must_divide:  # the server counted more than we did
            room = max(room * 2 // 3, LEAST_ROOM_TOKENS)
        if recipe.joins:
            room = min(room, max(reply * 3 // 4, LEAST_ROOM_TOKENS))
        return Divide(1, await self._parts(text, room, at_least=2 if must_divide else 1))

    async def part(self, recipe: Recipe, text: str, attempt: int) -> Ask:
        """The request about one part of a document."""
        reply = await self._part_reply(recipe)
        messages = recipe.ask(text)
        prompt = await self._fitting(messages, reply)
        if prompt is None:
            raise WorkFailed(FailureClass.TOO_LONG, "A part of the document is longer than planned.")
        return Ask(messages, reply if not recipe.joins else self._generous(reply, prompt, attempt))

    async def merge(self, recipe: Recipe, parts: Sequence[PartAnswer], level: int, attempt: int) -> Ask | Divide | Join:
        """The request that merges the answers of ``level``, or groups of them as parts of the next level."""
        if recipe.joins:
            return Join("\n\n".join(part.text.strip() for part in parts))
        reply = self._reply(recipe)
        messages = recipe.ask_to_merge([part.text for part in parts])
        prompt = await self._fitting(messages, reply)
        if prompt is not None:
            return Ask(messages, self._generous(reply, prompt, attempt))
        room = self.context - reply - await self._count(recipe.ask_to_merge([""])) - 2 * MARGIN_TOKENS
        groups = _groups(parts, room)
        if len(groups) >= len(parts):
            raise WorkFailed(FailureClass.TOO_LONG, "Not even two answers about its parts fit the model's context.")
        spans = [PartPlan(seq, group[0].start, group[-1].end) for seq, group in enumerate(groups)]
        return Divide(level + 1, spans)

    async def merge_part(self, recipe: Recipe, parts: Sequence[PartAnswer]) -> Ask:
        """The request that merges one group of answers."""
        return Ask(recipe.ask_to_merge([part.text for part in parts]), await self._part_reply(recipe))

    def _reply(self, recipe: Recipe) -> int:
        return min(recipe.max_tokens, self.context // 2)

    async def _part_reply(self, recipe: Recipe) -> int:
        """An answer about a part is short enough for at least three of them to be merged in one request."""
        reply = self._reply(recipe)
        if recipe.joins:
            return reply
        room = self.context - reply - await self._count(recipe.ask_to_merge([""])) - 2 * MARGIN_TOKENS
        return max(min(reply, room // 3 - MARGIN_TOKENS), 1)

    def _generous(self, reply: int, prompt: int, attempt: int) -> int:
        """An answer that was cut gets more room the next time, as far as the context goes."""
        return max(reply, min(reply * max(attempt, 1), self.context - prompt))

    async def _fitting(self, messages: list[Message], reply: int) -> int | None:
        """The prompt's tokens (or a number above them) when prompt and answer fit, else None."""
        bound = sum(len(message["content"].encode()) for message in messages) + TEMPLATE_TOKENS
        if bound + reply <= self.context:
            return bound  # a token is at least one byte: no need to count
        count = await self._count(messages)
        return count if count + reply <= self.context else None

    async def _count(self, messages: list[Message]) -> int:
        counted = await self._client.count_messages(messages)
        if counted is not None:
            return counted
        return _estimate(sum(len(message["content"].encode()) for message in messages)) + TEMPLATE_TOKENS

    async def _room(self, recipe: Recipe, reply: int) -> int:
        room = self.context - reply - await self._count(recipe.ask("")) - MARGIN_TOKENS
        if room < LEAST_ROOM_TOKENS:
            raise WorkFailed(
                FailureClass.TOO_LONG,
                f"The recipe's instructions and its max_tokens leave no room in a context of {self.context} tokens.",
            )
        return room

    async def _parts(self, text: str, room: int, *, at_least: int) -> list[PartPlan]:
        """Parts of about equal length: rows of equal length finish together."""
        offsets = (await self._client.tokenize(text)).offsets
        if offsets is None:
            offsets = _estimated_offsets(text)
        pieces = max(math.ceil(len(offsets) / room), at_least)
        even = min(room, math.ceil(len(offsets) / pieces * 1.1) + 1)
        return [PartPlan(seq, span.start, span.end) for seq, span in enumerate(split(text, offsets, even))]


def _groups(parts: Sequence[PartAnswer], room: int) -> list[list[PartAnswer]]:
    """Neighbouring answers packed together as long as they fit ``room`` tokens."""
    groups: list[list[PartAnswer]] = []
    used = room + 1
    for part in parts:
        tokens = (part.tokens or _estimate(len(part.text.encode()))) + MARGIN_TOKENS
        if used + tokens > room:
            groups.append([])
            used = 0
        groups[-1].append(part)
        used += tokens
    return groups


def _estimate(size: int) -> int:
    return math.ceil(size / BYTES_PER_TOKEN)


def _estimated_offsets(text: str) -> list[int]:
    """Where tokens may begin when the server cannot tell: evenly spread."""
    tokens = max(_estimate(len(text.encode())), 1)
    return [index * len(text) // tokens for index in range(tokens)]
