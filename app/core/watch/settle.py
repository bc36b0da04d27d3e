"""When a file may be read: it has stood still for a while, nobody writes to it, and it is the same after hashing."""

from __future__ import annotations

import hashlib
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from app.core.documents.source import open_source
from app.core.watch.walk import Fingerprint, fingerprint

_CHUNK_BYTES = 1024 * 1024
# Clocks of file systems tick every few ms: a second write in the same tick changes neither size nor time. And where
# the system does not tell who is writing (see being_written), a file that has just changed may go on changing.
_FRESH_NS = 20_000_000 if sys.platform == "linux" else 2_000_000_000


@dataclass(slots=True)
class Stillness:
    """Since when, on the monotonic clock, a file has had its present fingerprint."""

    fingerprint: Fingerprint
    since: float

    def see(self, now_fingerprint: Fingerprint, now: float) -> None:
        """Note how the file looks at ``now``; a change starts the wait again."""
        if now_fingerprint != self.fingerprint:
            self.fingerprint = now_fingerprint
            self.since = now


def hash_still(path: bytes, expected: Fingerprint) -> str | None:
    """The SHA-256 of the file, or None while it is being written or is no longer as ``expected``.

    Raises WorkFailed when it cannot be opened, OSError when it cannot be read.
    """
    descriptor = open_source(Path(os.fsdecode(path)))
    try:
        if fingerprint(os.fstat(descriptor)) != expected or _just_written(expected) or being_written(descriptor):
            return None
        digest = _digest(descriptor)
        if fingerprint(os.fstat(descriptor)) != expected or being_written(descriptor):
            return None
    finally:
        os.close(descriptor)
    # The name may lead to another file by now: an editor has saved by replacing it.
    return digest if fingerprint(os.lstat(path)) == expected else None


def _just_written(looks: Fingerprint) -> bool:
    return 0 <= time.time_ns() - looks[1] < _FRESH_NS


def _digest(descriptor: int) -> str:
    digest = hashlib.sha256()
    while chunk := os.read(descriptor, _CHUNK_BYTES):
        digest.update(chunk)
    return digest.hexdigest()


if sys.platform == "linux":
    import errno
    import fcntl
    import signal

    def being_written(descriptor: int) -> bool:
        """Whether somebody holds the file open for writing: then the kernel grants no read lease on it."""
        try:
            # A writer that comes while we hold the lease makes the kernel signal us; SIGIO would end the process.
            fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)
            fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        except OSError as error:
            # Anything else (another user's file, a file system without leases) tells nothing: stillness must do.
            return error.errno == errno.EAGAIN
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
        return False

else:

    def being_written(descriptor: int) -> bool:
        """Other systems do not tell who writes: stillness must do."""
        return False
