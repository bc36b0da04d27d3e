"""Writes a batch file: what waits in the queue becomes requests for another server, and nobody works on it here."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TextIO

from app.core.batch import ledger
from app.core.errors import UsageError
from app.core.failures import WorkFailed
from app.core.queue import moves
from app.core.queue.asking import sampling_for
from app.core.queue.claim import Claim
from app.core.queue.contract import TextSource
from app.core.queue.moves import Answer
from app.core.queue.planning import Ask, Divide, Join, Planner
from app.core.queue.reading import Reader
from app.core.queue.states import MAX_ATTEMPTS
from app.core.queue.work import Task, Worker, needed_for
from app.core.store.sqlite import Connection, now
from app.core.store.store import Store
from engines.batch_lines import Dialect, request_line
from engines.client import ChatSampling, Completion, ServedModel, Tokenized
from engines.request import Priority

JOINED = "put together by Nightdesk"
# Long documents that did not fit into the rest of a file: after so many it is as full as it gets.
MISFITS = 50


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to leave. ``context``: tokens that the server's model takes; ``limit``: requests in the file at most."""

    recipe: str
    model: str
    folder_ids: tuple[int, ...] = ()
    context: int = 8192
    dialect: Dialect = "openai"
    limit: int = 50_000


@dataclass(slots=True)
class Left:
    """What has left: requests, of which ``parts`` are about parts of long documents; and what could not be asked.

    ``waiting``: documents and parts that had no room, and leave with the next file.
    """

    requests: int = 0
    parts: int = 0
    divided: int = 0
    failed: int = 0
    joined: int = 0
    waiting: int = 0


async def leave(store: Store, texts: TextSource, wish: Wish, target: Path) -> Left:
    """Write ``target``. All or nothing: if it cannot be completed, everything is back in the queue.

    A long document leaves in rounds: first its parts, and once they are back the next file asks to merge them. Its
    parts leave together, unless they are more than a file may hold: then the rest is held for the next files.
    Documents that cannot be read end as failed, as they would in the queue. Raises UsageError when ``target`` is
    there already, and OSError.
    """
    _refuse_present(target)
    partial = target.with_name(f"{target.name}.part")
    batch_id = await store.write(lambda conn: ledger.begin(conn, str(target), wish.model, now()))
    try:
        with partial.open("w", encoding="utf-8") as file:
            writing = _Writing(store, texts, wish, batch_id, file)
            await writing.all()
            file.flush()
            os.fsync(file.fileno())
        if writing.left.requests:
            partial.replace(target)
        await store.write(lambda conn: ledger.written(conn, batch_id, writing.sizes, writing.later))
    except BaseException:
        await store.write(lambda conn: ledger.give_up(conn, batch_id))
        raise
    finally:
        partial.unlink(missing_ok=True)
    writing.left.waiting = await store.read(lambda conn: ledger.count_waiting(conn, wish.recipe, wish.folder_ids))
    return writing.left


def _refuse_present(target: Path) -> None:
    if target.exists():
        raise UsageError(f"{target} is there already; name another file, or move that one away.")
    if not os.access(target.parent, os.W_OK):
        raise UsageError(f"{target} cannot be written: its folder is not there, or takes no files.")


class _Writing:
    """One file on its way to the disk."""

    def __init__(self, store: Store, texts: TextSource, wish: Wish, batch_id: int, file: TextIO) -> None:
        self.left = Left()
        self.sizes: list[tuple[str, int]] = []
        self.later: list[str] = []
        self._without_room: list[Claim] = []
        self._store = store
        self._worker = Worker(store, Reader(store.write, texts), 0.0)
        self._planner = Planner(_Nobody(wish.model), wish.context)
        self._wish = wish
        self._batch_id = batch_id
        self._file = file

    async def all(self) -> None:
        """What waits, until the file is full; parts of a long document follow at its place."""
        while self._goes_on and (waiting := deque(await self._reserve())):
            while waiting and self._goes_on:
                waiting.extendleft(reversed(await self._one(waiting.popleft())))
            self._without_room += waiting
        await self._store.write(self._put_back)

    @property
    def _goes_on(self) -> bool:
        return self._room > 0 and len(self._without_room) < MISFITS

    async def _reserve(self) -> list[Claim]:
        wish, room = self._wish, self._room
        return await self._store.write(
            lambda conn: ledger.reserve(conn, self._batch_id, wish.recipe, wish.folder_ids, room)
        )

    def _put_back(self, conn: Connection) -> None:
        for one in self._without_room:
            ledger.put_back(conn, one)

    @property
    def _room(self) -> int:
        return self._wish.limit - self.left.requests

    async def _one(self, claim: Claim) -> list[Claim]:
        """Write the request of a job; or the jobs that it is divided into."""
        key = await self._store.read(lambda conn: ledger.key_of(conn, claim))
        try:
            task = await self._worker.prepare(claim, await self._store.read(lambda conn: needed_for(conn, claim)))
            step = await self._worker.plan(self._planner, task)
        except WorkFailed as error:
            await self._fail(claim, key, error)
            return []
        if isinstance(step, Divide):
            return await self._divide(claim, key, step)
        if isinstance(step, Join):
            await self._join(claim, key, step)
        else:
            self._write(task, key, step)
        return []

    def _write(self, task: Task, key: str, request: Ask) -> None:
        sampling = sampling_for(task.recipe, request, 1)
        line = request_line(key, self._wish.model, request.messages, sampling, self._wish.dialect)
        self._file.write(f"{line}\n")
        self.sizes.append((key, request.max_tokens))
        self.left.requests += 1
        self.left.parts += task.claim.kind == "map"

    async def _divide(self, claim: Claim, key: str, step: Divide) -> list[Claim]:
        room = self._room
        if room < len(step.parts) <= self._wish.limit:
            self._without_room.append(claim)  # a smaller one may still have room
            return []

        def divide(conn: Connection) -> list[Claim]:
            ledger.drop(conn, key)
            taken = ledger.take(conn, claim.id, claim.epoch)
            if taken is None or not moves.divide(conn, taken, step.level, step.parts, now()):
                return []
            rows = conn.execute(
                "SELECT id FROM job WHERE parent_id = ? AND level = ? ORDER BY seq", (claim.id, step.level)
            ).fetchall()
            sent = ledger.send(conn, self._batch_id, [row[0] for row in rows])
            self.later += [ledger.key_of(conn, one) for one in sent[room:]]
            self.left.divided += 1
            return sent[:room]

        return await self._store.write(divide)

    async def _fail(self, claim: Claim, key: str, error: WorkFailed) -> None:
        def fail(conn: Connection) -> None:
            ledger.drop(conn, key)
            taken = ledger.take(conn, claim.id, claim.epoch)
            if taken is not None:
                moves.fail(conn, ended(taken), error.failure, error.detail, now(), 0.0)

        self.left.failed += 1
        await self._store.write(fail)

    async def _join(self, claim: Claim, key: str, step: Join) -> None:
        def join(conn: Connection) -> None:
            ledger.drop(conn, key)
            taken = ledger.take(conn, claim.id, claim.epoch)
            if taken is not None:
                model = self._wish.model
                moves.finish(conn, taken, Answer(step.text, None, model, JOINED, "stop", 0, 0, 0, None, 0.0), now())

        self.left.joined += 1
        await self._store.write(join)


class _Nobody:
    """Stands for a server that cannot be asked now: tokens are estimated, on the safe side."""

    def __init__(self, model: str) -> None:
        self._model = model

    async def complete(
        self, messages: Sequence[Mapping[str, Any]], *, sampling: ChatSampling, priority: Priority
    ) -> Completion:
        raise NotImplementedError("a batch file asks nobody")

    async def tokenize(self, text: str) -> Tokenized:
        return Tokenized(None, None, None)

    async def count_messages(self, messages: Sequence[Mapping[str, Any]]) -> int | None:
        return None

    async def model(self) -> ServedModel:
        return ServedModel(self._model, None)


def ended(claim: Claim) -> Claim:
    """The claim as after its last attempt: what went wrong elsewhere is not tried again here by itself."""
    return replace(claim, attempts=MAX_ATTEMPTS)
