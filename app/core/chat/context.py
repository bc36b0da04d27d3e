"""What of a conversation is sent: the system prompt and as many of the newest turns as fit the context."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from app.core.errors import UsageError

Message = dict[str, Any]
Count = Callable[[list[Message]], Awaitable[int | None]]

# No tokenizer makes more tokens than bytes; a chat template adds a few per message and for the answer's opening.
TEMPLATE_TOKENS_PER_MESSAGE = 16
TEMPLATE_TOKENS = 64
CHARACTERS_PER_TOKEN = 3


@dataclass(frozen=True, slots=True)
class Fitted:
    """The messages to send, tokens they take at most, and how many older messages were left out."""

    messages: list[Message]
    tokens: int
    left_out: int


async def fit(messages: Sequence[Message], context: int, answer_tokens: int, count: Count) -> Fitted:
    """Leave out the oldest turns until the rest and ``answer_tokens`` fit ``context`` tokens.

    ``count`` gives the tokens of messages, or None where the server cannot. The system prompt and the last
    message always stay; raises UsageError when not even these fit.
    """
    room = context - min(answer_tokens, context // 2)
    everything = list(messages)
    if upper_bound(everything) <= room:
        return Fitted(everything, upper_bound(everything), 0)  # sure to fit: no question to the tokenizer
    head, turns = _split(everything)
    starts = _turn_starts(turns)
    low, high = 0, len(starts) - 1
    while low < high:
        middle = (low + high) // 2
        if await _tokens(head + turns[starts[middle] :], count) <= room:
            high = middle
        else:
            low = middle + 1
    kept = head + turns[starts[low] :]
    tokens = await _tokens(kept, count)
    if tokens >= context:
        raise UsageError(
            f"The message takes {tokens:,} tokens and the model's context holds {context:,}; "
            "shorten it, or choose a model with a larger context."
        )
    return Fitted(kept, tokens, starts[low])


def upper_bound(messages: Sequence[Message]) -> int:
    """Tokens that ``messages`` cannot exceed, whatever the tokenizer."""
    size = sum(len(message["content"].encode("utf-8", "replace")) for message in messages)
    return size + TEMPLATE_TOKENS_PER_MESSAGE * len(messages) + TEMPLATE_TOKENS


async def _tokens(messages: list[Message], count: Count) -> int:
    counted = await count(messages)
    if counted is not None:
        return counted
    size = sum(len(message["content"]) for message in messages)
    return size // CHARACTERS_PER_TOKEN + TEMPLATE_TOKENS_PER_MESSAGE * len(messages) + TEMPLATE_TOKENS


def _split(messages: list[Message]) -> tuple[list[Message], list[Message]]:
    system = bool(messages) and messages[0]["role"] == "system"
    return messages[:system], messages[system:]


def _turn_starts(turns: list[Message]) -> list[int]:
    """Where a conversation may begin: at a question, never at an answer. With no question, at the last message."""
    return [at for at, message in enumerate(turns) if message["role"] == "user"] or [max(0, len(turns) - 1)]
