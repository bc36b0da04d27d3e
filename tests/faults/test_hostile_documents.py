"""Hostile documents, made on the spot: each ends in a named state within its time, and the next one is read."""

from __future__ import annotations

import hashlib
import io
import os
import random
import socket
import struct
import zipfile
import zlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import psutil
import pytest

from app.core.documents.extractor import ExtractLimits, Extractor
from app.core.failures import FailureClass, WorkFailed

pytestmark = [pytest.mark.anyio, pytest.mark.faults]

SEED = 20250108
LIMITS = ExtractLimits(seconds=4.0, seconds_per_mb=0.0)  # so that what hangs does not hang the suite
WORD_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
WORD_RELATIONS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"'
    ' Target="word/document.xml"/></Relationships>'
)
WORD_OPEN = '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
WORD_CLOSE = "</w:body></w:document>"


def docx(body: bytes, *, prolog: bytes = b"", extra: dict[str, bytes] | None = None) -> bytes:
    """A Word file around the XML of its body."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", WORD_TYPES)
        archive.writestr("_rels/.rels", WORD_RELATIONS)
        archive.writestr("word/document.xml", prolog + WORD_OPEN.encode() + body + WORD_CLOSE.encode())
        for name, data in (extra or {}).items():
            archive.writestr(name, data)
    return buffer.getvalue()


def paragraph(text: str) -> bytes:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>".encode()


def pdf(content: bytes, *, resources: bytes = b"", objects: tuple[bytes, ...] = (), trailer: bytes = b"") -> bytes:
    """A PDF of one page; ``objects`` are numbered from 5 on."""
    compressed = zlib.compress(content, 9)
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << " + resources + b" >> >>",
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n" % len(compressed) + compressed + b"\nendstream",
        *objects,
    ]
    data = b"%PDF-1.4\n"
    offsets = []
    for number, part in enumerate(parts, 1):
        offsets.append(len(data))
        data += b"%d 0 obj\n" % number + part + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    end = b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1) + table
    size = len(parts) + 1
    return data + end + b"trailer << /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF" % (size, trailer, len(data))


FONT = b"/Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>"
TEXT = b"BT /F1 12 Tf 72 700 Td (The tide log of the eighth of January.) Tj ET"


def rc4(key: bytes, data: bytes) -> bytes:
    """The cipher of the first PDF security handler."""
    state = list(range(256))
    j = 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    out = bytearray()
    i = j = 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(out)


def encrypted_pdf() -> bytes:
    """A PDF that opens only with the password "harbour"."""
    padding = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")
    user = (b"harbour" + padding)[:32]
    owner_entry = rc4(hashlib.md5(user).digest()[:5], user)
    identity = b"0123456789abcdef"
    key = hashlib.md5(user + owner_entry + struct.pack("<i", -4) + identity).digest()[:5]
    entries = owner_entry.hex().encode(), rc4(key, padding).hex().encode(), identity.hex().encode()
    encrypt = b"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <%s> /U <%s> >> /ID [<%s> <%s>]"
    return pdf(TEXT, resources=FONT, trailer=encrypt % (entries[0], entries[1], entries[2], entries[2]))


def picture_pdf() -> bytes:
    """A scan: one grey picture on the page and no text."""
    pixels = zlib.compress(bytes(200 for _ in range(64 * 64)))
    head = b"<< /Type /XObject /Subtype /Image /Width 64 /Height 64 /ColorSpace /DeviceGray /BitsPerComponent 8"
    image = head + b" /Filter /FlateDecode /Length %d >>\nstream\n" % len(pixels) + pixels + b"\nendstream"
    return pdf(b"q 500 0 0 700 40 70 cm /Im1 Do Q", resources=b"/XObject << /Im1 5 0 R >>", objects=(image,))


def flate_bomb_pdf() -> bytes:
    """A page whose content unpacks to 600 MB of drawing commands."""
    small = pdf(b"", resources=FONT)
    compressor = zlib.compressobj(9)
    packed = b"".join(compressor.compress(b"0 0 m 9 9 l S\n" * 75_000) for _ in range(600)) + compressor.flush()
    marker = zlib.compress(b"", 9)
    return small.replace(b"/Length %d" % len(marker), b"/Length %d" % len(packed)).replace(marker, packed, 1)


def zip_bomb() -> bytes:
    """A Word file whose text unpacks to 300 MB."""
    return docx(paragraph("spring tide ") + b" " * 300_000_000)


def many_entries() -> bytes:
    buffer = io.BytesIO(docx(paragraph("Many parts.")))
    with zipfile.ZipFile(buffer, "a") as archive:
        for number in range(12_000):
            archive.writestr(f"word/part{number}.xml", b"")
    return buffer.getvalue()


def encrypted_zip() -> bytes:
    """A Word file whose entries carry the flag of ZIP encryption."""
    data = bytearray(docx(paragraph("Locked.")))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(signature)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(signature, at + 4)
    return bytes(data)


def encrypted_odt() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("META-INF/manifest.xml", "<manifest:encryption-data manifest:checksum-type='SHA256'/>")
        archive.writestr("content.xml", os.urandom(600))
    return buffer.getvalue()


def billion_laughs() -> bytes:
    entities = '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    return docx(paragraph("&a9;"), prolog=f'<?xml version="1.0"?><!DOCTYPE w:document [{entities}]>'.encode())


def foreign_entity() -> bytes:
    """XXE: an entity that asks for a file of this machine."""
    prolog = b'<?xml version="1.0"?><!DOCTYPE w:document [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    return docx(paragraph("Before &x; after."), prolog=prolog)


def deep_html() -> bytes:
    return b"<html><body>" + b"<div><b>" * 200_000 + b"bottom"


def deep_xml() -> bytes:
    return docx(b"<w:p>" * 100_000 + b"</w:p>" * 100_000)


def noise(size: int) -> bytes:
    return random.Random(SEED).randbytes(size)


def truncated_docx() -> bytes:
    whole = docx(b"".join(paragraph(f"Line {n} of the log, {noise(20).hex()}.") for n in range(300)))
    return whole[: len(whole) * 2 // 3]


def flipped(data: bytes, share: float = 0.01) -> bytes:
    """``data`` with random bytes changed, its first 16 left alone."""
    generator = random.Random(SEED)
    damaged = bytearray(data)
    for _ in range(int(len(data) * share)):
        damaged[generator.randrange(16, len(data))] = generator.randrange(256)
    return bytes(damaged)


F = FailureClass
Case = tuple[str, Callable[[], bytes], set[FailureClass]]
REFUSED: list[Case] = [
    ("empty.txt", lambda: b"", {F.EMPTY}),
    ("white.txt", lambda: b" \n\t\r\n" * 500, {F.EMPTY}),
    ("zeros.txt", lambda: b"\0" * 5000, {F.EMPTY, F.UNSUPPORTED}),
    ("blank.docx", lambda: docx(b""), {F.EMPTY}),
    ("noise.txt", lambda: noise(50_000), {F.UNSUPPORTED}),
    ("noise.pdf", lambda: b"%PDF-1.7\n" + noise(50_000), {F.DAMAGED}),
    ("noise.doc", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + noise(50_000), {F.DAMAGED}),
    ("noise.docx", lambda: b"PK\x03\x04" + noise(50_000), {F.DAMAGED}),
    ("program.docx", lambda: b"\x7fELF\x02\x01\x01" + noise(50_000), {F.DAMAGED, F.UNSUPPORTED}),
    ("cut.pdf", lambda: pdf(TEXT, resources=FONT)[:200], {F.DAMAGED}),
    ("cut.docx", truncated_docx, {F.DAMAGED}),
    ("scan.pdf", picture_pdf, {F.NO_TEXT}),
    ("scan.docx", lambda: docx(b"", extra={"word/media/image1.png": noise(3000)}), {F.NO_TEXT}),
    ("locked.pdf", encrypted_pdf, {F.ENCRYPTED}),
    ("locked.docx", encrypted_zip, {F.ENCRYPTED}),
    ("locked.odt", encrypted_odt, {F.ENCRYPTED}),
    ("bomb.docx", zip_bomb, {F.TOO_BIG}),
    ("parts.docx", many_entries, {F.TOO_BIG}),
    ("laughs.docx", billion_laughs, {F.TOO_BIG, F.DAMAGED, F.EMPTY}),
]
SURVIVED: list[tuple[str, Callable[[], bytes]]] = [
    ("bomb.pdf", flate_bomb_pdf),
    ("entity.docx", foreign_entity),
    ("deep.html", deep_html),
    ("deep.docx", deep_xml),
    ("flipped.pdf", lambda: flipped(pdf(TEXT, resources=FONT))),
    ("flipped.docx", lambda: flipped(docx(paragraph("Once more.") * 50))),
    ("endless.rtf", lambda: b"{\\rtf1 " + b"{\\b " * 100_000),
    ("colons.eml", lambda: b"From: a\nTo: b\nSubject: " + b":" * 2_000_000 + b"\n\nbody\n"),
    ("wide.csv", lambda: b"," * 5_000_000),
]


@pytest.fixture(scope="module")
async def extractor() -> AsyncIterator[Extractor]:
    """One extractor for all of them: what one document does must not reach the next."""
    one = Extractor(LIMITS)
    yield one
    await one.stop()


async def outcome(extractor: Extractor, path: Path) -> str | FailureClass:
    """The text of the document, or the class of its failure, whose sentence must be one line."""
    try:
        return (await extractor.extract(path)).text
    except WorkFailed as failed:
        ended = failed
    assert str(ended).strip()
    assert "\n" not in str(ended).strip()
    return ended.failure


async def still_reads(extractor: Extractor, folder: Path) -> bool:
    good = folder / "good.txt"
    good.write_text("The tide log of the eighth of January.")
    for _ in range(3):  # as often as the queue tries what was not ready in time, which a busy machine can bring about
        found = await outcome(extractor, good)
        if found is not F.TIMED_OUT:
            break
    return "tide log" in str(found)


@pytest.mark.parametrize(("name", "make", "expected"), REFUSED, ids=[case[0] for case in REFUSED])
async def test_a_hostile_document_is_refused_by_name(
    extractor: Extractor, tmp_path: Path, name: str, make: Callable[[], bytes], expected: set[FailureClass]
) -> None:
    path = tmp_path / name
    path.write_bytes(make())
    assert await outcome(extractor, path) in expected
    assert await still_reads(extractor, tmp_path)


@pytest.mark.parametrize(("name", "make"), SURVIVED, ids=[case[0] for case in SURVIVED])
async def test_a_document_made_to_hang_or_crash_a_reader_ends_in_time(
    extractor: Extractor, tmp_path: Path, name: str, make: Callable[[], bytes]
) -> None:
    path = tmp_path / name
    path.write_bytes(make())
    before = psutil.Process().memory_info().rss
    found = await outcome(extractor, path)
    assert found not in (F.INTERNAL, F.UNREADABLE)
    assert "root:" not in str(found)
    # Whatever the reader needed, it was not ours: the answer is capped and the child is another process.
    assert psutil.Process().memory_info().rss - before < 200_000_000
    assert await still_reads(extractor, tmp_path)


async def test_what_is_no_regular_file_is_never_opened(extractor: Extractor, tmp_path: Path) -> None:
    (tmp_path / "real.txt").write_text("The tide log.")
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "link.txt").symlink_to(tmp_path / "real.txt")
    (tmp_path / "loop.txt").symlink_to(tmp_path / "loop.txt")
    (tmp_path / "folder.txt").mkdir()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "socket.txt"))
        for name in ("pipe.txt", "link.txt", "loop.txt", "folder.txt", "socket.txt"):
            assert await outcome(extractor, tmp_path / name) is F.UNREADABLE, name
    assert await outcome(extractor, Path("/dev/zero")) is F.UNREADABLE
    assert await still_reads(extractor, tmp_path)


async def test_a_sparse_file_of_50_gb_is_too_big_at_once(extractor: Extractor, tmp_path: Path) -> None:
    path = tmp_path / "huge.txt"
    with path.open("wb") as file:
        file.truncate(50_000_000_000)
    assert await outcome(extractor, path) is F.TOO_BIG


@pytest.mark.parametrize(
    "name",
    [
        b"caf\xe9-latin.txt",
        b"line\nbreak.txt",
        "\u202etxt.exe.txt".encode(),
        b"a" * 240 + b".txt",
        b"-rf --help.txt",
        b'quote" {"path".txt',
        "emoji 🌊.txt".encode(),
        b"  .txt",
    ],
)
async def test_a_strange_name_is_read_like_any_other(extractor: Extractor, tmp_path: Path, name: bytes) -> None:
    path = tmp_path / os.fsdecode(name)
    path.write_text("The tide log of the eighth of January.")
    assert await outcome(extractor, path) == "The tide log of the eighth of January."


async def test_more_text_than_a_document_can_hold_is_too_big(tmp_path: Path) -> None:
    extractor = Extractor(ExtractLimits(text_characters=1000))
    path = tmp_path / "long.txt"
    path.write_text("spring tide " * 200)
    assert await outcome(extractor, path) is F.TOO_BIG
    await extractor.stop()


async def test_a_reader_that_needs_more_memory_than_allowed_fails_alone(tmp_path: Path) -> None:
    extractor = Extractor(ExtractLimits(file_bytes=4_000_000_000, seconds=60.0))
    path = tmp_path / "big.txt"
    with path.open("wb") as file:
        file.write(b"The log begins. ")
        file.truncate(2_500_000_000)
    assert await outcome(extractor, path) in (F.TOO_BIG, F.CRASHED)
    assert await still_reads(extractor, tmp_path)
    await extractor.stop()
