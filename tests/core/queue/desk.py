"""A real database with a folder of real files, and an engine that answers by a script."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.core.documents.extractor import Extraction
from app.core.failures import FailureClass, WorkFailed
from app.core.queue.enqueue import enqueue_document
from app.core.recipes.parse import parse_recipe
from app.core.recipes.shelf import record_recipe
from app.core.store.documents import save_blob, save_document
from app.core.store.folders import add_folder
from app.core.store.sqlite import Connection
from app.core.store.store import Store
from engines.client import ChatSampling, Completion, ServedModel, Tokenized
from engines.request import Priority

PLAIN = "+++\nmax_tokens = 40\n+++\nSay it again:\n{{document}}"
COLUMNS = '+++\ncolumns = "word, length int"\nmax_tokens = 40\n+++\nAs JSON:\n{{document}}'

Messages = Sequence[Mapping[str, Any]]
Script = Callable[[str, int], Awaitable[str]]


async def echo(prompt: str, _: int) -> str:
    """The document, cut to what an answer may have."""
    return "answer to " + prompt.split("\n", 1)[-1].strip()[:40]


@dataclass
class ScriptedEngine:
    """An engine whose answers are a function of the prompt and of how often it was asked this."""

    script: Script = echo
    context: int = 400
    counts: bool = True
    rows: int | None = None
    finish_reason: Any = "stop"
    asked: list[str] = field(default_factory=list)
    now: int = 0
    most: int = 0
    sizes: list[int] = field(default_factory=list)

    async def complete(self, messages: Messages, *, sampling: ChatSampling, priority: Priority) -> Completion:
        assert priority is Priority.BATCH
        prompt = messages[-1]["content"]
        self.asked.append(prompt)
        self.sizes.append(tokens_in(prompt) + (sampling.max_tokens or 0))
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            text = await self.script(prompt, self.asked.count(prompt))
        finally:
            self.now -= 1
        return Completion(text, self.finish_reason, tokens_in(prompt), 4, 10, 0.01, 0.02, 100.0, "scripted")

    async def tokenize(self, text: str) -> Tokenized:
        if not self.counts:
            return Tokenized(None, None, None)
        offsets = list(range(0, len(text), 4))
        return Tokenized(len(offsets), offsets, self.context)

    async def count_messages(self, messages: Messages) -> int | None:
        return sum(tokens_in(one["content"]) for one in messages) if self.counts else None

    async def model(self) -> ServedModel:
        return ServedModel("scripted", self.context, "a script", self.rows)


def tokens_in(text: str) -> int:
    """A token is four characters here, and the template is ten tokens."""
    return -(-len(text) // 4) + 10


@dataclass
class FileReader:
    """Reads text files; names can be made to fail, and every reading is counted."""

    fails: dict[str, FailureClass] = field(default_factory=dict)
    read: list[str] = field(default_factory=list)

    async def extract(self, path: Path, sha256: str | None = None, size: int | None = None) -> Extraction:
        self.read.append(path.name)
        if path.name in self.fails:
            raise WorkFailed(self.fails[path.name], "as the test wants it")
        try:
            data = await asyncio.to_thread(path.read_bytes)
        except OSError as error:
            raise WorkFailed(FailureClass.UNREADABLE, str(error)) from error
        if sha256 not in (None, hashlib.sha256(data).hexdigest()):
            raise WorkFailed(FailureClass.UNREADABLE, "It has changed.")
        return Extraction(data.decode(), "text/plain", "test", 0.0)


@dataclass
class Desk:
    """A store, a folder of files, and what is needed to put documents into the queue."""

    store: Store
    folder: Path
    recipes: dict[str, str] = field(default_factory=lambda: {"plain": PLAIN})

    def add_folder(self, name: str, recipe: str = "plain", **options: Any) -> int:
        """A folder bound to a recipe; returns its id."""
        path = self.folder / name
        path.mkdir(parents=True, exist_ok=True)

        def add(conn: Connection) -> int:
            record_recipe(conn, parse_recipe(recipe, self.recipes[recipe]))
            return add_folder(conn, path, recipe, **options)

        return self.store.write_now(add)

    def add(self, folder_id: int, texts: Mapping[str, str]) -> None:
        """Write files into the folder and queue them, all in one transaction."""

        def save(conn: Connection) -> None:
            (row,) = conn.execute("SELECT path_text FROM folder WHERE id = ?", (folder_id,)).fetchone()
            for name, text in texts.items():
                add_document(conn, folder_id, Path(row) / name, text)

        self.store.write_now(save)

    def states(self, kind: str = "document") -> dict[str, int]:
        """How many jobs are in each state."""
        return self.store.read_now(
            lambda conn: dict(
                conn.execute("SELECT state, count(*) FROM job WHERE kind = ? GROUP BY state", (kind,)).fetchall()
            )
        )

    def all(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Rows, read as a stranger would."""
        return self.store.read_now(lambda conn: conn.execute(sql, values).fetchall())


def add_document(conn: Connection, folder_id: int, path: Path, text: str) -> None:
    """One file, its document row, its blob and its job."""
    path.write_text(text, encoding="utf-8")
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    stat = path.stat()
    save_blob(conn, sha256, stat.st_size)
    save_document(conn, folder_id, path, state="ready", sha256=sha256, size=stat.st_size, mtime_ns=stat.st_mtime_ns)
    enqueue_document(conn, folder_id, sha256, 1.0)


def loose_ends(conn: Connection) -> list[str]:
    """What must never be true of a database, whatever died when; empty when all is well."""
    rules = {
        "a done document without a result": "SELECT id FROM job WHERE state = 'done' "
        "AND id NOT IN (SELECT job_id FROM result)",
        "a result whose job is not done": "SELECT r.id FROM result r JOIN job j ON j.id = r.job_id "
        "WHERE j.state <> 'done'",
        "a result that cannot be searched": "SELECT id FROM result WHERE kind = 'document' "
        "AND id NOT IN (SELECT rowid FROM result_fts)",
        "a search entry without a result": "SELECT rowid FROM result_fts WHERE rowid NOT IN (SELECT id FROM result)",
        "a result that is posted nowhere though its folder wants it": "SELECT r.id FROM result r "
        "JOIN job j ON j.id = r.job_id JOIN folder f ON f.id = j.folder_id "
        "WHERE f.output IS NOT NULL AND r.kind = 'document' AND r.id NOT IN (SELECT result_id FROM outbox)",
        "a document that waits for parts that are all done": "SELECT id FROM job WHERE state = 'blocked' AND "
        "NOT EXISTS (SELECT 1 FROM job p WHERE p.parent_id = job.id AND p.state <> 'done')",
        "a document row without a job": "SELECT d.id FROM document d WHERE d.state = 'ready' "
        "AND d.sha256 NOT IN (SELECT sha256 FROM job WHERE kind = 'document')",
    }
    return [f"{name}: {rows}" for name, sql in rules.items() if (rows := conn.execute(sql).fetchall())]
