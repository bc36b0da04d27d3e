"""How the app lives on a desktop: tray, start at login, a second start, screens that go, and the ways of a Mac."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QApplication, QMenuBar, QSystemTrayIcon
from pytestqt.qtbot import QtBot

from app.core.events import EngineChanged, RunFinished
from app.core.queue.figures import figures_of
from app.core.queue.tally import Tally
from app.core.settings import Settings
from app.core.store.runs import begin_run, end_run
from app.ui import desktop, presence
from app.ui.login_start import command, entry_path, start_at_login
from app.ui.main_window import CHAT, RESULTS, SETTINGS
from app.ui.menu_bar import fill_menu_bar
from app.ui.notices import MOST_SHOWN
from app.ui.shortcuts import FILE, HELP, VIEW, install
from app.ui.single_instance import SingleInstance
from app.ui.tray import Tray
from tests.ui.conftest import Opened
from tests.ui.test_window import SaidTray


@pytest.fixture
def mac(monkeypatch: pytest.MonkeyPatch) -> None:
    """The window takes this for a Mac."""
    monkeypatch.setattr(desktop, "is_mac", lambda: True)


class Panel:
    """Says whether the desktop has a tray by now."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.up = False
        monkeypatch.setattr(Tray, "available", staticmethod(lambda: self.up))
        monkeypatch.setattr(Tray, "show", lambda _tray: None)  # this platform has no place for an icon
        monkeypatch.setattr(presence, "_LOOK_MS", 20)


@pytest.fixture
def panel(monkeypatch: pytest.MonkeyPatch) -> Panel:
    """A desktop whose tray is not there yet."""
    return Panel(monkeypatch)


CLAIM = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from app.ui.single_instance import SingleInstance
application = QCoreApplication([])
instance = SingleInstance(Path(sys.argv[1]))
print("claimed", instance.claim(), flush=True)
print("handed over", instance.hand_over(["/a.txt"]), flush=True)
print("settled", instance.settle(["/a.txt"], float(sys.argv[2])), flush=True)
"""


def second_start(database: Path, patience_s: float) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", CLAIM, str(database), str(patience_s)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def line(qtbot: QtBot, process: subprocess.Popen[str]) -> str:
    """The next line that it prints; the event loop goes on meanwhile."""
    assert process.stdout is not None
    with ThreadPoolExecutor(1) as elsewhere:
        read = elsewhere.submit(process.stdout.readline)
        qtbot.waitUntil(read.done, timeout=20_000)
    return read.result(timeout=0).strip()


def test_a_start_while_the_first_is_quitting_becomes_the_owner_once_that_has_ended(
    qtbot: QtBot, tmp_path: Path
) -> None:
    first = SingleInstance(tmp_path / "one.db")
    called: list[object] = []
    first.called.connect(called.append)
    assert first.claim()
    first.stop_answering()
    second = second_start(tmp_path / "one.db", 60)
    assert line(qtbot, second) == "claimed False"
    assert line(qtbot, second) == "handed over False"
    first.release()
    assert line(qtbot, second) == "settled True"
    assert second.communicate(timeout=200) == ("", None)
    assert called == [], "a dying window takes nothing that would be lost with it"


def test_a_start_gives_up_when_the_first_neither_answers_nor_ends(qtbot: QtBot, tmp_path: Path) -> None:
    first = SingleInstance(tmp_path / "one.db")
    assert first.claim()
    first.stop_answering()
    second = second_start(tmp_path / "one.db", 0)
    assert [line(qtbot, second) for _ in range(3)][-1] == "settled None"
    assert second.communicate(timeout=200) == ("", None)
    first.release()


def test_a_window_that_is_quitting_says_so_and_does_not_come_back(qtbot: QtBot, opened: Opened) -> None:
    window = opened.window
    with qtbot.waitSignal(window.presence.leaving):
        window.quit()
    window.come_forward(["/some/letter.txt"])
    assert not window.isVisible()
    assert window.sheet.isHidden()


def test_paths_handed_over_before_the_core_is_there_are_asked_about_later(
    qtbot: QtBot, opened: Opened, tmp_path: Path
) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear reader.", encoding="utf-8")
    opened.bridge.ready = False
    opened.window.come_forward([str(letter)])
    assert opened.window.sheet.isHidden()
    opened.bridge.ready = True
    opened.bridge.core_ready.emit()
    qtbot.waitUntil(opened.window.sheet.add_button.isEnabled, timeout=10_000)
    assert opened.window.sheet.title.text() == "Queue 1 file"


def test_a_tray_that_comes_up_later_is_taken(qtbot: QtBot, panel: Panel, opened: Opened) -> None:
    window = opened.window
    assert window.presence.tray is None
    panel.up = True
    qtbot.waitUntil(lambda: window.presence.tray is not None)
    assert window.presence.tray is not None
    window.close()
    assert not window.isVisible()
    assert not window.closing.quitting
    window.presence.tray.report_action.trigger()
    assert window.isVisible()
    assert window.pages.currentIndex() == RESULTS


def test_a_tray_is_looked_for_once_more_when_the_window_is_closed(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, panel: Panel, opened: Opened
) -> None:
    monkeypatch.setattr(presence, "_LOOKS", 0)
    qtbot.waitUntil(lambda: not opened.window.presence._look_timer.isActive())
    panel.up = True
    opened.window.close()
    assert not opened.window.closing.quitting


def test_a_hidden_start_without_a_tray_is_minimised_and_goes_into_the_tray_that_comes(
    qtbot: QtBot, panel: Panel, opened: Opened
) -> None:
    window = opened.window
    window.hide()
    window.presence.start_hidden()
    assert window.isMinimized()
    panel.up = True
    qtbot.waitUntil(lambda: not window.isVisible())
    assert window.presence.tray is not None
    window.come_forward()
    assert window.isVisible()
    assert not window.isMinimized()


def test_a_window_taken_out_of_its_hidden_start_is_not_hidden_again(qtbot: QtBot, panel: Panel, opened: Opened) -> None:
    window = opened.window
    window.presence.start_hidden()
    window.come_forward()
    panel.up = True
    qtbot.waitUntil(lambda: window.presence.tray is not None)
    assert window.isVisible()


def test_the_login_entry_starts_without_opening_the_window(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))

    def look() -> str:
        start_at_login(True)
        return entry_path().read_text(encoding="utf-8")

    with ThreadPoolExecutor(1) as elsewhere:  # never on the GUI thread
        entry = elsewhere.submit(look).result()
    assert command()[-1] == "--hidden"
    assert "--hidden" in entry


HIDDEN = """
import json, sys
from PySide6.QtCore import QTimer
from app.ui import main_window
class Watched(main_window.MainWindow):
    def __init__(self, bridge, state, **more):
        super().__init__(bridge, state, **more)
        bridge.core_ready.connect(self._tell)
    def _tell(self):
        print(json.dumps([self.isVisible(), self.isMinimized()]), flush=True)
        self.quit()
from app.ui import application
application.MainWindow = Watched
from app.cli import main
sys.argv = ["nightdesk", "--hidden"]
main()
"""


def test_a_hidden_start_runs_the_core_without_painting_a_window(tmp_path: Path) -> None:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "NIGHTDESK_HOME": str(tmp_path)}
    started = [sys.executable, "-c", HIDDEN]
    done = subprocess.run(started, env=environment, capture_output=True, text=True, timeout=250, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [True, True], "there is no tray here, so it is minimised"


def test_the_window_comes_back_on_a_screen_that_exists(qtbot: QtBot, tmp_path: Path) -> None:
    first = Opened(qtbot, tmp_path, Settings(), engine=False)
    first.window.resize(773, 561)
    first.window.move(6_000, 4_000)
    first.leave()
    second = Opened(qtbot, tmp_path, Settings(), engine=False)
    screens = [screen.availableGeometry() for screen in QGuiApplication.screens()]
    assert any(screen.contains(second.window.geometry()) for screen in screens)
    second.leave()


def run_with_report(qtbot: QtBot, opened: Opened, sentence: str) -> int:
    """A run that has ended, as the queue leaves it; returns its id."""
    ids: list[int] = []

    def write(conn: Any) -> int:
        run_id = begin_run(conn)
        figures = figures_of(conn, Tally(run_id), 1.0, 1)
        end_run(conn, run_id, "finished", 1.0, ["summary"], figures, sentence)
        return run_id

    opened.bridge.ask(lambda service: service.store.write(write), ids.append)
    qtbot.waitUntil(lambda: bool(ids), timeout=10_000)
    return ids[0]


def kept_notices(opened: Opened) -> list[str]:
    return [one.text for one in opened.window.notices.notices() if one.kept]


def test_the_end_of_a_night_is_still_there_in_the_morning(qtbot: QtBot, opened: Opened) -> None:
    opened.bridge.run_finished.emit(RunFinished(1, "12 documents done."))
    for number in range(MOST_SHOWN + 2):
        opened.bridge.notice.emit("error", f"Problem {number}")
    assert kept_notices(opened) == ["12 documents done."]
    assert len(opened.window.notices.notices()) == MOST_SHOWN + 1
    opened.bridge.run_finished.emit(RunFinished(2, "3 documents done."))
    assert kept_notices(opened) == ["3 documents done."], "one notice for the newest; the report offers the others"
    qtbot.mouseClick(opened.window.results.report_button, Qt.MouseButton.LeftButton)
    assert kept_notices(opened) == [], "the report has been read"


def test_a_click_on_the_balloon_opens_that_runs_report(qtbot: QtBot, opened: Opened) -> None:
    window, tray = opened.window, SaidTray()
    window.presence.tray = tray  # type: ignore[assignment]
    window.close()
    night = run_with_report(qtbot, opened, "# The night")
    run_with_report(qtbot, opened, "# The morning")
    opened.bridge.run_finished.emit(RunFinished(night, "12 documents done."))
    assert tray.on_click is not None
    tray.on_click()
    assert window.isVisible()
    assert window.results.pages.currentWidget() is window.results.report
    qtbot.waitUntil(lambda: window.results.report.runs.count() == 2, timeout=10_000)
    assert window.results.report.runs.currentIndex() == 1
    assert kept_notices(opened) == []


def test_without_a_tray_the_window_is_marked_in_the_task_bar(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, opened: Opened
) -> None:
    marked: list[object] = []
    monkeypatch.setattr(QApplication, "alert", lambda *arguments: marked.append(arguments[0]))
    opened.window.showMinimized()
    opened.bridge.run_finished.emit(RunFinished(1, "12 documents done."))
    assert marked == [opened.window]


@pytest.mark.parametrize(
    "tell",
    [
        lambda bridge: bridge.notice.emit("error", "The disk is full."),
        lambda bridge: bridge.engine_changed.emit(EngineChanged("failed", "The disk is full.")),
        lambda bridge: bridge.core_failed.emit("The disk is full."),
    ],
)
def test_errors_are_told_while_the_window_is_minimised(
    qtbot: QtBot, opened: Opened, tell: Callable[[object], None]
) -> None:
    window, tray = opened.window, SaidTray()
    window.presence.tray = tray  # type: ignore[assignment]
    window.showMinimized()
    tell(opened.bridge)
    assert tray.said == ["The disk is full."]
    window.come_forward()
    qtbot.waitUntil(window.isActiveWindow)
    tell(opened.bridge)
    assert len(tray.said) == 1, "whoever looks at the window sees the notice"


def test_a_balloon_opens_the_window_unless_it_has_something_better(qtbot: QtBot, qapp: QApplication) -> None:
    tray = Tray()
    asked: list[str] = []
    tray.open_asked.connect(lambda: asked.append("window"))
    tray.say("Nightdesk", "One thing")
    tray.icon.messageClicked.emit()
    tray.say("Nightdesk", "Another", lambda: asked.append("report"))
    tray.icon.messageClicked.emit()
    tray.say("Nightdesk", "One thing")
    tray.icon.messageClicked.emit()
    assert asked == ["window", "report", "window"]
    tray.deleteLater()


def test_a_click_on_the_tray_icon_opens_the_window_but_on_a_mac_only_the_menu(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    tray = Tray()
    asked: list[bool] = []
    tray.open_asked.connect(lambda: asked.append(desktop.is_mac()))
    tray.icon.activated.emit(QSystemTrayIcon.ActivationReason.Trigger)
    monkeypatch.setattr(desktop, "is_mac", lambda: True)
    tray.icon.activated.emit(QSystemTrayIcon.ActivationReason.Trigger)
    assert asked == [False]
    tray.deleteLater()


def test_a_click_on_the_dock_icon_brings_back_the_window_but_the_start_does_not(opened: Opened) -> None:
    window, active = opened.window, Qt.ApplicationState.ApplicationActive
    window.hide()
    window.presence.application_changed(active)
    assert not window.isVisible(), "macOS makes us active at the start: a hidden one stays hidden"
    window.presence.application_changed(Qt.ApplicationState.ApplicationInactive)
    assert not window.isVisible()
    window.presence.application_changed(active)
    assert window.isVisible()


def test_a_mac_has_the_menus_that_its_people_look_for(qtbot: QtBot, mac: None, opened: Opened) -> None:
    window = opened.window
    titles = [action.text() for action in window.menuBar().actions()]
    assert titles == ["File", "View", "Queue", "Help"]
    roles = {
        action.menuRole(): action
        for menu in window.menuBar().actions()
        if (shown := menu.menu()) is not None
        for action in shown.actions()  # type: ignore[attr-defined]
    }
    role = QAction.MenuRole
    assert set(roles) == {role.NoRole, role.AboutRole, role.PreferencesRole, role.QuitRole}
    roles[role.PreferencesRole].trigger()
    assert window.pages.currentIndex() == SETTINGS
    roles[role.AboutRole].trigger()
    qtbot.waitUntil(lambda: any("Nightdesk" in one.text for one in window.notices.notices()), timeout=10_000)
    window.activateWindow()
    qtbot.keyClick(window, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    assert window.pages.currentIndex() == CHAT, "the menu and the window share one action, so no key is ambiguous"


def test_menus_come_from_the_table_of_shortcuts(qtbot: QtBot, opened: Opened) -> None:
    bar, done = QMenuBar(), []
    qtbot.addWidget(bar)
    menus = fill_menu_bar(
        bar,
        install(bar, opened.window.bindings),
        about=lambda: done.append("about"),
        preferences=lambda: done.append("preferences"),
        close=lambda: done.append("close"),
    )
    words = [action.text() for action in menus[VIEW].actions()]
    assert words == ["Search on this page", "Chat", "Queue", "Results", "Recipes", "Models", "Settings"]
    assert [action.text() for action in menus[HELP].actions()] == ["Keyboard shortcuts", "About Nightdesk"]
    close = next(action for action in menus[FILE].actions() if action.text() == "Close the window")
    close.trigger()
    assert done == ["close"]


def test_elsewhere_the_window_stays_without_a_menu_bar(opened: Opened) -> None:
    assert opened.window.findChild(QMenuBar) is None


def test_backspace_cancels_jobs_and_deletes_conversations_on_a_mac(mac: None, opened: Opened) -> None:
    keys = [key.toString() for key in opened.window.queue.actions_.cancel.shortcuts()]
    assert keys == ["Backspace", "Del"]


def test_keys_in_texts_are_named_as_the_keyboard_names_them(monkeypatch: pytest.MonkeyPatch, opened: Opened) -> None:
    native = QKeySequence("Ctrl+N").toString(QKeySequence.SequenceFormat.NativeText)
    assert native in opened.window.chat.conversations.new_button.toolTip()
    assert "(Ctrl+2)" in opened.window.rail.buttons[1].toolTip()
