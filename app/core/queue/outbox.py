"""Results as files beside the database: written whole or not at all, again after a crash, never the truth."""

from __future__ import annotations

import asyncio
import json
import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from app.core.store.sqlite import Connection

if TYPE_CHECKING:
    from app.core.store.store import Store

BATCH = 50
MAX_ATTEMPTS = 5
SUFFIX = ".nightdesk"  # tells our files from documents, wherever they are moved later


@dataclass(frozen=True, slots=True)
class Letter:
    """One file to write."""

    id: int
    kind: str
    folder: Path
    name: str
    recipe: str
    sha256: str
    text: str
    data: str | None
    model: str
    attempts: int = 0

    @property
    def path(self) -> Path:
        """Unique for content and recipe, and the same when written again."""
        safe = "".join("_" if char in '/\\:*?"<>|' or not char.isprintable() else char for char in self.name)[:120]
        return self.folder / f"{safe}.{self.recipe}.{self.sha256[:8]}{SUFFIX}.{self.kind}"

    def content(self) -> str:
        """What the file holds."""
        if self.kind == "json":
            answer = json.loads(self.data) if self.data else self.text
            shape = {"document": self.name, "sha256": self.sha256, "recipe": self.recipe, "model": self.model}
            return json.dumps({**shape, "answer": answer}, ensure_ascii=False, indent=2) + "\n"
        return f"# {self.name}\n\n{self.text}\n\n---\n{self.recipe}, {self.model}, SHA-256 {self.sha256}\n"


@dataclass(slots=True)
class Delivery:
    """What one round did: files written, files given up with the reason, and folders that cannot be written to now."""

    written: int = 0
    given_up: list[str] = field(default_factory=list)
    closed: dict[Path, str] = field(default_factory=dict)


async def deliver(store: Store) -> Delivery:
    """Write every file that is due.

    A folder that cannot be written to (a drive that was unplugged, a share that is away) is tried once a round, and
    its letters wait however long that takes. A letter that fails in a folder that is sound is given up after a while.
    """
    round_ = Delivery()
    after = 0
    while letters := await store.read(lambda conn, after=after: _due(conn, after)):  # type: ignore[misc]
        outcomes = await asyncio.to_thread(_write_all, letters, round_)
        await store.write(lambda conn, outcomes=outcomes: _note(conn, outcomes))  # type: ignore[misc]
        after = letters[-1].id
    return round_


def forgive(conn: Connection) -> None:
    """At a new start, what was given up is tried again: the reason may be gone."""
    conn.execute("UPDATE outbox SET state = 'ready', attempts = 0 WHERE state = 'failed'")


def _due(conn: Connection, after: int) -> list[Letter]:
    rows = conn.execute(
        "SELECT o.id, o.kind, o.target, coalesce((SELECT d.name FROM document d WHERE d.sha256 = r.sha256 "
        "ORDER BY d.state = 'gone', d.id LIMIT 1), r.sha256), p.name, r.sha256, r.text, r.data, r.model, o.attempts "
        "FROM outbox o JOIN result r ON r.id = o.result_id JOIN recipe p ON p.id = r.recipe_id "
        "WHERE o.state = 'ready' AND o.id > ? ORDER BY o.id LIMIT ?",
        (after, BATCH),
    )
    return [Letter(row[0], row[1], Path(os.fsdecode(row[2])), *row[3:]) for row in rows]


def _write_all(letters: list[Letter], round_: Delivery) -> list[tuple[Letter, str | None, bool]]:
    """The letter, its error, and whether that is the letter's own; letters to closed folders are left out."""
    outcomes: list[tuple[Letter, str | None, bool]] = []
    for letter in letters:
        if letter.folder in round_.closed:
            continue
        error = write(letter)
        own = error is not None and _is_open(letter.folder)
        if error is None:
            round_.written += 1
        elif not own:
            round_.closed[letter.folder] = error
        elif letter.attempts + 1 >= MAX_ATTEMPTS:
            round_.given_up.append(error)
        outcomes.append((letter, error, own))
    return outcomes


def _is_open(folder: Path) -> bool:
    """Whether files can be made in the folder; its rights alone do not tell, on a share or a full disk."""
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"x")
    except OSError:
        return False
    return True


def write(letter: Letter) -> str | None:
    """Temporary file, fsync, rename; the reason when that failed."""
    unfinished = letter.path.with_suffix(".part")
    try:
        letter.folder.mkdir(parents=True, exist_ok=True)
        with unfinished.open("w", encoding="utf-8", errors="replace") as handle:
            handle.write(letter.content())
            handle.flush()
            os.fsync(handle.fileno())
        unfinished.replace(letter.path)
    except OSError as error:
        return f"{letter.path}: {error.strerror or error}"
    return None


def _note(conn: Connection, outcomes: list[tuple[Letter, str | None, bool]]) -> None:
    for letter, error, own in outcomes:
        attempts = letter.attempts + (own or error is None)
        state = "done" if error is None else "failed" if own and attempts >= MAX_ATTEMPTS else "ready"
        conn.execute(
            "UPDATE outbox SET attempts = ?, error = ?, state = ? WHERE id = ?", (attempts, error, state, letter.id)
        )
