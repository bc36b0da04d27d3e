"""Lists a folder's files with their status, as fast as the system can, without following a link."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field

from app.core.watch.rules import Rules

Fingerprint = tuple[int, int, int, int]
SEPARATOR = os.sep.encode()


def fingerprint(status: os.stat_result) -> Fingerprint:
    """Size, mtime in ns, inode and device: while these stand still, the content is taken to stand still."""
    return status.st_size, status.st_mtime_ns, _signed(status.st_ino), _signed(status.st_dev)


def _signed(number: int) -> int:
    """SQLite's integers are signed; some file systems number inodes beyond them."""
    return number if number < 2**63 else number - 2**64


@dataclass(slots=True)
class Walk:
    """One pass over a tree. ``unlisted`` are the folders that could not be read, with the system's words."""

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
                self.unlisted[folder] = error.strerror or str(error)

    def _files(
        self, entries: Iterator[os.DirEntry[bytes]], waiting: list[bytes]
    ) -> Iterator[tuple[bytes, os.stat_result]]:
        for entry in entries:
            try:
                status = entry.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue  # gone between the listing and the look: the next pass will not see it either
            if not stat.S_ISDIR(status.st_mode):
                yield entry.path, status
            elif self.recursive and self.rules.enters(entry.path, os.fsdecode(entry.name)):
                waiting.append(entry.path)
