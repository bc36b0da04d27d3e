"""Which kind of document a file is: by its content first, by its suffix second."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from enum import Enum
from pathlib import PurePath

from app.core.documents.passwords import is_protected
from app.core.failures import FailureClass, WorkFailed


class Family(Enum):
    """Which reader takes a document."""

    TEXT = "text"
    PDF = "pdf"
    MARKUP = "markup"
    OFFICE = "office"
    WEB_ARCHIVE = "web archive"
    PICTURE = "picture"


@dataclass(frozen=True, slots=True)
class DocumentType:
    """A kind of document: its media type, the reader that takes it, and its usual suffixes."""

    media_type: str
    family: Family
    suffixes: tuple[str, ...]


_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SLIDES = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
_ODF = "application/vnd.oasis.opendocument."

PDF = DocumentType("application/pdf", Family.PDF, (".pdf",))
DOCX = DocumentType(_WORD, Family.OFFICE, (".docx", ".docm", ".dotx"))
XLSX = DocumentType(_SHEET, Family.OFFICE, (".xlsx", ".xlsm"))
PPTX = DocumentType(_SLIDES, Family.OFFICE, (".pptx", ".pptm", ".ppsx"))
ODT = DocumentType(_ODF + "text", Family.OFFICE, (".odt", ".ott"))
ODS = DocumentType(_ODF + "spreadsheet", Family.OFFICE, (".ods",))
ODP = DocumentType(_ODF + "presentation", Family.OFFICE, (".odp",))
EPUB = DocumentType("application/epub+zip", Family.OFFICE, (".epub",))
DOC = DocumentType("application/msword", Family.OFFICE, (".doc", ".dot"))
XLS = DocumentType("application/vnd.ms-excel", Family.OFFICE, (".xls",))
PPT = DocumentType("application/vnd.ms-powerpoint", Family.OFFICE, (".ppt", ".pps"))
RTF = DocumentType("application/rtf", Family.OFFICE, (".rtf",))
EML = DocumentType("message/rfc822", Family.OFFICE, (".eml",))
HTML = DocumentType("text/html", Family.MARKUP, (".html", ".htm", ".xhtml"))
MHTML = DocumentType("multipart/related", Family.WEB_ARCHIVE, (".mht", ".mhtml"))
PICTURE = DocumentType("image", Family.PICTURE, (".png", ".jpg", ".jpeg", ".tif", ".tiff"))
MARKDOWN = DocumentType("text/markdown", Family.TEXT, (".md", ".markdown"))
CSV = DocumentType("text/csv", Family.TEXT, (".csv", ".tsv"))
TEXT = DocumentType(
    "text/plain", Family.TEXT, (".txt", ".text", ".log", ".rst", ".tex", ".srt", ".vtt", ".org", ".adoc")
)
DATA = DocumentType("text/x-data", Family.TEXT, (".json", ".jsonl", ".xml", ".yaml", ".yml", ".toml", ".ini", ".ipynb"))
SOURCE = DocumentType(
    "text/x-source",
    Family.TEXT,
    (
        *(
            ".py",
            ".pyi",
            ".js",
            ".mjs",
            ".ts",
            ".tsx",
            ".jsx",
            ".c",
            ".h",
            ".cc",
            ".cpp",
            ".hpp",
            ".cs",
            ".java",
            ".kt",
        ),
        *(".go", ".rs", ".rb", ".php", ".swift", ".scala", ".lua", ".pl", ".r", ".jl", ".hs", ".ml", ".ex", ".erl"),
        *(".clj", ".sh", ".bash", ".ps1", ".sql", ".css", ".scss", ".vue", ".dart", ".m", ".f90", ".pas", ".asm"),
    ),
)

ALL = (
    *(PDF, DOCX, XLSX, PPTX, ODT, ODS, ODP, EPUB, DOC, XLS, PPT, RTF, EML),
    *(HTML, MHTML, PICTURE, MARKDOWN, CSV, TEXT, DATA, SOURCE),
)
BY_SUFFIX = {suffix: kind for kind in ALL for suffix in kind.suffixes}
SUFFIXES = frozenset(BY_SUFFIX)

_COMPOUND_FILE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\0", b"MM\0*")
_MAIL_HEADERS = (
    b"from:",
    b"to:",
    b"subject:",
    b"date:",
    b"received:",
    b"mime-version:",
    b"message-id:",
    b"return-path:",
)


def detect(data: bytes, name: str) -> DocumentType:
    """The type of ``data``, a whole file called ``name``; raises WorkFailed for protected or foreign content."""
    suffix = PurePath(name).suffix.lower()
    if b"%PDF-" in data[:1024]:
        return PDF
    if data.startswith(b"{\\rtf"):
        return RTF
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zipped(data, suffix)
    if data.startswith(_COMPOUND_FILE):
        return _compound(data, suffix)
    if data.startswith(_PICTURES):
        return PICTURE
    return _textual(data, suffix)


def _zipped(data: bytes, suffix: str) -> DocumentType:
    by_suffix = BY_SUFFIX.get(suffix)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = frozenset(archive.namelist())
            declared = archive.read("mimetype")[:200] if "mimetype" in names else b""
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, EOFError) as error:
        if by_suffix is not None and by_suffix.family is Family.OFFICE:
            raise WorkFailed(FailureClass.DAMAGED, f"The archive inside this {suffix} file is cut short.") from error
        raise WorkFailed(FailureClass.UNSUPPORTED, "It is a damaged ZIP archive.") from error
    parts = ((DOCX, "word/"), (XLSX, "xl/"), (PPTX, "ppt/"))
    for kind, folder in parts:
        if "[Content_Types].xml" in names and any(name.startswith(folder) for name in names):
            return kind
    for kind in (ODT, ODS, ODP, EPUB):
        if declared.startswith(kind.media_type.encode()):
            return kind
    raise WorkFailed(FailureClass.UNSUPPORTED, "It is a ZIP archive, not a document; unpack it first.")


def _compound(data: bytes, suffix: str) -> DocumentType:
    streams = (
        (DOC, "WordDocument"),
        (PPT, "PowerPoint Document"),
        (XLS, "Workbook"),
        (XLS, "Book"),
    )
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise WorkFailed(FailureClass.ENCRYPTED, "The Office file is protected by a password.")
    for kind, stream in streams:
        if stream.encode("utf-16-le") in data:
            if is_protected(data):
                raise WorkFailed(FailureClass.ENCRYPTED, "The Office file is protected by a password.")
            return kind
    if suffix in (".doc", ".xls", ".ppt"):
        raise WorkFailed(FailureClass.DAMAGED, f"The {suffix} file does not hold the part with the text.")
    raise WorkFailed(FailureClass.UNSUPPORTED, "It is an OLE file that holds no Word, Excel or PowerPoint document.")


def _textual(data: bytes, suffix: str) -> DocumentType:
    by_suffix = BY_SUFFIX.get(suffix)
    if by_suffix is not None and by_suffix.family is Family.TEXT and by_suffix is not TEXT:
        return by_suffix
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if _is_mail(head):
        return MHTML if b"multipart/related" in head and suffix != ".eml" else EML
    if head.startswith((b"<!doctype html", b"<html")) or (head.startswith(b"<?xml") and b"<html" in head):
        return HTML
    if by_suffix is None or by_suffix is TEXT:
        return TEXT
    if by_suffix in (HTML, EML, MHTML):
        return by_suffix
    raise WorkFailed(FailureClass.DAMAGED, f"The content is not that of a {suffix} file.")


def _is_mail(head: bytes) -> bool:
    lines = head.split(b"\n\n")[0].split(b"\r\n\r\n")[0].splitlines()
    named = {header for line in lines for header in _MAIL_HEADERS if line.startswith(header)}
    return bool(lines) and b":" in lines[0] and len(named) >= 3
