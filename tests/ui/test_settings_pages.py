"""The settings wherever they are shown: one change at a time, the same everywhere, and none by accident."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QPlainTextEdit,
    QScrollArea,
    QSpinBox,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.core.settings import Settings
from app.ui.closing import Outcome
from app.ui.main_window import CHAT, QUEUE, RECIPES, SETTINGS
from app.ui.pages.answer import COLUMNS
from app.ui.pages.settings import SettingsPage
from app.ui.theme import Theme
from tests.ui.conftest import Opened


def open_settings(qtbot: QtBot, opened: Opened) -> SettingsPage:
    opened.window.go_to(SETTINGS)
    page = opened.window.settings
    qtbot.waitUntil(lambda: "prices" in page.forms, timeout=10_000)
    return page


def kept(folder: Path) -> dict[str, Any]:
    file = folder / "config" / "settings.toml"
    return tomllib.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}


def change(opened: Opened, changes: dict[str, dict[str, Any]]) -> None:
    """As another page does, or the core itself."""
    opened.bridge.ask(lambda service: service.change(changes))


def box(page: SettingsPage, section: str, key: str) -> QCheckBox:
    field = page.forms[section].fields[key]
    assert isinstance(field, QCheckBox)
    return field


def test_a_rule_ticked_on_the_queue_page_survives_another_change_in_the_settings(
    qtbot: QtBot, opened: Opened, tmp_path: Path, theme: Theme
) -> None:
    page = open_settings(qtbot, opened)
    when = opened.window.queue.when
    opened.window.go_to(QUEUE)
    when.mains_box.click()
    qtbot.waitUntil(lambda: box(page, "power", "mains_only").isChecked(), timeout=10_000)
    opened.window.go_to(SETTINGS)
    colours = page.forms["window"].fields["theme"]
    assert isinstance(colours, QComboBox)
    colours.setCurrentIndex(colours.findData("dark"))
    wanted = {"power": {"mains_only": True}, "window": {"theme": "dark"}}
    qtbot.waitUntil(lambda: kept(tmp_path) == wanted, timeout=10_000)
    qtbot.waitUntil(lambda: theme.is_dark, timeout=10_000)
    assert when.mains_box.isChecked()


def test_the_queue_page_follows_the_settings_page(qtbot: QtBot, opened: Opened) -> None:
    page = open_settings(qtbot, opened)
    when = opened.window.queue.when
    box(page, "power", "mains_only").click()
    qtbot.waitUntil(when.mains_box.isChecked, timeout=10_000)
    assert "not on battery" in when.summary.text()
    change(opened, {"schedule": {"window": "21:30-06:15", "days": "mon, tue"}})
    qtbot.waitUntil(when.window_box.isChecked, timeout=10_000)
    assert when.begin.time().toString("HH:mm") == "21:30"
    assert [button.isChecked() for button in when.days] == [True, True, False, False, False, False, False]


def test_a_context_that_was_enlarged_elsewhere_is_not_written_back(
    qtbot: QtBot, opened: Opened, tmp_path: Path
) -> None:
    page = open_settings(qtbot, opened)
    context = page.forms["model"].fields["context"]
    assert isinstance(context, QSpinBox)
    change(opened, {"model": {"context": 4096}})
    qtbot.waitUntil(lambda: context.value() == 4096, timeout=10_000)
    box(page, "power", "keep_awake").click()
    qtbot.waitUntil(lambda: "power" in kept(tmp_path), timeout=10_000)
    assert kept(tmp_path) == {"model": {"context": 4096}, "power": {"keep_awake": False}}


def test_what_is_being_written_stays_whatever_is_changed_elsewhere(
    qtbot: QtBot, opened: Opened, tmp_path: Path
) -> None:
    page = open_settings(qtbot, opened)
    prompt = page.forms["chat"].fields["system_prompt"]
    assert isinstance(prompt, QPlainTextEdit)
    prompt.selectAll()
    qtbot.keyClicks(prompt, "Be ")
    with qtbot.waitSignal(opened.bridge.settings_changed, timeout=10_000):
        change(opened, {"chat": {"top_p": 0.5}})
    assert prompt.toPlainText() == "Be "
    prompt.moveCursor(QTextCursor.MoveOperation.End)
    qtbot.keyClicks(prompt, "brief.")
    wanted = {"chat": {"system_prompt": "Be brief.", "top_p": 0.5}}
    qtbot.waitUntil(lambda: kept(tmp_path) == wanted, timeout=10_000)
    assert prompt.toPlainText() == "Be brief."


def test_a_change_that_cannot_be_kept_is_said_and_not_shown(qtbot: QtBot, opened: Opened, tmp_path: Path) -> None:
    page = open_settings(qtbot, opened)
    file = tmp_path / "config" / "settings.toml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("[chat\n", encoding="utf-8")
    box(page, "power", "mains_only").click()
    notices = opened.window.notices
    qtbot.waitUntil(lambda: any("has a mistake" in one.text for one in notices.notices()), timeout=10_000)
    qtbot.waitUntil(lambda: not box(page, "power", "mains_only").isChecked(), timeout=10_000)
    assert file.read_text(encoding="utf-8") == "[chat\n"


def test_a_change_made_just_before_leaving_is_kept(qtbot: QtBot, opened: Opened, tmp_path: Path) -> None:
    page = open_settings(qtbot, opened)
    box(page, "power", "mains_only").click()
    opened.leave()
    assert kept(tmp_path) == {"power": {"mains_only": True}}


def test_the_tray_is_hidden_in_or_not_as_soon_as_that_is_chosen(qtbot: QtBot, opened: Opened) -> None:
    page, closing = open_settings(qtbot, opened), opened.window.closing
    closing.tray = lambda: True
    assert closing.on_close() is Outcome.HIDE
    box(page, "window", "close_to_tray").click()
    qtbot.waitUntil(lambda: closing.on_close() is Outcome.QUIT, timeout=10_000)


def test_the_sheet_of_a_conversation_shows_the_usual_settings_as_they_are_now(qtbot: QtBot, opened: Opened) -> None:
    manner = opened.window.chat.manner
    qtbot.mouseClick(manner.button, Qt.MouseButton.LeftButton)
    change(opened, {"chat": {"temperature": 0.15, "system_prompt": "Be brief."}})
    qtbot.waitUntil(lambda: manner.sheet.fields["temperature"].value() == 0.15, timeout=10_000)
    assert manner.sheet.prompt.toPlainText() == "Be brief."
    manner.sheet.fields["top_p"].setValue(0.4)
    change(opened, {"chat": {"temperature": 0.3, "top_p": 0.8}})
    qtbot.waitUntil(lambda: manner.sheet.fields["temperature"].value() == 0.3, timeout=10_000)
    assert manner.sheet.manner.own == {"top_p": 0.4}, "what the conversation wishes for itself stays"


def test_what_the_sheet_of_a_conversation_rounds_is_not_a_wish(qtbot: QtBot, opened: Opened) -> None:
    manner = opened.window.chat.manner
    change(opened, {"chat": {"min_p": 0.006, "temperature": 0.3}})
    qtbot.waitUntil(lambda: manner.sheet.fields["temperature"].value() == 0.3, timeout=10_000)
    manner.sheet.fields["temperature"].setValue(0.9)
    assert manner.sheet.manner.own == {"temperature": 0.9}


def turn_wheel(qtbot: QtBot, field: QWidget) -> None:
    """One notch down over the field, as from the system: what is not taken there goes on to the page."""
    parent, window = field.parentWidget(), field.window()
    while parent is not None and not isinstance(parent, QScrollArea):
        parent = parent.parentWidget()

    def in_sight() -> bool:
        if parent is not None:
            parent.ensureWidgetVisible(field)
        return window.rect().contains(field.mapTo(window, field.rect().center()))

    qtbot.waitUntil(in_sight, timeout=10_000)
    handle = window.windowHandle()
    assert handle is not None
    QTest.wheelEvent(handle, QPointF(field.mapTo(window, field.rect().center())), QPoint(0, -120))


def shown(field: QWidget) -> object:
    if isinstance(field, QComboBox):
        return field.currentText()
    assert isinstance(field, QAbstractSpinBox)
    return field.text()


def field_of(qtbot: QtBot, opened: Opened, where: str) -> QWidget:
    window = opened.window
    if where == "settings":
        return open_settings(qtbot, opened).forms["power"].fields["pause_below_percent"]
    if where == "colours":
        return open_settings(qtbot, opened).forms["window"].fields["theme"]
    if where == "hours":
        window.go_to(QUEUE)
        window.queue.when.window_box.setChecked(True)
        return window.queue.when.end
    if where == "conversation":
        window.go_to(CHAT)
        window.chat.manner.toggle()
        return window.chat.manner.sheet.fields["temperature"]
    window.go_to(RECIPES)
    qtbot.waitUntil(lambda: window.recipes.items.count() >= 5, timeout=10_000)
    qtbot.mouseClick(window.recipes.answer.kinds[COLUMNS], Qt.MouseButton.LeftButton)
    return window.recipes.answer.rows[0].kind


@pytest.mark.parametrize("where", ["settings", "colours", "hours", "conversation", "recipe"])
def test_the_wheel_changes_a_field_only_when_that_has_the_focus(
    qtbot: QtBot, opened: Opened, where: str, theme: Theme
) -> None:
    opened.window.activateWindow()
    field = field_of(qtbot, opened, where)
    opened.window.rail.buttons[0].setFocus()
    before = shown(field)
    turn_wheel(qtbot, field)
    assert shown(field) == before
    assert not field.hasFocus(), "the wheel takes no focus either"
    field.setFocus()
    qtbot.waitUntil(field.hasFocus, timeout=10_000)
    turn_wheel(qtbot, field)
    assert shown(field) != before


def test_the_wheel_over_a_field_scrolls_the_page(qtbot: QtBot, opened: Opened) -> None:
    page = open_settings(qtbot, opened)
    bar = page.findChildren(QScrollArea)[0].verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0, timeout=10_000)
    before = bar.value()
    turn_wheel(qtbot, page.forms["chat"].fields["temperature"])
    assert bar.value() > before


@pytest.mark.parametrize("width", [760, 1500])
def test_the_settings_stand_in_the_middle(qtbot: QtBot, opened: Opened, width: int) -> None:
    page = open_settings(qtbot, opened)
    opened.window.resize(width, 700)
    card = page.forms["chat"]

    def is_in_the_middle() -> bool:
        left = card.mapTo(page, QPoint(0, 0)).x()
        return abs(left - (page.width() - left - card.width())) <= 16 and left >= 0  # a scroll bar's width

    qtbot.waitUntil(is_in_the_middle, timeout=10_000)


def test_a_key_in_the_settings_file_is_named_and_moved_to_the_keyring_when_asked(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[tuple[str, str]] = []

    def keep(url: str, key: str) -> bool:
        kept.append((url, key))
        return True

    monkeypatch.setattr("app.core.models.file_key.keep_key", keep)
    file = tmp_path / "config" / "settings.toml"
    file.parent.mkdir()
    file.write_text('[model]\nbase_url = "http://box:8000/v1"\napi_key = "sesame"\n', encoding="utf-8")
    opened = Opened(qtbot, tmp_path, Settings(), engine=False)
    page = open_settings(qtbot, opened)
    qtbot.waitUntil(page.file_key.isVisible, timeout=10_000)
    assert "http://box:8000/v1" in page.file_key_words.text()
    assert "sesame" not in page.file_key_words.text()
    qtbot.mouseClick(page.file_key_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(page.file_key.isHidden, timeout=10_000)
    assert kept == [("http://box:8000/v1", "sesame")]
    assert "sesame" not in file.read_text(encoding="utf-8")
    opened.leave()


def test_nothing_is_said_of_keys_where_none_lies_in_the_file(qtbot: QtBot, opened: Opened) -> None:
    page = open_settings(qtbot, opened)
    assert page.file_key.isHidden()
