"""What the model is told: the system prompt, what was said before, and how the answer is sampled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.core.chat.answer import Question
from app.core.chat.attachments import for_the_model
from app.core.chat.branch import branch_to
from app.core.chat.context import Message
from app.core.chat.rows import MessageRow
from app.core.chat.shown import branch_shown, conversation_row
from app.core.settings import ChatSettings
from app.core.store import conversations as record
from app.core.store.sqlite import Connection
from engines.client import ChatSampling


def question_for(
    db: Connection, conversation_id: int, answer_id: int, usual: ChatSettings, begun: MessageRow | None = None
) -> Question:
    """What the answer is made from. ``begun``: the answer as it stands, when it only goes on."""
    sampling = _sampling(usual, conversation_row(db, conversation_id).settings)
    messages = said_before(db, conversation_id, answer_id)
    if begun is not None:
        messages.append({"role": "assistant", "content": begun.text, "prefix": True})
    return Question(conversation_id, answer_id, messages, sampling, begun)


def said_before(db: Connection, conversation_id: int, answer_id: int) -> list[Message]:
    """The system prompt and what was said before an answer; with 0 all of the branch that is shown."""
    system = conversation_row(db, conversation_id).system_prompt
    said: list[Message] = [{"role": "system", "content": system}] if system.strip() else []
    rows = record.list_messages(db, conversation_id)
    branch = branch_to(rows, answer_id) if answer_id else branch_shown(db, conversation_id)
    told = [row for row in branch if row.id != answer_id and row.text]
    return said + [{"role": row.role, "content": _content(row)} for row in told]


def _content(row: MessageRow) -> str:
    return for_the_model(row.text) if row.role == "user" else row.text


def _sampling(usual: ChatSettings, own: Mapping[str, Any]) -> ChatSampling:
    def value(name: str) -> Any:
        return own.get(name, getattr(usual, name))

    return ChatSampling(
        max_tokens=int(value("max_tokens")),
        temperature=float(value("temperature")),
        top_p=float(value("top_p")),
        top_k=int(value("top_k")),
        min_p=float(value("min_p")),
        repetition_penalty=float(value("repetition_penalty")),
    )
