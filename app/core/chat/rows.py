"""Conversations and messages as the window and the command line see them: the store's own rows, and the context."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.store.conversations import ConversationRow, MessageRow

__all__ = ["ConversationRow", "MessageRow", "Use"]


@dataclass(frozen=True, slots=True)
class Use:
    """How much of the context is taken; ``context`` is 0 where the server does not tell."""

    tokens: int
    context: int
