"""Looks into a ZIP-based document before a reader unpacks it: bombs and passwords are refused here."""

from __future__ import annotations

import io
import zipfile

from app.core.documents.limits import ExtractLimits
from app.core.failures import FailureClass, WorkFailed

_ENCRYPTED_FLAG = 0x1
_SMALL_ENTRY_BYTES = 1024 * 1024  # a few kilobytes of spaces may shrink 1000-fold and harm nobody
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".tif", ".tiff", ".emf", ".wmf", ".bmp")


def check_archive(data: bytes, limits: ExtractLimits) -> None:
    """Raise WorkFailed when the archive is protected, or would unpack to more than a document ever needs."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            manifest = archive.read("META-INF/manifest.xml") if _has(entries, "META-INF/manifest.xml") else b""
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, EOFError) as error:
        raise WorkFailed(FailureClass.DAMAGED, f"Its archive cannot be opened ({error}).") from error
    if any(entry.flag_bits & _ENCRYPTED_FLAG for entry in entries) or b"encryption-data" in manifest:
        raise WorkFailed(FailureClass.ENCRYPTED)
    if len(entries) > limits.archive_entries:
        raise WorkFailed(FailureClass.TOO_BIG, f"Its archive holds {len(entries):,} parts.")
    inside = sum(entry.file_size for entry in entries)
    if inside > limits.archive_bytes:
        raise WorkFailed(FailureClass.TOO_BIG, f"Its archive would unpack to {inside / 1e6:,.0f} MB.")
    for entry in entries:
        ratio = entry.file_size / max(1, entry.compress_size)
        if entry.file_size > _SMALL_ENTRY_BYTES and ratio > limits.archive_ratio:
            raise WorkFailed(FailureClass.TOO_BIG, f"A part of its archive unpacks to {ratio:,.0f} times its size.")


def holds_pictures(data: bytes) -> bool:
    """Whether the archive carries pictures: with no text beside them it is a scan."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return any(name.lower().endswith(_PICTURES) for name in archive.namelist())


def _has(entries: list[zipfile.ZipInfo], name: str) -> bool:
    # The size is the archive's own claim, but zipfile stops reading an entry there.
    return any(entry.filename == name and entry.file_size < _SMALL_ENTRY_BYTES for entry in entries)
