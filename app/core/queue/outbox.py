"""Results as files beside the database: written whole or not at all, again after a crash, never the truth."""

from __future__ import annotations

import asyncio
import json
import os
from dataclasses import dataclass
from pathlib import Path

from app.core.store.sqlite import Connection
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


async def deliver(store: Store) -> int:
    """Write every file that is due; returns how many. A failure is kept with its reason and tried again later."""
    written = 0
    after = 0
    while letters := await store.read(lambda conn, after=after: _due(conn, after)):  # type: ignore[misc]
        outcomes = await asyncio.to_thread(_write_all, letters)
        await store.write(lambda conn, outcomes=outcomes: _note(conn, outcomes))  # type: ignore[misc]
        written += sum(1 for _, error in outcomes if error is None)
        after = letters[-1].id
    return written


def _due(conn: Connection, after: int) -> list[Letter]:
    rows = conn.execute(
        "SELECT o.id, o.kind, o.target, coalesce((SELECT d.name FROM document d WHERE d.sha256 = r.sha256 "
        "ORDER BY d.state = 'gone', d.id LIMIT 1), r.sha256), p.name, r.sha256, r.text, r.data, r.model "
        "FROM outbox o JOIN result r ON r.id = o.result_id JOIN recipe p ON p.id = r.recipe_id "
        "WHERE o.state = 'ready' AND o.id > ? ORDER BY o.id LIMIT ?",
        (after, BATCH),
    )
    return [Letter(row[0], row[1], Path(os.fsdecode(row[2])), *row[3:]) for row in rows]


def _write_all(letters: list[Letter]) -> list[tuple[int, str | None]]:
    return [(letter.id, write(letter)) for letter in letters]


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


def _note(conn: Connection, outcomes: list[tuple[int, str | None]]) -> None:
    for letter_id, error in outcomes:
        conn.execute(
            "UPDATE outbox SET attempts = attempts + 1, error = ?, state = CASE WHEN ? IS NULL THEN 'done' "
            "WHEN attempts + 1 >= ? THEN 'failed' ELSE 'ready' END WHERE id = ?",
            (error, error, MAX_ATTEMPTS, letter_id),
        )
