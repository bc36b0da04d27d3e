"""Hints from the system that something in a folder has changed. They may be late, doubled or missing."""

from __future__ import annotations

import contextlib
import os
import queue
import warnings
from collections.abc import Callable
from pathlib import Path

from watchdog.events import (
    EVENT_TYPE_CLOSED,
    EVENT_TYPE_CREATED,
    EVENT_TYPE_DELETED,
    EVENT_TYPE_MODIFIED,
    EVENT_TYPE_MOVED,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver

# A folder that is made and filled at once is told of twice; watchdog warns about that on standard error.
warnings.filterwarnings("ignore", "Callback with id", RuntimeWarning)

# Opening and closing for reading is left out: our own hashing would hint at itself for ever.
_TELLING = frozenset({EVENT_TYPE_CREATED, EVENT_TYPE_MODIFIED, EVENT_TYPE_MOVED, EVENT_TYPE_DELETED, EVENT_TYPE_CLOSED})


class _Collector(FileSystemEventHandler):
    """Puts paths into a queue and does nothing else: an exception here would end all hints, silently."""

    def __init__(self, paths: queue.SimpleQueue[bytes], wake: Callable[[], None]) -> None:
        self._paths = paths
        self._wake = wake

    def dispatch(self, event: FileSystemEvent) -> None:
        """Take the paths of a telling event."""
        if event.event_type not in _TELLING or (event.is_directory and event.event_type == EVENT_TYPE_MODIFIED):
            return
        for path in (event.src_path, event.dest_path):
            if path:
                self._paths.put(os.fsencode(path))
        # The loop may be closing while the last events arrive; then nobody needs waking.
        with contextlib.suppress(RuntimeError):
            self._wake()


class Hints:
    """The hints of one folder. They are armed for the folder as it is now: a folder made anew needs new ones."""

    def __init__(self, root: Path, recursive: bool, wake: Callable[[], None]) -> None:
        self._paths: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        status = root.stat()
        self._identity = (status.st_ino, status.st_dev)
        self._root = root
        self._observer: BaseObserver = Observer()
        self._observer.schedule(_Collector(self._paths, wake), str(root), recursive=recursive)
        self._observer.start()

    def taken(self) -> set[bytes]:
        """The paths hinted at since the last call."""
        paths: set[bytes] = set()
        while True:
            try:
                paths.add(self._paths.get_nowait())
            except queue.Empty:
                return paths

    def alive(self) -> bool:
        """Whether hints can still come: all threads run, and the folder is the one they were armed for."""
        try:
            status = self._root.stat()
        except OSError:
            return False
        threads = (self._observer, *self._observer.emitters)
        return (status.st_ino, status.st_dev) == self._identity and all(thread.is_alive() for thread in threads)

    def stop(self) -> None:
        """End the threads and wait for them."""
        self._observer.stop()
        self._observer.join()
