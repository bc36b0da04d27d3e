"""Whether the disk has room for what the queue writes."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

ROOM = "room"

WAL_TIMES = 5  # a checkpoint may have to write the whole log again, and the results and backups come on top
RECOVERED = 1.1


@dataclass(frozen=True, slots=True)
class Disk:
    """Bytes free where the database lies, and the length of its log."""

    free: int
    wal: int


def judge_room(disk: Disk, least: int, *, held: bool = False) -> str | None:
    """Why the queue rests, None while there is room. ``least`` bytes must be free, 0 for never mind."""
    if not least:
        return None
    needed = max(least, WAL_TIMES * disk.wal)
    if disk.free >= needed * (RECOVERED if held else 1.0):
        return None
    return (
        f"The disk has {disk.free / 1e9:.1f} GB left and {needed / 1e9:.1f} GB are needed. "
        "Make room; work goes on by itself."
    )


def read_disk(database: Path) -> Disk:
    """The disk under the database. Raises OSError."""
    wal = database.with_name(database.name + "-wal")
    return Disk(shutil.disk_usage(database.parent).free, wal.stat().st_size if wal.exists() else 0)
