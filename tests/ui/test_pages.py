"""Writing a recipe, trying it on one document, and the settings that hold at once."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDoubleSpinBox
from pytestqt.qtbot import QtBot

from app.ui.login_start import entry_path, start_at_login, starts_at_login
from app.ui.main_window import RECIPES, SETTINGS

if TYPE_CHECKING:
    from tests.ui.conftest import Opened


def test_a_mistake_in_a_recipe_is_named_with_its_line_and_cannot_be_saved(qtbot: QtBot, opened: Opened) -> None:
    page = opened.window.recipes
    opened.window.go_to(RECIPES)
    qtbot.waitUntil(lambda: page.items.count() >= 5, timeout=10_000)
    qtbot.mouseClick(page.new_button, Qt.MouseButton.LeftButton)
    assert page.save_button.isEnabled()
    page.source.setPlainText(page.source.toPlainText().replace("max_tokens = 160", "max_tokens = 0"))
    assert page.problem.text() == "Line 4: max_tokens must be a whole number from 1 up."
    assert not page.save_button.isEnabled()
    assert [mark.cursor.blockNumber() for mark in page.source.extraSelections()] == [3]  # type: ignore[attr-defined]


def test_a_new_recipe_is_saved_and_listed(qtbot: QtBot, opened: Opened) -> None:
    page = opened.window.recipes
    opened.window.go_to(RECIPES)
    qtbot.waitUntil(lambda: page.items.count() >= 5, timeout=10_000)
    before = page.items.count()
    qtbot.mouseClick(page.new_button, Qt.MouseButton.LeftButton)
    page.name.clear()
    qtbot.keyClicks(page.name, "wants")
    qtbot.mouseClick(page.save_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.items.count() == before + 1, timeout=10_000)
    assert page.name.text() == "wants"
    assert "{{document}}" in page.source.toPlainText()


def test_a_recipe_is_tried_on_one_document_and_nothing_is_kept(qtbot: QtBot, chatting: Opened, tmp_path: Path) -> None:
    page = chatting.window.recipes
    chatting.window.go_to(RECIPES)
    qtbot.waitUntil(lambda: page.items.count() >= 5, timeout=10_000)
    qtbot.mouseClick(page.new_button, Qt.MouseButton.LeftButton)
    page.source.setPlainText(page.source.toPlainText().replace("max_tokens = 160", "max_tokens = 12"))
    letter = tmp_path / "letter.txt"
    letter.write_text("Please send the lamp back before May. " * 400, encoding="utf-8")
    with qtbot.waitSignal(page.trial.ended, timeout=60_000):
        page.trial.start(letter)
    assert page.trial.answer.toPlainText().strip()
    assert "tokens read" in page.trial.said.text()
    assert "Only the beginning" in page.trial.said.text()
    assert chatting.window.queue.model.ids == []


def test_a_setting_is_kept_in_the_settings_file(qtbot: QtBot, opened: Opened, tmp_path: Path) -> None:
    page = opened.window.settings
    opened.window.go_to(SETTINGS)
    qtbot.waitUntil(lambda: "chat" in page.forms, timeout=10_000)
    field = page.forms["chat"].fields["temperature"]
    assert isinstance(field, QDoubleSpinBox)
    field.setValue(0.15)
    file = tmp_path / "config" / "settings.toml"
    qtbot.waitUntil(file.is_file, timeout=10_000)
    assert tomllib.loads(file.read_text(encoding="utf-8")) == {"chat": {"temperature": 0.15}}


def test_start_at_login_writes_one_entry_and_takes_it_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert not starts_at_login()
    start_at_login(True)
    assert starts_at_login()
    assert entry_path() == tmp_path / "autostart" / "nightdesk.desktop"
    assert "Exec=" in entry_path().read_text(encoding="utf-8")
    start_at_login(False)
    assert not starts_at_login()
