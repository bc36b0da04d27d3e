"""The window on the real core: pages, drops, the queue, closing and quitting."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.core.events import EngineChanged, ProgressChanged, RunFinished
from app.core.settings import Settings
from app.ui import notices
from app.ui.closing import Closing, Outcome
from app.ui.main_window import CHAT, MODELS, QUEUE, RECIPES, RESULTS, SETTINGS, MainWindow
from app.ui.notices import MOST_SHOWN, NoticeBar
from app.ui.queue.plot import SPAN_S, ThroughputPlot
from app.ui.theme import Theme
from app.ui.tray import Tray, state_icon, tray_state
from tests.ui.conftest import Opened


def progress(**changes: object) -> ProgressChanged:
    values = {"total": 10, "done": 0, "failed": 0, "running": 0, "ready": 0, "documents_per_hour": 0.0,
              "tokens_per_s": 0.0, "eta_s": None, "paused_reason": None}  # fmt: skip
    return ProgressChanged(**{**values, **changes})  # type: ignore[arg-type]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with three documents to drop."""
    inbox = tmp_path / "Inbox"
    inbox.mkdir()
    for number in range(3):
        (inbox / f"letter-{number}.txt").write_text(f"Dear reader, this is letter {number}.", encoding="utf-8")
    return inbox


def drop(window: MainWindow, *paths: Path) -> None:
    """What Qt does when files are dropped: enter, then drop."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    place, copy, left, none = (
        QPoint(50, 50),
        Qt.DropAction.CopyAction,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier(0),
    )
    enter = QDragEnterEvent(place, copy, data, left, none)
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    assert window.veil.isVisible()
    dropped = QDropEvent(QPointF(place), copy, data, left, none)
    QApplication.sendEvent(window, dropped)
    assert dropped.isAccepted()
    assert not window.veil.isVisible()


def queue_folder(qtbot: QtBot, window: MainWindow, folder: Path) -> None:
    drop(window, folder)
    qtbot.waitUntil(window.sheet.add_button.isEnabled)
    window.sheet.watch.setChecked(False)
    qtbot.mouseClick(window.sheet.add_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(window.queue.model.ids) == 3, timeout=15_000)


def test_a_dropped_folder_becomes_jobs_through_the_sheet(qtbot: QtBot, opened: Opened, folder: Path) -> None:
    window = opened.window
    drop(window, folder)
    qtbot.waitUntil(window.sheet.add_button.isEnabled)
    assert window.sheet.title.text() == "Queue 1 folder"
    assert window.sheet.watch.isVisibleTo(window.sheet)
    assert window.sheet.recipe.count() >= 5
    window.sheet.recipe.setCurrentIndex(window.sheet.recipe.findText("Summary", Qt.MatchFlag.MatchContains))
    window.sheet.watch.setChecked(False)
    qtbot.keyClick(window.sheet.recipe, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(window.queue.model.ids) == 3, timeout=15_000)
    assert not window.sheet.isVisible()
    assert window.pages.currentIndex() == QUEUE
    qtbot.waitUntil(lambda: window.queue.model.row(0) is not None)
    names = {row.name for n in range(3) if (row := window.queue.model.row(n)) is not None}
    assert names == {"letter-0.txt", "letter-1.txt", "letter-2.txt"}


def test_the_sheet_offers_the_last_recipe_first(qtbot: QtBot, opened: Opened, folder: Path) -> None:
    window = opened.window
    drop(window, folder)
    qtbot.waitUntil(window.sheet.add_button.isEnabled)
    wanted = window.sheet.recipe.itemData(3).name
    window.sheet.recipe.setCurrentIndex(3)
    qtbot.mouseClick(window.sheet.add_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not window.sheet.isVisible(), timeout=10_000)
    drop(window, folder / "letter-1.txt")
    qtbot.waitUntil(lambda: window.sheet.title.text() == "Queue 1 file" and window.sheet.add_button.isEnabled())
    assert window.sheet.recipe.itemData(0).name == wanted
    assert not window.sheet.watch.isVisible(), "single files cannot be watched"


def test_escape_puts_the_sheet_away_and_queues_nothing(qtbot: QtBot, opened: Opened, folder: Path) -> None:
    drop(opened.window, folder)
    qtbot.waitUntil(opened.window.sheet.add_button.isEnabled)
    qtbot.keyClick(opened.window.sheet.recipe, Qt.Key.Key_Escape)
    assert not opened.window.sheet.isVisible()
    assert len(opened.window.queue.model.ids) == 0


def test_a_file_that_is_gone_is_a_sentence_in_the_sheet(qtbot: QtBot, opened: Opened, tmp_path: Path) -> None:
    window = opened.window
    drop(window, tmp_path / "gone.pdf")
    qtbot.waitUntil(window.sheet.add_button.isEnabled)
    qtbot.mouseClick(window.sheet.add_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "gone.pdf" in window.sheet.problem.text())
    assert window.sheet.isVisible()


def test_pause_and_resume_say_why_in_words(qtbot: QtBot, opened: Opened) -> None:
    overview = opened.window.queue.overview
    qtbot.mouseClick(overview.pause_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: overview.sentence.text() == "Paused by you.", timeout=10_000)
    assert overview.pause_button.text() == "Resume"
    qtbot.mouseClick(overview.pause_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: overview.pause_button.text() == "Pause", timeout=10_000)


def test_selected_jobs_are_cancelled_and_retried(qtbot: QtBot, opened: Opened, folder: Path) -> None:
    window = opened.window
    window.queue.set_paused(True)
    queue_folder(qtbot, window, folder)
    page = window.queue
    qtbot.waitUntil(lambda: page.model.row(0) is not None)
    page.table.selectRow(1)
    assert page.details.isVisible()
    assert page.details.name.text() == page.model.data(page.model.index(1, 0))
    qtbot.waitUntil(page.cancel_button.isEnabled)
    qtbot.mouseClick(page.cancel_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: state_of(page, 1) == "cancelled", timeout=10_000)
    assert state_of(page, 0) in ("ready", "running")
    page.filter.state.setCurrentIndex(4)
    qtbot.waitUntil(lambda: len(page.model.ids) == 1, timeout=10_000)
    page.filter.state.setCurrentIndex(0)
    qtbot.waitUntil(lambda: state_of(page, 1) == "cancelled", timeout=10_000)
    page.table.selectRow(1)
    qtbot.waitUntil(page.retry_button.isEnabled)
    qtbot.mouseClick(page.retry_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: state_of(page, 1) == "ready", timeout=10_000)


def state_of(page: object, place: int) -> str | None:
    row = page.model.row(place)  # type: ignore[attr-defined]
    return row.state if row is not None else None


def test_every_page_is_a_key_and_a_click_away(qtbot: QtBot, opened: Opened) -> None:
    window = opened.window
    window.activateWindow()
    pages = (CHAT, QUEUE, RESULTS, RECIPES, MODELS, SETTINGS)
    assert len(window.rail.buttons) == len(pages)
    for page in reversed(pages):
        qtbot.mouseClick(window.rail.buttons[page], Qt.MouseButton.LeftButton)
        assert window.pages.currentIndex() == page
        assert f"Ctrl+{page + 1}" in window.rail.buttons[page].toolTip()
    for page in pages:
        qtbot.keyClick(window, Qt.Key(Qt.Key.Key_1.value + page), Qt.KeyboardModifier.ControlModifier)
        assert window.pages.currentIndex() == page


def test_the_shortcut_sheet_opens_and_closes(qtbot: QtBot, opened: Opened) -> None:
    sheet = opened.window.shortcut_sheet
    sheet.toggle()
    assert sheet.isVisible()
    qtbot.mouseClick(sheet.close_button, Qt.MouseButton.LeftButton)
    assert not sheet.isVisible()


def test_without_a_tray_closing_an_idle_window_quits(qtbot: QtBot, opened: Opened) -> None:
    assert opened.window.presence.tray is None, "this platform has none"
    with qtbot.waitSignal(opened.window.finished, timeout=20_000):
        opened.window.close()
    assert opened.window.closing.quitting


@pytest.mark.parametrize(
    ("tray", "to_tray", "now", "closed", "quit_"),
    [
        (True, True, progress(ready=5), Outcome.HIDE, Outcome.ASK),
        (True, True, None, Outcome.HIDE, Outcome.QUIT),
        (True, False, progress(ready=5), Outcome.ASK, Outcome.ASK),
        (False, True, progress(running=1), Outcome.ASK, Outcome.ASK),
        (False, True, progress(done=10), Outcome.QUIT, Outcome.QUIT),
        (False, True, progress(ready=5, paused_reason="Paused by you."), Outcome.QUIT, Outcome.QUIT),
    ],
)
def test_closing_hides_asks_or_quits(
    tray: bool, to_tray: bool, now: ProgressChanged | None, closed: Outcome, quit_: Outcome
) -> None:
    closing = Closing(tray=lambda: tray, to_tray=lambda: to_tray, progress=lambda: now)
    assert closing.on_close() is closed
    assert closing.on_quit() is quit_
    closing.quitting = True
    assert closing.on_close() is Outcome.QUIT, "a close event sent by quit() itself must pass"


def test_quitting_while_working_asks_in_the_window_and_stops_nothing(
    qtbot: QtBot, opened: Opened, folder: Path
) -> None:
    window = opened.window
    queue_folder(qtbot, window, folder)
    qtbot.waitUntil(lambda: window.closing.working(), timeout=10_000)
    window.ask_quit()
    notice = window.notices.notices()[0]
    assert "not finished" in notice.text
    assert not window.closing.quitting
    assert QApplication.activeModalWidget() is None
    stop = next(button for button in notice.action_buttons if button.text() == "Stop and quit")
    with qtbot.waitSignal(window.finished, timeout=20_000):
        qtbot.mouseClick(stop, Qt.MouseButton.LeftButton)


@pytest.mark.parametrize(
    ("now", "state"),
    [
        (progress(total=0), ("idle", 0)),
        (progress(done=3, failed=1, running=2, ready=4), ("working", 40)),
        (progress(done=5, ready=5, paused_reason="Waiting for 22:00."), ("paused", 50)),
        (progress(done=8, failed=2), ("attention", 100)),
        (progress(done=10), ("idle", 100)),
    ],
)
def test_the_tray_shows_the_state_at_a_glance(now: ProgressChanged, state: tuple[str, int]) -> None:
    assert tray_state(now) == state


def test_tray_icons_differ_by_state(qapp: QApplication) -> None:
    pictures = [
        state_icon(state, percent).pixmap(44, 44).toImage()
        for state, percent in (("idle", 0), ("working", 20), ("working", 80), ("paused", 20), ("attention", 20))
    ]
    assert all(one != other for place, one in enumerate(pictures) for other in pictures[place + 1 :])


def test_the_tray_menu_pauses_opens_reports_and_quits(qtbot: QtBot, qapp: QApplication) -> None:
    tray = Tray()
    asked: list[object] = []
    tray.open_asked.connect(lambda: asked.append("open"))
    tray.pause_asked.connect(asked.append)
    tray.report_asked.connect(lambda: asked.append("report"))
    tray.quit_asked.connect(lambda: asked.append("quit"))
    tray.show_progress(progress(done=1, ready=9))
    assert tray.status.text() == "1 of 10 documents (10 %)"
    for action in (tray.open_action, tray.pause_action, tray.report_action, tray.quit_action):
        action.trigger()
    tray.show_progress(progress(done=1, ready=9, paused_reason="Paused: on battery."))
    assert tray.pause_action.text() == "Resume the queue"
    assert tray.status.text() == "Paused: on battery."
    tray.pause_action.trigger()
    assert asked == ["open", True, "report", "quit", False]
    tray.deleteLater()


class SaidTray:
    """A tray that writes down what it is to say; this platform has none. ``on_click`` is the last balloon's."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.on_click: Callable[[], object] | None = None

    def say(self, _title: str, text: str, on_click: Callable[[], object] | None = None) -> None:
        self.said.append(text)
        self.on_click = on_click

    def show_progress(self, _progress: ProgressChanged) -> None:
        """The icon is looked at elsewhere."""

    def hide(self) -> None:
        """Nothing is shown."""


def test_the_end_of_a_run_is_told_from_the_tray_while_nobody_looks(qtbot: QtBot, opened: Opened) -> None:
    window, tray = opened.window, SaidTray()
    window.presence.tray = tray  # type: ignore[assignment]
    window.close()
    assert not window.isVisible()
    assert not window.closing.quitting
    opened.bridge.run_finished.emit(RunFinished(1, "12 documents done."))
    assert tray.said[-1] == "12 documents done."
    assert "tray" in tray.said[0], "the first close says where the window has gone"
    read = next(one for one in window.notices.notices() if "12 documents" in one.text).action_buttons[0]
    read.click()
    assert window.isVisible()
    assert window.results.pages.currentWidget() is window.results.report


def test_switching_to_dark_repaints_palette_and_icons(qtbot: QtBot, opened: Opened, theme: Theme) -> None:
    theme.choose("light")
    button = opened.window.rail.buttons[0]
    before = button.icon().pixmap(20, 20).toImage()
    light = QApplication.palette().window().color()
    theme.choose("dark")
    assert QApplication.palette().window().color().lightness() < light.lightness()
    assert QApplication.palette().link().color() == theme.colour("link")
    assert button.icon().pixmap(20, 20).toImage() != before


def test_the_window_follows_the_system_when_it_turns_dark(
    monkeypatch: pytest.MonkeyPatch, opened: Opened, theme: Theme
) -> None:
    hints = QApplication.styleHints()
    monkeypatch.setattr(theme, "_system_is_dark", lambda: False)  # this platform knows no schemes of its own
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Light)
    light = QApplication.palette().window().color()
    monkeypatch.setattr(theme, "_system_is_dark", lambda: True)
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert theme.is_dark
    assert QApplication.palette().window().color().lightness() < light.lightness()
    assert opened.window.palette().window().color() == theme.colour("window")
    theme.choose("light")
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert not theme.is_dark, "a choice of one's own is kept, whatever the system does"


def test_the_window_comes_back_as_large_as_it_was(qtbot: QtBot, tmp_path: Path) -> None:
    first = Opened(qtbot, tmp_path, Settings(), engine=False)
    first.window.resize(773, 561)
    first.leave()
    second = Opened(qtbot, tmp_path, Settings(), engine=False)
    assert (second.window.width(), second.window.height()) == (773, 561)
    second.leave()


def test_quitting_asks_the_core_and_not_the_last_news(qtbot: QtBot, opened: Opened, folder: Path) -> None:
    window = opened.window
    queue_folder(qtbot, window, folder)
    opened.bridge.last_progress = None  # a folder was dropped a moment ago, and the news has not come yet
    window.ask_quit()
    qtbot.waitUntil(lambda: any("not finished" in one.text for one in window.notices.notices()), timeout=10_000)
    assert not window.closing.quitting


def test_the_engine_state_is_a_word_and_a_sentence(qtbot: QtBot, opened: Opened) -> None:
    dot = opened.window.rail.engine
    for phase, word in (("loading", "Loading"), ("restarting", "Restarting"), ("failed", "Failed"), ("ready", "Ready")):
        dot.show_state(EngineChanged(phase, "A sentence about it.", "SmolLM2"))
        assert dot.word == word
        assert "A sentence about it." in dot.accessibleName()


def test_notices_stay_few_and_the_same_sentence_is_shown_once(qtbot: QtBot) -> None:
    bar = NoticeBar()
    qtbot.addWidget(bar)
    bar.show()
    for number in range(6):
        bar.show_notice("error", f"Problem {number}")
    bar.show_notice("error", "Problem 5")
    assert [notice.text for notice in bar.notices()] == ["Problem 5", "Problem 4", "Problem 3"][:MOST_SHOWN]


def test_a_notice_does_not_leave_from_under_the_focus(qtbot: QtBot) -> None:
    bar, aside = NoticeBar(), QPushButton("Aside")
    page = QWidget()
    qtbot.addWidget(page)
    column = QVBoxLayout(page)
    column.addWidget(bar)
    column.addWidget(aside)
    page.show()
    qtbot.waitActive(page)
    notice = bar.show_notice("info", "Deleted.", actions=[("Undo", lambda: None)], seconds=0.01)
    notice.action_buttons[0].setFocus()
    (timer,) = notice.findChildren(QTimer)
    for _ in range(3):
        with qtbot.waitSignal(timer.timeout):
            pass
    assert bar.notices() == [notice]
    aside.setFocus()
    qtbot.waitUntil(lambda: bar.notices() == [])


def test_a_notice_is_announced_with_what_can_be_done(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(notices, "announce", lambda _widget, text: told.append(text))
    bar = NoticeBar()
    qtbot.addWidget(bar)
    bar.show_notice("info", "Deleted “Lamps”.", actions=[("Undo", lambda: None)])
    bar.show_notice("info", "News.")
    assert told == ["Deleted “Lamps”. Offered here: Undo.", "News."]


def test_the_plot_keeps_one_sample_a_second_for_ten_minutes(qtbot: QtBot) -> None:
    now = [0.0]
    plot = ThroughputPlot(clock=lambda: now[0])
    qtbot.addWidget(plot)
    for step in range(20_000):
        now[0] = step * 0.1
        plot.add(float(step))
    assert len(plot.samples) <= SPAN_S
    assert plot.samples[-1][1] == 19_999.0


def test_smoke_opens_the_real_window_and_leaves_cleanly(tmp_path: Path) -> None:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "NIGHTDESK_HOME": str(tmp_path)}
    command = [sys.executable, "-m", "app", "--smoke"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=250, check=False)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
