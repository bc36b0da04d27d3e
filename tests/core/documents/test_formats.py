"""Formats that the samples do not have: old Office, books, saved web pages, source code; each as a whole file."""

from __future__ import annotations

import email.mime.image
import email.mime.multipart
import email.mime.text
import io
import zipfile
from pathlib import Path

import pytest
from old_office import excel_file, slides_file, word_file

from app.core.documents.limits import ExtractLimits
from app.core.documents.read import read_document
from app.core.documents.reading import Reading
from app.core.failures import FailureClass, WorkFailed

CHAPTER = (
    '<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title>{0}</title></head>'
    "<body><h1>{0}</h1><p>{1}</p></body></html>"
)
CONTAINER = (
    '<?xml version="1.0"?><container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
)
PACKAGE = (
    '<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id">'
    '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:identifier id="id">x</dc:identifier>'
    "<dc:title>The Keeper's Book</dc:title><dc:language>en</dc:language></metadata><manifest>"
    '<item id="two" href="two.xhtml" media-type="application/xhtml+xml"/>'
    '<item id="one" href="one.xhtml" media-type="application/xhtml+xml"/></manifest>'
    '<spine><itemref idref="one"/><itemref idref="two"/></spine></package>'
)


def book() -> bytes:
    """An EPUB of two chapters, which lie in the archive in the wrong order."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", "application/epub+zip")
        archive.writestr("META-INF/container.xml", CONTAINER)
        archive.writestr("OEBPS/book.opf", PACKAGE)
        archive.writestr("OEBPS/two.xhtml", CHAPTER.format("The storm", "The lamp went out at four."))
        archive.writestr("OEBPS/one.xhtml", CHAPTER.format("The calm", "Nothing stirred in the harbour."))
    return buffer.getvalue()


def saved_page() -> bytes:
    """A web page with a picture, as a browser saves it in one file."""
    message = email.mime.multipart.MIMEMultipart("related")
    message["From"] = "<Saved by a browser>"
    message["Subject"] = "Tide tables"
    message["Date"] = "Mon, 3 Mar 2025 10:00:00 +0000"
    page = (
        "<html><head><title>Tide tables</title></head><body><script>no()</script><p>High water: 4½ m.</p></body></html>"
    )
    message.attach(email.mime.text.MIMEText(page, "html", "utf-8"))
    message.attach(email.mime.image.MIMEImage(b"\x89PNG\r\n\x1a\n", "png"))
    return message.as_bytes()


def read(tmp_path: Path, name: str, data: bytes) -> tuple[Reading, str]:
    path = tmp_path / name
    path.write_bytes(data)
    reading, kind = read_document(path, ExtractLimits())
    return reading, kind.media_type


def test_a_word_97_file_is_read(tmp_path: Path) -> None:
    reading, media_type = read(tmp_path, "report.doc", word_file("The keeper’s report.\nThe lamp was cleaned.\n"))
    assert (reading.text.split("\n"), media_type) == (
        ["The keeper’s report.", "The lamp was cleaned."],
        "application/msword",
    )


def test_an_excel_97_file_is_read_as_a_table(tmp_path: Path) -> None:
    rows = [["Day", "Höchststand"], ["Monday", 4.5], ["Tuesday", 5.25]]
    reading, media_type = read(tmp_path, "tides.xls", excel_file(rows))
    assert media_type == "application/vnd.ms-excel"
    assert "## Tide" in reading.text
    assert "| Day | Höchststand |" in reading.text
    assert "| Tuesday | 5.25 |" in reading.text


def test_a_powerpoint_97_file_is_read_slide_by_slide(tmp_path: Path) -> None:
    slides = [["Tides of 2025", "The harbour in numbers"], ["Thank you"]]
    reading, media_type = read(tmp_path, "talk.ppt", slides_file(slides))
    assert media_type == "application/vnd.ms-powerpoint"
    assert reading.text.split("\n\n") == ["Tides of 2025", "The harbour in numbers", "Thank you"]
    assert reading.pages == 2


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("report.doc", word_file("Nobody may read this.", protected=True)),
        ("tides.xls", excel_file([["secret"]], protected=True)),
        ("talk.ppt", slides_file([["secret"]], protected=True)),
    ],
)
def test_an_old_office_file_with_a_password_says_so(tmp_path: Path, name: str, data: bytes) -> None:
    with pytest.raises(WorkFailed, match="password") as caught:
        read(tmp_path, name, data)
    assert caught.value.failure is FailureClass.ENCRYPTED


def test_a_book_is_read_in_the_order_of_its_chapters(tmp_path: Path) -> None:
    reading, media_type = read(tmp_path, "book.epub", book())
    assert media_type == "application/epub+zip"
    assert reading.title == "The Keeper's Book"
    assert reading.text.index("Nothing stirred") < reading.text.index("The lamp went out at four.")


def test_a_saved_web_page_is_read_without_its_scripts_and_pictures(tmp_path: Path) -> None:
    reading, media_type = read(tmp_path, "tides.mhtml", saved_page())
    assert media_type == "multipart/related"
    assert reading.text.strip() == "High water: 4½ m."
    assert reading.title == "Tide tables"


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("tide.py", 'def height(hour: int) -> float:\n\t"""Höhe über NN."""\n\treturn 4.5\n'),
        ("tide.rs", "fn height(hour: u8) -> f32 {\n    4.5 // <html> is no page here\n}\n"),
        ("tide.sql", "-- From: the harbour\n-- To: all\n-- Subject: tides\nSELECT height FROM tide;\n"),
        ("Tide.java", '/** <!doctype html> */\nclass Tide { String s = "{\\\\rtf"; }\n'),
    ],
)
def test_source_code_is_read_as_it_stands(tmp_path: Path, name: str, source: str) -> None:
    reading, media_type = read(tmp_path, name, source.encode())
    assert (reading.text, media_type) == (source, "text/x-source")
