"""Asking in other words, walking through versions, searching, exporting, and the manner of one conversation."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.core.chat.rows import MessageRow
from app.core.store.conversations import add_conversation, add_message
from app.ui.chat.message import AnswerView, QuestionView
from app.ui.chat.page import ChatPage

if TYPE_CHECKING:
    from tests.ui.conftest import Opened


@pytest.fixture
def told(qtbot: QtBot, opened: Opened) -> int:
    """A conversation with two versions of its second question, kept in the database without an engine."""

    def write(conn: Any) -> int:
        conversation = add_conversation(conn, "Lamps", system_prompt="Be brief.")
        ask = add_message(conn, conversation, "user", "What lamp is it?")
        answer = add_message(conn, conversation, "assistant", "A lighthouse lamp.", parent_id=ask)
        for words in ("How old?", "How tall?"):
            more = add_message(conn, conversation, "user", words, parent_id=answer)
            add_message(conn, conversation, "assistant", f"Answer to: {words}", parent_id=more)
        return conversation

    ids: list[int] = []
    opened.bridge.ask(lambda service: service.store.write(write), ids.append)
    qtbot.waitUntil(lambda: bool(ids), timeout=10_000)
    opened.window.chat.refresh()
    return ids[0]


def texts(page: ChatPage) -> list[str]:
    return [view.source for view in page.history.views()]


def open_told(qtbot: QtBot, opened: Opened, conversation: int) -> ChatPage:
    page = opened.window.chat
    page.open(conversation)
    qtbot.waitUntil(lambda: len(texts(page)) == 4, timeout=10_000)
    return page


def test_the_newest_version_is_shown_and_the_others_are_a_click_away(qtbot: QtBot, opened: Opened, told: int) -> None:
    page = open_told(qtbot, opened, told)
    assert texts(page)[2:] == ["How tall?", "Answer to: How tall?"]
    question = page.history.views()[2]
    assert question.versions.place.text() == "2/2"
    assert not question.versions.later.isEnabled()
    qtbot.mouseClick(question.versions.earlier, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: texts(page)[2:] == ["How old?", "Answer to: How old?"], timeout=10_000)
    assert page.history.views()[2].versions.place.text() == "1/2"
    page.new_conversation()
    page.open(told)
    qtbot.waitUntil(lambda: texts(page)[2:3] == ["How old?"], timeout=10_000)  # the choice is kept


def test_a_search_opens_a_conversation_at_the_message_that_holds_the_words(
    qtbot: QtBot, opened: Opened, told: int
) -> None:
    page = opened.window.chat
    qtbot.keyClicks(page.conversations.search, "old")
    model = page.conversations.model
    qtbot.waitUntil(lambda: model.rowCount() == 1, timeout=10_000)
    page.conversations.list.setCurrentIndex(model.index(0))
    qtbot.waitUntil(lambda: "How old?" in texts(page), timeout=10_000)
    qtbot.waitUntil(lambda: not page.history.stuck, timeout=10_000)


def test_a_message_far_up_is_gone_to(qtbot: QtBot, opened: Opened) -> None:
    def write(conn: Any) -> list[int]:
        conversation, last = add_conversation(conn, "Long"), None
        ids = [conversation]
        for number in range(160):
            last = add_message(conn, conversation, "user", f"Line number {number}", parent_id=last)
            ids.append(last)
        return ids

    told: list[list[int]] = []
    opened.bridge.ask(lambda service: service.store.write(write), told.append)
    qtbot.waitUntil(lambda: bool(told), timeout=10_000)
    history = opened.window.chat.history
    opened.window.chat.open(told[0][0])
    qtbot.waitUntil(lambda: len(history.views()) == 40, timeout=10_000)
    assert history.reveal(told[0][20])
    qtbot.waitUntil(lambda: any(view.message_id == told[0][20] for view in history.views()), timeout=10_000)
    found = next(view for view in history.views() if view.message_id == told[0][20])
    qtbot.waitUntil(lambda: not found.visibleRegion().isEmpty(), timeout=10_000)
    assert not history.reveal(999_999)


def test_an_edit_can_be_left_and_the_draft_comes_back(qtbot: QtBot, opened: Opened, told: int) -> None:
    page = open_told(qtbot, opened, told)
    qtbot.keyClicks(page.composer.input, "half a thought")
    question = page.history.views()[0]
    assert isinstance(question, QuestionView)
    qtbot.mouseClick(question.edit_button, Qt.MouseButton.LeftButton)
    assert page.composer.text == "What lamp is it?"
    assert page.composer.banner.isVisible()
    qtbot.keyClick(page.composer.input, Qt.Key.Key_Escape)
    assert page.composer.text == "half a thought"
    assert not page.composer.banner.isVisible()


def test_a_question_asked_in_other_words_begins_a_branch(qtbot: QtBot, chatting: Opened) -> None:
    page = chatting.window.chat
    with qtbot.waitSignal(page.live.settled, timeout=60_000):
        qtbot.keyClicks(page.composer.input, "Name a colour.")
        qtbot.keyClick(page.composer.input, Qt.Key.Key_Return)
    question = page.history.views()[0]
    qtbot.waitUntil(question.edit_button.isVisible, timeout=10_000)
    qtbot.mouseClick(question.edit_button, Qt.MouseButton.LeftButton)
    page.composer.input.selectAll()
    with qtbot.waitSignal(page.live.settled, timeout=60_000):
        qtbot.keyClicks(page.composer.input, "Name an animal.")
        qtbot.keyClick(page.composer.input, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: texts(page)[0] == "Name an animal.", timeout=10_000)
    assert len(texts(page)) == 2
    assert page.history.views()[0].versions.place.text() == "2/2"
    qtbot.waitUntil(page.meter.isVisible, timeout=10_000)
    assert 0 < page.meter.use.tokens < page.meter.use.context
    with qtbot.waitSignal(page.live.settled, timeout=60_000):
        answer = page.history.views()[1]
        assert isinstance(answer, AnswerView)
        qtbot.mouseClick(answer.regenerate_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.history.views()[1].versions.place.text() == "2/2", timeout=10_000)


def test_a_conversation_keeps_its_own_prompt_and_sampling(qtbot: QtBot, opened: Opened, told: int) -> None:
    page = open_told(qtbot, opened, told)
    sheet = page.manner.sheet
    qtbot.mouseClick(page.manner.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: sheet.isVisible() and sheet.prompt.toPlainText() == "Be brief.", timeout=10_000)
    sheet.prompt.setPlainText("Answer like a pirate.")
    sheet.fields["temperature"].setValue(0.2)
    kept: list[Any] = []

    def read() -> bool:
        opened.bridge.ask(lambda service: service.chat.conversation(told), kept.append)
        return bool(kept) and kept[-1].system_prompt == "Answer like a pirate."

    qtbot.waitUntil(read, timeout=10_000)
    assert kept[-1].settings == {"temperature": 0.2}
    page.new_conversation()
    qtbot.waitUntil(lambda: sheet.prompt.toPlainText() != "Answer like a pirate.", timeout=10_000)


def test_a_conversation_goes_to_a_file_and_comes_back_with_its_branches(
    qtbot: QtBot, opened: Opened, told: int, tmp_path: Path
) -> None:
    page = opened.window.chat
    text, data = tmp_path / "lamps.md", tmp_path / "lamps.json"
    page.listing.transfer.export(told, text, "md")
    page.listing.transfer.export(told, data, "json")
    qtbot.waitUntil(lambda: len(opened.window.notices.notices()) == 2, timeout=10_000)
    assert "How tall?" in text.read_text(encoding="utf-8")
    assert len(json.loads(data.read_text(encoding="utf-8"))["conversations"][0]["messages"]) == 6
    page.listing.transfer.take_in(data)
    qtbot.waitUntil(lambda: page.conversations.model.rowCount() == 2, timeout=10_000)
    copies = [page.conversations.model.row(page.conversations.model.index(n)) for n in range(2)]
    copy = next(row for row in copies if row is not None and row.id != told)
    assert copy.title == "Lamps"
    rows: list[list[MessageRow]] = []
    opened.bridge.ask(lambda service: service.chat.messages(copy.id), rows.append)
    qtbot.waitUntil(lambda: bool(rows), timeout=10_000)
    assert [(row.text, row.versions) for row in rows[0]][2] == ("How tall?", 2)


def test_a_file_that_is_no_export_adds_nothing_and_says_why(qtbot: QtBot, opened: Opened, tmp_path: Path) -> None:
    wrong = tmp_path / "shopping.json"
    wrong.write_text('{"nightdesk": 1, "conversations": [{"title": "x"}]}', encoding="utf-8")
    opened.window.chat.listing.transfer.take_in(wrong)
    qtbot.waitUntil(lambda: bool(opened.window.notices.notices()), timeout=10_000)
    assert "shopping.json: conversation 1" in opened.window.notices.notices()[0].text
    assert opened.window.chat.conversations.model.rowCount() == 0
