"""One pass over a folder, from first look to the last job, for work that is asked for once."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Sequence
from pathlib import Path

from app.core.errors import UsageError
from app.core.queue.moves import revive_folder
from app.core.store.folders import FolderRow, get_folder, set_scanned
from app.core.store.store import Store
from app.core.watch.folder import FolderWatch, WatchOptions
from app.core.watch.ledger import own_outputs
from app.core.watch.report import ScanReport
from app.core.watch.rules import Rules

__all__ = ["ScanReport", "WatchOptions", "open_folder", "scan_files", "scan_once"]

_PAUSE_S = 0.2


async def scan_once(
    store: Store, folder_id: int, *, options: WatchOptions | None = None, patience_s: float = 10.0
) -> ScanReport:
    """Take in everything that is in the folder now, in its transactions with the jobs that follow from it.

    A file is accepted as soon as it has stood still for ``options.settle_s`` (0 unless given) and nobody writes to
    it; after ``patience_s`` seconds without any file becoming ready the rest is left and counted as ``waiting``.
    Raises UsageError when the folder is not known or not there.
    """
    options = options or WatchOptions(settle_s=0.0)
    folder = await open_folder(store, folder_id, options)
    if not folder.row.path.is_dir():
        raise UsageError(f"There is no folder {folder.row.path_text}.")
    report = await asyncio.to_thread(folder.scan)
    await _settle_all(folder, report, patience_s)
    report.jobs += await store.write(lambda connection: revive_folder(connection, folder_id))
    await store.write(lambda connection: set_scanned(connection, folder_id, time.time()))
    return report


async def scan_files(
    store: Store,
    folder_id: int,
    paths: Sequence[Path],
    *,
    options: WatchOptions | None = None,
    patience_s: float = 10.0,
) -> ScanReport:
    """``scan_once`` for single files that a person has chosen; the folder's row only carries the recipe."""
    folder = await open_folder(store, folder_id, options or WatchOptions(settle_s=0.0))
    report = await asyncio.to_thread(folder.look_at, [os.fsencode(path.absolute()) for path in paths])
    await _settle_all(folder, report, patience_s)
    return report


async def open_folder(store: Store, folder_id: int, options: WatchOptions) -> FolderWatch:
    """The folder with this id, ready to be looked at; raises UsageError when there is none."""
    row = await store.read(lambda connection: get_folder(connection, folder_id))
    if row is None:
        raise UsageError(f"There is no folder number {folder_id}.")
    return FolderWatch(store, row, await folder_rules(store, row, options), options.settle_s)


async def folder_rules(store: Store, row: FolderRow, options: WatchOptions) -> Rules:
    """The rules of a folder: its patterns, our limits, and the paths that we write ourselves."""
    outputs = await store.read(own_outputs)
    return Rules(row.include, row.exclude, options.largest_bytes, (*options.own_paths, *outputs), options.pictures)


async def _settle_all(folder: FolderWatch, report: ScanReport, patience_s: float) -> None:
    deadline = time.monotonic() + patience_s
    while True:
        settled = await asyncio.to_thread(folder.settle)
        report.add(settled)
        report.waiting = settled.waiting
        if settled.new:
            deadline = time.monotonic() + patience_s
        if not settled.waiting or time.monotonic() > deadline:
            return
        await asyncio.sleep(_PAUSE_S)
