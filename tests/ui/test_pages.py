"""Writing a recipe, trying it on one document, and the settings that hold at once."""

from __future__ import annotations

import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QCheckBox, QDoubleSpinBox, QSpinBox
from pytestqt.qtbot import QtBot

from app.core.recipes.edit import Column
from app.ui.login_start import entry_path, start_at_login, starts_at_login
from app.ui.main_window import RECIPES, SETTINGS
from app.ui.pages.answer import COLUMNS, FREE, SCHEMA
from app.ui.pages.recipes import RecipesPage

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
    assert not page.discard_button.isVisible()


def test_a_recipe_is_tried_on_one_document_and_nothing_is_kept(qtbot: QtBot, chatting: Opened, tmp_path: Path) -> None:
    page = chatting.window.recipes
    chatting.window.go_to(RECIPES)
    qtbot.waitUntil(lambda: page.items.count() >= 5, timeout=10_000)
    qtbot.mouseClick(page.new_button, Qt.MouseButton.LeftButton)
    # what the answer may need is kept free, so that little of the document fits; the column keeps the answer short
    page.source.setPlainText(
        page.source.toPlainText().replace("max_tokens = 160", 'columns = "urgent bool"\nmax_tokens = 1700')
    )
    letter = tmp_path / "letter.txt"
    letter.write_text("Please send the lamp back before May. " * 100, encoding="utf-8")
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

    def look() -> None:
        assert not starts_at_login()
        start_at_login(True)
        assert starts_at_login()
        assert entry_path() == tmp_path / "autostart" / "nightdesk.desktop"
        assert "Exec=" in entry_path().read_text(encoding="utf-8")
        start_at_login(False)
        assert not starts_at_login()

    with ThreadPoolExecutor(1) as elsewhere:  # never on the GUI thread
        elsewhere.submit(look).result()


def open_recipe(qtbot: QtBot, opened: Opened, title: str) -> RecipesPage:
    page = opened.window.recipes
    opened.window.go_to(RECIPES)
    qtbot.waitUntil(lambda: page.items.count() >= 5, timeout=10_000)
    page.items.setCurrentItem(page.items.findItems(title, Qt.MatchFlag.MatchExactly)[0])
    return page


def test_columns_are_chosen_without_knowing_the_file(qtbot: QtBot, opened: Opened) -> None:
    page = open_recipe(qtbot, opened, "Summary")
    assert page.answer.kinds[FREE].isChecked()
    qtbot.mouseClick(page.answer.kinds[COLUMNS], Qt.MouseButton.LeftButton)
    row = page.answer.rows[0]
    row.name.selectAll()
    qtbot.keyClicks(row.name, "total")
    row.kind.setCurrentIndex(row.kind.findData("float"))
    row.kind.activated.emit(row.kind.currentIndex())
    qtbot.mouseClick(page.answer.add_button, Qt.MouseButton.LeftButton)
    second = page.answer.rows[1]
    second.name.selectAll()
    qtbot.keyClicks(second.name, "urgency")
    second.kind.setCurrentIndex(second.kind.findData("choice"))
    second.kind.activated.emit(second.kind.currentIndex())
    qtbot.keyClicks(second.choices, "low, high")
    assert 'columns = "total float, urgency low|high"' in page.source.toPlainText()
    assert page.save_button.isEnabled()
    assert "total, urgency" in page.facts.text()
    qtbot.mouseClick(second.remove, Qt.MouseButton.LeftButton)
    assert 'columns = "total float"' in page.source.toPlainText()


def test_the_answer_follows_what_is_written_in_the_file(qtbot: QtBot, opened: Opened) -> None:
    page = open_recipe(qtbot, opened, "Classify")
    assert [row.column.name for row in page.answer.rows] == ["kind", "urgency"]
    page.source.setPlainText(page.source.toPlainText().replace("urgency low|normal|high", "pages int"))
    assert [row.column for row in page.answer.rows][1:] == [Column("pages", "int")]


def test_a_mistake_in_a_json_schema_is_named_with_its_line(qtbot: QtBot, opened: Opened) -> None:
    page = open_recipe(qtbot, opened, "Key facts")
    assert page.answer.kinds[SCHEMA].isChecked()
    before = page.source.toPlainText()
    page.answer.schema.setFocus()
    page.answer.schema.setPlainText('{\n  "type": "object",\n  "properties" {}\n}')
    assert page.answer.problem.text().startswith("Line 3 of the schema")
    assert page.source.toPlainText() == before
    page.answer.schema.setPlainText('{"type": "object", "properties": {"who": {"type": "string"}}}')
    assert not page.answer.problem.text()
    assert "Columns: who" in page.facts.text()
    page.source.setPlainText(before.replace('"date": {', '"date" {'))
    assert page.problem.text().startswith("Line 10: schema is not JSON")


def test_a_change_of_the_answer_can_be_undone_in_the_file(qtbot: QtBot, opened: Opened) -> None:
    page = open_recipe(qtbot, opened, "Classify")
    before = page.source.toPlainText()
    qtbot.mouseClick(page.answer.kinds[FREE], Qt.MouseButton.LeftButton)
    assert "columns" not in page.source.toPlainText()
    page.source.undo()
    assert page.source.toPlainText() == before


def test_settings_have_their_units_and_say_never_instead_of_zero(qtbot: QtBot, opened: Opened, tmp_path: Path) -> None:
    page = opened.window.settings
    opened.window.go_to(SETTINGS)
    qtbot.waitUntil(lambda: "prices" in page.forms, timeout=10_000)
    battery = page.forms["power"].fields["pause_below_percent"]
    assert isinstance(battery, QSpinBox)
    assert battery.text() == "30 %"
    battery.setValue(0)
    assert battery.text() == "never"
    price = page.forms["prices"].fields["batch_in"]
    assert isinstance(price, QDoubleSpinBox)
    price.setValue(0.25)
    file = tmp_path / "config" / "settings.toml"
    qtbot.waitUntil(lambda: file.is_file() and "batch_in" in file.read_text(encoding="utf-8"), timeout=10_000)
    kept = tomllib.loads(file.read_text(encoding="utf-8"))
    assert kept == {"power": {"pause_below_percent": 0}, "prices": {"batch_in": 0.25}}


def test_all_check_boxes_of_the_settings_stand_in_one_line(qtbot: QtBot, opened: Opened) -> None:
    page = opened.window.settings
    opened.window.go_to(SETTINGS)
    qtbot.waitUntil(lambda: "prices" in page.forms, timeout=10_000)
    boxes = page.findChildren(QCheckBox)
    qtbot.waitUntil(lambda: all(box.width() > 5 for box in boxes), timeout=10_000)
    edges = {box.mapTo(page, box.rect().topRight()).x() for box in boxes}
    assert len(boxes) >= 4
    assert len(edges) == 1


def test_what_was_written_stays_until_it_is_saved_or_discarded(qtbot: QtBot, opened: Opened) -> None:
    page = open_recipe(qtbot, opened, "Classify")
    saved = page.source.toPlainText()
    assert not page.discard_button.isVisible()
    page.source.moveCursor(QTextCursor.MoveOperation.End)
    qtbot.keyClicks(page.source, "Be brief.")
    open_recipe(qtbot, opened, "Summary")
    assert "Be brief." not in page.source.toPlainText()
    open_recipe(qtbot, opened, "Classify")
    assert page.source.toPlainText() == saved + "Be brief."
    qtbot.mouseClick(page.discard_button, Qt.MouseButton.LeftButton)
    assert page.source.toPlainText() == saved
    open_recipe(qtbot, opened, "Summary")
    open_recipe(qtbot, opened, "Classify")
    assert page.source.toPlainText() == saved


def test_a_schema_that_is_none_keeps_the_recipe_from_being_saved(qtbot: QtBot, opened: Opened) -> None:
    page = open_recipe(qtbot, opened, "Key facts")
    page.answer.schema.setFocus()
    page.answer.schema.moveCursor(QTextCursor.MoveOperation.End)
    qtbot.keyClicks(page.answer.schema, "}")
    assert not page.save_button.isEnabled()
    qtbot.keyClick(page.answer.schema, Qt.Key.Key_Backspace)
    assert page.save_button.isEnabled()
