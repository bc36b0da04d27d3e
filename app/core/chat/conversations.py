"""Conversations as they are kept: begun, found, read, led, renamed, pinned, deleted and brought back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.core.chat.rows import ConversationRow, MessageRow
from app.core.chat.shown import branch_shown, choose_branch, conversation_row, keep_settings
from app.core.chat.titles import UNTITLED
from app.core.errors import UsageError
from app.core.events import ConversationsChanged, EventBus
from app.core.settings import ChatSettings
from app.core.store import conversations as record
from app.core.store.sqlite import Connection, now
from app.core.store.store import Store


class Conversations:
    """All conversations of one database. Nothing here needs a model.

    Every method belongs to the core's event loop. An id that is not there raises UsageError.
    """

    def __init__(self, store: Store, events: EventBus, settings: ChatSettings) -> None:
        self.settings = settings
        self._store = store
        self._events = events

    async def new_conversation(
        self, *, title: str = "", system_prompt: str | None = None, settings: Mapping[str, Any] | None = None
    ) -> int:
        """Begin a conversation; returns its id. ``settings`` holds what differs from the chat settings."""
        prompt = self.settings.system_prompt if system_prompt is None else system_prompt
        found = await self._store.write(
            lambda db: record.add_conversation(
                db, title or UNTITLED, system_prompt=prompt, settings=dict(settings or {})
            )
        )
        self._events.publish(ConversationsChanged())
        return found

    async def conversations(self, search: str = "") -> list[ConversationRow]:
        """The conversations, pinned first, then the newest; with ``search`` those in which it was said."""
        return await self._store.read(lambda db: record.list_conversations(db, words=search))

    async def conversation(self, conversation_id: int) -> ConversationRow:
        """The conversation with its own system prompt and settings."""
        return await self._store.read(lambda db: conversation_row(db, conversation_id))

    async def messages(self, conversation_id: int) -> list[MessageRow]:
        """What was said, oldest first, on the branch that is shown: the newest one, unless another was chosen."""
        return await self._store.read(lambda db: branch_shown(db, conversation_id))

    async def find(self, words: str, limit: int = 50) -> list[record.Found]:
        """Where all these words were said: conversations with them in their title, then messages, best first."""
        if not words.strip():
            return []
        return await self._store.read(
            lambda db: record.search_titles(db, words) + record.search_messages(db, words, limit=limit)
        )

    async def show_message(self, message_id: int, step: int = 0) -> None:
        """Show the branch of a message, or of its version ``step`` places further; the next question goes on there."""
        found = await self._any_message(message_id)
        await self._store.write(lambda db: choose_branch(db, found.conversation_id, message_id, step))

    async def delete(self, conversation_id: int) -> None:
        """Delete a conversation; ``restore`` takes it back."""
        await self._change(conversation_id, deleted_at=now())

    async def restore(self, conversation_id: int) -> None:
        """Take back ``delete``."""
        await self._change(conversation_id, deleted_at=None)

    async def rename(self, conversation_id: int, title: str) -> None:
        """Give a conversation another title."""
        await self._change(conversation_id, title=" ".join(title.split()) or UNTITLED)

    async def pin(self, conversation_id: int, pinned: bool) -> None:
        """Keep a conversation at the top of the list, or no longer."""
        await self._change(conversation_id, pinned=int(pinned))

    async def set_settings(self, conversation_id: int, settings: Mapping[str, Any]) -> None:
        """Keep what differs from the chat settings in this conversation (``temperature``, ``max_tokens``, …)."""
        await self._store.write(lambda db: keep_settings(db, conversation_id, settings))
        self._events.publish(ConversationsChanged())

    async def lead(self, conversation_id: int, system_prompt: str, settings: Mapping[str, Any]) -> None:
        """Change both how a conversation is told what it is and how its answers are sampled, from the next one on."""

        def keep(db: Connection) -> None:
            record.change_conversation(db, conversation_id, system_prompt=system_prompt)
            keep_settings(db, conversation_id, settings)

        await self._store.write(keep)
        self._events.publish(ConversationsChanged())

    async def set_system_prompt(self, conversation_id: int, text: str) -> None:
        """Change what the model is told before the conversation, from the next answer on."""
        await self._change(conversation_id, system_prompt=text)

    async def save_draft(self, conversation_id: int | None, text: str) -> None:
        """Keep what is written and not sent; None: for a conversation that has not begun."""
        await self._store.write(lambda db: record.keep_draft(db, conversation_id, text))

    async def draft(self, conversation_id: int | None) -> str:
        """What ``save_draft`` kept."""
        return await self._store.read(lambda db: record.get_draft(db, conversation_id))

    async def _any_message(self, message_id: int) -> MessageRow:
        found = await self._store.read(lambda db: record.get_message(db, message_id))
        if found is None:
            raise UsageError(f"There is no message {message_id}.")
        return found

    async def _change(self, conversation_id: int, **changes: Any) -> None:
        await self._store.write(lambda db: record.change_conversation(db, conversation_id, **changes))
        self._events.publish(ConversationsChanged())
