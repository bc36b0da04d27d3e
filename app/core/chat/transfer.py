"""Conversations as files: Markdown to read, JSON to keep and to take in again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app.core.chat.branch import newest_branch
from app.core.chat.rows import MessageRow
from app.core.errors import UsageError
from app.core.store import conversations as record
from app.core.store.sqlite import Connection

FORMAT = 1
_KEPT = ("id", "parent_id", "role", "text", "state", "model", "prompt_tokens", "cached_tokens", "generated_tokens",
         "ttft_s", "seconds", "decode_tokens_per_s", "created_at", "reasoning", "finish_reason")  # fmt: skip
_FIGURES = ("model", "prompt_tokens", "cached_tokens", "generated_tokens", "ttft_s", "seconds", "decode_tokens_per_s")


def as_markdown(title: str, rows: Sequence[MessageRow]) -> str:
    """One branch of a conversation, to be read."""
    names = {"user": "You", "assistant": "Answer"}
    parts = [f"# {title}", *(f"## {names.get(row.role, row.role)}\n\n{row.text.strip()}" for row in rows)]
    return "\n\n".join(parts) + "\n"


def export_markdown(conn: Connection, conversation_id: int, path: Path) -> int:
    """Write the newest branch of a conversation; returns its messages. Raises UsageError."""
    found = record.get_conversation(conn, conversation_id)
    if found is None:
        raise UsageError(f"There is no conversation {conversation_id}.")
    rows = newest_branch(record.list_messages(conn, conversation_id))
    _write(path, as_markdown(found.title, rows))
    return len(rows)


def export_json(conn: Connection, conversation_ids: Sequence[int], path: Path) -> int:
    """Write conversations with every branch, so that ``import_json`` brings them back; returns how many."""
    told = [_as_data(conn, one) for one in conversation_ids]
    _write(path, json.dumps({"nightdesk": FORMAT, "conversations": told}, ensure_ascii=False, indent=1) + "\n")
    return len(told)


def import_json(conn: Connection, path: Path) -> int:
    """Add the conversations of a file; returns how many. Raises UsageError, and then adds none."""
    conversations = _read(path)
    for number, told in enumerate(conversations, 1):
        try:
            _take_in(conn, told)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise UsageError(
                f"{path.name}: conversation {number} cannot be read ({error}); nothing was added."
            ) from error
    return len(conversations)


def _as_data(conn: Connection, conversation_id: int) -> dict[str, Any]:
    found = record.get_conversation(conn, conversation_id)
    if found is None:
        raise UsageError(f"There is no conversation {conversation_id}.")
    rows = record.list_messages(conn, conversation_id)
    return {
        "title": found.title,
        "system_prompt": found.system_prompt,
        "settings": {name: value for name, value in found.settings.items() if name != "shown"},
        "pinned": found.pinned,
        "messages": [{name: getattr(row, name) for name in _KEPT} for row in rows],
    }


def _read(path: Path) -> list[Any]:
    try:
        told = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise UsageError(f"{path.name} is no JSON file ({error}).") from error
    if not isinstance(told, dict) or told.get("nightdesk") != FORMAT or not isinstance(told.get("conversations"), list):
        raise UsageError(f"{path.name} holds no conversations exported by Nightdesk.")
    return list(told["conversations"])


def _take_in(conn: Connection, told: dict[str, Any]) -> None:
    conversation_id = record.add_conversation(
        conn, str(told["title"]), system_prompt=str(told["system_prompt"]), settings=dict(told["settings"])
    )
    if told.get("pinned"):
        record.change_conversation(conn, conversation_id, pinned=1)
    new_ids: dict[int, int] = {}
    for said in told["messages"]:
        if said["role"] not in ("user", "assistant"):
            raise ValueError(f"the role {said['role']!r} is not known")
        parent = new_ids[said["parent_id"]] if said["parent_id"] is not None else None
        new_id = record.add_message(conn, conversation_id, said["role"], str(said["text"]), parent_id=parent)
        state = said["state"] if said["state"] in ("done", "stopped", "failed") else "stopped"
        record.finish_message(
            conn,
            new_id,
            str(said["text"]),
            state,
            reasoning=str(said.get("reasoning") or ""),
            finish_reason=said.get("finish_reason"),
            **{name: said.get(name) for name in _FIGURES},
        )
        new_ids[said["id"]] = new_id


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}.") from error
