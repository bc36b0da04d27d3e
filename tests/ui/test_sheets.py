"""What lies over the window or above a page: the focus goes in, stays in, and goes back where it was."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.ui.main_window import CHAT, QUEUE, MainWindow

if TYPE_CHECKING:
    from tests.ui.conftest import Opened


def press(qtbot: QtBot, key: Qt.Key) -> None:
    """As a keyboard does: it goes to whoever has the focus."""
    focus = QApplication.focusWidget()
    assert focus is not None
    qtbot.keyClick(focus, key)


def writing(qtbot: QtBot, opened: Opened) -> MainWindow:
    """The window with a question half written."""
    window = opened.window
    window.activateWindow()
    window.go_to(CHAT)
    qtbot.waitUntil(window.chat.composer.input.hasFocus, timeout=10_000)
    qtbot.keyClicks(window.chat.composer.input, "Half a ")
    return window


def goes_on_writing(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(window.chat.composer.input.hasFocus, timeout=10_000)
    press(qtbot, Qt.Key.Key_Q)
    assert window.chat.composer.input.toPlainText().lower() == "half a q"


def test_after_the_list_of_shortcuts_the_typing_goes_on(qtbot: QtBot, opened: Opened) -> None:
    window = writing(qtbot, opened)
    press(qtbot, Qt.Key.Key_F1)
    qtbot.waitUntil(window.shortcut_sheet.close_button.hasFocus, timeout=10_000)
    press(qtbot, Qt.Key.Key_Escape)
    assert not window.shortcut_sheet.isVisible()
    goes_on_writing(qtbot, window)


def test_after_the_drop_sheet_the_typing_goes_on(qtbot: QtBot, opened: Opened, tmp_path: Path) -> None:
    window = writing(qtbot, opened)
    window.sheet.ask([tmp_path])
    window.sheet.ask([tmp_path])
    qtbot.waitUntil(window.sheet.add_button.isEnabled, timeout=10_000)
    press(qtbot, Qt.Key.Key_Escape)
    goes_on_writing(qtbot, window)


def test_after_a_notice_the_typing_goes_on(qtbot: QtBot, opened: Opened) -> None:
    window = writing(qtbot, opened)
    notice = window.notices.show_notice("warning", "Something happened.", actions=[("Understood", lambda: None)])
    notice.action_buttons[0].setFocus()
    press(qtbot, Qt.Key.Key_Space)
    assert window.notices.notices() == []
    goes_on_writing(qtbot, window)


def test_a_notice_that_leaves_takes_the_focus_from_nobody(qtbot: QtBot, opened: Opened) -> None:
    window = writing(qtbot, opened)
    notice = window.notices.show_notice("warning", "Something happened.")
    window.go_to(QUEUE)
    window.queue.filter.name.setFocus()
    notice.leave()
    assert window.queue.filter.name.hasFocus()


@pytest.mark.parametrize("key", [Qt.Key.Key_Tab, Qt.Key.Key_Backtab])
def test_tab_stays_in_a_sheet(qtbot: QtBot, opened: Opened, tmp_path: Path, key: Qt.Key) -> None:
    window = writing(qtbot, opened)
    window.sheet.ask([tmp_path])
    qtbot.waitUntil(window.sheet.add_button.isEnabled, timeout=10_000)
    visited: list[QWidget | None] = []
    for _step in range(8):
        press(qtbot, key)
        visited.append(QApplication.focusWidget())
    assert {window.sheet.recipe, window.sheet.watch, window.sheet.cancel_button, window.sheet.add_button} == {*visited}
    press(qtbot, Qt.Key.Key_Escape)


def test_what_lies_behind_a_sheet_is_dimmed_as_long_as_it_is_open(qtbot: QtBot, opened: Opened) -> None:
    window = opened.window
    bright = window.grab().toImage().pixelColor(window.width() - 5, window.height() - 5)
    window.shortcut_sheet.toggle()
    window.resize(window.width() + 60, window.height() + 40)
    dimmed = window.grab().toImage().pixelColor(window.width() - 5, window.height() - 5)
    assert dimmed.lightness() < bright.lightness()
    window.shortcut_sheet.toggle()
    assert window.grab().toImage().pixelColor(window.width() - 5, window.height() - 5) == bright
