"""Presets in the sheet of a conversation: chosen, made from the present settings, renamed, removed and brought back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from app.core.chat.presets import BUILT_IN
from app.ui.chat.presets import PresetBar
from app.ui.chat.side_sheet import ConversationSheet

if TYPE_CHECKING:
    from tests.ui.conftest import Opened

pytestmark = pytest.mark.qt_log_ignore("grabbing the keyboard", extend=True)  # offscreen says so of every menu


@pytest.fixture
def bar(qtbot: QtBot, opened: Opened) -> PresetBar:
    """The sheet is open, with the presets in it."""
    manner = opened.window.chat.manner
    qtbot.mouseClick(manner.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: manner.presets.list.count() > len(BUILT_IN), timeout=10_000)
    return manner.presets


def choose(qtbot: QtBot, bar: PresetBar, name: str) -> None:
    """Pick a preset with the keyboard, as a person does."""
    bar.list.setFocus()
    while bar.list.currentText() != name:
        before = bar.list.currentIndex()
        qtbot.keyClick(bar.list, Qt.Key.Key_Down)
        assert bar.list.currentIndex() != before, f"{name} is not in the list"


def pick(qtbot: QtBot, bar: PresetBar, action: str) -> None:
    qtbot.mouseClick(bar.more_button, Qt.MouseButton.LeftButton)
    menu = bar.menu
    assert isinstance(menu, QMenu)
    chosen = next(one for one in menu.actions() if one.text() == action)
    assert chosen.isEnabled()
    qtbot.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(chosen).center())


def save(qtbot: QtBot, bar: PresetBar, name: str) -> None:
    pick(qtbot, bar, "Save as a preset…")
    assert bar.name.hasFocus()
    qtbot.keyClicks(bar.name, name)
    qtbot.keyClick(bar.name, Qt.Key.Key_Return)


def test_a_change_made_before_the_core_has_spoken_is_the_only_one(qtbot: QtBot) -> None:
    sheet = ConversationSheet()
    qtbot.addWidget(sheet)
    sheet.fields["max_tokens"].setValue(8)
    assert sheet.manner.own == {"max_tokens": 8}, "no other field stands at its least"


def test_a_preset_leads_the_conversation_that_is_begun_with_it(qtbot: QtBot, opened: Opened, bar: PresetBar) -> None:
    page = opened.window.chat
    assert bar.list.currentText() == "As usual"
    choose(qtbot, bar, "Precise")
    assert page.manner.sheet.prompt.toPlainText() == BUILT_IN[0].system_prompt
    assert page.manner.sheet.fields["temperature"].value() == 0.1
    qtbot.keyClicks(page.composer.input, "Hello")
    qtbot.keyClick(page.composer.input, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.conversation is not None, timeout=10_000)
    kept: list[Any] = []
    opened.bridge.ask(lambda service: service.chat.conversation(page.conversation), kept.append)
    qtbot.waitUntil(lambda: bool(kept), timeout=10_000)
    assert kept[0].system_prompt == BUILT_IN[0].system_prompt
    assert kept[0].settings == {"temperature": 0.1}


def test_the_present_settings_become_a_preset_that_is_renamed_removed_and_brought_back(
    qtbot: QtBot, opened: Opened, bar: PresetBar
) -> None:
    sheet = opened.window.chat.manner.sheet
    sheet.prompt.setPlainText("Answer like a pirate.")
    sheet.fields["temperature"].setValue(1.25)
    assert bar.list.currentIndex() == -1, "it equals no preset"
    save(qtbot, bar, "Pirate")
    qtbot.waitUntil(lambda: bar.list.currentText() == "Pirate", timeout=10_000)
    choose_back = bar.list.findText("As usual")
    bar.list.setCurrentIndex(choose_back)
    bar.list.activated.emit(choose_back)
    assert sheet.prompt.toPlainText() != "Answer like a pirate."
    choose(qtbot, bar, "Pirate")
    assert sheet.prompt.toPlainText() == "Answer like a pirate."
    assert sheet.fields["temperature"].value() == 1.25
    pick(qtbot, bar, "Rename…")
    assert bar.name.text() == "Pirate"
    qtbot.keyClicks(bar.name, "Captain")
    qtbot.keyClick(bar.name, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bar.list.currentText() == "Captain", timeout=10_000)
    pick(qtbot, bar, "Remove")
    qtbot.waitUntil(lambda: bar.list.findText("Captain") < 0, timeout=10_000)
    qtbot.mouseClick(bar.undo_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bar.list.currentText() == "Captain", timeout=10_000)


def test_a_name_that_is_taken_is_a_sentence_and_escape_leaves_it(qtbot: QtBot, bar: PresetBar) -> None:
    save(qtbot, bar, "precise")
    qtbot.waitUntil(lambda: "comes with Nightdesk" in bar.words.text(), timeout=10_000)
    assert bar.name.isVisible(), "another one can be written"
    qtbot.keyClick(bar.name, Qt.Key.Key_Escape)
    assert not bar.name.isVisible()


def test_a_built_in_preset_can_be_neither_renamed_nor_removed(qtbot: QtBot, bar: PresetBar) -> None:
    choose(qtbot, bar, "Translator")
    qtbot.mouseClick(bar.more_button, Qt.MouseButton.LeftButton)
    assert bar.menu is not None
    assert {one.text(): one.isEnabled() for one in bar.menu.actions()} == {
        "Save as a preset…": True,
        "Rename…": False,
        "Remove": False,
    }
    bar.menu.close()
