"""The chat: conversations that keep their history, answers that stream and survive a crash."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.core.chat.answer import Answer, ClientSource, Question
from app.core.chat.attachments import for_the_model
from app.core.chat.branch import branch_to, newest_below, other_version, with_descendants
from app.core.chat.context import Message, upper_bound
from app.core.chat.evidence import Evidence, look_up
from app.core.chat.presets import Presets
from app.core.chat.rows import ConversationRow, MessageRow, Use
from app.core.chat.titles import UNTITLED, first_words
from app.core.chat.titling import Titling
from app.core.errors import UsageError
from app.core.events import ConversationsChanged, EventBus
from app.core.settings import ChatSettings
from app.core.store import conversations as record
from app.core.store.sqlite import Connection, now
from app.core.store.store import Store
from engines.client import ChatSampling

ROOM_UNKNOWN = 1_200  # tokens for results while no model says what its context is
SHOWN = "shown"  # among a conversation's settings: the message at which the chosen branch ends


class Chat:
    """All conversations of one database. Answers arrive as AnswerStarted, AnswerDelta and AnswerFinished events.

    Every method belongs to the core's event loop. An id that is not there raises UsageError.
    """

    def __init__(self, store: Store, events: EventBus, client: ClientSource, settings: ChatSettings) -> None:
        self.settings = settings
        self.presets = Presets(store)
        self._store = store
        self._events = events
        self._client = client
        self._streaming: dict[int, Answer] = {}
        self._titling = Titling(store, client, self.rename)

    async def recover(self) -> int:
        """Mark answers that a crash cut short as stopped; returns how many. For the database's owner, at start."""
        return await self._store.write(record.sweep_streaming)

    async def close(self) -> None:
        """Stop every answer that is streaming; what has been said is kept."""
        for message_id in list(self._streaming):
            await self.stop(message_id)
        await self._titling.close()

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

    async def messages(self, conversation_id: int) -> list[MessageRow]:
        """What was said, oldest first, on the branch that is shown: the newest one, unless another was chosen."""
        return await self._store.read(lambda db: _shown(db, conversation_id))

    async def conversation(self, conversation_id: int) -> ConversationRow:
        """The conversation with its own system prompt and settings."""
        return await self._store.read(lambda db: _conversation(db, conversation_id))

    async def find(self, words: str, limit: int = 50) -> list[record.Found]:
        """Where all these words were said: conversations with them in their title, then messages, best first."""
        if not words.strip():
            return []
        return await self._store.read(
            lambda db: record.search_titles(db, words) + record.search_messages(db, words, limit=limit)
        )

    async def show_message(self, message_id: int, step: int = 0) -> None:
        """Show the branch of a message, or of its version ``step`` places further; the next question goes on there."""
        found = await self._store.read(lambda db: record.get_message(db, message_id))
        if found is None:
            raise UsageError(f"There is no message {message_id}.")
        await self._store.write(lambda db: _choose(db, found.conversation_id, message_id, step))

    async def use(self, conversation_id: int, text: str = "") -> Use:
        """The tokens that the branch shown and ``text`` would take, and the context they share.

        Loads the engine when there is none: ask only while it is ready.
        """
        said = await self._store.read(lambda db: self._said(db, conversation_id, 0) if conversation_id else [])
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
        answer_id = await self._store.write(lambda db: _ask(db, conversation_id, text))
        self._events.publish(ConversationsChanged())
        await self._begin(conversation_id, answer_id)
        return answer_id

    async def regenerate(self, message_id: int) -> int:
        """Answer the same question anew; the old answer is kept beside it. Returns the new answer's id."""
        old = await self._message(message_id, "assistant")
        await self.stop(message_id)
        answer_id = await self._store.write(lambda db: _answer_anew(db, old))
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
        answer_id = await self._store.write(lambda db: _ask_anew(db, old, text))
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
        found = await self._store.read(lambda db: record.get_message(db, message_id))
        if found is None:
            raise UsageError(f"There is no message {message_id}.")
        rows = await self._store.read(lambda db: record.list_messages(db, found.conversation_id))
        doomed = with_descendants(rows, message_id)
        for one in doomed:
            await self.stop(one)
        await self._store.write(lambda db: _erase(db, doomed))
        self._events.publish(ConversationsChanged())

    async def delete(self, conversation_id: int) -> None:
        """Delete a conversation; an answer in it that is streaming is stopped first."""
        for row in await self.messages(conversation_id):
            await self.stop(row.id)
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
        await self._store.write(lambda db: _keep_settings(db, conversation_id, settings))
        self._events.publish(ConversationsChanged())

    async def lead(self, conversation_id: int, system_prompt: str, settings: Mapping[str, Any]) -> None:
        """Change both how a conversation is told what it is and how its answers are sampled, from the next one on."""

        def keep(db: Connection) -> None:
            record.change_conversation(db, conversation_id, system_prompt=system_prompt)
            _keep_settings(db, conversation_id, settings)

        await self._store.write(keep)
        self._events.publish(ConversationsChanged())

    async def set_system_prompt(self, conversation_id: int, text: str) -> None:
        """Change what the model is told before the conversation, from the next answer on."""
        await self._change(conversation_id, system_prompt=text)

    async def save_draft(self, conversation_id: int, text: str) -> None:
        """Keep what is in the composer, unsent."""
        await self._store.write(lambda db: record.change_conversation(db, conversation_id, draft=text))

    async def _change(self, conversation_id: int, **changes: Any) -> None:
        await self._store.write(lambda db: record.change_conversation(db, conversation_id, **changes))
        self._events.publish(ConversationsChanged())

    async def _message(self, message_id: int, role: str) -> MessageRow:
        found = await self._store.read(lambda db: record.get_message(db, message_id))
        if found is None or found.role != role:
            raise UsageError(f"Message {message_id} is no {'answer' if role == 'assistant' else 'question'}.")
        return found

    async def _begin(self, conversation_id: int, answer_id: int, begun: MessageRow | None = None) -> None:
        question = await self._store.read(lambda db: self._question(db, conversation_id, answer_id, begun))
        answer = Answer(question, self._store, self._events, self._client)
        self._streaming[answer_id] = answer
        answer.task.add_done_callback(lambda _task: self._ended(conversation_id, answer_id))

    def _ended(self, conversation_id: int, answer_id: int) -> None:
        del self._streaming[answer_id]
        self._titling.begin(conversation_id, answer_id)

    def _question(self, db: Connection, conversation_id: int, answer_id: int, begun: MessageRow | None) -> Question:
        sampling = _sampling(self.settings, _conversation(db, conversation_id).settings)
        said = self._said(db, conversation_id, answer_id)
        if begun is not None:
            said.append({"role": "assistant", "content": begun.text, "prefix": True})
        return Question(conversation_id, answer_id, said, sampling, begun)

    def _said(self, db: Connection, conversation_id: int, answer_id: int) -> list[Message]:
        """The system prompt and what was said before an answer; with 0 all of the branch that is shown."""
        system = _conversation(db, conversation_id).system_prompt
        said: list[Message] = [{"role": "system", "content": system}] if system.strip() else []
        rows = record.list_messages(db, conversation_id)
        branch = branch_to(rows, answer_id) if answer_id else _shown(db, conversation_id)
        told = [row for row in branch if row.id != answer_id and row.text]
        return said + [{"role": row.role, "content": _sent(row)} for row in told]


def _sent(row: MessageRow) -> str:
    return for_the_model(row.text) if row.role == "user" else row.text


def _ask(db: Connection, conversation_id: int, text: str) -> int:
    found = _conversation(db, conversation_id)
    branch = _shown(db, conversation_id)
    if found.title == UNTITLED and not branch:
        record.change_conversation(db, conversation_id, title=first_words(text))
    record.change_conversation(db, conversation_id, draft="")
    _show_newest(db, conversation_id)
    return _ask_at(db, conversation_id, branch[-1].id if branch else None, text)


def _ask_at(db: Connection, conversation_id: int, parent_id: int | None, text: str) -> int:
    question_id = record.add_message(db, conversation_id, "user", text, parent_id=parent_id)
    return record.add_message(db, conversation_id, "assistant", "", state="streaming", parent_id=question_id)


def _ask_anew(db: Connection, old: MessageRow, text: str) -> int:
    _show_newest(db, old.conversation_id)
    return _ask_at(db, old.conversation_id, old.parent_id, text)


def _answer_anew(db: Connection, old: MessageRow) -> int:
    _show_newest(db, old.conversation_id)
    return record.add_message(db, old.conversation_id, "assistant", "", state="streaming", parent_id=old.parent_id)


def _shown(db: Connection, conversation_id: int) -> list[MessageRow]:
    rows = record.list_messages(db, conversation_id)
    found = record.get_conversation(db, conversation_id)
    chosen = found.settings.get(SHOWN) if found is not None else None
    return branch_to(rows, chosen if isinstance(chosen, int) else 0)


def _choose(db: Connection, conversation_id: int, message_id: int, step: int) -> None:
    rows = record.list_messages(db, conversation_id)
    last = newest_below(rows, other_version(rows, message_id, step))
    settings = _conversation(db, conversation_id).settings
    record.change_conversation(db, conversation_id, settings={**settings, SHOWN: last})


def _show_newest(db: Connection, conversation_id: int) -> None:
    settings = _conversation(db, conversation_id).settings
    if SHOWN in settings:
        kept = {name: value for name, value in settings.items() if name != SHOWN}
        record.change_conversation(db, conversation_id, settings=kept)


def _keep_settings(db: Connection, conversation_id: int, settings: Mapping[str, Any]) -> None:
    old = _conversation(db, conversation_id).settings
    shown = {SHOWN: old[SHOWN]} if SHOWN in old else {}
    record.change_conversation(db, conversation_id, settings={**settings, **shown})


def _conversation(db: Connection, conversation_id: int) -> ConversationRow:
    found = record.get_conversation(db, conversation_id)
    if found is None or found.deleted_at is not None:
        raise UsageError(f"There is no conversation {conversation_id}.")
    return found


def _erase(db: Connection, message_ids: list[int]) -> None:
    for message_id in message_ids:
        record.delete_message(db, message_id)


def _sampling(settings: ChatSettings, own: Mapping[str, Any]) -> ChatSampling:
    def value(name: str) -> Any:
        return own.get(name, getattr(settings, name))

    return ChatSampling(
        max_tokens=int(value("max_tokens")),
        temperature=float(value("temperature")),
        top_p=float(value("top_p")),
        top_k=int(value("top_k")),
        min_p=float(value("min_p")),
        repetition_penalty=float(value("repetition_penalty")),
    )
