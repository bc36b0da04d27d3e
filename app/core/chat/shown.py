"""Which branch of a conversation is shown: the newest, or the one that was chosen, kept among its settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.core.chat.branch import branch_to, newest_below, other_version
from app.core.chat.rows import ConversationRow, MessageRow
from app.core.errors import UsageError
from app.core.store import conversations as record
from app.core.store.sqlite import Connection

SHOWN = "shown"  # among a conversation's settings: the message at which the chosen branch ends


def conversation_row(db: Connection, conversation_id: int) -> ConversationRow:
    """The conversation; raises UsageError when there is none or it was deleted."""
    found = record.get_conversation(db, conversation_id)
    if found is None or found.deleted_at is not None:
        raise UsageError(f"There is no conversation {conversation_id}.")
    return found


def branch_shown(db: Connection, conversation_id: int) -> list[MessageRow]:
    """What was said on the branch that is shown, oldest first; of a deleted conversation too."""
    rows = record.list_messages(db, conversation_id)
    found = record.get_conversation(db, conversation_id)
    chosen = found.settings.get(SHOWN) if found is not None else None
    return branch_to(rows, chosen if isinstance(chosen, int) else 0)


def choose_branch(db: Connection, conversation_id: int, message_id: int, step: int) -> None:
    """Show the branch of a message, or of its version ``step`` places further."""
    rows = record.list_messages(db, conversation_id)
    last = newest_below(rows, other_version(rows, message_id, step))
    settings = conversation_row(db, conversation_id).settings
    record.change_conversation(db, conversation_id, settings={**settings, SHOWN: last})


def show_newest(db: Connection, conversation_id: int) -> None:
    """Show the newest branch again, as whoever asks something wants to see its answer."""
    settings = conversation_row(db, conversation_id).settings
    if SHOWN in settings:
        kept = {name: value for name, value in settings.items() if name != SHOWN}
        record.change_conversation(db, conversation_id, settings=kept)


def keep_settings(db: Connection, conversation_id: int, settings: Mapping[str, Any]) -> None:
    """Replace a conversation's settings; the branch that is shown stays."""
    old = conversation_row(db, conversation_id).settings
    shown = {SHOWN: old[SHOWN]} if SHOWN in old else {}
    record.change_conversation(db, conversation_id, settings={**settings, **shown})
