"""Documents (a path in a folder) and blobs (distinct content, kept once under its SHA-256)."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import overload

from app.core.store.folders import display
from app.core.store.sqlite import Connection, Row, now

COLUMNS = (
    "id, folder_id, path, path_text, name, sha256, bytes, mtime_ns, inode, device, state, reason, "
    "first_seen_at, seen_at"
)


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """One path in one folder, with what is known of the file there."""

    id: int
    folder_id: int
    path: Path
    path_text: str
    name: str
    sha256: str | None
    bytes: int | None
    mtime_ns: int | None
    inode: int | None
    device: int | None
    state: str
    reason: str | None
    first_seen_at: float
    seen_at: float


@dataclass(frozen=True, slots=True)
class BlobRow:
    """Distinct content. ``state``: ``new``, ``extracted`` (then ``text``) or ``failed`` (then ``error_class``)."""

    sha256: str
    bytes: int
    media_type: str | None
    state: str
    text: str | None
    pages: int | None
    title: str | None
    language: str | None
    extractor: str | None
    error_class: str | None
    error: str | None


def save_blob(conn: Connection, sha256: str, size: int) -> bool:
    """Know this content, ``size`` in bytes; True when it is new."""
    cursor = conn.execute(
        "INSERT INTO blob (sha256, bytes, created_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", (sha256, size, now())
    )
    return bool(cursor.rowcount)


def save_document(
    conn: Connection,
    folder_id: int,
    path: Path | bytes,
    *,
    state: str,
    sha256: str | None = None,
    size: int | None = None,
    mtime_ns: int | None = None,
    inode: int | None = None,
    device: int | None = None,
    reason: str | None = None,
    at: float | None = None,
) -> int:
    """Add or change the document at ``path``; ``sha256`` needs its blob first. Returns the id.

    Without ``sha256`` the content that was known there stays known, until another is.
    """
    at = now() if at is None else at
    text = display(path)
    values = (sha256, size, mtime_ns, signed(inode), signed(device), state, reason)
    row = conn.execute(
        "INSERT INTO document (folder_id, path, path_text, name, sha256, bytes, mtime_ns, inode, device, state, "
        "reason, first_seen_at, seen_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (folder_id, path) DO UPDATE SET sha256 = coalesce(excluded.sha256, sha256), "
        "bytes = excluded.bytes, mtime_ns = excluded.mtime_ns, inode = excluded.inode, device = excluded.device, "
        "state = excluded.state, reason = excluded.reason, seen_at = excluded.seen_at RETURNING id",
        (folder_id, os.fsencode(path), text, text.rpartition(os.sep)[2], *values, at, at),
    ).fetchone()
    return int(row[0])


def set_document_state(conn: Connection, document_id: int, state: str, reason: str | None = None) -> None:
    """Move one document; what is known of its file stays."""
    conn.execute(
        "UPDATE document SET state = ?, reason = ?, seen_at = ? WHERE id = ?", (state, reason, now(), document_id)
    )


def documents_of(conn: Connection, folder_id: int) -> list[DocumentRow]:
    """Every document of a folder, those that are gone included."""
    return [_document(row) for row in conn.execute(f"SELECT {COLUMNS} FROM document WHERE folder_id = ?", (folder_id,))]


def documents_with(conn: Connection, sha256: str) -> list[DocumentRow]:
    """Every document with this content, those still in place first."""
    rows = conn.execute(f"SELECT {COLUMNS} FROM document WHERE sha256 = ? ORDER BY state = 'gone', id", (sha256,))
    return [_document(row) for row in rows]


def get_blob(conn: Connection, sha256: str) -> BlobRow | None:
    """The content with this hash, its text included."""
    row = conn.execute(
        "SELECT sha256, bytes, media_type, state, text, pages, title, language, extractor, error_class, error "
        "FROM blob WHERE sha256 = ?",
        (sha256,),
    ).fetchone()
    return None if row is None else BlobRow(*row)


def save_text(
    conn: Connection,
    sha256: str,
    text: str,
    *,
    media_type: str | None = None,
    pages: int | None = None,
    title: str | None = None,
    language: str | None = None,
    extractor: str | None = None,
    seconds: float | None = None,
) -> None:
    """Keep the text of this content, so that a second recipe does not extract it again."""
    conn.execute(
        "UPDATE blob SET state = 'extracted', text = ?, characters = ?, media_type = ?, pages = ?, title = ?, "
        "language = ?, extractor = ?, extract_s = ?, error_class = NULL, error = NULL WHERE sha256 = ?",
        (text, len(text), media_type, pages, title, language, extractor, seconds, sha256),
    )


def save_no_text(conn: Connection, sha256: str, error_class: str, error: str) -> None:
    """Keep why this content gave no text; the next attempt may still try."""
    conn.execute(
        "UPDATE blob SET state = 'failed', error_class = ?, error = ? WHERE sha256 = ?", (error_class, error, sha256)
    )


def _document(row: Row) -> DocumentRow:
    path = Path(os.fsdecode(row[2]))
    return DocumentRow(*(*row[:2], path, *row[3:8], _unsigned(row[8]), _unsigned(row[9]), *row[10:]))


@overload
def signed(number: int) -> int: ...


@overload
def signed(number: int | None) -> int | None: ...


def signed(number: int | None) -> int | None:
    """Some file systems number inodes beyond SQLite's 63 bits: keep the same 64 bits as a signed number."""
    return None if number is None else (number & (2**64 - 1)) - (2**64 if number & 2**63 else 0)


def _unsigned(number: int | None) -> int | None:
    return None if number is None else number & (2**64 - 1)
