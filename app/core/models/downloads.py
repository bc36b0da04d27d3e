"""Downloads of models: begun, paused, resumed and cancelled, with their progress told as events."""

from __future__ import annotations

import asyncio
import itertools
import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Literal

from app.core.errors import NightdeskError
from app.core.events import DownloadChanged, EventBus
from app.core.models.hub import Hub, HubError, HubFile, HubModel, Repository, unreachable
from app.core.models.transfer import FIRST_WAIT_S, StoppedError, Transfer

State = Literal["running", "paused", "checking", "done", "failed", "cancelled"]

STAGING = ".downloads"
"""Where files lie until all of them have arrived and are what they should be; nobody takes them for models there."""

MARGIN_BYTES = 256 << 20
"""What stays free on the disk."""

TELL_EVERY_S = 0.1


@dataclass(frozen=True, slots=True)
class DownloadView:
    """How far a download is, in bytes. ``detail`` is a sentence when it failed; ``path`` the model once it is done."""

    id: int
    name: str
    state: State
    done: int
    total: int
    detail: str = ""
    path: Path | None = None


class Download:
    """One model on its way. ``run`` blocks; everything else may be called from any thread."""

    def __init__(
        self,
        number: int,
        hub: Hub,
        repository: Repository,
        model: HubModel,
        folder: Path,
        tell: Callable[[DownloadView], None] = lambda _view: None,
        *,
        first_wait_s: float = FIRST_WAIT_S,
    ) -> None:
        self.view = DownloadView(number, model.name, "running", 0, model.bytes)
        self._hub = hub
        self._repository = repository
        self._model = model
        self._tell = tell
        self._first_wait_s = first_wait_s
        self._stop = threading.Event()
        self._wanted: State = "running"
        self._told_at = 0.0
        owner, name = repository.name.split("/")
        self._staging = folder / STAGING / owner / name
        self._target = folder / owner / name

    def run(self) -> DownloadView:
        """Bring what is missing and put the model in its place; how it ended. What has arrived is kept if it failed."""
        try:
            self._room()
            self._show("running")
            self._bring()
        except StoppedError:
            self._show(self._wanted)
            if self._wanted == "cancelled":
                self._forget()
        except NightdeskError as error:
            self._show("failed", str(error))
        except OSError as error:
            self._show("failed", f"{error.filename or self._staging}: {error.strerror or error}.")
        return self.view

    def again(self) -> None:
        """Take back a pause; ``run`` then goes on from where it was."""
        self._stop.clear()
        self._wanted = "running"

    def pause(self) -> None:
        """Stop soon, keeping what has arrived."""
        self._end("paused")

    def cancel(self) -> None:
        """Stop soon, and delete what has arrived."""
        self._end("cancelled")

    def forget(self) -> None:
        """Delete what has arrived of a download that does not run."""
        self._forget()
        self._show("cancelled")

    def _end(self, state: State) -> None:
        self._wanted = state
        self._stop.set()

    def _bring(self) -> None:
        missing = [file for file in self._model.files if not self._is_here(file)]
        for file in missing:
            partial = self._partial(file)
            before = self._arrived() - _size(partial)
            transfer = self._transfer(lambda has, before=before: self._count(before + has))  # type: ignore[misc]
            transfer.fetch(file, partial)
            self._show("checking")
            transfer.check(file, partial)
            partial.replace(self._whole(file))
            self._show("running")
        self._place()

    def _transfer(self, told: Callable[[int], None]) -> Transfer:
        return Transfer(self._hub, self._repository, told, self._stop, first_wait_s=self._first_wait_s)

    def _is_here(self, file: HubFile) -> bool:
        """Whether it need not be brought: it has arrived, or lies in its place from another time."""
        if _size(self._whole(file)) == file.bytes:
            return True
        target = self._place_of(file)
        return _size(target) == file.bytes and self._transfer(lambda _has: None).matches(file, target)

    def _place(self) -> None:
        """Move the files to where models are looked for, a folder's settings last: it is one only with them."""
        for file in sorted(self._model.files, key=lambda one: one.path == "config.json"):
            if self._whole(file).exists():
                self._place_of(file).parent.mkdir(parents=True, exist_ok=True)
                self._whole(file).replace(self._place_of(file))
        self._forget()
        first = self._place_of(self._model.files[0])
        self.view = replace(self.view, path=first if self._model.kind == "gguf" else self._target)
        self._show("done")

    def _room(self) -> None:
        """Raise HubError when the disk has no room for what is missing."""
        needed = self._model.bytes - self._arrived()
        place = next(one for one in (self._target, *self._target.parents) if one.exists())
        free = shutil.disk_usage(place).free
        if needed + MARGIN_BYTES > free:
            raise HubError(
                f"{self._model.name} needs {_gb(needed)} more on the disk of {place}, where {_gb(free)} are free: "
                "make room, or choose a smaller file."
            )

    def _arrived(self) -> int:
        return sum(_size(self._whole(file)) or _size(self._partial(file)) for file in self._model.files)

    def _place_of(self, file: HubFile) -> Path:
        return self._target / PurePosixPath(file.path)

    def _whole(self, file: HubFile) -> Path:
        return self._partial(file).with_suffix(".whole")

    def _partial(self, file: HubFile) -> Path:
        """Named by its content as well, so that the halves of two versions are never put together."""
        version = (file.sha256 or file.git or self._repository.commit)[:12]
        return self._staging / f"{file.path.replace('/', '--')}.{version}.part"

    def _forget(self) -> None:
        for file in self._model.files:
            self._partial(file).unlink(missing_ok=True)
            self._whole(file).unlink(missing_ok=True)
        for folder in (self._staging, self._staging.parent):
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()

    def _count(self, done: int) -> None:
        if time.monotonic() - self._told_at >= TELL_EVERY_S:
            self._show("running", done=done)

    def _show(self, state: State, detail: str = "", done: int | None = None) -> None:
        self._told_at = time.monotonic()
        arrived = self.view.total if state == "done" else self._arrived() if done is None else done
        self.view = replace(self.view, state=state, done=arrived, detail=detail)
        self._tell(self.view)


class Downloads:
    """The downloads of a running Nightdesk. All methods belong to the core's event loop."""

    def __init__(self, folder: Path, events: EventBus, hub: Hub | None = None) -> None:
        self.hub = hub or Hub()
        self._folder = folder
        self._events = events
        self._numbers = itertools.count(1)
        self._downloads: dict[int, Download] = {}
        self._tasks: dict[int, asyncio.Task[DownloadView]] = {}

    @property
    def views(self) -> list[DownloadView]:
        """All of them, the oldest first; those that were cancelled are forgotten."""
        return [one.view for one in self._downloads.values()]

    async def look(self, repository: str) -> Repository:
        """What a repository holds. Raises UsageError and HubError."""
        return await asyncio.to_thread(looked_up, self.hub, repository)

    def start(self, repository: Repository, model: HubModel) -> int:
        """Begin to download a model, or go on with it; the download's number."""
        number = next(self._numbers)
        self._downloads[number] = Download(number, self.hub, repository, model, self._folder, self._tell)
        self._run(number)
        return number

    def pause(self, number: int) -> None:
        """Stop a download, keeping what has arrived."""
        self._downloads[number].pause()

    def resume(self, number: int) -> None:
        """Go on with one that was paused or failed."""
        if number not in self._tasks:
            self._run(number)

    def cancel(self, number: int) -> None:
        """Stop a download and delete what has arrived."""
        download = self._downloads.pop(number)
        if number in self._tasks:
            download.cancel()
        elif download.view.state != "done":
            download.forget()

    async def finished(self, number: int) -> DownloadView:
        """How a download that runs has ended."""
        return await self._tasks[number]

    async def stop(self) -> None:
        """Pause what runs; the next start of the same download goes on with it."""
        for number in self._tasks:
            if number in self._downloads:
                self._downloads[number].pause()
        await asyncio.gather(*self._tasks.values())

    def _run(self, number: int) -> None:
        self._downloads[number].again()
        task = asyncio.create_task(asyncio.to_thread(self._downloads[number].run), name=f"download-{number}")
        self._tasks[number] = task
        task.add_done_callback(lambda _task: self._tasks.pop(number, None))

    def _tell(self, view: DownloadView) -> None:
        self._events.publish(DownloadChanged(view.id, view.name, view.state, view.done, view.total, view.detail))


def looked_up(hub: Hub, name: str) -> Repository:
    """What a repository holds; blocking. Raises UsageError and HubError."""
    try:
        return hub.repository(name)
    except (ConnectionError, TimeoutError) as error:
        raise unreachable(hub.endpoint, error) from error


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _gb(size: int) -> str:
    return f"{size / 1e9:.1f} GB"
