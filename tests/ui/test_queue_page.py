"""The queue page: narrowing the list, putting first, what was read, and when to work."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QAbstractTableModel, Qt, QTime
from PySide6.QtWidgets import QApplication, QToolButton
from pytestqt.qtbot import QtBot

from app.core.events import ProgressChanged
from app.core.failures import FailureClass
from app.core.queue import moves
from app.core.queue.claim import Claim, Turns, claim
from app.core.queue.moves import Answer
from app.core.settings import Settings, WatchSettings
from app.core.store.sqlite import Connection
from app.ui.main_window import QUEUE, RESULTS
from app.ui.queue.jobs_model import COLUMNS
from app.ui.queue.page import QueuePage
from app.ui.queue.plot import ThroughputPlot
from app.ui.tables import PlainTable
from tests.ui.conftest import Opened as Window

if TYPE_CHECKING:
    from app.core.service import Service
    from tests.ui.conftest import Opened


@pytest.fixture
def queued(qtbot: QtBot, opened: Opened, tmp_path: Path) -> QueuePage:
    """Two folders under two recipes, one after the other, two documents each; the queue is paused."""
    page = opened.window.queue
    opened.window.go_to(QUEUE)
    page.set_paused(True)
    folders = {"Letters": "summary", "Bills": "classify"}
    for folder in folders:
        (tmp_path / folder).mkdir()
        for number in range(2):
            (tmp_path / folder / f"{folder.lower()}-{number}.txt").write_text(f"{folder} {number}.", encoding="utf-8")

    async def add(service: Service) -> None:  # one after the other: their numbers decide whose turn is first
        for folder, recipe in folders.items():
            await service.add_folder(tmp_path / folder, recipe, watch=False)

    opened.bridge.ask(add)
    qtbot.waitUntil(lambda: len(page.model.ids) == 4 and page.model.row(0) is not None, timeout=15_000)
    qtbot.waitUntil(lambda: page.filter.folder.count() == 3, timeout=10_000)
    return page


def names(page: QueuePage) -> set[str]:
    rows = [page.model.row(place) for place in range(len(page.model.ids))]
    return {row.name for row in rows if row is not None}


def test_the_list_is_narrowed_by_name_folder_and_recipe(qtbot: QtBot, queued: QueuePage) -> None:
    qtbot.keyClicks(queued.filter.name, "bills")
    qtbot.waitUntil(lambda: names(queued) == {"bills-0.txt", "bills-1.txt"}, timeout=10_000)
    queued.filter.name.clear()
    qtbot.waitUntil(lambda: len(names(queued)) == 4, timeout=10_000)
    queued.filter.folder.setCurrentIndex(queued.filter.folder.findText("Letters"))
    qtbot.waitUntil(lambda: names(queued) == {"letters-0.txt", "letters-1.txt"}, timeout=10_000)
    queued.filter.recipe.setCurrentIndex(queued.filter.recipe.findText("Classify"))
    qtbot.waitUntil(lambda: queued.model.ids == [], timeout=10_000)


def test_a_job_put_first_has_the_best_priority(qtbot: QtBot, queued: QueuePage) -> None:
    queued.table.selectRow(3)
    qtbot.waitUntil(queued.first_button.isEnabled, timeout=10_000)
    before = queued.model.row(0)
    assert before is not None
    qtbot.mouseClick(queued.first_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: (row := queued.model.row(3)) is not None and row.priority < before.priority, timeout=10_000)


def test_the_rules_of_when_to_work_hold_at_once_and_are_kept(qtbot: QtBot, opened: Opened, queued: QueuePage) -> None:
    when = queued.when
    jobs = list(queued.model.ids)
    opened.bridge.ask(lambda service: service.queue.cancel(jobs))  # nothing may load a model here
    opened.bridge.ask(_resume)
    seen: list[Settings] = []
    hour = time.localtime().tm_hour
    when.begin.setTime(QTime((hour + 2) % 24, 0))
    when.end.setTime(QTime((hour + 4) % 24, 0))
    when.window_box.setChecked(True)
    qtbot.waitUntil(lambda: "Waiting for" in queued.overview.sentence.text(), timeout=15_000)

    async def look(service: Any) -> Settings:
        settings: Settings = service.settings
        return settings

    opened.bridge.ask(look, seen.append)
    qtbot.waitUntil(lambda: bool(seen), timeout=10_000)
    assert seen[0].schedule.window == f"{(hour + 2) % 24:02d}:00-{(hour + 4) % 24:02d}:00"
    qtbot.mouseClick(when.now_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "Waiting for" not in queued.overview.sentence.text(), timeout=15_000)


async def _resume(service: Any) -> None:
    service.resume()


def test_the_details_hold_the_text_that_was_read(qtbot: QtBot, opened: Opened, queued: QueuePage) -> None:
    queued.table.selectRow(0)
    qtbot.waitUntil(lambda: queued.details.isVisible(), timeout=10_000)
    qtbot.waitUntil(lambda: "Nothing has been read" in queued.details.text.placeholderText(), timeout=10_000)


class Night:
    """What a night did, without an engine: attempts with their ends, written as the queue writes them."""

    def __init__(self, qtbot: QtBot, opened: Opened) -> None:
        self._qtbot = qtbot
        self._opened = opened

    def do(self, work: Any) -> Any:
        done: list[Any] = []
        self._opened.bridge.ask(lambda service: service.store.write(work), done.append)
        self._qtbot.waitUntil(lambda: bool(done), timeout=10_000)
        return done[0]

    def fails(self, failure: FailureClass, reason: str) -> Claim:
        return self._take(lambda conn, one: moves.fail(conn, one, failure, reason, one_later(one), 0.0))

    def answers(self, text: str, seconds: float = 1.5) -> Claim:
        answer = Answer(text, None, "m", "e", "stop", 90, 0, 30, 0.1, seconds)
        return self._take(lambda conn, one: moves.finish(conn, one, answer, one_later(one)))

    def _take(self, end: Any) -> Claim:
        def work(conn: Connection) -> Claim:
            one = claim(conn, Turns(8), None, 1, time.time())[0]
            end(conn, one)
            return one

        one: Claim = self.do(work)
        self._opened.window.queue.refresh()
        self._opened.window.queue.model.mark_dirty([one.id])
        return one


def one_later(_one: Claim) -> float:
    return time.time() + 2.0


@pytest.fixture
def night(qtbot: QtBot, opened: Opened, queued: QueuePage) -> Night:
    return Night(qtbot, opened)


def row_of(page: QueuePage, job_id: int) -> int:
    place = page.model.place_of(job_id)
    assert place is not None
    return place


def click_row(qtbot: QtBot, page: QueuePage, job_id: int, modifier: Any = Qt.KeyboardModifier.NoModifier) -> None:
    middle = page.table.visualRect(page.model.index(row_of(page, job_id), 0)).center()
    qtbot.mouseClick(page.table.viewport(), Qt.MouseButton.LeftButton, modifier, middle)


def shown(page: QueuePage, job_id: int, column: str) -> str:
    return str(page.model.data(page.model.index(row_of(page, job_id), COLUMNS.index(column))) or "")


def test_a_row_says_what_came_of_its_document(qtbot: QtBot, queued: QueuePage, night: Night) -> None:
    done, failed = night.answers("The letter asks for the lamp."), night.fails(FailureClass.DAMAGED, "It is cut short.")
    qtbot.waitUntil(lambda: shown(queued, done.id, "outcome") == "The letter asks for the lamp.", timeout=10_000)
    assert shown(queued, done.id, "took") == "1.5 s"
    qtbot.waitUntil(lambda: shown(queued, failed.id, "outcome") == "It is cut short.", timeout=10_000)
    assert shown(queued, failed.id, "took") == ""


def test_the_details_tell_every_attempt_and_the_way_out(qtbot: QtBot, queued: QueuePage, night: Night) -> None:
    for number in range(3):
        one = night.fails(FailureClass.TIMED_OUT, f"No answer, time {number + 1}.")
        night.do(lambda conn, one=one: conn.execute("UPDATE job SET not_before = -1 WHERE id = ?", (one.id,)))
    qtbot.waitUntil(lambda: shown(queued, one.id, "state") == "Failed", timeout=10_000)
    click_row(qtbot, queued, one.id)
    details = queued.details
    qtbot.waitUntil(lambda: details.attempts.text().count("No answer") == 3, timeout=10_000)
    assert "to be tried again" in details.attempts.text().splitlines()[0]
    assert details.way_out.text() == "Retry, or allow more time in the recipe."
    qtbot.mouseClick(details.retry_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: shown(queued, one.id, "state") == "Waiting", timeout=10_000)
    assert details.attempts.text().count("No answer") == 3


def test_chosen_jobs_are_cancelled_and_retried_with_the_keyboard(qtbot: QtBot, queued: QueuePage) -> None:
    table = queued.table
    click_row(qtbot, queued, queued.model.ids[0])
    qtbot.keyClick(table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert table.selected_rows() == [0, 1]
    qtbot.keyClick(table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert table.selected_rows() == [0, 1, 2, 3]
    states = lambda: [shown(queued, one, "state") for one in queued.model.ids]  # noqa: E731
    qtbot.keyClick(table, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: states() == ["Cancelled"] * 4, timeout=10_000)
    qtbot.keyClick(table, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: states() == ["Waiting"] * 4, timeout=10_000)


def test_the_paths_of_chosen_jobs_are_copied(qtbot: QtBot, queued: QueuePage, tmp_path: Path) -> None:
    click_row(qtbot, queued, queued.model.ids[0])
    click_row(qtbot, queued, queued.model.ids[1], Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(queued.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    paths = QApplication.clipboard().text().splitlines()
    assert len(paths) == 2
    assert all(Path(path).is_file() and Path(path).is_relative_to(tmp_path) for path in paths)


def test_documents_are_queued_once_more_with_another_recipe(
    qtbot: QtBot, opened: Opened, queued: QueuePage, night: Night
) -> None:
    done = night.answers("A first answer.")
    qtbot.waitUntil(lambda: shown(queued, done.id, "state") == "Done", timeout=10_000)
    click_row(qtbot, queued, done.id)
    menu = queued.actions_.again_menu
    qtbot.waitUntil(lambda: any(action.text() == "Key facts" for action in menu.actions()), timeout=10_000)
    next(action for action in menu.actions() if action.text() == "Key facts").trigger()
    qtbot.waitUntil(lambda: len(queued.model.ids) == 5, timeout=10_000)
    qtbot.waitUntil(lambda: shown(queued, queued.model.ids[-1], "recipe") == "Key facts", timeout=10_000)
    assert shown(queued, done.id, "state") == "Done"
    assert any("queued again" in notice.text for notice in opened.window.notices.notices())


def test_a_click_on_a_column_sorts_as_people_expect_names(
    qtbot: QtBot, opened: Opened, queued: QueuePage, tmp_path: Path
) -> None:
    files = [tmp_path / "Scans" / f"scan-{number}.txt" for number in (10, 9, 100)]
    files[0].parent.mkdir()
    for number, file in enumerate(files):
        file.write_text(f"scan {number}", encoding="utf-8")
        opened.bridge.ask(lambda service, file=file: service.add_files([file], "summary"))
        qtbot.waitUntil(lambda number=number: len(queued.model.ids) == 5 + number, timeout=10_000)
    queued.filter.name.setText("scan")
    qtbot.waitUntil(lambda: len(queued.model.ids) == 3, timeout=10_000)
    head = queued.table.horizontalHeader()

    def click() -> None:
        at = head.sectionViewportPosition(0) + 20
        qtbot.mouseClick(head.viewport(), Qt.MouseButton.LeftButton, pos=head.viewport().rect().topLeft() + _right(at))

    def order() -> list[str]:
        return [shown(queued, one, "document") for one in queued.model.ids]

    click()
    qtbot.waitUntil(lambda: order() == ["scan-9.txt", "scan-10.txt", "scan-100.txt"], timeout=10_000)
    assert queued.table.selected_rows() == [], "a click on a head sorts and chooses nothing"
    click()
    qtbot.waitUntil(lambda: order() == ["scan-100.txt", "scan-10.txt", "scan-9.txt"], timeout=10_000)
    click()
    qtbot.waitUntil(lambda: order() == ["scan-10.txt", "scan-9.txt", "scan-100.txt"], timeout=10_000)


def _right(pixels: int) -> Any:
    from PySide6.QtCore import QPoint

    return QPoint(pixels, 8)


def test_a_watched_folder_says_how_far_it_is_and_shows_its_jobs(
    qtbot: QtBot, opened: Opened, queued: QueuePage, tmp_path: Path, night: Night
) -> None:
    opened.bridge.ask(lambda service: service.add_folder(tmp_path / "Letters", "summary", watch=True))
    qtbot.waitUntil(lambda: len(queued.folders.rows) == 1, timeout=10_000)
    night.answers("Done with it.")
    folder, words = next(iter(queued.folders._words.values()))
    queued.count_folders()
    qtbot.waitUntil(lambda: "1 of 2 done" in words.whole, timeout=10_000)
    [stop] = queued.folders.rows[0].findChildren(QToolButton)
    stop.setFocus()
    queued.folders.show_rows([replace(folder, scanned_at=0.0)])  # as each look at it does
    assert "1 of 2 done" in words.whole
    assert stop.hasFocus()
    queued.folders.chosen.emit(folder.id)
    qtbot.waitUntil(lambda: names(queued) == {"letters-0.txt", "letters-1.txt"}, timeout=10_000)


def test_files_that_may_still_be_written_to_are_counted_until_they_are_queued(qtbot: QtBot, tmp_path: Path) -> None:
    settings = replace(Settings(), watch=WatchSettings(settle_s=600))
    window = Window(qtbot, tmp_path, settings, engine=False, watcher=True)
    inbox = tmp_path / "Inbox"
    inbox.mkdir()
    for number in range(3):
        (inbox / f"letter-{number}.txt").write_text(f"Letter {number}.", encoding="utf-8")
    window.bridge.ask(lambda service: service.add_folder(inbox, "summary"))
    folders = window.window.queue.folders
    settling = "3 found, queued once they are complete"
    qtbot.waitUntil(lambda: any(settling in words.whole for _, words in folders._words.values()), timeout=10_000)
    window.leave()


def test_a_low_window_leaves_room_for_the_jobs(qtbot: QtBot, opened: Opened, queued: QueuePage) -> None:
    opened.window.resize(820, 600)
    qtbot.waitUntil(lambda: not queued.overview.plot.isVisible(), timeout=10_000)
    assert queued.table.height() > 150
    assert queued.when.now_button.isVisible()
    qtbot.mouseClick(queued.when.summary, Qt.MouseButton.LeftButton)
    assert queued.when.window_box.isVisible()


def test_a_finished_job_opens_its_result(qtbot: QtBot, opened: Opened, queued: QueuePage, night: Night) -> None:
    done = night.answers("The bill is due in May.")
    qtbot.waitUntil(lambda: shown(queued, done.id, "state") == "Done", timeout=10_000)
    click_row(qtbot, queued, done.id)
    qtbot.mouseClick(queued.details.result_button, Qt.MouseButton.LeftButton)
    results = opened.window.results
    assert opened.window.pages.currentIndex() == RESULTS
    qtbot.waitUntil(lambda: results.detail.answer.written == "The bill is due in May.", timeout=10_000)


def test_columns_are_told_by_their_names_and_markdown_without_its_signs(
    qtbot: QtBot, queued: QueuePage, night: Night
) -> None:
    one = night.answers('{"kind": "invoice", "urgent": true}')
    qtbot.waitUntil(lambda: shown(queued, one.id, "outcome") == "kind: invoice; urgent: ✓", timeout=10_000)
    other = night.answers("## Summary\n\n**The lamp** is lent.")
    qtbot.waitUntil(lambda: shown(queued, other.id, "outcome") == "Summary The lamp is lent.", timeout=10_000)


def test_the_sheet_says_how_much_it_would_be_before_anything_is_queued(
    qtbot: QtBot, opened: Opened, tmp_path: Path
) -> None:
    (tmp_path / "Many").mkdir()
    for number in range(12):
        (tmp_path / "Many" / f"{number}.txt").write_text(f"letter {number} " * 500, encoding="utf-8")
    opened.window.sheet.ask([tmp_path / "Many"])
    estimate = opened.window.sheet.estimate
    qtbot.waitUntil(lambda: "12 documents" in estimate.text(), timeout=10_000)
    assert "tokens to read" in estimate.text()
    assert "going by the last run" not in estimate.text()
    assert opened.window.queue.model.ids == []


class Asked(QAbstractTableModel):
    """A hundred thousand rows that count how often they are asked for."""

    asked = 0

    def rowCount(self, parent: Any = None) -> int:
        self.asked += 1
        return 100_000

    def columnCount(self, parent: Any = None) -> int:
        return 6

    def data(self, index: Any, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        return "cell" if role == Qt.ItemDataRole.DisplayRole else None


def test_choosing_every_row_of_a_long_table_does_not_ask_for_every_row(qtbot: QtBot) -> None:
    model = Asked()
    table = PlainTable("Long", model)
    qtbot.addWidget(table)
    table.sort_with(lambda _column: None)
    with qtbot.waitExposed(table):
        table.show()
    qtbot.keyClick(table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    table.grab()
    assert table.selected_rows(3) == [0, 1, 2]
    assert len(table.selected_rows()) == 100_000
    assert model.asked < 20_000


def undo(qtbot: QtBot, opened: Opened, words: str) -> None:
    notices = opened.window.notices
    qtbot.waitUntil(lambda: any(words in one.text for one in notices.notices()), timeout=10_000)
    notice = next(one for one in notices.notices() if words in one.text)
    qtbot.mouseClick(notice.action_buttons[0], Qt.MouseButton.LeftButton)


def test_a_folder_that_is_watched_no_longer_comes_back_with_its_waiting_documents(
    qtbot: QtBot, opened: Opened, queued: QueuePage, tmp_path: Path, night: Night
) -> None:
    letters = (
        "SELECT j.state FROM job j JOIN folder f ON f.id = j.folder_id WHERE f.recipe_name = 'summary' ORDER BY j.id"
    )
    states = lambda: [row[0] for row in night.do(lambda conn: conn.execute(letters).fetchall())]  # noqa: E731
    night.do(lambda conn: conn.execute(
        "UPDATE job SET state = 'cancelled' WHERE id = (SELECT min(j.id) FROM job j JOIN folder f "
        "ON f.id = j.folder_id WHERE f.recipe_name = 'summary')").rowcount)  # fmt: skip
    opened.bridge.ask(lambda service: service.add_folder(tmp_path / "Letters", "summary", watch=True))
    qtbot.waitUntil(lambda: len(queued.folders.rows) == 1, timeout=10_000)
    stop = queued.folders.rows[0].findChildren(QToolButton)[0]
    qtbot.mouseClick(stop, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not queued.folders.rows, timeout=10_000)
    assert states() == ["cancelled", "cancelled"]
    undo(qtbot, opened, "Letters is no longer watched. 1 ")
    qtbot.waitUntil(lambda: len(queued.folders.rows) == 1, timeout=10_000)
    qtbot.waitUntil(lambda: "ready" in states(), timeout=10_000)
    assert states() == ["cancelled", "ready"], "what the person had cancelled before stays cancelled"


def test_cancelled_jobs_come_back_with_undo(qtbot: QtBot, opened: Opened, queued: QueuePage) -> None:
    click_row(qtbot, queued, queued.model.ids[0])
    qtbot.keyClick(queued.table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(queued.table, Qt.Key.Key_Delete)
    undo(qtbot, opened, "4 documents were cancelled.")
    states = lambda: [shown(queued, one, "state") for one in queued.model.ids]  # noqa: E731
    qtbot.waitUntil(lambda: states() == ["Waiting"] * 4, timeout=10_000)


def test_a_second_drop_is_what_is_queued_and_return_on_cancel_queues_nothing(
    qtbot: QtBot, opened: Opened, queued: QueuePage, tmp_path: Path
) -> None:
    sheet = opened.window.sheet
    sheet.ask([tmp_path / "Letters"])
    qtbot.waitUntil(sheet.add_button.isEnabled, timeout=10_000)
    (tmp_path / "one.txt").write_text("One.", encoding="utf-8")
    sheet.ask([tmp_path / "one.txt"])
    assert not sheet.add_button.isEnabled(), "what was dropped before is not offered any more"
    qtbot.waitUntil(lambda: sheet.title.text() == "Queue 1 files" or "1 file" in sheet.title.text(), timeout=10_000)
    qtbot.waitUntil(sheet.add_button.isEnabled, timeout=10_000)
    sheet.cancel_button.setFocus()
    qtbot.keyClick(sheet.cancel_button, Qt.Key.Key_Return)
    assert not sheet.isVisible()
    assert len(queued.model.ids) == 4


def test_the_details_follow_a_job_that_leaves_the_list_and_while_another_page_is_in_front(
    qtbot: QtBot, opened: Opened, queued: QueuePage, night: Night
) -> None:
    queued.filter.state.setCurrentIndex(queued.filter.state.findText("Open"))
    qtbot.waitUntil(lambda: len(queued.model.ids) == 4, timeout=10_000)
    first = night.do(lambda conn: claim(conn, Turns(8), None, 1, time.time())[0])
    click_row(qtbot, queued, first.id)
    opened.window.go_to(RESULTS)
    night.do(lambda conn: moves.fail(conn, first, FailureClass.DAMAGED, "It is cut short.", time.time(), 0.0))
    queued.refresh()
    qtbot.waitUntil(lambda: queued.details.reason.text() == "It is cut short.", timeout=10_000)
    assert queued.details.job_id == first.id


def test_the_failed_count_leads_to_the_failed_jobs(
    qtbot: QtBot, opened: Opened, queued: QueuePage, night: Night
) -> None:
    failed = night.fails(FailureClass.DAMAGED, "It is cut short.")
    overview = queued.overview
    overview.show_progress(ProgressChanged(4, 1, 1, 0, 2, 0.0, 0.0, None, None))
    assert overview.headline.text() == "2 of 4 finished"
    queued.filter.name.setText("nothing is called so")
    qtbot.mouseClick(overview.failed_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: list(queued.model.ids) == [failed.id], timeout=10_000)


def test_the_plot_begins_with_the_work_and_grows_to_ten_minutes(qtbot: QtBot) -> None:
    now = [1000.0]
    plot = ThroughputPlot(lambda: now[0])
    qtbot.addWidget(plot)
    spans = []
    for at in (1000.0, 1300.0, 5000.0):
        now[0] = at
        plot.add(10.0)
        spans.append(plot.span_s(at))
    assert spans == [60.0, 300.0, 600.0]
