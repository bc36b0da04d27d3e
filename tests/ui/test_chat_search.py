"""Searching all conversations: hits with the words around them, and a jump to the message, by mouse and by keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QTextEdit
from pytestqt.qtbot import QtBot

from app.core.store.conversations import add_conversation, add_message
from app.ui.chat.page import ChatPage
from app.ui.marks import without_marks

if TYPE_CHECKING:
    from tests.ui.conftest import Opened


@pytest.fixture
def page(qtbot: QtBot, opened: Opened) -> ChatPage:
    """Three conversations; one of them is long, and has a branch that is not shown."""

    def write(conn: Any) -> bool:
        oil = add_conversation(conn, "Oil for the lamp")
        add_message(conn, oil, "user", "Where is it bought?")
        keeper = add_conversation(conn, "The keeper")
        ask = add_message(conn, keeper, "user", "Who lights the zephyr lamp?")
        add_message(conn, keeper, "assistant", "An older branch: the captain.", parent_id=ask)
        last = add_message(conn, keeper, "assistant", "The keeper does [at dusk].", parent_id=ask)
        for number in range(60):
            last = add_message(conn, keeper, "user", f"Line {number}.\n\nAnd more.", parent_id=last)
        add_message(conn, keeper, "assistant", "Nothing.\n\n" * 60 + "The heron flies.", parent_id=last)
        add_conversation(conn, "Empty")
        return True

    done: list[bool] = []
    opened.bridge.ask(lambda service: service.store.write(write), done.append)
    qtbot.waitUntil(lambda: bool(done), timeout=10_000)
    opened.window.chat.refresh()
    return opened.window.chat


def search(qtbot: QtBot, page: ChatPage, words: str, found: int) -> None:
    side = page.conversations
    side.search.setFocus()
    side.search.clear()
    qtbot.keyClicks(side.search, words)
    qtbot.waitUntil(lambda: side.found == words, timeout=10_000)
    qtbot.waitUntil(
        lambda: [side.hits.hit(n) is not None for n in range(side.hits.count())] == [True] * found, timeout=10_000
    )
    assert side.hits.isVisible()


def marked(page: ChatPage) -> list[str]:
    """The words that are marked on the page."""
    texts = page.history.findChildren(QTextEdit)
    return [one.cursor.selectedText() for text in texts for one in text.extraSelections()]  # type: ignore[attr-defined]


def in_sight(page: ChatPage, words: str) -> bool:
    for text in page.history.findChildren(QTextEdit):
        for one in text.extraSelections():
            place = text.viewport().mapTo(page.history.viewport(), text.cursorRect(one.cursor).center())  # type: ignore[attr-defined]
            if one.cursor.selectedText() == words and page.history.viewport().rect().contains(place):  # type: ignore[attr-defined]
                return True
    return False


def test_hits_show_the_title_and_the_words_around(qtbot: QtBot, page: ChatPage) -> None:
    search(qtbot, page, "lamp", 2)
    hits = [page.conversations.hits.hit(n) for n in range(2)]
    assert [(hit.title, hit.snippet) for hit in hits if hit] == [
        ("Oil for the \x02lamp\x03", ""),
        ("The keeper", "Who lights the zephyr \x02lamp\x03?"),
    ]
    heard = QAccessible.queryAccessibleInterface(page.conversations.hits).child(1).text(QAccessible.Text.Name)
    assert heard == "The keeper: Who lights the zephyr lamp?"
    page.conversations.search.clear()
    qtbot.waitUntil(page.conversations.list.isVisible, timeout=10_000)


def test_a_click_jumps_to_the_message_and_marks_the_words(qtbot: QtBot, page: ChatPage) -> None:
    search(qtbot, page, "zephyr", 1)
    hits = page.conversations.hits
    qtbot.mouseClick(hits.viewport(), Qt.MouseButton.LeftButton, pos=hits.visualItemRect(hits.item(0)).center())
    qtbot.waitUntil(lambda: marked(page) == ["zephyr"] and in_sight(page, "zephyr"), timeout=20_000)
    assert hits.isVisible(), "the other hits are still there"
    page.conversations.search.clear()
    qtbot.waitUntil(lambda: marked(page) == [], timeout=10_000)


def test_all_of_it_by_keyboard_down_to_words_far_below_the_top_of_their_answer(qtbot: QtBot, page: ChatPage) -> None:
    search(qtbot, page, "heron", 1)
    side = page.conversations
    qtbot.keyClick(side.search, Qt.Key.Key_Down)
    assert side.hits.hasFocus()
    qtbot.keyClick(side.hits, Qt.Key.Key_Up)
    assert side.search.hasFocus()
    qtbot.keyClick(side.search, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: in_sight(page, "heron"), timeout=20_000)
    search(qtbot, page, "captain", 1)
    qtbot.keyClick(side.search, Qt.Key.Key_Down)
    qtbot.keyClick(side.hits, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: in_sight(page, "captain"), timeout=20_000)  # on the branch that was not shown
    qtbot.keyClick(side.search, Qt.Key.Key_Escape)
    assert side.search.text() == ""


def test_enter_may_be_faster_than_the_search(qtbot: QtBot, page: ChatPage) -> None:
    qtbot.keyClicks(page.conversations.search, "zephyr")
    qtbot.keyClick(page.conversations.search, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: in_sight(page, "zephyr"), timeout=20_000)


@pytest.mark.parametrize("words", ["zeppelin", '"', "lamp NOT"])
def test_nothing_found_is_said(qtbot: QtBot, page: ChatPage, words: str) -> None:
    qtbot.keyClicks(page.conversations.search, words)
    hits = page.conversations.hits
    qtbot.waitUntil(lambda: hits.isVisible() and hits.count() == 1, timeout=10_000)
    assert hits.item(0).text() == "Nobody said this."
    qtbot.keyClick(page.conversations.search, Qt.Key.Key_Return)
    assert page.conversation is None


def test_brackets_in_what_was_said_are_no_marks(qtbot: QtBot, page: ChatPage) -> None:
    search(qtbot, page, "dusk", 1)
    hit = page.conversations.hits.hit(0)
    assert hit is not None
    assert without_marks(hit.snippet)[0] == "The keeper does [at dusk]."
