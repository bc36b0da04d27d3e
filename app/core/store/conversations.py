"""Conversations and their messages."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from app.core.store.search import match_expression
from app.core.store.sqlite import Connection, Row, now

CONVERSATION = "id, title, system_prompt, settings, pinned, draft, created_at, updated_at, deleted_at"
MESSAGE = (
    "id, conversation_id, parent_id, role, text, state, error, model, prompt_tokens, cached_tokens, "
    "generated_tokens, ttft_s, seconds, decode_tokens_per_s, created_at, reasoning, finish_reason"
)
SNIPPET_CHARACTERS = 120
CHANGEABLE = frozenset({"title", "system_prompt", "settings", "pinned", "draft", "deleted_at"})


@dataclass(frozen=True, slots=True)
class ConversationRow:
    """A conversation. ``deleted_at`` is set while it can still be brought back; ``snippet`` is what was said last."""

    id: int
    title: str
    system_prompt: str
    settings: dict[str, Any]
    pinned: bool
    draft: str
    created_at: float
    updated_at: float
    deleted_at: float | None
    snippet: str = ""


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One message; ``state`` is ``streaming``, ``done``, ``stopped`` or ``failed``. Times are as the asker saw them.

    ``version`` of ``versions``: asking or answering anew keeps what was there before, as a sibling.
    ``reasoning`` is what the model thought first; ``finish_reason`` ``length`` means that it was cut short.
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
    reasoning: str = ""
    finish_reason: str | None = None
    version: int = 1
    versions: int = 1


@dataclass(frozen=True, slots=True)
class Found:
    """A message that a search found, with the words around the hit; 0 where the title says the words.

    Hits stand between the characters 2 and 3.
    """

    conversation_id: int
    message_id: int
    title: str
    snippet: str


def add_conversation(
    conn: Connection, title: str, *, system_prompt: str = "", settings: dict[str, Any] | None = None
) -> int:
    """Begin a conversation; returns its id."""
    at = now()
    cursor = conn.execute(
        "INSERT INTO conversation (title, system_prompt, settings, created_at, updated_at) VALUES (?, ?, ?, ?, ?)",
        (title, system_prompt, json.dumps(settings or {}), at, at),
    )
    return int(cursor.lastrowid)


def change_conversation(conn: Connection, conversation_id: int, **changes: Any) -> None:
    """Change ``title``, ``system_prompt``, ``settings``, ``pinned``, ``draft`` or ``deleted_at``."""
    unknown = set(changes) - CHANGEABLE
    if unknown:
        raise ValueError(f"a conversation has no {', '.join(sorted(unknown))}")
    if "settings" in changes:
        changes["settings"] = json.dumps(changes["settings"])
    wanted = ", ".join(f"{name} = ?" for name in changes)
    conn.execute(f"UPDATE conversation SET {wanted} WHERE id = ?", (*changes.values(), conversation_id))


def get_conversation(conn: Connection, conversation_id: int) -> ConversationRow | None:
    """The conversation with this id, deleted or not."""
    row = conn.execute(f"SELECT {CONVERSATION} FROM conversation WHERE id = ?", (conversation_id,)).fetchone()
    return None if row is None else _conversation(row)


def list_conversations(conn: Connection, *, words: str = "", limit: int = 500) -> list[ConversationRow]:
    """Conversations that are not deleted: pinned first, then the last used; with ``words`` those that say them all."""
    rows = conn.execute(
        f"SELECT {CONVERSATION}, coalesce((SELECT substr(m.text, 1, ?) FROM message m "
        "WHERE m.conversation_id = conversation.id ORDER BY m.id DESC LIMIT 1), '') FROM conversation "
        "WHERE deleted_at IS NULL AND (? = '' OR instr(lower(title), lower(?)) OR id IN ("
        "SELECT m.conversation_id FROM message_fts f JOIN message m ON m.id = f.rowid WHERE message_fts MATCH ?)) "
        "ORDER BY pinned DESC, updated_at DESC, id DESC LIMIT ?",
        (SNIPPET_CHARACTERS, words.strip(), words.strip(), match_expression(words), limit),
    )
    return [_conversation(row) for row in rows]


def keep_draft(conn: Connection, conversation_id: int | None, text: str) -> None:
    """Keep what is written and not sent in a conversation; None: for one that has not begun."""
    if conversation_id is not None:
        change_conversation(conn, conversation_id, draft=text)
    else:
        conn.execute("INSERT OR REPLACE INTO unsent (id, text) VALUES (0, ?)", (text,))


def get_draft(conn: Connection, conversation_id: int | None) -> str:
    """What ``keep_draft`` kept last."""
    if conversation_id is not None:
        row = conn.execute("SELECT draft FROM conversation WHERE id = ?", (conversation_id,)).fetchone()
    else:
        row = conn.execute("SELECT text FROM unsent").fetchone()
    return "" if row is None else str(row[0])


def purge_conversations(conn: Connection, deleted_before: float) -> int:
    """Erase conversations that were deleted before this time; returns how many."""
    return int(conn.execute("DELETE FROM conversation WHERE deleted_at < ?", (deleted_before,)).rowcount)


def add_message(
    conn: Connection,
    conversation_id: int,
    role: str,
    text: str,
    *,
    state: str = "done",
    parent_id: int | None = None,
    model: str | None = None,
) -> int:
    """Add a message and move its conversation to the top; returns the message's id."""
    at = now()
    cursor = conn.execute(
        "INSERT INTO message (conversation_id, parent_id, role, text, state, model, created_at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        (conversation_id, parent_id, role, text, state, model, at),
    )
    conn.execute("UPDATE conversation SET updated_at = ? WHERE id = ?", (at, conversation_id))
    return int(cursor.lastrowid)


def finish_message(
    conn: Connection,
    message_id: int,
    text: str,
    state: str,
    *,
    error: str | None = None,
    model: str | None = None,
    prompt_tokens: int | None = None,
    cached_tokens: int | None = None,
    generated_tokens: int | None = None,
    ttft_s: float | None = None,
    seconds: float | None = None,
    decode_tokens_per_s: float | None = None,
    reasoning: str = "",
    finish_reason: str | None = None,
) -> None:
    """Store an answer's text and figures; also used to keep what has streamed so far (state ``streaming``)."""
    conn.execute(
        "UPDATE message SET text = ?, state = ?, error = ?, model = coalesce(?, model), prompt_tokens = ?, "
        "cached_tokens = ?, generated_tokens = ?, ttft_s = ?, seconds = ?, decode_tokens_per_s = ?, reasoning = ?, "
        "finish_reason = ? WHERE id = ?",
        (
            text,
            state,
            error,
            model,
            prompt_tokens,
            cached_tokens,
            generated_tokens,
            ttft_s,
            seconds,
            decode_tokens_per_s,
            reasoning,
            finish_reason,
            message_id,
        ),
    )


def delete_message(conn: Connection, message_id: int) -> None:
    """Erase one message; answers to it stay without a parent."""
    conn.execute("DELETE FROM message WHERE id = ?", (message_id,))


def get_message(conn: Connection, message_id: int) -> MessageRow | None:
    """The message with this id."""
    row = conn.execute(f"SELECT {MESSAGE} FROM message WHERE id = ?", (message_id,)).fetchone()
    return None if row is None else MessageRow(*row)


def list_messages(conn: Connection, conversation_id: int) -> list[MessageRow]:
    """The messages of a conversation in the order they were added."""
    rows = conn.execute(f"SELECT {MESSAGE} FROM message WHERE conversation_id = ? ORDER BY id", (conversation_id,))
    return [MessageRow(*row) for row in rows]


def save_streaming(conn: Connection, message_id: int, text: str, reasoning: str = "") -> None:
    """Keep what an answer holds so far; nothing happens once it has ended."""
    conn.execute(
        "UPDATE message SET text = ?, reasoning = ? WHERE id = ? AND state = 'streaming'", (text, reasoning, message_id)
    )


def open_again(conn: Connection, message_id: int) -> None:
    """Have an answer that has ended stream on."""
    conn.execute(
        "UPDATE message SET state = 'streaming', error = NULL, finish_reason = NULL WHERE id = ?", (message_id,)
    )


def sweep_streaming(conn: Connection) -> int:
    """After a crash: answers that were streaming are ``stopped``, with what they had; returns how many."""
    return int(conn.execute("UPDATE message SET state = 'stopped' WHERE state = 'streaming'").rowcount)


def search_titles(conn: Connection, words: str, *, limit: int = 20) -> list[Found]:
    """Conversations whose title holds all these words as they are typed, the last used first."""
    wanted = words.split()
    test = " AND ".join("instr(lower(title), lower(?)) > 0" for _ in wanted) or "0"
    rows = conn.execute(
        f"SELECT id, title FROM conversation WHERE deleted_at IS NULL AND {test} ORDER BY updated_at DESC LIMIT ?",
        (*wanted, limit),
    )
    return [Found(row[0], 0, _with_hits(row[1], wanted), "") for row in rows]


def _with_hits(title: str, words: list[str]) -> str:
    found = re.compile("|".join(re.escape(word) for word in words), re.IGNORECASE)
    return found.sub(lambda hit: f"\x02{hit[0]}\x03", title)


def search_messages(conn: Connection, words: str, *, limit: int = 50) -> list[Found]:
    """Messages that hold all these words, best first; the last word may be a beginning."""
    rows = conn.execute(
        "SELECT m.conversation_id, m.id, c.title, snippet(message_fts, 0, char(2), char(3), '…', 14) FROM message_fts "
        "JOIN message m ON m.id = message_fts.rowid JOIN conversation c ON c.id = m.conversation_id "
        "WHERE message_fts MATCH ? AND c.deleted_at IS NULL ORDER BY rank LIMIT ?",
        (match_expression(words), limit),
    )
    return [Found(*row) for row in rows]


def _conversation(row: Row) -> ConversationRow:
    return ConversationRow(row[0], row[1], row[2], json.loads(row[3]), bool(row[4]), *row[5:])
