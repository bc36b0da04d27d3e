"""What is written in the recipe editor and not saved yet is never lost: not by a click, a quit, or another's name."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from pytestqt.qtbot import QtBot

from app.core.settings import Settings
from app.ui.main_window import RECIPES
from app.ui.pages.recipes import RecipesPage
from tests.ui.conftest import Opened
from tests.ui.test_pages import open_recipe


def begin(qtbot: QtBot, opened: Opened) -> RecipesPage:
    page = opened.window.recipes
    opened.window.go_to(RECIPES)
    qtbot.waitUntil(lambda: page.items.count() >= 5, timeout=10_000)
    qtbot.mouseClick(page.new_button, Qt.MouseButton.LeftButton)
    return page


def write(qtbot: QtBot, page: RecipesPage, words: str) -> None:
    page.source.moveCursor(QTextCursor.MoveOperation.End)
    qtbot.keyClicks(page.source, words)


def save_as(qtbot: QtBot, page: RecipesPage, name: str) -> None:
    page.name.selectAll()
    qtbot.keyClicks(page.name, name)
    with qtbot.waitSignal(page.items.currentItemChanged, timeout=10_000):
        qtbot.mouseClick(page.save_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.items.currentItem() is not None and not page.discard_button.isVisible())


def text_of(path: Path) -> str:
    with ThreadPoolExecutor(1) as elsewhere:
        return elsewhere.submit(path.read_text, encoding="utf-8").result()


def undo_button(qtbot: QtBot, opened: Opened) -> object:
    notices = opened.window.notices
    qtbot.waitUntil(lambda: any("replaced" in one.text for one in notices.notices()), timeout=10_000)
    return next(one for one in notices.notices() if "replaced" in one.text).action_buttons[0]


def test_new_recipe_a_second_time_keeps_what_is_written(qtbot: QtBot, opened: Opened) -> None:
    page = begin(qtbot, opened)
    write(qtbot, page, "Be brief.")
    qtbot.mouseClick(page.new_button, Qt.MouseButton.LeftButton)
    assert page.source.toPlainText().endswith("Be brief.")
    open_recipe(qtbot, opened, "Summary")
    assert "Be brief." not in page.source.toPlainText()
    qtbot.mouseClick(page.new_button, Qt.MouseButton.LeftButton)
    assert page.source.toPlainText().endswith("Be brief.")


def test_discarding_can_be_undone(qtbot: QtBot, opened: Opened) -> None:
    page = open_recipe(qtbot, opened, "Classify")
    saved = page.source.toPlainText()
    write(qtbot, page, "Be brief.")
    assert page.items.currentItem().font().italic(), "the list shows what is not saved"
    qtbot.mouseClick(page.discard_button, Qt.MouseButton.LeftButton)
    assert page.source.toPlainText() == saved
    assert not page.items.currentItem().font().italic()
    assert page.source.hasFocus()
    qtbot.keyClick(page.source, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert page.source.toPlainText() == saved + "Be brief."
    open_recipe(qtbot, opened, "Summary")
    open_recipe(qtbot, opened, "Classify")
    assert page.source.toPlainText() == saved + "Be brief."


def test_drafts_outlive_quitting(qtbot: QtBot, tmp_path: Path) -> None:
    first = Opened(qtbot, tmp_path, Settings(), engine=False)
    write(qtbot, open_recipe(qtbot, first, "Classify"), "Be brief.")
    page = begin(qtbot, first)
    page.name.selectAll()
    qtbot.keyClicks(page.name, "mine")
    write(qtbot, page, "In French.")
    first.leave()
    second = Opened(qtbot, tmp_path, Settings(), engine=False)
    page = open_recipe(qtbot, second, "Classify")
    assert page.source.toPlainText().endswith("Be brief.")
    qtbot.mouseClick(page.new_button, Qt.MouseButton.LeftButton)
    assert page.source.toPlainText().endswith("In French.")
    assert page.name.text() == "mine"
    save_as(qtbot, page, "mine")
    open_recipe(qtbot, second, "Classify")
    qtbot.mouseClick(page.discard_button, Qt.MouseButton.LeftButton)
    second.leave()
    assert not (tmp_path / "data" / "recipe-drafts.json").exists(), "saved and discarded: nothing is left to keep"


def test_a_draft_is_on_the_disk_once_the_typing_pauses(qtbot: QtBot, opened: Opened, tmp_path: Path) -> None:
    write(qtbot, open_recipe(qtbot, opened, "Classify"), "Be brief.")
    file = tmp_path / "data" / "recipe-drafts.json"
    qtbot.waitUntil(file.is_file, timeout=10_000)
    assert json.loads(text_of(file))["classify"]["source"].endswith("Be brief.")


def test_a_new_recipe_is_offered_a_free_name(qtbot: QtBot, opened: Opened) -> None:
    page = begin(qtbot, opened)
    assert page.name.text() == "my-recipe"
    save_as(qtbot, page, "My-Recipe")
    qtbot.mouseClick(page.new_button, Qt.MouseButton.LeftButton)
    assert page.name.text() == "my-recipe-2"


def test_saving_over_another_recipe_of_ones_own_is_told_and_can_be_undone(
    qtbot: QtBot, opened: Opened, tmp_path: Path
) -> None:
    page = begin(qtbot, opened)
    write(qtbot, page, "The first.")
    save_as(qtbot, page, "mine")
    file = tmp_path / "config" / "recipes" / "mine.md"
    assert text_of(file).endswith("The first.")
    assert opened.window.notices.notices() == []
    qtbot.mouseClick(page.new_button, Qt.MouseButton.LeftButton)
    write(qtbot, page, "The second.")
    save_as(qtbot, page, "mine")
    assert text_of(file).endswith("The second.")
    undo = undo_button(qtbot, opened)
    qtbot.mouseClick(undo, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.items.currentItem() is None, timeout=10_000)
    assert text_of(file).endswith("The first.")
    assert page.source.toPlainText().endswith("The second."), "what was saved by mistake is a draft again"
    assert page.name.text() == "mine"
    assert page.discard_button.isVisible()


def test_saving_ones_own_recipe_again_is_nothing_to_be_told(qtbot: QtBot, opened: Opened) -> None:
    page = begin(qtbot, opened)
    save_as(qtbot, page, "mine")
    write(qtbot, page, "Be brief.")
    save_as(qtbot, page, "mine")
    assert opened.window.notices.notices() == []
    assert page.source.toPlainText().endswith("Be brief.")


def test_a_file_that_another_program_has_changed_meanwhile_is_not_lost(
    qtbot: QtBot, opened: Opened, tmp_path: Path
) -> None:
    page = begin(qtbot, opened)
    save_as(qtbot, page, "mine")
    file = tmp_path / "config" / "recipes" / "mine.md"
    theirs = text_of(file) + "From the other editor."
    with ThreadPoolExecutor(1) as elsewhere:
        elsewhere.submit(file.write_text, theirs, encoding="utf-8").result()
    write(qtbot, page, "From here.")
    save_as(qtbot, page, "mine")
    qtbot.mouseClick(undo_button(qtbot, opened), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(page.discard_button.isVisible, timeout=10_000)
    assert text_of(file) == theirs
    assert page.source.toPlainText().endswith("From here.")
