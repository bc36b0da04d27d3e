"""Opens a document read-only and nothing else: no link is followed, no pipe or device is read."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from app.core.failures import FailureClass, WorkFailed

# O_NONBLOCK: opening a pipe that nobody writes to would wait for ever. O_NOFOLLOW: a link may point anywhere.
_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_KINDS = {
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFDIR: "a folder",
    stat.S_IFLNK: "a symbolic link",
}


def kind_of(mode: int) -> str:
    """What ``mode`` of a stat result stands for, in words, for anything but a regular file."""
    return _KINDS.get(stat.S_IFMT(mode), "a special file")


def open_source(path: Path) -> int:
    """A read-only file descriptor of the regular file at ``path``; raises WorkFailed with the reason."""
    try:
        descriptor = os.open(path, _FLAGS)
    except OSError as error:
        raise WorkFailed(FailureClass.UNREADABLE, _why(error)) from error
    mode = os.fstat(descriptor).st_mode
    if not stat.S_ISREG(mode):
        os.close(descriptor)
        raise WorkFailed(FailureClass.UNREADABLE, f"It is {kind_of(mode)}, not a regular file.")
    return descriptor


def read_source(path: Path, largest: int) -> bytes:
    """All bytes of the file at ``path``; raises WorkFailed when it cannot be read, is empty or above ``largest``."""
    descriptor = open_source(path)
    with os.fdopen(descriptor, "rb") as file:
        size = os.fstat(file.fileno()).st_size
        if size > largest:
            raise WorkFailed(
                FailureClass.TOO_BIG, f"The file has {size / 1e6:,.0f} MB; at most {largest / 1e6:,.0f} are read."
            )
        try:
            data = file.read(size + 1)  # a limit instead of a size would be allocated in full
        except OSError as error:
            raise WorkFailed(FailureClass.UNREADABLE, _why(error)) from error
    if len(data) != size:
        raise WorkFailed(FailureClass.UNREADABLE, "The file is being written; it is read when that has ended.")
    if not data:
        raise WorkFailed(FailureClass.EMPTY, "The file has no bytes.")
    return data


def _why(error: OSError) -> str:
    if error.errno == errno.ELOOP:
        return "It is a symbolic link, which is not followed."
    if error.errno == errno.ENXIO:
        return "It is a socket or a pipe, not a regular file."
    return f"The system says: {error.strerror or error}."
