"""``nightdesk run`` beside a Nightdesk that has the database open: that one is given the documents."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.cli.output import show_json, show_warnings
from app.cli.recipes import recipe_shelf
from app.core.errors import NightdeskError, StoreError, UsageError
from app.core.intake import bind_folder
from app.core.queue.pauses import PERSON, forget_pause, saved_pauses
from app.core.queue.states import OPEN
from app.core.store.folders import display
from app.core.store.opening import OwnerLock
from app.core.store.place import lock_file
from app.core.store.sqlite import Connection
from app.core.store.store import Store
from app.core.watch.scan import WatchOptions, scan_once

if TYPE_CHECKING:
    from app.cli.shift import Handover

LOOK_S = 0.5


def owned_elsewhere(database: Path) -> bool:
    """Whether a living process works this database off."""
    if not database.exists() or not lock_file(database).exists():
        return False  # whoever works it off has made that; a look must not make one beside any file that is named
    lock = OwnerLock(database)
    try:
        lock.acquire()
    except StoreError:
        return True
    lock.release()
    return False


def refuse_unheeded(database: Path, given: Mapping[str, object]) -> None:
    """Raise UsageError when an option was given that only this process could heed, not the owner."""
    unheeded = [name for name, value in given.items() if value is not None]
    if unheeded:
        raise UsageError(
            f"Another Nightdesk has {database} open and works in its own way; leave out {', '.join(unheeded)}."
        )


async def hand_over(
    database: Path, folders: list[Handover], *, options: WatchOptions, watch: bool, as_json: bool, resume: bool = False
) -> None:
    """Bind the folders, queue their documents, and look on until the owner has worked them off.

    ``resume`` takes back a person's pause: the owner sees that and goes on.
    """
    if not folders and not resume:
        raise UsageError(
            f"Another Nightdesk has {database} open and works it off already. `nightdesk jobs` shows how far it is."
        )
    store = await asyncio.to_thread(Store.open, database, owner=False)
    try:
        if resume:
            await store.write(lambda db: forget_pause(db, PERSON))
        if not folders:
            click.echo("The Nightdesk that has this database open goes on.", err=True)
            return
        ids = [await _bind(store, one, watch=watch) for one in folders]
        if not watch:  # the owner's watcher looks through the others
            for one, folder_id in zip(folders, ids, strict=True):
                report = await scan_once(store, folder_id, options=options)
                show_warnings(report.warnings(display(one.folder)))
        states = await store.read(lambda db: _states(db, ids))
        if not as_json:
            click.echo(_handed_over(states, watch), err=True)
        if not watch:
            states = await _look_on(store, database, ids, quiet=as_json)
    finally:
        await asyncio.to_thread(store.close)
    if as_json:
        show_json({"run": None, "handed_over": True, "jobs": states})
    elif not watch:
        click.echo(f"{_counted(states)}. `nightdesk results` shows the results.")


async def _bind(store: Store, one: Handover, *, watch: bool) -> int:
    recipe = recipe_shelf().get(one.recipe)
    return await store.write(
        bind_folder(
            one.folder,
            recipe,
            watch=watch,
            recursive=one.recursive,
            include=one.include,
            exclude=one.exclude,
            output=one.output,
            output_kind=one.output_kind,
        )
    )


async def _look_on(store: Store, database: Path, folder_ids: list[int], *, quiet: bool) -> dict[str, int]:
    """The states of the folders' jobs, once none of them is open; what holds the owner up is said when it changes.

    Raises NightdeskError when the owner has ended before that: nobody would work on them.
    """
    said: str | None = None
    while True:
        alive = await asyncio.to_thread(owned_elsewhere, database)
        states = await store.read(lambda db: _states(db, folder_ids))
        if not OPEN & states.keys():
            return states
        if not alive:
            raise NightdeskError(
                f"The Nightdesk that worked these documents off has ended ({_counted(states)}). "
                "The same command goes on with what is left."
            )
        held = next(iter((await store.read(saved_pauses)).values()), None)
        if held != said and not quiet:
            click.echo(held or "Going on.", err=True)
        said = held
        await asyncio.sleep(LOOK_S)


def _states(db: Connection, folder_ids: list[int]) -> dict[str, int]:
    marks = ", ".join("?" * len(folder_ids))
    # a document that lies in two folders has its job in one of them
    rows = db.execute(
        "SELECT j.state, count(DISTINCT j.id) FROM folder f JOIN document d ON d.folder_id = f.id "
        "JOIN job j ON j.sha256 = d.sha256 JOIN recipe r ON r.id = j.recipe_id AND r.name = f.recipe_name "
        f"WHERE f.id IN ({marks}) AND j.kind = 'document' AND d.state = 'ready' GROUP BY j.state",
        folder_ids,
    )
    return dict(rows.fetchall())


def _handed_over(states: dict[str, int], watch: bool) -> str:
    if watch:
        return "The Nightdesk that has this database open watches these folders from now on."
    waiting = sum(count for state, count in states.items() if state in OPEN)
    return f"Another Nightdesk has this database open; it was given the documents ({waiting} to do)."


def _counted(states: dict[str, int]) -> str:
    return (
        ", ".join(f"{count:,} {state.replace('_', ' ')}" for state, count in sorted(states.items())) or "No documents"
    )
