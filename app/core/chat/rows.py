"""Conversations and messages as the window and the command line see them: the store's own rows."""

from __future__ import annotations

from app.core.store.conversations import ConversationRow, MessageRow

__all__ = ["ConversationRow", "MessageRow"]
