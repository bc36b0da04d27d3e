"""Watches all folders: hints as they come, a scan every minute, and a state in words for a folder that is missing."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from app.core.errors import StoreError
from app.core.events import EventBus, FoldersChanged, JobsChanged, Notice
from app.core.queue.moves import revive_folder
from app.core.recipes.recipe import Recipe
from app.core.recipes.shelf import record_recipe
from app.core.store.folders import FolderRow, get_folder, list_folders, set_folder_state, set_recipe, set_scanned
from app.core.store.log import add_event
from app.core.store.sqlite import Connection
from app.core.store.store import Store
from app.core.watch.folder import FolderWatch, WatchOptions
from app.core.watch.hints import Hints
from app.core.watch.report import ScanReport
from app.core.watch.scan import folder_rules

_log = logging.getLogger(__name__)

_SLEEP_GAP_S = 30.0  # the wall clock ran ahead of the monotonic one by this much: the machine has slept
_HINT_PAUSE_S = 0.05  # hints come in swarms; a short wait gathers them


@dataclass(slots=True)
class _Watched:
    """A folder that is being watched: how it was found last time, and when the next scan is due."""

    watch: FolderWatch
    hints: Hints | None = None
    scan_due: float = 0.0
    missing: bool = False
    hints_refused: bool = False
    told: set[str] = field(default_factory=set)
    recipe: str = ""  # the hash of the version that its documents are worked off under, once that is known


class Watcher:
    """Keeps the store's documents in step with the watched folders until it is stopped."""

    def __init__(
        self,
        store: Store,
        events: EventBus,
        options: WatchOptions | None = None,
        recipe_of: Callable[[str, Path | None], Recipe | None] | None = None,
    ) -> None:
        self._store = store
        self._recipe_of = recipe_of
        self._events = events
        self._options = options or WatchOptions()
        self._folders: dict[int, _Watched] = {}
        self._let_go: set[int] = set()
        self._wake = asyncio.Event()
        self._rescan = True
        self._stopping = False
        self._task: asyncio.Task[None] | None = None
        self._looking = asyncio.Lock()

    async def start(self) -> None:
        """Begin with every watched folder of the store; each is scanned at once."""
        for row in await self._store.read(partial(list_folders, kind="watched")):
            if row.state in ("active", "missing"):
                await self._take(row)
        self._task = asyncio.create_task(self._run(), name="watcher")

    async def stop(self) -> None:
        """End all watching. What was waiting to settle is found again by the next start's scan."""
        self._stopping = True
        for watched in self._folders.values():
            watched.watch.interrupt()
        self._wake.set()
        if self._task is not None:
            await self._task
            self._task = None
        async with self._looking:
            for folder_id in list(self._folders):
                await self._drop(folder_id)

    async def add(self, folder_id: int) -> None:
        """Watch this folder from now on; its row is in the store already."""
        row = await self._store.read(partial(get_folder, folder_id=folder_id))
        self._let_go.discard(folder_id)
        if row is not None:
            async with self._looking:
                await self._drop(folder_id)
                await self._take(row)
            self._wake.set()

    async def remove(self, folder_id: int) -> None:
        """Watch this folder no longer; its documents and results stay."""
        self._let_go.add(folder_id)
        if folder_id in self._folders:
            self._folders[folder_id].watch.interrupt()
        async with self._looking:
            await self._drop(folder_id)

    def rescan(self) -> None:
        """Scan every folder now: after waking up, or because somebody asked."""
        self._rescan = True
        self._wake.set()

    async def _take(self, row: FolderRow) -> None:
        rules = await folder_rules(self._store, row, self._options)
        watch = FolderWatch(self._store, row, rules, self._options.settle_s)
        self._folders[row.id] = _Watched(watch, missing=row.state == "missing")

    async def _drop(self, folder_id: int) -> None:
        watched = self._folders.pop(folder_id, None)
        if watched is not None and watched.hints is not None:
            await asyncio.to_thread(watched.hints.stop)

    async def _run(self) -> None:
        wall, steady = time.time(), time.monotonic()
        while not self._stopping:
            if (time.time() - wall) - (time.monotonic() - steady) > _SLEEP_GAP_S:
                self._rescan = True
            wall, steady = time.time(), time.monotonic()
            rescan, self._rescan = self._rescan, False
            await self._keep_in_step()
            for watched in list(self._folders.values()):
                async with self._looking:
                    if watched is self._folders.get(watched.watch.row.id):
                        await self._step(watched, rescan)
            await self._wait()

    async def _keep_in_step(self) -> None:
        """Another process may bind a folder, change it or take it away: what the store says is watched."""
        try:
            rows = await self._store.read(partial(list_folders, kind="watched"))
        except StoreError:
            return  # the next look at a folder says what is wrong
        wanted = {row.id: row for row in rows if row.state in ("active", "missing")}
        async with self._looking:
            known = {folder_id: _binding(watched.watch.row) for folder_id, watched in self._folders.items()}
            changed = [folder_id for folder_id in known if known[folder_id] != _binding(wanted.get(folder_id))]
            for folder_id in changed:
                await self._drop(folder_id)
            self._let_go &= wanted.keys()
            missed = [row for folder_id, row in wanted.items() if folder_id not in self._folders.keys() | self._let_go]
            for row in missed:
                await self._take(row)
        if changed or missed:
            self._events.publish(FoldersChanged())

    async def _wait(self) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), self._next_step() - time.monotonic())
            await asyncio.sleep(_HINT_PAUSE_S)
        self._wake.clear()

    def _next_step(self) -> float:
        due = [time.monotonic() + self._options.check_s]
        for watched in self._folders.values():
            settled = watched.watch.next_look()
            due += [watched.scan_due] if not watched.missing else []
            due += [settled] if settled is not None else []
        return max(min(due), time.monotonic() + _HINT_PAUSE_S)

    async def _step(self, watched: _Watched, rescan: bool) -> None:
        """One look at one folder. Whatever goes wrong with it must not end the watching of the others."""
        row = watched.watch.row
        try:
            if not await self._is_there(watched):
                return
            report = await self._look(watched, rescan)
            await self._tell(watched, report)
        except StoreError as error:
            # A full disk passes; the next step finds again what this one could not write.
            watched.scan_due = time.monotonic() + self._options.rescan_s
            self._events.publish(Notice("error", f"{row.path_text} could not be looked through: {error}"))
            return
        except Exception as error:  # noqa: BLE001 - one folder's surprise must not end the watching of the others
            _log.exception("watching %s", row.path_text)
            watched.scan_due = time.monotonic() + self._options.rescan_s
            self._events.publish(Notice("error", f"{row.path_text} could not be looked through: {error}."))
            return
        if report.jobs:
            self._events.publish(JobsChanged())
        if report.changed:
            self._events.publish(FoldersChanged())

    async def _tell(self, watched: _Watched, report: ScanReport) -> None:
        """What cannot be read is said once, not every minute."""
        for problem in report.problems:
            if problem not in watched.told:
                watched.told.add(problem)
                await self._store.write(partial(add_event, kind="folder", severity="warning", text=problem))
                self._events.publish(Notice("warning", problem))

    async def _look(self, watched: _Watched, rescan: bool) -> ScanReport:
        report = ScanReport()
        await self._arm(watched)
        if rescan or time.monotonic() >= watched.scan_due:
            watched.scan_due = time.monotonic() + self._options.rescan_s
            _ = watched.hints.taken() if watched.hints is not None else None
            watched.watch.rules = await folder_rules(self._store, watched.watch.row, self._options)
            report.add(await asyncio.to_thread(watched.watch.scan))
            await self._store.write(partial(set_scanned, folder_id=watched.watch.row.id, at=time.time()))
        elif watched.hints is not None and (paths := watched.hints.taken()):
            report.add(await asyncio.to_thread(watched.watch.look_at, paths))
        next_look = watched.watch.next_look()
        if next_look is not None and next_look <= time.monotonic():
            await self._follow_recipe(watched)
            report.add(await asyncio.to_thread(watched.watch.settle))
        return report

    async def _follow_recipe(self, watched: _Watched) -> None:
        """What comes from now on is asked what the recipe's file says today; an edit is a new version."""
        row = watched.watch.row
        if self._recipe_of is None:
            return
        recipe = await asyncio.to_thread(self._recipe_of, row.recipe_name, row.recipe_path)
        if recipe is not None and recipe.sha256 != watched.recipe:
            await self._store.write(partial(_bind_version, folder_id=row.id, recipe=recipe))
            watched.recipe = recipe.sha256

    async def _arm(self, watched: _Watched) -> None:
        """Make sure hints can come; when they had to be armed anew, a scan finds what came before them."""
        row = watched.watch.row
        if row.network or not self._options.hints or watched.hints_refused:
            return
        if watched.hints is not None:
            if watched.hints.alive():
                return
            await asyncio.to_thread(watched.hints.stop)
            watched.hints = None
        loop = asyncio.get_running_loop()

        def wake() -> None:
            loop.call_soon_threadsafe(self._wake.set)

        try:
            watched.hints = await asyncio.to_thread(Hints, row.path, row.recursive, wake)
        except OSError as error:
            watched.hints_refused = True
            seconds = f"{self._options.rescan_s:.0f}"
            text = f"{row.path_text} is looked through every {seconds} seconds: no faster hints ({error.strerror})."
            self._events.publish(Notice("warning", text))
        watched.scan_due = 0.0

    async def _is_there(self, watched: _Watched) -> bool:
        row = watched.watch.row
        reason = await asyncio.to_thread(_why_missing, row)
        if (reason is not None) == watched.missing:
            return reason is None
        watched.missing = reason is not None
        watched.scan_due = 0.0
        state = "active" if reason is None else "missing"
        text = f"{row.path_text} is back and is watched again." if reason is None else reason
        severity = "info" if reason is None else "warning"
        await self._store.write(partial(set_folder_state, folder_id=row.id, state=state, reason=reason))
        await self._store.write(partial(add_event, kind="folder", severity=severity, text=text))
        if reason is None:
            revived = await self._store.write(partial(revive_folder, folder_id=row.id))
            if revived:
                self._events.publish(JobsChanged())
        self._events.publish(FoldersChanged())
        self._events.publish(Notice(severity, text))
        return reason is None


def _bind_version(db: Connection, folder_id: int, recipe: Recipe) -> None:
    set_recipe(db, folder_id, record_recipe(db, recipe))


def _binding(row: FolderRow | None) -> tuple[object, ...] | None:
    """What of a folder's row changes how it is watched."""
    if row is None:
        return None
    return row.path, row.recipe_name, row.recipe_path, row.recursive, row.include, row.exclude, row.network


def _why_missing(row: FolderRow) -> str | None:
    """Why the folder cannot be watched just now, in a sentence; None when it can."""
    try:
        with os.scandir(row.path):
            return None
    except NotADirectoryError:
        return f"{row.path_text} is no folder any more. It is watched again when it comes back."
    except FileNotFoundError:
        return f"{row.path_text} is not there. It is watched again when it comes back."
    except OSError as error:
        return f"{row.path_text} cannot be opened ({error.strerror}). It is watched again when it can."
