"""The one object the window and the command line hold: starts and stops the store, engine, queue, chat and watcher."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from app.core import intake
from app.core.chat.chat import Chat
from app.core.documents.extractor import Extractor
from app.core.events import EventBus, FoldersChanged, JobsChanged, Notice, SettingsChanged
from app.core.models.downloads import Downloads
from app.core.models.file_key import FileKey
from app.core.models.life import EngineLife, SourceMaker, make_source
from app.core.options import duty_options, extract_limits, queue_options, watch_options
from app.core.paths import Paths, user_paths
from app.core.queue.pauses import PAUSED_BY_YOU
from app.core.queue.queue import Queue
from app.core.recipes.drafts import RecipeDrafts
from app.core.recipes.shelf import RecipeShelf
from app.core.resources import resource
from app.core.schedule.duty import Duty
from app.core.settings import Changes, Settings, store_changes, with_changes
from app.core.store.daily import DailyBackup
from app.core.store.folders import display, remove_folder, restore_folder
from app.core.store.runs import list_runs
from app.core.store.store import Store
from app.core.watch.scan import ScanReport, scan_files, scan_once
from app.core.watch.watcher import Watcher
from engines.client import EngineClient

log = logging.getLogger(__name__)

SHIFT_OVER = "shift over"


@dataclass(frozen=True, slots=True)
class Parts:
    """Which parts ``Service.start`` starts. The window wants all; ``nightdesk run`` watches only with --follow."""

    engine: bool = True
    queue: bool = True
    watcher: bool = True


class Service:
    """The core. Everything but the constructor belongs to the event loop that ``start`` ran on."""

    store: Store
    extractor: Extractor
    queue: Queue
    duty: Duty
    chat: Chat
    watcher: Watcher

    def __init__(
        self,
        settings: Settings,
        database: Path,
        *,
        parts: Parts = Parts(),
        paths: Paths | None = None,
        make_engine: SourceMaker = make_source,
    ) -> None:
        self.settings = settings
        self.database = database
        self.paths = paths or user_paths()
        self.parts = parts
        self._duty_options = duty_options(settings)
        self.events = EventBus()
        self.recipes = RecipeShelf(resource("recipes"), self.paths.recipes)
        self.recipe_drafts = RecipeDrafts(self.paths.data / "recipe-drafts.json")
        self.engine = EngineLife(settings.model, self.events, database=database, make=make_engine)
        self.downloads = Downloads(self.paths.models, self.events)
        self._scans: set[asyncio.Task[ScanReport]] = set()
        self._changing = asyncio.Lock()
        self.file_key = FileKey(self.paths.settings, self._changing)
        self._running = AsyncExitStack()

    async def start(self) -> None:
        """Open the database, then start everything; the engine loads in the background.

        Raises NightdeskError; then nothing is left running.
        """
        try:
            await self._start()
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Stop everything in reverse order, within seconds; jobs in flight go back to ready. Safe to call twice."""
        running, self._running = self._running, AsyncExitStack()
        await running.aclose()

    async def add_folder(
        self,
        path: Path,
        recipe: str,
        *,
        watch: bool = True,
        recursive: bool = True,
        include: Sequence[str] = (),
        exclude: Sequence[str] = (),
        network: bool = False,
        output: Path | None = None,
        output_kind: str = "md",
    ) -> int:
        """Bind a folder to a recipe and begin to queue its documents; returns the folder's id. Raises UsageError."""
        chosen = await asyncio.to_thread(self.recipes.get, recipe)
        write = await asyncio.to_thread(
            lambda: intake.bind_folder(
                path,
                chosen,
                watch=watch,
                recursive=recursive,
                include=include,
                exclude=exclude,
                network=network,
                output=output,
                output_kind=output_kind,
            )
        )
        folder_id = await self.store.write(write)
        self.events.publish(FoldersChanged())
        if watch and self.parts.watcher:
            await self.watcher.add(folder_id)
        else:
            self._scan_in_background(folder_id, display(path))
        return folder_id

    async def add_files(self, paths: Sequence[Path], recipe: str) -> int:
        """Queue single files for a recipe; returns the id of the folder row that holds them. Raises UsageError."""
        chosen = await asyncio.to_thread(self.recipes.get, recipe)
        files = await asyncio.to_thread(intake.readable_files, paths)
        folder_id = await self.store.write(intake.bind_files(chosen))
        report = await scan_files(self.store, folder_id, files, options=watch_options(self.settings, settle_s=0.0))
        self._scanned(report, "what was handed over")
        return folder_id

    async def scanned(self) -> list[ScanReport]:
        """What the scans found that ``add_folder`` began, once they are all done. Raises what a scan raised."""
        return list(await asyncio.gather(*self._scans))

    async def remove_folder(self, folder_id: int) -> list[int]:
        """Stop watching a folder; its results stay, its waiting jobs are cancelled. Returns those jobs."""
        await self.watcher.remove(folder_id)
        cancelled = await self.store.write(lambda db: remove_folder(db, folder_id))
        self.events.publish(FoldersChanged())
        self.events.publish(JobsChanged())
        return cancelled

    async def restore_folder(self, folder_id: int, job_ids: Sequence[int]) -> None:
        """Undo ``remove_folder``: watch it again, and have the jobs back that it returned."""
        await self.store.write(lambda db: restore_folder(db, folder_id))
        await self.queue.uncancel(job_ids)
        if self.parts.watcher:
            await self.watcher.add(folder_id)
        self.events.publish(FoldersChanged())
        self.events.publish(JobsChanged())

    async def work_off(self, *, stay: bool = False) -> int | None:
        """Start the queue where ``parts`` left it out, and work until nothing is left; the run's id, if there was one.

        A shift with an end (``work_until``) is over then, whatever is left; what has begun is finished. With ``stay``
        only that ends it, since more documents may come. Raises EngineError when the engine has given up.
        """
        before = await self._last_run()
        if not self.parts.queue:
            await self.queue.start()
        drained, over = asyncio.create_task(self.queue.drained()), asyncio.create_task(self.duty.over())
        try:
            await asyncio.wait((drained, over), return_when=asyncio.FIRST_COMPLETED)
            if drained.done():
                await drained
            if stay:
                await over
            if stay or not drained.done():
                self.queue.pause("The shift is over.", SHIFT_OVER)
                await self.queue.settled()
                await self.queue.stop()
        finally:
            drained.cancel()
            over.cancel()
            await asyncio.gather(drained, over, return_exceptions=True)
        last = await self._last_run()
        return last if last != before else None

    async def _last_run(self) -> int | None:
        return next((run.id for run in await self.store.read(lambda db: list_runs(db, limit=1))), None)

    def pause(self) -> None:
        """Let jobs in flight finish and start no more; the chat goes on."""
        self.queue.pause(PAUSED_BY_YOU)

    def resume(self) -> None:
        """Go on after ``pause``, and without waiting for the run window to open."""
        self.queue.resume()
        self.duty.go_on()

    def work_until(self, moment: float | None) -> None:
        """Work from now until ``moment`` (seconds since 1970), whatever the run window says; None: keep to that."""
        self.duty.work_until(moment)

    async def switch_model(self, model: Path) -> None:
        """Serve another model from now on, and after the next start too."""
        await self.engine.switch(model)
        await self.change({"model": {"path": str(model), "base_url": ""}})

    async def change(self, changes: Changes) -> None:
        """Change single settings and keep these. Those of chat, schedule and power hold at once, others at a start.

        Raises UsageError for a value that is not allowed; then nothing is changed.
        """
        async with self._changing:
            changed = with_changes(self.settings, changes, "The settings")
            options = duty_options(changed)
            await asyncio.to_thread(store_changes, changes, self.paths.settings)
            self.settings = changed
            self.chat.settings = changed.chat
            self.duty.change(replace(options, shift=replace(options.shift, until=self.duty.options.shift.until)))
            self.events.publish(SettingsChanged(changed))

    async def _start(self) -> None:
        self.store = await asyncio.to_thread(Store.open, self.database)
        self._running.push_async_callback(asyncio.to_thread, self.store.close)
        self._running.push_async_callback(self.recipe_drafts.settle)
        if self.store.notice:
            self.events.publish(Notice("warning", self.store.notice))
        self._make_parts()
        await self.chat.recover()
        self._running.push_async_callback(self.downloads.stop)
        self._running.push_async_callback(self.engine.stop)
        if self.parts.engine:
            await self.engine.start()
        self._running.push_async_callback(self.extractor.stop)
        self._running.push_async_callback(self.chat.close)
        self._running.push_async_callback(self.queue.stop)
        self._running.push_async_callback(self.duty.stop)
        await self.duty.start()
        if self.parts.queue:
            await self.queue.start()
        self._running.push_async_callback(self._stop_scans)
        self._running.push_async_callback(self.watcher.stop)
        if self.parts.watcher:
            await self.watcher.start()

    def _make_parts(self) -> None:
        self.extractor = Extractor(extract_limits(self.settings))
        self.chat = Chat(self.store, self.events, self._chat_client, self.settings.chat)
        options = queue_options(self.settings)
        self.queue = Queue(self.store, self.engine.client, self.extractor, self.events, options, load=self.engine.load)
        self.duty = Duty(
            self.queue,
            self.database,
            self._duty_options,
            on_jump=self.queue.clock_jumped,
            on_idle=DailyBackup(self.store).look,
        )
        self.queue.on_go_on = self.duty.go_on
        self.watcher = Watcher(self.store, self.events, watch_options(self.settings), self.recipes.current)

    async def _chat_client(self) -> EngineClient:
        """A question loads the model when it was unloaded."""
        await self.engine.load()
        return await self.engine.client()

    def _scan_in_background(self, folder_id: int, name: str) -> None:
        scan = scan_once(self.store, folder_id, options=watch_options(self.settings, settle_s=0.0))
        task = asyncio.create_task(scan, name=f"scan-{folder_id}")
        self._scans.add(task)
        task.add_done_callback(partial(self._scan_ended, name=name))

    def _scan_ended(self, task: asyncio.Task[ScanReport], name: str) -> None:
        if task.cancelled():
            return
        error = task.exception()
        if error is not None:
            self.events.publish(Notice("error", str(error)))
        else:
            self._scanned(task.result(), name)

    def _scanned(self, report: ScanReport, name: str) -> None:
        for warning in report.warnings(name):
            self.events.publish(Notice("warning", warning))
        self.events.publish(JobsChanged())
        self.events.publish(FoldersChanged())

    async def _stop_scans(self) -> None:
        for task in self._scans:
            task.cancel()
        if self._scans:
            await asyncio.wait(self._scans)
