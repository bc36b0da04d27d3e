"""Lists a folder's files with their status, as fast as the system can, without following a link."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field

from app.core.store.documents import signed
from app.core.watch.rules import Rules

Fingerprint = tuple[int, int, int, int]
SEPARATOR = os.sep.encode()


def fingerprint(status: os.stat_result, *, numbered: bool = os.name != "nt") -> Fingerprint:
    """Size, mtime in ns, inode and device: while these stand still, the content is taken to stand still.

    Where files are not ``numbered`` for every look (Windows lists a folder without inodes), size and time must do.
    """
    inode, device = (status.st_ino, status.st_dev) if numbered else (0, 0)
    return status.st_size, status.st_mtime_ns, signed(inode), signed(device)


def inside(folder: bytes, separator: bytes = SEPARATOR) -> bytes:
    """What every path in ``folder`` begins with; the root of a drive ends in the separator already."""
    return folder if folder.endswith(separator) else folder + separator


def relative_to(folder: bytes, path: bytes, separator: bytes = SEPARATOR) -> str:
    """``path`` below ``folder`` as patterns read it: with ``/`` between folders on every system."""
    below = path[len(inside(folder, separator)) :]
    return below.decode("utf-8", errors="replace").replace(separator.decode(), "/")


@dataclass(slots=True)
class Walk:
    """One pass over a tree. ``unlisted`` are the places that could not be read, with the system's words.

    What went away during the pass is in it too, with no words: that is no trouble, but not seen either.
    """

    root: bytes
    recursive: bool
    rules: Rules
    unlisted: dict[bytes, str] = field(default_factory=dict)

    def __iter__(self) -> Iterator[tuple[bytes, os.stat_result]]:
        """Path and ``lstat`` of everything that is not a folder."""
        waiting = [self.root]
        while waiting:
            folder = waiting.pop()
            try:
                with os.scandir(folder) as entries:
                    yield from self._files(entries, waiting)
            except OSError as error:
                self.unlisted[folder] = _why(error)

    def problems(self) -> list[str]:
        """A sentence for each place that could not be read."""
        return [
            f"{place.decode('utf-8', errors='replace')} cannot be read: {why}."
            for place, why in self.unlisted.items()
            if why
        ]

    def passed_over(self, path: bytes) -> bool:
        """Whether this pass cannot tell if there is something at ``path``."""
        return any(path == place or path.startswith(inside(place)) for place in self.unlisted)

    def _files(
        self, entries: Iterator[os.DirEntry[bytes]], waiting: list[bytes]
    ) -> Iterator[tuple[bytes, os.stat_result]]:
        for entry in entries:
            try:
                status = entry.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue  # gone between the listing and the look: the next pass will not see it either
            except OSError as error:  # one bad entry must not cost the rest of the folder
                self.unlisted[entry.path] = _why(error)
                continue
            if not stat.S_ISDIR(status.st_mode):
                yield entry.path, status
            elif self.recursive and self.rules.enters(entry.path, os.fsdecode(entry.name)):
                waiting.append(entry.path)


def _why(error: OSError) -> str:
    return "" if isinstance(error, FileNotFoundError) else (error.strerror or str(error)).rstrip(".")
