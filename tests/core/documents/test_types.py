"""Which kind a document is: content first, suffix second."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from app.core.documents import types
from app.core.documents.types import DocumentType, detect
from app.core.failures import FailureClass, WorkFailed

SAMPLES = {
    "contracts/lease-workshop-rope-walk.pdf": types.PDF,
    "contracts/service-agreement-harbour-museum.docx": types.DOCX,
    "data/invoices-2025.xlsx": types.XLSX,
    "data/annual-review-2025.pptx": types.PPTX,
    "contracts/confidentiality-marlow-letters.odt": types.ODT,
    "letters/letter-to-parish-council.rtf": types.RTF,
    "mail/re-quote-atlas.eml": types.EML,
    "articles/news-storm-registry.html": types.HTML,
    "articles/article-paper-grain.md": types.MARKDOWN,
    "data/inventory-maps.csv": types.CSV,
    "tickets/ticket-1041-scanner.txt": types.TEXT,
}


@pytest.mark.parametrize(("name", "kind"), SAMPLES.items())
def test_each_format_is_known_by_its_content_under_a_wrong_name(samples: Path, name: str, kind: DocumentType) -> None:
    data = (samples / name).read_bytes()
    assert detect(data, name) is kind
    if kind not in (types.MARKDOWN, types.CSV):
        assert detect(data, "export.txt") is kind


def test_a_page_without_a_suffix_is_html_and_a_script_that_prints_html_is_source() -> None:
    page = b"<!DOCTYPE html><html><body><p>Tide table</p></body></html>"
    assert detect(page, "download") is types.HTML
    assert detect(page, "template.py") is types.SOURCE


def test_prose_that_speaks_of_subjects_and_dates_is_no_email() -> None:
    assert detect(b"Subject: a play in one act.\nDate: none.\nThey meet on the quay.\n", "scene.txt") is types.TEXT


def test_a_saved_web_page_is_told_from_an_email() -> None:
    head = b"From: <Saved by browser>\nSubject: x\nDate: now\nMIME-Version: 1.0\nContent-Type: multipart/related\n\n"
    assert detect(head, "page.mht") is types.MHTML
    assert detect(head, "page.eml") is types.EML


def failure_of(data: bytes, name: str) -> WorkFailed:
    with pytest.raises(WorkFailed) as caught:
        detect(data, name)
    return caught.value


def test_an_archive_that_is_no_document_is_named_as_one() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("readme.txt", "hello")
    failed = failure_of(buffer.getvalue(), "backup.docx")
    assert failed.failure is FailureClass.UNSUPPORTED
    assert "ZIP archive" in failed.detail


def test_a_protected_office_file_asks_for_its_password() -> None:
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 480
    assert failure_of(data, "secret.docx").failure is FailureClass.ENCRYPTED


def test_plain_words_in_a_pdf_are_reported_as_damage() -> None:
    assert (
        failure_of(b"Sorry, the file could not be found on this server.", "report.pdf").failure is FailureClass.DAMAGED
    )
