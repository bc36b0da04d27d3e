"""Writes Word 97, Excel 97 and PowerPoint 97 files of one stream each, by [MS-CFB], [MS-DOC], [MS-XLS] and [MS-PPT]."""

from __future__ import annotations

import struct
from collections.abc import Sequence

SECTOR = 512
LEAST_STREAM = 4096  # shorter ones would lie in the mini stream
END, FREE, FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def compound_file(streams: dict[str, bytes]) -> bytes:
    """An OLE compound file: header, one FAT sector, one directory sector (three streams at most), the streams."""
    padded = {name: data.ljust(LEAST_STREAM, b"\0") for name, data in sorted(streams.items(), key=_directory_order)}
    padded = {name: data.ljust(-(-len(data) // SECTOR) * SECTOR, b"\0") for name, data in padded.items()}
    table, starts = [FAT, END], []
    for data in padded.values():
        starts.append(len(table))
        count = len(data) // SECTOR
        table += [*range(len(table) + 1, len(table) + count), END]
    fat = struct.pack("<128I", *table, *[FREE] * (128 - len(table)))
    entries = [_entry("Root Entry", 5, END, 0, child=1)]
    for number, (name, data) in enumerate(padded.items(), 1):
        following = number + 1 if number < len(padded) else FREE
        entries.append(_entry(name, 2, starts[number - 1], len(data), right=following))
    directory = b"".join(entries).ljust(SECTOR, b"\0")
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, LEAST_STREAM, END, 0, END, 0)
    header += struct.pack("<109I", 0, *[FREE] * 108)
    return header + fat + directory + b"".join(padded.values())


def _directory_order(item: tuple[str, bytes]) -> tuple[int, str]:
    return len(item[0]), item[0].upper()


def _entry(name: str, kind: int, start: int, size: int, *, right: int = FREE, child: int = FREE) -> bytes:
    text = name.encode("utf-16-le")
    head = text.ljust(64, b"\0") + struct.pack("<HBBIII", len(text) + 2, kind, 1, FREE, right, child)
    return head + bytes(16 + 4 + 16) + struct.pack("<IQ", start, size)


def word_file(text: str, *, protected: bool = False) -> bytes:
    """A .doc whose text is one piece of Windows-1252; paragraphs end with a carriage return."""
    body = text.replace("\n", "\r").encode("cp1252")
    begin = 0x800
    flags = 0x0200 | (0x0100 if protected else 0)  # the tables are in 1Table
    base = struct.pack("<HHHHHHHI", 0xA5EC, 0x00C1, 0, 0x0409, 0, flags, 0x00BF, 0).ljust(32, b"\0")
    lengths = [0] * 22
    lengths[0], lengths[3] = begin + len(body), len(body)
    pairs = [0] * 186
    pairs[66], pairs[67] = 0, 21  # fcClx, lcbClx
    fib = base + struct.pack("<H28x", 14) + struct.pack("<H22I", 22, *lengths) + struct.pack("<H186I", 93, *pairs)
    fib += struct.pack("<H", 0)
    piece = struct.pack("<HIH", 0, begin * 2 | 0x40000000, 0)
    clx = b"\x02" + struct.pack("<I", 16) + struct.pack("<II", 0, len(body)) + piece
    return compound_file({"WordDocument": fib.ljust(begin, b"\0") + body, "1Table": clx})


def excel_file(rows: Sequence[Sequence[str | float]], *, protected: bool = False) -> bytes:
    """An .xls of one sheet with labels and numbers."""
    begin_book = _biff(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0, 6))
    secret = _biff(0x002F, bytes(54)) if protected else b""
    name = b"\x04\x00Tide"
    sheet = _biff(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0x0DBB, 0x07CC, 0, 6))
    for y, row in enumerate(rows):
        for x, value in enumerate(row):
            if isinstance(value, str):
                text = struct.pack("<HB", len(value), 1) + value.encode("utf-16-le")
                sheet += _biff(0x0204, struct.pack("<HHH", y, x, 0) + text)
            else:
                sheet += _biff(0x0203, struct.pack("<HHHd", y, x, 0, value))
    sheet += _biff(0x000A, b"")
    place = len(begin_book) + len(secret) + 4 + 6 + len(name) + 4
    bound = _biff(0x0085, struct.pack("<IBB", place, 0, 0) + name)
    return compound_file({"Workbook": begin_book + secret + bound + _biff(0x000A, b"") + sheet})


def _biff(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def slides_file(slides: Sequence[Sequence[str]], *, protected: bool = False) -> bytes:
    """A .ppt whose slides hold these texts."""
    texts = b""
    for number, slide in enumerate(slides, 1):
        texts += _record(0x03F3, struct.pack("<IIIII", number, 0, len(slide), 255 + number, 0))
        for text in slide:
            texts += _record(0x0F9F, struct.pack("<I", 0)) + _record(0x0FA0, text.encode("utf-16-le"))
    document = _record(0x03E8, _record(0x0FF0, texts, version=15), version=15)
    token = 0xF3D1C4DF if protected else 0xE391C05F
    user = _record(0x0FF6, struct.pack("<IIIHHBBH", 20, token, 0, 4, 0x03F4, 3, 0, 0) + b"user" + struct.pack("<I", 8))
    pages = b"".join(
        _record(
            0x03EE,
            b"".join(_record(0x0FA0, text.encode("utf-16-le")) for text in slide),
            version=15,
        )
        for slide in slides
    )
    return compound_file({"PowerPoint Document": document + pages, "Current User": user})


def _record(kind: int, data: bytes, *, version: int = 0) -> bytes:
    return struct.pack("<HHI", version, kind, len(data)) + data
