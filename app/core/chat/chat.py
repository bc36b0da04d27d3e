"""The chat: conversations that keep their history, answers that stream and survive a crash."""

from __future__ import annotations

from app.core.chat.rows import ConversationRow, MessageRow


class Chat:
    """All conversations of one database. Answers arrive as AnswerStarted, AnswerDelta and AnswerFinished events."""

    async def new_conversation(self, *, title: str = "", system_prompt: str | None = None) -> int:
        """Begin a conversation; returns its id."""
        raise NotImplementedError

    async def conversations(self, search: str = "") -> list[ConversationRow]:
        """The conversations, pinned first, then the newest; with ``search`` those in which it was said."""
        raise NotImplementedError

    async def messages(self, conversation_id: int) -> list[MessageRow]:
        """What was said, oldest first, on the newest branch."""
        raise NotImplementedError

    async def send(self, conversation_id: int, text: str) -> int:
        """Store a question and begin its answer; returns the answer's message id at once. Raises UsageError."""
        raise NotImplementedError

    async def stop(self, message_id: int) -> None:
        """End an answer that is streaming; what has been said stays, as ``stopped``."""
        raise NotImplementedError

    async def regenerate(self, message_id: int) -> int:
        """Answer the same question anew; the old answer is kept beside it. Returns the new answer's id."""
        raise NotImplementedError

    async def edit(self, message_id: int, text: str) -> int:
        """Ask a question again in other words, from its place; returns the new answer's id."""
        raise NotImplementedError

    async def answer(self, message_id: int) -> MessageRow:
        """The message, once it is no longer streaming."""
        raise NotImplementedError

    async def delete_message(self, message_id: int) -> None:
        """Delete a message and everything said after it."""
        raise NotImplementedError

    async def delete(self, conversation_id: int) -> None:
        """Delete a conversation; an answer in it that is streaming is stopped first."""
        raise NotImplementedError

    async def rename(self, conversation_id: int, title: str) -> None:
        """Give a conversation another title."""
        raise NotImplementedError

    async def pin(self, conversation_id: int, pinned: bool) -> None:
        """Keep a conversation at the top of the list, or no longer."""
        raise NotImplementedError

    async def save_draft(self, conversation_id: int, text: str) -> None:
        """Keep what is in the composer, unsent."""
        raise NotImplementedError
