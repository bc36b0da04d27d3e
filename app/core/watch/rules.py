"""Which files of a folder are documents, and why the others are not."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from enum import Enum

from app.core.documents.source import kind_of
from app.core.documents.types import PICTURE
from app.core.watch.patterns import matches_any

_TEMPORARY_PREFIXES = ("~$", ".~", "~wrl", ".#", "._")
_TEMPORARY_SUFFIXES = (
    *(".part", ".partial", ".crdownload", ".download", ".opdownload", ".filepart", ".tmp", ".temp", ".swp", ".swx"),
    *("~", ".lock", ".lck", ".unconfirmed", ".!ut", ".aria2", ".icloud", ".ds_store"),
)
_OUR_SUFFIXES = (".nightdesk.md", ".nightdesk.json")  # results that were copied or moved somewhere else
_SYSTEM_NAMES = frozenset({"thumbs.db", "desktop.ini", "icon\r", "sync.ffs_db"})
_SYNC_FOLDERS = frozenset({"$recycle.bin", "system volume information", "#recycle", "@eadir", "lost+found"})
_ARCHIVES = frozenset((".zip", ".gz", ".bz2", ".xz", ".zst", ".7z", ".rar", ".tar", ".tgz"))
_NOT_DOCUMENTS = _ARCHIVES | frozenset(
    (
        *(".gif", ".bmp", ".webp", ".heic", ".svg", ".ico", ".psd", ".raw"),
        *(".mp3", ".wav", ".flac", ".ogg", ".m4a", ".aac", ".mp4", ".mkv", ".mov", ".avi", ".webm", ".wmv"),
        *(".iso", ".dmg", ".jar", ".whl"),
        *(".exe", ".dll", ".so", ".dylib", ".o", ".a", ".lib", ".pyc", ".class", ".wasm", ".bin", ".gguf"),
        *(".db", ".sqlite", ".sqlite3", ".db-wal", ".db-shm", ".ttf", ".otf", ".woff", ".woff2", ".safetensors"),
    )
)


class Verdict(Enum):
    """What a file is to us. The value is the document's state; a temporary file is no document at all."""

    DOCUMENT = "seen"
    IGNORED = "ignored"
    TOO_BIG = "too_big"
    TEMPORARY = "temporary"


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one folder: its patterns, its size limit in bytes, and the paths that we write ourselves.

    ``pictures`` are documents where their text is recognised.
    """

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    largest_bytes: int = 200_000_000
    own_paths: tuple[bytes, ...] = ()
    pictures: bool = False

    def enters(self, path: bytes, name: str) -> bool:
        """Whether the subfolder at ``path`` is looked into."""
        return not (name.startswith(".") or name.lower() in _SYNC_FOLDERS or path in self.own_paths)

    def judge(self, path: bytes, relative: str, status: os.stat_result) -> tuple[Verdict, str | None]:
        """What the file at ``path`` is, and the reason in a sentence when it is no document."""
        name = relative.rpartition("/")[2]
        if is_temporary(name) or self._is_ours(path):
            return Verdict.TEMPORARY, None
        if not stat.S_ISREG(status.st_mode):
            return Verdict.IGNORED, f"It is {kind_of(status.st_mode)}, not a regular file."
        if self.include and not matches_any(relative, self.include):
            return Verdict.IGNORED, "It matches none of the folder's include patterns."
        if matches_any(relative, self.exclude):
            return Verdict.IGNORED, "It matches one of the folder's exclude patterns."
        suffix = os.path.splitext(name)[1].lower()  # noqa: PTH122 - 100,000 times faster than building Paths
        if self._holds_no_text(suffix):
            return Verdict.IGNORED, _no_text(suffix)
        if status.st_size == 0:
            return Verdict.IGNORED, "The file is empty."
        if status.st_size > self.largest_bytes:
            return Verdict.TOO_BIG, _too_big(status.st_size, self.largest_bytes)
        return Verdict.DOCUMENT, None

    def _holds_no_text(self, suffix: str) -> bool:
        """What an include pattern names is taken at its word."""
        return not self.include and (suffix in _NOT_DOCUMENTS or (suffix in PICTURE.suffixes and not self.pictures))

    def _is_ours(self, path: bytes) -> bool:
        return any(path == own or path.startswith(own + os.sep.encode()) for own in self.own_paths)


def _no_text(suffix: str) -> str:
    if suffix in _ARCHIVES:
        return "It is an archive, not a document; unpack it first."
    return f"Files of the type {suffix} hold no text that could be read."


def is_temporary(name: str) -> bool:
    """Whether a file of this name is hidden, half downloaded, an editor's copy, a system's own or ours."""
    lowered = name.lower()
    return (
        name.startswith(".")
        or lowered in _SYSTEM_NAMES
        or lowered.startswith(_TEMPORARY_PREFIXES)
        or lowered.endswith(_TEMPORARY_SUFFIXES)
        or lowered.endswith(_OUR_SUFFIXES)
    )


def _too_big(size: int, largest: int) -> str:
    return f"It has {size / 1e6:,.0f} MB; files above {largest / 1e6:,.0f} MB are not read."
