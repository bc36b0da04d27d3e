"""Text in pictures: recognised by tesseract where it is installed, and what is said where it is not or not wanted."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QImage, QPainter, QPdfWriter

from app.core.documents.extractor import ExtractLimits, Extractor
from app.core.documents.readers import ocr
from app.core.failures import FailureClass, WorkFailed

pytestmark = pytest.mark.anyio

WORDS = "The harbour office is closed on Monday."
needs_tesseract = pytest.mark.skipif(shutil.which("tesseract") is None, reason="needs tesseract")


def scan(path: Path, words: str = WORDS) -> Path:
    """A picture of printed words, as a scanner would make it."""
    picture = QImage(1800, 300, QImage.Format.Format_Grayscale8)
    picture.fill(Qt.GlobalColor.white)
    painter = QPainter(picture)
    painter.setFont(QFont("DejaVu Sans", 40))
    painter.drawText(60, 170, words)
    painter.end()
    assert picture.save(str(path))
    return path


def scanned_pdf(path: Path, pages: list[str]) -> Path:
    """A PDF whose pages hold nothing but pictures."""
    writer = QPdfWriter(str(path))
    writer.setResolution(150)
    painter = QPainter(writer)
    for number, words in enumerate(pages):
        if number:
            writer.newPage()
        painter.drawImage(0, 100, QImage(str(scan(path.with_suffix(f".{number}.png"), words))).scaledToWidth(1000))
    painter.end()
    return path


async def failure(extractor: Extractor, path: Path) -> WorkFailed:
    with pytest.raises(WorkFailed) as caught:
        await extractor.extract(path)
    await extractor.stop()
    return caught.value


@needs_tesseract
async def test_the_pages_of_a_scan_are_read_in_their_order(tmp_path: Path, qapp: object) -> None:
    path = scanned_pdf(tmp_path / "scan.pdf", [WORDS, "It opens again on Tuesday."])
    extractor = Extractor(ExtractLimits(ocr=True))
    read = await extractor.extract(path)
    plain = tmp_path / "note.txt"
    plain.write_text("A plain note.")
    assert (await extractor.extract(plain)).text == "A plain note."
    await extractor.stop()
    assert [" ".join(page.split()) for page in read.text.split("\n\n")] == [WORDS, "It opens again on Tuesday."]
    assert (read.pages, read.extractor) == (2, "tesseract")


@needs_tesseract
async def test_a_picture_is_read_and_an_empty_one_is_empty(tmp_path: Path, qapp: object) -> None:
    extractor = Extractor(ExtractLimits(ocr=True))
    assert (await extractor.extract(scan(tmp_path / "sign.png"))).text.strip() == WORDS
    failed = await failure(extractor, scan(tmp_path / "blank.jpg", ""))
    assert failed.failure is FailureClass.EMPTY, "recognised in vain once is enough"


@needs_tesseract
async def test_a_language_that_is_not_installed_is_named(tmp_path: Path, qapp: object) -> None:
    failed = await failure(Extractor(ExtractLimits(ocr=True, ocr_languages="tlh")), scan(tmp_path / "sign.png"))
    assert failed.failure is FailureClass.NO_TEXT
    assert "tlh" in failed.detail


async def test_by_default_nothing_is_recognised(tmp_path: Path, qapp: object) -> None:
    failed = await failure(Extractor(), scan(tmp_path / "sign.png"))
    assert (failed.failure, failed.detail) == (FailureClass.NO_TEXT, "It is a picture.")


def test_without_the_program_its_name_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, qapp: object) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(WorkFailed, match="tesseract is not installed") as caught:
        ocr.recognise_picture(b"", "eng")
    assert caught.value.failure is FailureClass.NO_TEXT


def test_the_picture_goes_to_the_program_and_its_words_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []

    def run(command: list[str], *, input: bytes, **_: object) -> subprocess.CompletedProcess[bytes]:
        asked.append(command)
        return subprocess.CompletedProcess(command, 0, b"words of " + input, b"")

    monkeypatch.setattr(ocr.shutil, "which", lambda _: "/bin/tesseract")
    monkeypatch.setattr(ocr.subprocess, "run", run)
    assert ocr.recognise_picture(b"a picture", "deu+eng").text == "words of a picture"
    assert asked[0][:5] == ["/bin/tesseract", "stdin", "stdout", "-l", "deu+eng"]
