"""The model names a conversation after its first answer, at batch priority: no chat and few documents wait for it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from app.core.chat.answer import ClientSource
from app.core.chat.attachments import apart
from app.core.chat.branch import branch_to
from app.core.chat.rows import MessageRow
from app.core.chat.titles import first_words, made_title, title_request
from app.core.store import conversations as record
from app.core.store.sqlite import Connection
from app.core.store.store import Store
from engines.client import ChatSampling
from engines.errors import EngineError
from engines.request import Priority

logger = logging.getLogger(__name__)

SAMPLING = ChatSampling(max_tokens=24, temperature=0.0)


class Titling:
    """Asks for titles in the background. A title that a person has given is never replaced."""

    def __init__(self, store: Store, client: ClientSource, rename: Callable[[int, str], Awaitable[None]]) -> None:
        self._store = store
        self._client = client
        self._rename = rename
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, conversation_id: int, answer_id: int) -> None:
        """An answer has ended; if it is the first, the conversation is given a title."""
        task = asyncio.create_task(self._give(conversation_id, answer_id), name=f"title-{conversation_id}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Give up what is still asked for."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _give(self, conversation_id: int, answer_id: int) -> None:
        said = await self._store.read(lambda db: _untitled(db, conversation_id, answer_id))
        if said is None:
            return
        question, answer = said
        try:
            client = await self._client()
            asked = title_request(apart(question.text)[0], answer.text)
            reply = await client.complete(asked, sampling=SAMPLING, priority=Priority.BATCH)
        except EngineError as error:
            logger.info("conversation %d keeps its first words as its title: %s", conversation_id, error)
            return
        title = made_title(reply.text, apart(question.text)[0])
        still = await self._store.read(lambda db: _untitled(db, conversation_id, answer_id))
        if title is not None and still is not None:
            await self._rename(conversation_id, title)


def _untitled(db: Connection, conversation_id: int, answer_id: int) -> tuple[MessageRow, MessageRow] | None:
    """The first question and its answer, while the question's first words are still the title."""
    found = record.get_conversation(db, conversation_id)
    branch = branch_to(record.list_messages(db, conversation_id), answer_id)
    if found is None or found.deleted_at is not None or len(branch) != 2:
        return None
    question, answer = branch
    fresh = found.title == first_words(question.text) and answer.state == "done"
    return (question, answer) if fresh and answer.text.strip() else None
