"""Which messages of a conversation are shown: those that lead to the newest one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from app.core.chat.rows import MessageRow


def newest_branch(rows: Sequence[MessageRow]) -> list[MessageRow]:
    """From the first message to the newest, each with its place among its versions.

    Asking or answering anew adds a sibling, so the newest message lies on the branch a person works on.
    """
    return branch_to(rows, max((row.id for row in rows), default=0))


def branch_to(rows: Sequence[MessageRow], last_id: int) -> list[MessageRow]:
    """From the first message to ``last_id``; the newest branch when that message is not there."""
    if not rows:
        return []
    by_id = {row.id: row for row in rows}
    siblings: defaultdict[int | None, list[int]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row.id):
        siblings[row.parent_id].append(row.id)
    branch: list[MessageRow] = []
    at: MessageRow | None = by_id.get(last_id) or by_id[max(by_id)]
    while at is not None:
        versions = siblings[at.parent_id]
        branch.append(replace(at, version=versions.index(at.id) + 1, versions=len(versions)))
        at = by_id.get(at.parent_id) if at.parent_id is not None else None
    return branch[::-1]


def newest_below(rows: Sequence[MessageRow], message_id: int) -> int:
    """The newest of what was said after a message on any of its branches; the message itself when nothing was."""
    return with_descendants(rows, message_id)[-1]


def other_version(rows: Sequence[MessageRow], message_id: int, step: int) -> int:
    """The sibling ``step`` places after a message; the first or last one at the ends."""
    by_id = {row.id: row for row in rows}
    siblings = sorted(row.id for row in rows if row.parent_id == by_id[message_id].parent_id)
    return siblings[max(0, min(len(siblings) - 1, siblings.index(message_id) + step))]


def with_descendants(rows: Sequence[MessageRow], message_id: int) -> list[int]:
    """The ids of a message and of everything said after it, on any branch."""
    found = {message_id}
    for row in sorted(rows, key=lambda row: row.id):  # a child is always younger than its parent
        if row.parent_id in found:
            found.add(row.id)
    return sorted(found)
