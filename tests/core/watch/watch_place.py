"""A folder watched into a real store, and a way to wait for what must happen."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from app.core.store.folders import add_folder
from app.core.store.store import Store

PATIENCE_S = 200.0  # how long a test waits for what must happen; nothing waits for it when all is well


@dataclass
class Place:
    """A folder called ``inbox``, watched into a database beside it."""

    root: Path
    store: Store
    inbox: Path
    folders: list[int] = field(default_factory=list)

    def add(self, path: Path, **options: object) -> int:
        """Bind ``path`` to the recipe; returns the folder's id."""
        options.setdefault("kind", "watched")
        folder = self.store.write_now(lambda connection: add_folder(connection, path, "summary", **options))  # type: ignore[arg-type]
        self.folders.append(folder)
        return folder

    def documents(self, state: str = "ready") -> dict[str, str | None]:
        """Path below the root and SHA-256 of every document in this state."""
        rows = self.store.read_now(
            lambda connection: connection.execute(
                "SELECT path_text, sha256 FROM document WHERE state = ?", (state,)
            ).fetchall()
        )
        return {Path(path).relative_to(self.root).as_posix(): sha256 for path, sha256 in rows}

    def reason(self, name: str) -> str | None:
        """The reason that the store gives for the state of the document called ``name``."""
        row = self.store.read_now(
            lambda connection: connection.execute("SELECT reason FROM document WHERE name = ?", (name,)).fetchone()
        )
        return None if row is None else row[0]

    def hashes(self) -> list[str]:
        """The SHA-256 of every job, as often as it has one."""
        rows = self.store.read_now(lambda connection: connection.execute("SELECT sha256 FROM job").fetchall())
        return [row[0] for row in rows]

    def folder_state(self, folder: int) -> tuple[str, str | None]:
        """State and reason of the folder."""
        row = self.store.read_now(
            lambda connection: connection.execute("SELECT state, reason FROM folder WHERE id = ?", (folder,)).fetchone()
        )
        return row[0], row[1]


async def until(condition: Callable[[], bool]) -> None:
    """Wait until ``condition`` holds; the test fails when it never does."""
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        await asyncio.sleep(0.02)
