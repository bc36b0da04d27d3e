"""From a drop to a table: results in the window, searched, read beside their source, exported."""

from __future__ import annotations

import csv
import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLabel, QPlainTextEdit, QTableWidget, QTableWidgetItem
from pytestqt.qtbot import QtBot

from app.core.queue import moves
from app.core.queue.claim import Turns, claim
from app.core.queue.moves import Answer
from app.core.recipes.shelf import record_recipe
from app.core.store.documents import save_text
from app.core.store.folders import add_folder
from app.core.store.runs import begin_run, end_run
from app.core.store.sqlite import Connection
from app.ui.main_window import QUEUE, RESULTS
from app.ui.marks import BEGIN, END, MarkedDelegate, spans_of, without_marks
from app.ui.results.compare import differences
from app.ui.results.model import as_text
from app.ui.results.page import ResultsPage
from app.ui.theme import Theme
from tests.core.queue.desk import add_document

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
    window.results.show_report()
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
    opened.window.results.show_report()
    qtbot.waitUntil(lambda: "no report yet" in opened.window.results.report.sheet.sentence.text(), timeout=10_000)


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, ""), (True, "✓"), (False, "–"), (1234.5, "1,234.5"), (7, "7"), (["a", "b"], "a; b"), ({"k": 1}, "k: 1")],
)
def test_schema_values_are_shown_by_their_type(value: object, text: str) -> None:
    assert as_text(value) == text


BILLS = {
    "bill-2.txt": {"kind": "invoice", "urgency": "high", "total": "1,200 EUR", "due": "2 March 2025"},
    "bill-10.txt": {"kind": "letter", "urgency": "low", "total": "85 EUR", "due": "11 February 2025"},
    "bill-9.txt": {"kind": "invoice", "urgency": "low", "total": "900 EUR", "due": "30 January 2026"},
}
READ = "# The harbour\n\n**Lamp:** lent until *May*.\n\n- one\n- two\n"


def do(qtbot: QtBot, opened: Opened, work: Any) -> Any:
    done: list[Any] = []
    opened.bridge.ask(lambda service: service.store.write(lambda conn: work(service, conn)), done.append)
    qtbot.waitUntil(lambda: bool(done), timeout=10_000)
    return done[0]


def answer_all(conn: Connection, answers: dict[str, tuple[str, Any]], model: str = "model-a") -> int:
    """Work off what is ready, with these answers by the documents' names."""
    count = 0
    while claims := claim(conn, Turns(8), None, 1, time.time()):
        one = claims[0]
        name = conn.execute("SELECT name FROM document WHERE sha256 = ?", (one.sha256,)).fetchone()[0]
        text, data = answers[name]
        save_text(conn, one.sha256, READ, media_type="text/markdown")
        moves.finish(conn, one, Answer(text, data, model, "e", "stop", 90, 0, 30, 0.1, 1.0), time.time())
        count += 1
    return count


def page_of_bills(qtbot: QtBot, opened: Opened, inbox: Path) -> ResultsPage:
    """Three answers in columns, written as the queue writes them; the queue itself is paused."""
    opened.window.queue.set_paused(True)

    def work(service: Any, conn: Connection) -> None:
        record_recipe(conn, service.recipes.get("classify"))
        folder = add_folder(conn, inbox, "classify", kind="once")
        for name in BILLS:
            add_document(conn, folder, inbox / name, f"text of {name}")
        answer_all(conn, {name: (json.dumps(data), data) for name, data in BILLS.items()})

    do(qtbot, opened, work)
    page = opened.window.results
    opened.window.go_to(RESULTS)
    page.refresh()
    return page


@pytest.fixture
def bills(qtbot: QtBot, opened: Opened, tmp_path: Path) -> ResultsPage:
    """The bills, with their columns."""
    inbox = tmp_path / "Bills"
    inbox.mkdir()
    page = page_of_bills(qtbot, opened, inbox)
    qtbot.waitUntil(lambda: page.recipe.count() == 2, timeout=10_000)
    page.recipe.setCurrentIndex(1)
    qtbot.waitUntil(lambda: page.model.columnCount() == 6 and page.model.row(0) is not None, timeout=10_000)
    return page


def column(page: ResultsPage, number: int) -> list[str]:
    return [str(page.model.data(page.model.index(place, number))) for place in range(len(page.model.ids))]


def click_row(
    qtbot: QtBot, page: ResultsPage, place: int, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    middle = page.table.visualRect(page.model.index(place, 0)).center()
    qtbot.mouseClick(page.table.viewport(), Qt.MouseButton.LeftButton, modifier, middle)


def click_head(qtbot: QtBot, page: ResultsPage, section: int) -> None:
    head = page.table.horizontalHeader()
    at = QPoint(head.sectionViewportPosition(section) + 20, head.height() // 2)
    qtbot.mouseClick(head.viewport(), Qt.MouseButton.LeftButton, pos=at)


def test_columns_sort_as_numbers_and_dates_whatever_the_model_wrote(qtbot: QtBot, bills: ResultsPage) -> None:
    total, due = (bills.model.fields.index(name) + 1 for name in ("total", "due"))
    click_head(qtbot, bills, total)
    qtbot.waitUntil(lambda: column(bills, total) == ["85 EUR", "900 EUR", "1,200 EUR"], timeout=10_000)
    click_head(qtbot, bills, total)
    qtbot.waitUntil(lambda: column(bills, total) == ["1,200 EUR", "900 EUR", "85 EUR"], timeout=10_000)
    click_head(qtbot, bills, due)
    dates = ["11 February 2025", "2 March 2025", "30 January 2026"]
    qtbot.waitUntil(lambda: column(bills, due) == dates, timeout=10_000)
    click_head(qtbot, bills, 0)
    qtbot.waitUntil(lambda: column(bills, 0) == ["bill-2.txt", "bill-9.txt", "bill-10.txt"], timeout=10_000)


def test_chosen_rows_are_copied_for_a_spreadsheet_and_one_cell_alone(qtbot: QtBot, bills: ResultsPage) -> None:
    QApplication.clipboard().clear()
    bills.table.setFocus()
    click_row(qtbot, bills, 0)
    qtbot.keyClick(bills.table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(bills.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: QApplication.clipboard().text() != "", timeout=10_000)
    rows = [line.split("\t") for line in QApplication.clipboard().text().splitlines()]
    assert rows[0][:3] == ["name", "kind", "urgency"]
    assert {row[0] for row in rows[1:]} == set(BILLS)
    bills.table.setCurrentIndex(bills.model.index(0, 2))
    modifiers = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(bills.table, Qt.Key.Key_C, modifiers)
    assert QApplication.clipboard().text() == "high"


def test_markdown_files_are_written_beside_the_documents_and_in_one_folder(
    qtbot: QtBot, opened: Opened, bills: ResultsPage, tmp_path: Path
) -> None:
    before = {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "Bills").iterdir()}
    bills.exports.write_beside()
    notices = opened.window.notices
    qtbot.waitUntil(lambda: any("3 Markdown files" in one.text for one in notices.notices()), timeout=10_000)
    assert len(list((tmp_path / "Bills").glob("*.nightdesk.md"))) == 3
    assert {name: (tmp_path / "Bills" / name).read_text(encoding="utf-8") for name in before} == before
    (tmp_path / "out").mkdir()
    notices.clear()
    bills.exports.write_to(tmp_path / "out")
    qtbot.waitUntil(lambda: len(list((tmp_path / "out").iterdir())) == 3, timeout=10_000)


def test_what_a_search_found_is_what_is_exported(
    qtbot: QtBot, opened: Opened, bills: ResultsPage, tmp_path: Path
) -> None:
    qtbot.keyClicks(bills.search, "invoice")
    qtbot.waitUntil(lambda: len(bills.model.ids) == 2, timeout=10_000)
    assert without_marks(column(bills, 1)[0])[1], "the words of the search are marked in the table"
    bills.export_to(tmp_path / "some.jsonl", "jsonl")
    qtbot.waitUntil((tmp_path / "some.jsonl").is_file, timeout=10_000)
    names = {json.loads(line)["name"] for line in (tmp_path / "some.jsonl").read_text("utf-8").splitlines()}
    assert names == {"bill-2.txt", "bill-9.txt"}


def test_a_document_is_read_as_it_is_meant_or_as_it_is_written(qtbot: QtBot, bills: ResultsPage) -> None:
    click_row(qtbot, bills, 0)
    source = bills.detail.source
    qtbot.waitUntil(lambda: source.rendered.isVisible(), timeout=10_000)
    assert "**" not in source.rendered.toPlainText()
    assert "Lamp:" in source.rendered.toPlainText()
    qtbot.mouseClick(bills.detail.written_button, Qt.MouseButton.LeftButton)
    assert source.plain.isVisible()
    assert "**Lamp:**" in source.plain.toPlainText()


def test_words_that_were_searched_for_are_marked_in_the_answer(qtbot: QtBot, bills: ResultsPage) -> None:
    qtbot.keyClicks(bills.search, "letter")
    qtbot.waitUntil(lambda: len(bills.model.ids) == 1, timeout=10_000)
    click_row(qtbot, bills, 0)
    marked = bills.detail.answer.extraSelections()
    assert [mark.cursor.selectedText() for mark in marked] == ["letter"]  # type: ignore[attr-defined]


def test_a_document_run_again_is_compared_with_its_first_answer(
    qtbot: QtBot, opened: Opened, bills: ResultsPage
) -> None:
    click_row(qtbot, bills, 0)
    menu = bills.actions_.again_menu
    qtbot.waitUntil(lambda: any(one.data() == "summary" for one in menu.actions()), timeout=10_000)
    next(one for one in menu.actions() if one.data() == "summary").trigger()
    jobs = opened.window.queue.model
    opened.window.go_to(QUEUE)
    qtbot.waitUntil(lambda: len(jobs.ids) == 4, timeout=10_000)
    assert do(qtbot, opened, lambda _service, conn: answer_all(conn, {"bill-2.txt": ("It is urgent.", None)})) == 1
    opened.window.go_to(RESULTS)
    bills.table.clearSelection()
    click_row(qtbot, bills, 1)
    click_row(qtbot, bills, 0)
    beside = bills.detail.beside
    qtbot.waitUntil(lambda: beside.count() == 2, timeout=10_000)
    assert beside.itemText(1).startswith("Summary version 1")
    beside.setCurrentIndex(1)
    qtbot.waitUntil(lambda: bool(bills.detail.alike.text()), timeout=10_000)
    assert bills.detail.other.written == "It is urgent."
    assert bills.detail.answer.extraSelections()
    assert bills.detail.other.extraSelections()
    beside.setCurrentIndex(0)
    assert not bills.detail.answer.extraSelections()
    bills.recipe.setCurrentIndex(0)
    qtbot.waitUntil(lambda: len(bills.model.ids) == 4 and bills.model.row(3) is not None, timeout=10_000)
    rows = [bills.model.row(place) for place in range(4)]
    pair = [place for place, row in enumerate(rows) if row is not None and row.name == "bill-2.txt"]
    bills.table.clearSelection()
    click_row(qtbot, bills, pair[0])
    qtbot.waitUntil(lambda: beside.count() == 2, timeout=10_000)
    assert not bills.actions_.compare.isVisible()
    click_row(qtbot, bills, pair[1], Qt.KeyboardModifier.ControlModifier)
    assert bills.actions_.compare.isVisible()
    bills.actions_.compare.trigger()
    qtbot.waitUntil(lambda: beside.currentIndex() == 1 and bool(bills.detail.alike.text()), timeout=10_000)


def test_another_model_makes_a_version_of_its_own_to_compare_with(
    qtbot: QtBot, opened: Opened, bills: ResultsPage
) -> None:
    click_row(qtbot, bills, 0)
    bills.actions_.update("model-b")
    assert bills.actions_.with_model.isVisible()
    bills.actions_.with_model.trigger()
    qtbot.waitUntil(lambda: len(opened.window.queue.model.ids) == 4, timeout=10_000)
    found = do(qtbot, opened, lambda _service, conn: conn.execute(
        "SELECT version, source FROM recipe WHERE name = 'classify' ORDER BY version").fetchall())  # fmt: skip
    assert [version for version, _ in found] == [1, 2]
    assert "# asked of the model model-b" in found[1][1]
    data = BILLS["bill-2.txt"] | {"urgency": "normal"}
    done = {"bill-2.txt": (json.dumps(data), data)}
    assert do(qtbot, opened, lambda _service, conn: answer_all(conn, done, "model-b")) == 1
    qtbot.mouseClick(bills.report_button, Qt.MouseButton.LeftButton)
    assert bills.pages.currentWidget() is bills.report
    qtbot.mouseClick(bills.report.back_button, Qt.MouseButton.LeftButton)


def test_the_database_says_how_it_is_read_by_other_programs(
    qtbot: QtBot, opened: Opened, bills: ResultsPage, tmp_path: Path
) -> None:
    bills.exports.database_asked.emit()
    qtbot.waitUntil(lambda: len(bills.database.lines) == 3, timeout=10_000)
    assert bills.database.path.text() == str(tmp_path / "window.db")
    assert bills.database.lines[0] == f'datasette "{tmp_path / "window.db"}"'
    assert "result_classify_v1" in bills.database.lines[2]
    rows = do(qtbot, opened, lambda _service, conn: conn.execute(bills.database.lines[2]).fetchall())
    assert len(rows) == 3
    qtbot.mouseClick(bills.database.back_button, Qt.MouseButton.LeftButton)
    assert bills.table.isVisible()


def test_differences_are_found_word_by_word() -> None:
    left, right = "The lamp is lent until May.", "The lamp is sold until May, they say."
    found = differences(left, right)
    assert [left[start:end] for start, end in found.left] == ["lent", "May."]
    assert [right[start:end] for start, end in found.right] == ["sold", "May, they say."]
    assert differences(left, left.upper()).alike == 1.0


def test_marks_stand_on_their_words_even_after_an_emoji(qtbot: QtBot) -> None:
    from app.ui.marks import mark

    view = QPlainTextEdit("🚢 The harbour 🏮 lamp")
    qtbot.addWidget(view)
    mark(view, spans_of("harbour lamp", view.toPlainText()))
    assert [one.cursor.selectedText() for one in view.extraSelections()] == ["harbour", "lamp"]  # type: ignore[attr-defined]


def test_the_report_draws_the_night_the_speed_and_what_a_service_would_have_asked(
    qtbot: QtBot, opened: Opened, bills: ResultsPage
) -> None:
    figures = {"done": 3, "failed": 1, "duplicates": 2, "wall_s": 600.0, "busy_s": 540.0, "documents_per_h": 18.0,
               "tokens_per_s": 20.0, "prompt_tokens": 2_000_000, "cached_tokens": 500, "generated_tokens": 1_000_000,
               "parts": 0, "cut_answers": 0, "left": 0, "eta": None, "recoveries": 2, "width": 16, "failures": [],
               "alone": {"documents": 2, "tokens_per_s": 10.0, "together_tokens_per_s": 25.0, "speed_up": 2.5},
               "failed_documents": [], "costs": None, "recipes": ["classify"]}  # fmt: skip

    def night(_service: Any, conn: Connection) -> bool:
        run = begin_run(conn, time.time() - 600)
        conn.execute("UPDATE job SET run_id = ?", (run,))
        end_run(conn, run, "finished", time.time(), ["classify"], figures, "# Report")
        return True

    async def set_prices(service: Any) -> bool:
        await service.change({"prices": {"batch_in": 0.5, "batch_out": 2.0, "currency": "EUR"}})
        return True

    assert do(qtbot, opened, night)
    done: list[bool] = []
    opened.bridge.ask(set_prices, done.append)
    qtbot.waitUntil(lambda: bool(done), timeout=10_000)
    qtbot.mouseClick(bills.report_button, Qt.MouseButton.LeftButton)
    sheet = bills.report.sheet
    qtbot.waitUntil(lambda: len(sheet.cost.bars) == 2, timeout=10_000)
    assert [bar.words for bar in sheet.cost.bars] == ["3.00 EUR", "no charge per token"]
    opened.bridge.ask(lambda service: service.change({"prices": {"batch_out": 4.0}}))
    qtbot.waitUntil(lambda: sheet.cost.bars[0].words == "5.00 EUR", timeout=10_000)
    assert [bar.size for bar in sheet.speed.bars] == [10.0, 25.0]
    assert "2.5 × as fast" in sheet.speed.accessibleDescription()
    assert sheet.night.isVisible()
    assert sheet.night.accessibleDescription().startswith("3 done and 0 without a result")
    assert "done" in sheet.night.words_at(0)
    assert any(one.text() == "Recoveries of the engine" for one in sheet.rest.findChildren(QLabel))


def test_a_hit_far_to_the_right_is_brought_into_sight(qtbot: QtBot, theme: Theme) -> None:
    theme.choose("light")
    table = QTableWidget(1, 1)
    qtbot.addWidget(table)
    table.setItemDelegate(MarkedDelegate(table))
    table.setColumnWidth(0, 160)
    table.setItem(0, 0, QTableWidgetItem(f"{'word ' * 30}{BEGIN}lamp{END} lent"))
    table.show()
    picture = table.viewport().grab().toImage()
    row = [picture.pixelColor(x, table.rowHeight(0) // 2) for x in range(160)]
    marked = [colour for colour in row if colour.blue() - colour.red() > 20 and colour.lightness() > 180]
    assert len(marked) > 5, "the ground of the hit is seen, though it begins far outside the column"


@pytest.mark.qt_log_ignore("does not support grabbing the keyboard")  # offscreen says so of an open list
def test_a_list_of_recipes_that_somebody_has_opened_is_not_replaced(qtbot: QtBot, bills: ResultsPage) -> None:
    box = bills.filter.recipe
    before = box.count()
    box.showPopup()
    qtbot.waitUntil(box.view().isVisible)
    bills.filter.offer([(f"recipe {n}", n) for n in range(10)])
    assert box.count() == before
    box.hidePopup()
    qtbot.waitUntil(lambda: not box.view().isVisible())
    bills.filter.offer([(f"recipe {n}", n) for n in range(10)])
    assert box.count() == 11


def test_the_columns_of_the_only_recipe_with_results_are_shown_at_once(
    qtbot: QtBot, opened: Opened, tmp_path: Path
) -> None:
    page = page_of_bills(qtbot, opened, tmp_path)
    qtbot.waitUntil(lambda: page.model.columnCount() == 6, timeout=10_000)
    assert page.recipe.currentData() == "classify"
    page.recipe.setCurrentIndex(0)  # a person who wants them all is not overruled
    page.refresh()
    qtbot.waitUntil(lambda: page.model.columnCount() == 4, timeout=10_000)
    assert page.recipe.currentData() is None


def test_what_a_search_finds_in_columns_is_shown_without_the_signs_of_json(qtbot: QtBot, bills: ResultsPage) -> None:
    qtbot.keyClicks(bills.search, "invoice")
    qtbot.waitUntil(lambda: bills.model.columnCount() == 3 and bool(bills.model.ids), timeout=10_000)
    found = column(bills, 1)
    assert found
    assert not [text for text in found if set(text) & set('{}"')]
