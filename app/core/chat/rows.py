"""Conversations and messages as the window and the command line see them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ConversationRow:
    """One conversation in the list. Times are seconds since the epoch; ``snippet`` is the end of what was said."""

    id: int
    title: str
    system_prompt: str
    pinned: bool
    draft: str
    created_at: float
    updated_at: float
    snippet: str = ""


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One message. ``state`` is streaming, done, stopped or failed; the figures are those of an answer.

    ``version`` of ``versions``: regenerating and editing keep what was there before, beside it.
    """

    id: int
    conversation_id: int
    parent_id: int | None
    role: str
    text: str
    state: str
    error: str | None
    model: str | None
    prompt_tokens: int | None
    cached_tokens: int | None
    generated_tokens: int | None
    ttft_s: float | None
    seconds: float | None
    decode_tokens_per_s: float | None
    created_at: float
    version: int = 1
    versions: int = 1
