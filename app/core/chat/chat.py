"""The chat: questions are asked, and their answers stream, are stopped, go on, and survive a crash."""

from __future__ import annotations

from app.core.chat.answer import Answer, ClientSource
from app.core.chat.branch import branch_to, with_descendants
from app.core.chat.context import upper_bound
from app.core.chat.conversations import Conversations
from app.core.chat.evidence import Evidence, look_up
from app.core.chat.presets import Presets
from app.core.chat.rows import MessageRow, Use
from app.core.chat.titling import Titling
from app.core.chat.told import question_for, said_before
from app.core.chat.turns import answer_anew, ask, ask_anew
from app.core.errors import UsageError
from app.core.events import ConversationsChanged, EventBus
from app.core.settings import ChatSettings
from app.core.store import conversations as record
from app.core.store.sqlite import Connection, now
from app.core.store.store import Store

ROOM_UNKNOWN = 1_200  # tokens for results while no model says what its context is


class Chat(Conversations):
    """The conversations, with a model that answers in them.

    Answers arrive as AnswerStarted, AnswerDelta and AnswerFinished events. Every method belongs to the core's
    event loop. An id that is not there raises UsageError.
    """

    def __init__(self, store: Store, events: EventBus, client: ClientSource, settings: ChatSettings) -> None:
        super().__init__(store, events, settings)
        self.presets = Presets(store)
        self._client = client
        self._streaming: dict[int, Answer] = {}
        self._titling = Titling(store, client, self.rename)

    async def recover(self) -> int:
        """Mark answers that a crash cut short as stopped; returns how many. For the database's owner, at start.

        Conversations deleted before are erased now: whoever could have taken that back has quit since.
        """
        await self._store.write(lambda db: record.purge_conversations(db, now()))
        return await self._store.write(record.sweep_streaming)

    async def close(self) -> None:
        """Stop every answer that is streaming; what has been said is kept."""
        for message_id in list(self._streaming):
            await self.stop(message_id)
        await self._titling.close()

    async def use(self, conversation_id: int, text: str = "") -> Use:
        """The tokens that the branch shown and ``text`` would take, and the context they share.

        Loads the engine when there is none: ask only while it is ready.
        """
        said = await self._store.read(lambda db: said_before(db, conversation_id, 0) if conversation_id else [])
        client = await self._client()
        served = await client.model()
        messages = [*said, {"role": "user", "content": text}] if text.strip() else said
        tokens = await client.count_messages(messages) if messages else 0
        return Use(upper_bound(messages) if tokens is None else tokens, served.context or 0)

    async def look_up(
        self, conversation_id: int, question: str, recipe: str | None, words: str, limit: int, *, ready: bool
    ) -> Evidence:
        """Search the results for what can go along with ``question``, beside what the conversation takes already.

        ``recipe`` None: of all recipes. Tokens are counted by the model while it is ``ready``, else estimated.
        """
        if not ready:
            return await look_up(self._store, recipe, words, limit=limit, room=ROOM_UNKNOWN)
        client = await self._client()
        use = await self.use(conversation_id, question or " ?")
        answer = min(self.settings.max_tokens, use.context // 2)
        room = max(0, use.context - answer - use.tokens) if use.context else ROOM_UNKNOWN

        async def count(text: str) -> int | None:
            return (await client.tokenize(text)).count

        return await look_up(self._store, recipe, words, limit=limit, room=room, count=count)

    async def send(self, conversation_id: int, text: str) -> int:
        """Store a question and begin its answer; returns the answer's message id at once. Raises UsageError."""
        if not text.strip():
            raise UsageError("The message is empty; write something first.")
        answer_id = await self._store.write(lambda db: ask(db, conversation_id, text))
        self._events.publish(ConversationsChanged())
        await self._begin(conversation_id, answer_id)
        return answer_id

    async def regenerate(self, message_id: int) -> int:
        """Answer the same question anew; the old answer is kept beside it. Returns the new answer's id."""
        old = await self._message(message_id, "assistant")
        await self.stop(message_id)
        answer_id = await self._store.write(lambda db: answer_anew(db, old))
        await self._begin(old.conversation_id, answer_id)
        return answer_id

    async def resume(self, message_id: int) -> None:
        """Go on with an answer that was stopped, broke off, or was cut at its length. Raises UsageError."""
        found = await self._message(message_id, "assistant")
        if not found.text.strip():
            raise UsageError("There is nothing to go on from; ask for the answer again.")
        if message_id in self._streaming:
            raise UsageError("This answer is still being written.")
        await self._store.write(lambda db: record.open_again(db, message_id))
        await self._begin(found.conversation_id, message_id, begun=found)

    async def edit(self, message_id: int, text: str) -> int:
        """Ask a question again in other words, from its place; returns the new answer's id."""
        if not text.strip():
            raise UsageError("The message is empty; write something first.")
        old = await self._message(message_id, "user")
        answer_id = await self._store.write(lambda db: ask_anew(db, old, text))
        await self._begin(old.conversation_id, answer_id)
        return answer_id

    async def stop(self, message_id: int) -> None:
        """End an answer that is streaming; what has been said stays, as ``stopped``. Harmless when it has ended."""
        answer = self._streaming.get(message_id)
        if answer is not None:
            await answer.stop()

    async def answer(self, message_id: int) -> MessageRow:
        """The message with its place among its versions, once it is no longer streaming."""
        answer = self._streaming.get(message_id)
        if answer is not None:
            await answer.ended()
        found = await self._message(message_id, "assistant")
        rows = await self._store.read(lambda db: record.list_messages(db, found.conversation_id))
        return branch_to(rows, message_id)[-1]

    async def delete_message(self, message_id: int) -> None:
        """Delete a message and everything said after it, on every branch."""
        found = await self._any_message(message_id)
        rows = await self._store.read(lambda db: record.list_messages(db, found.conversation_id))
        doomed = with_descendants(rows, message_id)
        for one in doomed:
            await self.stop(one)
        await self._store.write(lambda db: _erase(db, doomed))
        self._events.publish(ConversationsChanged())

    async def delete(self, conversation_id: int) -> None:
        """Delete a conversation, and stop what is streaming in it; ``restore`` takes it back."""
        await super().delete(conversation_id)  # first: a restore that follows at once is not overtaken
        for row in await self._store.read(lambda db: record.list_messages(db, conversation_id)):
            await self.stop(row.id)

    async def _message(self, message_id: int, role: str) -> MessageRow:
        found = await self._store.read(lambda db: record.get_message(db, message_id))
        if found is None or found.role != role:
            raise UsageError(f"Message {message_id} is no {'answer' if role == 'assistant' else 'question'}.")
        return found

    async def _begin(self, conversation_id: int, answer_id: int, begun: MessageRow | None = None) -> None:
        question = await self._store.read(lambda db: question_for(db, conversation_id, answer_id, self.settings, begun))
        answer = Answer(question, self._store, self._events, self._client)
        self._streaming[answer_id] = answer
        answer.task.add_done_callback(lambda _task: self._ended(conversation_id, answer_id))

    def _ended(self, conversation_id: int, answer_id: int) -> None:
        del self._streaming[answer_id]
        self._titling.begin(conversation_id, answer_id)


def _erase(db: Connection, message_ids: list[int]) -> None:
    for message_id in message_ids:
        record.delete_message(db, message_id)
