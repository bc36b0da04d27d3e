"""One shift of ``nightdesk run``: the service without a window, its progress and its report."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

from app.cli.output import show_json
from app.cli.progress import run_view
from app.cli.report import show_markdown
from app.cli.talk import figures
from app.core.chat.rows import MessageRow
from app.core.errors import UsageError
from app.core.queue.pauses import PERSON, forget_pause, saved_pauses
from app.core.service import Parts, Service
from app.core.settings import Settings
from app.core.store.documents import documents_of
from app.core.store.runs import RunRow, get_run
from app.core.store.sqlite import Connection
from app.core.watch.report import ScanReport

A = TypeVar("A")
B = TypeVar("B")


@dataclass(frozen=True, slots=True)
class Handover:
    """A folder and what is to be asked of its documents."""

    folder: Path
    recipe: str
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    recursive: bool = True
    output: Path | None = None
    output_kind: str = "md"


class Shift:
    """Works the folders off, or with ``follow`` stays until it is over or cancelled. ``ask`` is answered meanwhile.

    ``until`` (seconds since 1970) ends it, whatever is left; ``resume`` takes back a person's pause.
    """

    def __init__(
        self,
        settings: Settings,
        database: Path,
        folders: list[Handover],
        *,
        follow: bool = False,
        ask: str | None = None,
        as_json: bool = False,
        until: float | None = None,
        resume: bool = False,
    ) -> None:
        self._service = Service(settings, database, parts=Parts(queue=False, watcher=follow))
        self._folders = folders
        self._follow = follow
        self._ask = ask
        self._as_json = as_json
        self._until = until
        self._resume = resume
        self._left_out: list[str] = []

    async def work(self) -> None:
        """The whole shift; raises NightdeskError or EngineError, with everything stopped."""
        view = run_view(quiet=self._as_json)
        unsubscribe = self._service.events.subscribe(view.take)
        try:
            await self._service.start()
            await self._mind_the_pause()
            if self._until is not None:
                self._service.work_until(self._until)
            scans = await self._hand_over()
            run_id, answer = await together(self._service.work_off(stay=self._follow), self._chat())
            run = await self._service.store.read(lambda db: get_run(db, run_id)) if run_id is not None else None
        finally:
            unsubscribe()
            view.close()
            await self._service.stop()
        self._report(run, scans, answer)

    async def _mind_the_pause(self) -> None:
        """A pause that a person has set is not waited out in silence."""
        reason = (await self._service.store.read(saved_pauses)).get(PERSON)
        if reason is None:
            return
        if not self._resume:
            raise UsageError(f"The queue is paused ({reason.rstrip('.')}). `nightdesk run --resume` goes on.")
        await self._service.store.write(lambda db: forget_pause(db, PERSON))

    async def _hand_over(self) -> list[ScanReport]:
        folder_ids = [
            await self._service.add_folder(
                one.folder,
                one.recipe,
                watch=self._follow,
                recursive=one.recursive,
                include=one.include,
                exclude=one.exclude,
                output=one.output,
                output_kind=one.output_kind,
            )
            for one in self._folders
        ]
        scans = await self._service.scanned()
        self._left_out = await self._service.store.read(lambda db: left_out(db, folder_ids))
        return scans

    async def _chat(self) -> MessageRow | None:
        if not self._ask:
            return None
        service = self._service
        await service.engine.client()
        conversation_id = await service.chat.new_conversation()
        return await service.chat.answer(await service.chat.send(conversation_id, self._ask))

    def _report(self, run: RunRow | None, scans: list[ScanReport], answer: MessageRow | None) -> None:
        if self._as_json:
            show_json(
                {
                    "run": run.id if run else None,
                    "figures": run.figures if run else None,
                    "answer": answer.text if answer else None,
                    "answer_ttft_s": answer.ttft_s if answer else None,
                }
            )
            return
        if answer is not None:
            click.echo(f"Chat: {answer.error or figures(answer)}", err=True)
        for line in self._left_out:
            click.echo(line, err=True)
        if run is None or run.report is None:
            click.echo(_nothing_to_do(scans))
        else:
            show_markdown(run.report)


async def together(first: Coroutine[Any, Any, A], second: Coroutine[Any, Any, B]) -> tuple[A, B]:
    """Both results; when one fails the other is cancelled and the failure itself is raised, not a group."""
    tasks = asyncio.create_task(first), asyncio.create_task(second)
    try:
        return await tasks[0], await tasks[1]
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def left_out(db: Connection, folder_ids: list[int]) -> list[str]:
    """One line for each file of these folders that is no document, with the reason."""
    rows = (row for folder_id in folder_ids for row in documents_of(db, folder_id))
    return [
        f"Left out: {row.path_text}: {row.reason or row.state.replace('_', ' ')}"
        for row in rows
        if row.state in ("ignored", "too_big", "unreadable")
    ]


def _nothing_to_do(scans: list[ScanReport]) -> str:
    if any(scan.known or scan.duplicates for scan in scans):
        return "Nothing to do: everything has been worked on before (`nightdesk results` and `jobs` show it)."
    if any(scan.waiting for scan in scans):
        return "Nothing to do yet: the documents are still being written."
    return "Nothing to do: there are no documents."
