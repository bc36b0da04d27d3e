"""Asking the results from the composer: searched, ticked, taken along as a chip, and told at the question."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QToolButton
from pytestqt.qtbot import QtBot

from app.core.chat.attachments import apart
from app.ui.chat.page import ChatPage
from app.ui.chat.question import QuestionView
from tests.core.chat.some_results import fill

if TYPE_CHECKING:
    from tests.ui.conftest import Opened


def with_results(qtbot: QtBot, opened: Opened) -> ChatPage:
    done: list[None] = []
    opened.bridge.ask(lambda service: service.store.write(fill), done.append)
    qtbot.waitUntil(lambda: bool(done), timeout=10_000)
    return opened.window.chat


def opened_panel(qtbot: QtBot, page: ChatPage, found: int) -> None:
    qtbot.mouseClick(page.evidence_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.evidence.hits.count() == found, timeout=20_000)


def test_results_are_searched_taken_along_and_named_at_the_question(qtbot: QtBot, chatting: Opened) -> None:
    page = with_results(qtbot, chatting)
    opened_panel(qtbot, page, 4)
    panel = page.evidence
    assert panel.words.hasFocus()
    qtbot.keyClicks(panel.words, "lamp dusk")
    qtbot.waitUntil(lambda: panel.hits.count() == 1, timeout=20_000)
    assert panel.evidence is not None
    assert panel.evidence.room > 500
    assert "1 of 1 results" in panel.summary.text()
    qtbot.keyClick(panel.words, Qt.Key.Key_Return)
    assert panel.isHidden()
    assert page.composer.input.hasFocus()
    (chip,) = page.attachments.chips
    assert chip.findChildren(QLabel)[1].toolTip() == "lamp.txt"
    assert 10 <= page.attachments.tokens <= 30
    with qtbot.waitSignal(page.live.settled, timeout=60_000):
        qtbot.keyClicks(page.composer.input, "When is it lit?")
        qtbot.keyClick(page.composer.input, Qt.Key.Key_Return)
    assert page.attachments.chips == []
    question = page.history.views()[0]
    assert isinstance(question, QuestionView)
    told, along = apart(question.source)
    assert (told, [(one.name, one.words) for one in along]) == ("When is it lit?", [("lamp.txt", "lamp dusk")])
    captions = [each.text() for each in question.findChildren(QLabel)]
    assert "With results of Summary for “lamp dusk”: lamp.txt" in captions
    qtbot.mouseClick(question.along_button, Qt.MouseButton.LeftButton)
    assert "lit at dusk by the keeper" in question.along.toPlainText()
    qtbot.mouseClick(question.along_button, Qt.MouseButton.LeftButton)
    assert question.along.isHidden()
    qtbot.waitUntil(question.edit_button.isVisible, timeout=10_000)
    qtbot.mouseClick(question.edit_button, Qt.MouseButton.LeftButton)
    assert page.composer.text == "When is it lit?", "what went along is no part of what is written"
    assert page.attachments.documents == along
    qtbot.keyClick(page.composer.input, Qt.Key.Key_Escape)
    assert page.attachments.documents == []


def test_one_recipe_is_chosen_and_a_hit_left_out(qtbot: QtBot, opened: Opened) -> None:
    page = with_results(qtbot, opened)
    opened_panel(qtbot, page, 4)
    panel = page.evidence
    panel.recipe.setCurrentIndex(panel.recipe.findData("Summary"))
    qtbot.waitUntil(lambda: panel.hits.count() == 3, timeout=10_000)
    qtbot.mouseClick(
        panel.hits.viewport(), Qt.MouseButton.LeftButton, pos=panel.hits.visualItemRect(panel.hits.item(0)).center()
    )
    panel.hits.setFocus()
    panel.hits.setCurrentRow(0)
    qtbot.keyClick(panel.hits, Qt.Key.Key_Space)
    assert len(panel.chosen()) == 2
    qtbot.mouseClick(panel.take_button, Qt.MouseButton.LeftButton)
    assert len(page.attachments.documents) == 2
    away = page.attachments.chips[0].findChild(QToolButton)
    assert away is not None
    qtbot.mouseClick(away, Qt.MouseButton.LeftButton)
    assert page.attachments.documents == []


def test_the_question_itself_is_looked_for_while_no_words_are_given(qtbot: QtBot, opened: Opened) -> None:
    page = with_results(qtbot, opened)
    qtbot.keyClicks(page.composer.input, "What colour has the boat?")
    opened_panel(qtbot, page, 3)
    assert page.evidence.hits.item(0).text().startswith("boat.txt")
    qtbot.keyClick(page.evidence.words, Qt.Key.Key_Escape)
    assert page.evidence.isHidden()
    assert page.composer.text == "What colour has the boat?"


@pytest.mark.parametrize("words", ["zeppelin", '"', "("])
def test_nothing_found_is_a_sentence(qtbot: QtBot, opened: Opened, words: str) -> None:
    page = with_results(qtbot, opened)
    opened_panel(qtbot, page, 4)
    qtbot.keyClicks(page.evidence.words, words)
    qtbot.waitUntil(lambda: page.evidence.summary.text() == "No result says any of these words.", timeout=10_000)
    assert not page.evidence.take_button.isEnabled()


def test_without_results_it_says_where_they_come_from(qtbot: QtBot, opened: Opened) -> None:
    page = opened.window.chat
    qtbot.mouseClick(page.evidence_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "no results yet" in page.evidence.summary.text(), timeout=10_000)
