"""Whether an old Office file (Word, Excel, PowerPoint 97) says that it is encrypted; readers call it damaged."""

from __future__ import annotations

import struct

_SECTOR = 512  # a stream begins at a sector
_WORD_MAGIC, _WORD_FLAGS, _WORD_ENCRYPTED = b"\xec\xa5", 10, 0x0100  # [MS-DOC] FibBase
_EXCEL_BEGIN, _EXCEL_FILE_PASS, _EXCEL_EARLY = b"\x09\x08", 0x002F, 8  # [MS-XLS] FilePass is among the first records
_SLIDES_ENCRYPTED = struct.pack("<II", 20, 0xF3D1C4DF)  # [MS-PPT] CurrentUserAtom: size, headerToken


def is_protected(data: bytes) -> bool:
    """Whether the compound file ``data`` holds a document that opens only with a password."""
    if _SLIDES_ENCRYPTED in data:
        return True
    return any(_word(data, place) or _excel(data, place) for place in range(_SECTOR, len(data) - 16, _SECTOR))


def _word(data: bytes, place: int) -> bool:
    if not data.startswith(_WORD_MAGIC, place):
        return False
    (flags,) = struct.unpack_from("<H", data, place + _WORD_FLAGS)
    return bool(flags & _WORD_ENCRYPTED)


def _excel(data: bytes, place: int) -> bool:
    if not data.startswith(_EXCEL_BEGIN, place):
        return False
    for _ in range(_EXCEL_EARLY):
        if place + 4 > len(data):
            return False
        kind, length = struct.unpack_from("<HH", data, place)
        if kind == _EXCEL_FILE_PASS:
            return True
        place += 4 + length
    return False
