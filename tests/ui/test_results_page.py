"""From a drop to a table: results in the window, searched, read beside their source, exported."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from app.ui.main_window import RESULTS
from app.ui.results.model import as_text

if TYPE_CHECKING:
    from tests.ui.conftest import Opened


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    """Two short letters, about different things."""
    inbox = tmp_path / "Letters"
    inbox.mkdir()
    (inbox / "harbour.txt").write_text("The harbour museum lends us its lighthouse lamp until May.", encoding="utf-8")
    (inbox / "paper.txt").write_text("The paper mill raises its prices by ten percent in autumn.", encoding="utf-8")
    return inbox


def test_documents_become_rows_that_are_searched_read_and_exported(
    qtbot: QtBot, chatting: Opened, letters: Path, tmp_path: Path
) -> None:
    window = chatting.window
    with qtbot.waitSignal(chatting.bridge.run_finished, timeout=100_000):
        files = sorted(letters.iterdir())
        chatting.bridge.ask(lambda service: service.add_files(files, "summary"))
    page = window.results
    window.go_to(RESULTS)
    qtbot.waitUntil(lambda: len(page.model.ids) == 2 and page.model.row(0) is not None, timeout=15_000)
    assert page.model.headerData(1, Qt.Orientation.Horizontal) == "Answer"

    place = next(n for n in range(2) if page.model.data(page.model.index(n, 0)) == "paper.txt")
    page.table.selectRow(place)
    qtbot.waitUntil(lambda: "paper mill" in page.detail.source.toPlainText(), timeout=10_000)
    row = page.model.row(place)
    assert row is not None
    assert page.detail.answer.written == row.text
    assert "SHA-256" in page.detail.provenance.text()

    qtbot.keyClicks(page.search, "harbour")
    qtbot.waitUntil(lambda: len(page.model.ids) == 1, timeout=10_000)
    assert page.model.headerData(1, Qt.Orientation.Horizontal) == "Found"
    assert page.model.data(page.model.index(0, 0)) == "harbour.txt"
    page.search.setText("no such words anywhere")
    qtbot.waitUntil(lambda: page.nothing.isVisible(), timeout=10_000)
    assert "no such words" in page.nothing.text()
    page.search.clear()
    qtbot.waitUntil(lambda: len(page.model.ids) == 2, timeout=10_000)

    target = tmp_path / "out.csv"
    page.export_to(target, "csv")
    qtbot.waitUntil(lambda: any("2 results" in notice.text for notice in window.notices.notices()), timeout=10_000)
    with target.open(encoding="utf-8", newline="") as handle:
        assert {record["name"] for record in csv.DictReader(handle)} == {"harbour.txt", "paper.txt"}

    qtbot.mouseClick(page.report_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.report.sheet.night.words_at(0) != "", timeout=10_000)
    figures = [one.text() for one in page.report.sheet.figures.findChildren(QLabel)]
    assert figures[:2] == ["2", "done"]
    assert QApplication.activeModalWidget() is None
    qtbot.mouseClick(page.report.back_button, Qt.MouseButton.LeftButton)
    assert page.table.isVisible()


def test_the_report_offers_each_reason_to_be_tried_again(qtbot: QtBot, chatting: Opened, tmp_path: Path) -> None:
    window = chatting.window
    broken = [tmp_path / f"broken-{number}.pdf" for number in range(2)]
    for number, path in enumerate(broken):
        path.write_bytes(b"%PDF-1.7 " + bytes([65 + number]) * 400)
    with qtbot.waitSignal(chatting.bridge.run_finished, timeout=100_000):
        chatting.bridge.ask(lambda service: service.add_files(broken, "summary"))
    window.go_to(RESULTS)
    window.results.show_last_report()
    qtbot.waitUntil(lambda: len(window.results.report.again_buttons) == 1, timeout=10_000)
    button = window.results.report.again_buttons[0]
    assert "2 ×" in button.accessibleName()
    assert all(path.name in window.results.report.sheet.failures.findChildren(QLabel)[2].text() for path in broken)
    with qtbot.waitSignal(chatting.bridge.run_finished, timeout=100_000):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert any("queued again: 2" in notice.text for notice in window.notices.notices())


def test_an_export_that_cannot_be_written_is_a_sentence(qtbot: QtBot, opened: Opened, tmp_path: Path) -> None:
    opened.window.results.export_to(tmp_path / "no such folder" / "out.csv", "csv")
    qtbot.waitUntil(lambda: bool(opened.window.notices.notices()), timeout=10_000)
    notice = opened.window.notices.notices()[0]
    assert notice.severity == "error"
    assert "out.csv" in notice.text


def test_without_results_the_page_says_how_they_come(qtbot: QtBot, opened: Opened) -> None:
    opened.window.go_to(RESULTS)
    assert "becomes a row here" in opened.window.results.nothing.text()
    opened.window.results.show_last_report()
    qtbot.waitUntil(lambda: "no report yet" in opened.window.results.report.sheet.sentence.text(), timeout=10_000)


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, ""), (True, "✓"), (False, "–"), (1234.5, "1,234.5"), (7, "7"), (["a", "b"], "a; b"), ({"k": 1}, "k: 1")],
)
def test_schema_values_are_shown_by_their_type(value: object, text: str) -> None:
    assert as_text(value) == text
