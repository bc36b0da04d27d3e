"""The demo: a chat alone, then documents with the same chat beside them, then what both cost."""

from __future__ import annotations

import asyncio
import statistics
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import click

from app.cli.progress import run_view
from app.cli.report import show_markdown
from app.cli.results import show_results
from app.cli.shift import left_out, together
from app.cli.talk import figures
from app.core.errors import NightdeskError
from app.core.events import Event, ProgressChanged
from app.core.service import Parts, Service
from app.core.settings import ScheduleSettings, Settings
from app.core.store.results import ResultRow, list_results
from app.core.store.runs import RunRow, get_run

# each is asked once, so that no answer begins sooner because its question was in the prefix cache
QUESTIONS = (
    "In one sentence: why is the sky blue?",
    "Name three things to pack for a night train.",
    "What is a good name for a sleepy cat?",
    "In one sentence: why does bread rise?",
    "Name three birds that are awake at night.",
    "What is a good present for a gardener?",
)
MOMENTS = (0.2, 0.45, 0.7)
ALONE_DOCUMENTS = 3
LISTED = 60


@dataclass(slots=True)
class Chats:
    """How long each chat answer took to begin, in seconds, and how fast it was written, in tokens per second."""

    ttft_s: list[float] = field(default_factory=list)
    tokens_per_s: list[float] = field(default_factory=list)

    def __str__(self) -> str:
        if not self.ttft_s:
            return "no answer"
        middle, worst = statistics.median(self.ttft_s) * 1000, max(self.ttft_s) * 1000
        rate = f", {statistics.median(self.tokens_per_s):,.0f} tok/s" if self.tokens_per_s else ""
        return f"{middle:,.0f} ms (median of {len(self.ttft_s)}, worst {worst:,.0f} ms){rate}"


class Show:
    """One demo on one folder of documents."""

    def __init__(self, settings: Settings, database: Path, folder: Path, recipe: str) -> None:
        queue = replace(settings.queue, alone=ALONE_DOCUMENTS)
        chat = replace(settings.chat, max_tokens=32, temperature=0.0)
        settings = replace(settings, queue=queue, chat=chat, schedule=ScheduleSettings())
        self._service = Service(settings, database, parts=Parts(queue=False, watcher=False))
        self._folder = folder
        self._recipe = recipe
        self._progress: asyncio.Queue[ProgressChanged | None] = asyncio.Queue()

    async def play(self) -> None:
        """The whole demo; raises NightdeskError or EngineError, with everything stopped."""
        try:
            await self._service.start()
            click.echo("Loading the model …", err=True)
            await self._service.engine.client()
            click.secho("\nA chat, with the engine to itself:", bold=True)
            idle = Chats()
            for question in QUESTIONS[: len(MOMENTS)]:
                await self._ask(question, idle)
            click.secho(f"\nThe documents in {self._folder}, with the chat going on:", bold=True)
            run, busy = await self._work()
            rows, names = await self._outcome(run)
        finally:
            await self._service.stop()
        _tell(run, rows, names, idle, busy)

    async def _work(self) -> tuple[RunRow, Chats]:
        view = run_view()
        stop_view = self._service.events.subscribe(lambda event: _unless_chat(view.take, event))
        stop_progress = self._service.events.subscribe(self._note)
        busy = Chats()
        try:
            self._folder_id = await self._service.add_folder(self._folder, self._recipe, watch=False)
            await self._service.scanned()
            run_id, _ = await together(self._run(), self._chat_beside(busy))
        finally:
            stop_view()
            stop_progress()
            view.close()
        if run_id is None:
            raise NightdeskError(f"There is nothing to do in {self._folder}: all of it has been worked on before.")
        run = await self._service.store.read(lambda db: get_run(db, run_id))
        assert run is not None
        return run, busy

    async def _run(self) -> int | None:
        try:
            return await self._service.work_off()
        finally:
            self._progress.put_nowait(None)

    def _note(self, event: Event) -> None:
        if isinstance(event, ProgressChanged):
            self._progress.put_nowait(event)

    async def _chat_beside(self, busy: Chats) -> None:
        """Ask at several moments of the run, while several documents are in the batch."""
        moments, questions = list(MOMENTS), list(QUESTIONS[len(MOMENTS) :])
        while (now := await self._progress.get()) is not None:
            share = (now.done + now.failed) / now.total if now.total else 0.0
            if moments and now.running > 1 and now.done >= ALONE_DOCUMENTS and share >= moments[0]:
                moments = [moment for moment in moments if moment > share]
                await self._ask(questions.pop(0), busy)

    async def _ask(self, question: str, chats: Chats) -> None:
        chat = self._service.chat
        conversation_id = await chat.new_conversation()
        answer = await chat.answer(await chat.send(conversation_id, question))
        click.echo(f"  {question}")
        click.echo(f"    {' '.join((answer.error or answer.text).split())}")
        click.secho(f"    {figures(answer)}", dim=True)
        if answer.state == "done" and answer.ttft_s is not None:
            chats.ttft_s.append(answer.ttft_s)
            chats.tokens_per_s += [answer.decode_tokens_per_s] if answer.decode_tokens_per_s else []

    async def _outcome(self, run: RunRow) -> tuple[list[ResultRow], list[str]]:
        store = self._service.store
        rows = await store.read(lambda db: list_results(db, run_id=run.id, limit=LISTED))
        return rows, await store.read(lambda db: left_out(db, [self._folder_id]))


def _unless_chat(take: Any, event: Event) -> None:
    """The demo prints each answer as a whole, with its figures, so that two streams do not mix."""
    if not type(event).__name__.startswith("Answer"):
        take(event)


def _tell(run: RunRow, rows: list[ResultRow], names: list[str], idle: Chats, busy: Chats) -> None:
    click.echo()
    show_results(rows)
    for line in names:
        click.echo(line)
    click.echo()
    show_markdown(run.report or "")
    click.secho("\nThe two figures that are the point", bold=True)
    click.echo(f"  First word of a chat, engine to itself:   {idle}")
    click.echo(f"  First word of a chat, beside documents:   {busy}")
    alone = run.figures.get("alone")
    if not alone:
        click.echo("  Too few documents to compare one at a time with many at once.")
        return
    click.echo(f"  Documents, one at a time:                 {alone['tokens_per_s']:,.1f} tok/s")
    rows_of = f"Documents, {run.figures['width']} rows together:"
    click.echo(f"  {rows_of:<42}{alone['together_tokens_per_s']:,.1f} tok/s")
    click.echo(f"  Speed-up, beside the chats:               {alone['speed_up']:g} ×")
