"""Encodings: marked, strict UTF-8, declared, guessed; and bytes that are no text."""

from __future__ import annotations

import codecs
import os

import pytest

from app.core.documents.encodings import decode

GERMAN = "Der Bürgermeister grüßt die Gäste aus Köln; die Straße war naß und das Gemäuer überfällig. " * 8
RUSSIAN = "Смотритель маяка записал в журнал, что свет не вращался четыре минуты. " * 8
JAPANESE = "港の倉庫で古い地図が見つかった。修復には三か月かかるという。" * 8
POLISH = "Żółta łódź odpłynęła wcześnie, zanim ktokolwiek zdążył ją zatrzymać w porcie. " * 8
GREEK = "Ο φύλακας του φάρου έγραψε στο ημερολόγιο ότι το φως σταμάτησε. " * 8

CASES = [
    ("utf-8", GERMAN),
    ("utf-8-sig", GERMAN),
    ("utf-16", RUSSIAN),
    ("utf-16-le", GERMAN),
    ("utf-16-be", GERMAN),
    ("utf-32", POLISH),
    ("iso-8859-1", GERMAN),
    ("cp1252", GERMAN + "“quoted” – dash"),
    ("koi8-r", RUSSIAN),
    ("cp1251", RUSSIAN),
    ("shift_jis", JAPANESE),
    ("euc-jp", JAPANESE),
    ("iso-8859-7", GREEK),
]


@pytest.mark.parametrize(("encoding", "text"), CASES, ids=[case[0] for case in CASES])
def test_a_text_comes_back_as_it_was_written(encoding: str, text: str) -> None:
    decoded = decode(text.encode(encoding))
    assert decoded is not None
    assert decoded[0] == text


@pytest.mark.parametrize(
    "text",
    [
        "Größe und Überschuß der Straße in Köln.",
        "Preis: 5 € für “Möbel” – bar.",
        "Café crème à la carte, s'il vous plaît.",
        "El niño comió en la mañana del sábado.",
        "Müller",
    ],
)
def test_a_short_note_is_not_taken_for_one_of_an_old_mac_or_of_dos(text: str) -> None:
    decoded = decode(text.encode("cp1252"))
    assert decoded is not None
    assert decoded[0] == text


def test_what_a_page_says_of_itself_is_believed_when_it_fits() -> None:
    decoded = decode(POLISH.encode("iso-8859-2"), declared="iso-8859-2")
    assert decoded == (POLISH, "iso-8859-2")


def test_a_declared_encoding_that_does_not_exist_does_no_harm() -> None:
    decoded = decode(GERMAN.encode("cp1252"), declared="klingon-8")
    assert decoded is not None
    assert "Bürgermeister" in decoded[0]


def test_a_mark_counts_more_than_a_declaration() -> None:
    decoded = decode(codecs.BOM_UTF8 + GERMAN.encode(), declared="iso-8859-1")
    assert decoded == (GERMAN, "utf-8")


@pytest.mark.parametrize("data", [bytes(range(256)) * 20, b"\x7fELF\x02\x01\x01\x00" + b"\x00" * 400, os.urandom(4096)])
def test_bytes_that_are_no_text_are_not_taken_for_text(data: bytes) -> None:
    assert decode(data) is None
