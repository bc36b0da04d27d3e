"""Which files are documents: patterns, temporary names, and reasons in words."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.core.watch.patterns import matches_any
from app.core.watch.rules import Rules, Verdict, is_temporary


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("**/*.pdf", "a.pdf", True),
        ("**/*.pdf", "2025/march/a.PDF", True),
        ("*.pdf", "2025/march/a.pdf", True),
        ("2025/*.pdf", "2025/a.pdf", True),
        ("2025/*.pdf", "2025/march/a.pdf", False),
        ("2025/**", "2025/march/a.pdf", True),
        ("2025/**/*.pdf", "2025/a.pdf", True),
        ("**/drafts/**", "x/drafts/y/z.txt", True),
        ("**/drafts/**", "x/draftsman/z.txt", False),
        ("report-?.txt", "report-7.txt", True),
        ("report-?.txt", "report-17.txt", False),
        ("report-[0-9].txt", "report-x.txt", False),
        ("[!a]*.txt", "b.txt", True),
        ("a.txt", "a_txt", False),
        ("a+b (1).txt", "a+b (1).txt", True),
        ("*.txt", "line\nbreak.txt", True),
    ],
)
def test_a_pattern_matches_the_whole_path_as_full_match_does(pattern: str, path: str, matches: bool) -> None:
    assert matches_any(path, [pattern]) is matches


@pytest.mark.parametrize(
    "name",
    [".DS_Store", "~$letter.docx", "film.crdownload", "a.part", "Thumbs.db", "notes.txt~", ".#notes.md", "x.TMP"],
)
def test_hidden_partial_and_editors_files_are_temporary(name: str) -> None:
    assert is_temporary(name)


@pytest.mark.parametrize("name", ["letter.docx", "part.txt", "tmp.md", "README", "download.pdf", "$5 offer.txt"])
def test_ordinary_names_are_not_temporary(name: str) -> None:
    assert not is_temporary(name)


def judged(path: Path, rules: Rules) -> tuple[Verdict, str | None]:
    return rules.judge(os.fsencode(path), path.name, path.lstat())


def test_an_archive_is_said_to_be_one_for_it_may_be_full_of_text(tmp_path: Path) -> None:
    (tmp_path / "letters.zip").write_bytes(b"PK")
    verdict, reason = judged(tmp_path / "letters.zip", Rules())
    assert (verdict, reason) == (Verdict.IGNORED, "It is an archive, not a document; unpack it first.")


def test_each_refusal_has_its_reason(tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(b"x")
    (tmp_path / "empty.txt").touch()
    (tmp_path / "big.txt").write_bytes(b"x" * 101)
    (tmp_path / "link.txt").symlink_to("big.txt")
    os.mkfifo(tmp_path / "pipe.txt")
    rules = Rules(largest_bytes=100)
    reasons = {path.name: judged(path, rules) for path in tmp_path.iterdir()}
    assert reasons["photo.jpg"][0] is reasons["empty.txt"][0] is reasons["link.txt"][0] is Verdict.IGNORED
    assert reasons["big.txt"][0] is Verdict.TOO_BIG
    assert ".jpg" in str(reasons["photo.jpg"][1])
    assert "empty" in str(reasons["empty.txt"][1])
    assert "symbolic link" in str(reasons["link.txt"][1])
    assert "named pipe" in str(reasons["pipe.txt"][1])


def test_what_an_include_pattern_names_is_taken_even_if_it_looks_like_no_document(tmp_path: Path) -> None:
    (tmp_path / "log.bin").write_bytes(b"x")
    assert judged(tmp_path / "log.bin", Rules())[0] is Verdict.IGNORED
    assert judged(tmp_path / "log.bin", Rules(include=("*.bin",)))[0] is Verdict.DOCUMENT
    assert judged(tmp_path / "log.bin", Rules(include=("*.txt",)))[0] is Verdict.IGNORED


def test_our_own_output_is_never_taken_in(tmp_path: Path) -> None:
    own = tmp_path / "results"
    own.mkdir()
    (own / "a.md").write_text("x")
    (tmp_path / "results-of-2024.md").write_text("x")
    rules = Rules(own_paths=(os.fsencode(own),))
    assert not rules.enters(os.fsencode(own), "results")
    assert judged(own / "a.md", rules)[0] is Verdict.TEMPORARY
    assert judged(tmp_path / "results-of-2024.md", rules)[0] is Verdict.DOCUMENT


def test_a_picture_is_a_document_only_where_its_text_is_recognised(tmp_path: Path) -> None:
    picture = tmp_path / "scan.PNG"
    picture.write_bytes(b"x")
    path, status = os.fsencode(picture), picture.lstat()
    assert Rules().judge(path, "scan.PNG", status)[0] is Verdict.IGNORED
    assert Rules(pictures=True).judge(path, "scan.PNG", status)[0] is Verdict.DOCUMENT
