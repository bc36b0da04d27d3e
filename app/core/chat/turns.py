"""A turn in the store: a question and the empty place of its answer, written where they belong in the conversation."""

from __future__ import annotations

from app.core.chat.rows import MessageRow
from app.core.chat.shown import branch_shown, conversation_row, show_newest
from app.core.chat.titles import UNTITLED, first_words
from app.core.store import conversations as record
from app.core.store.sqlite import Connection


def ask(db: Connection, conversation_id: int, text: str) -> int:
    """Go on with a question at the end of the branch that is shown; returns the id of its answer."""
    found = conversation_row(db, conversation_id)
    branch = branch_shown(db, conversation_id)
    if found.title == UNTITLED and not branch:
        record.change_conversation(db, conversation_id, title=first_words(text))
    record.change_conversation(db, conversation_id, draft="")
    show_newest(db, conversation_id)
    return _ask_at(db, conversation_id, branch[-1].id if branch else None, text)


def ask_anew(db: Connection, old: MessageRow, text: str) -> int:
    """Ask in other words, beside the question ``old``; returns the id of the answer."""
    show_newest(db, old.conversation_id)
    return _ask_at(db, old.conversation_id, old.parent_id, text)


def answer_anew(db: Connection, old: MessageRow) -> int:
    """Make place for another answer beside ``old``; returns its id."""
    show_newest(db, old.conversation_id)
    return record.add_message(db, old.conversation_id, "assistant", "", state="streaming", parent_id=old.parent_id)


def _ask_at(db: Connection, conversation_id: int, parent_id: int | None, text: str) -> int:
    question_id = record.add_message(db, conversation_id, "user", text, parent_id=parent_id)
    return record.add_message(db, conversation_id, "assistant", "", state="streaming", parent_id=question_id)
