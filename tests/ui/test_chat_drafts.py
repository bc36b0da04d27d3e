"""What is written and not sent: kept for each conversation, for one that has not begun, and through a crash."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.core.settings import Settings
from app.core.store.conversations import add_conversation, keep_draft
from app.ui.chat.page import ChatPage
from tests.ui.conftest import Opened as Window

if TYPE_CHECKING:
    from tests.ui.conftest import Opened


def conversations(qtbot: QtBot, opened: Opened, *titles: str, draft: str = "") -> list[int]:
    """Conversations in the database, listed; ``draft`` is unsent in the last of them."""

    def write(conn: Any) -> list[int]:
        made = [add_conversation(conn, title) for title in titles]
        keep_draft(conn, made[-1], draft)
        return made

    ids: list[list[int]] = []
    opened.bridge.ask(lambda service: service.store.write(write), ids.append)
    qtbot.waitUntil(lambda: bool(ids), timeout=10_000)
    opened.window.chat.refresh()
    qtbot.waitUntil(lambda: opened.window.chat.conversations.model.rowCount() == len(titles), timeout=10_000)
    return ids[0]


def stored(qtbot: QtBot, opened: Opened, conversation_id: int | None) -> str:
    found: list[str] = []
    opened.bridge.ask(lambda service: service.chat.draft(conversation_id), found.append)
    qtbot.waitUntil(lambda: bool(found), timeout=10_000)
    return found[0]


def test_the_first_question_of_a_conversation_is_kept_while_another_one_is_read(qtbot: QtBot, opened: Opened) -> None:
    page = opened.window.chat
    (other,) = conversations(qtbot, opened, "Old")
    qtbot.keyClicks(page.composer.input, "ten lines")
    page.open(other)
    assert page.composer.text == ""
    page.new_conversation()
    assert page.composer.text == "ten lines"
    page.new_conversation()
    assert page.composer.text == "ten lines", "Ctrl+N on a new conversation changes nothing"


def test_the_first_question_of_a_conversation_is_there_after_a_crash(qtbot: QtBot, opened: Opened) -> None:
    page = opened.window.chat
    qtbot.keyClicks(page.composer.input, "ten lines")
    qtbot.waitUntil(lambda: stored(qtbot, opened, None) == "ten lines", timeout=10_000)


def test_the_first_question_of_a_conversation_is_there_at_the_next_start(qtbot: QtBot, tmp_path: Path) -> None:
    one = Window(qtbot, tmp_path, Settings(), engine=False)
    assert stored(qtbot, one, None) == ""  # the window has been told the same before
    qtbot.keyClicks(one.window.chat.composer.input, "ten lines")
    one.leave()
    two = Window(qtbot, tmp_path, Settings(), engine=False)
    qtbot.waitUntil(lambda: two.window.chat.composer.text == "ten lines", timeout=10_000)
    two.leave()


def test_what_is_typed_before_the_core_is_there_does_not_replace_what_was_kept(qtbot: QtBot, opened: Opened) -> None:
    page = opened.window.chat
    qtbot.waitUntil(lambda: not page._writing.drafts._unknown, timeout=10_000)  # told at the start, before this one
    told: list[None] = []
    opened.bridge.ask(lambda service: service.chat.save_draft(None, "kept before"), told.append)
    qtbot.waitUntil(lambda: bool(told), timeout=10_000)
    qtbot.keyClicks(page.composer.input, "typed")
    opened.bridge.core_ready.emit()
    qtbot.waitUntil(lambda: page.composer.text == "kept before\ntyped", timeout=10_000)


def test_a_question_sent_before_the_database_has_told_its_draft_takes_nothing_with_it(
    qtbot: QtBot, chatting: Opened
) -> None:
    page = chatting.window.chat
    qtbot.waitUntil(lambda: not page._writing.drafts._unknown, timeout=10_000)  # told at the start, before this one
    told: list[None] = []
    chatting.bridge.ask(lambda service: service.chat.save_draft(None, "kept before"), told.append)
    qtbot.waitUntil(lambda: bool(told), timeout=10_000)
    chatting.bridge.core_ready.emit()
    qtbot.keyClicks(page.composer.input, "Say hello.")
    page.keep_draft()
    with qtbot.waitSignal(page.live.settled, timeout=60_000):
        qtbot.keyClick(page.composer.input, Qt.Key.Key_Return)
    page.keep_draft()
    kept = stored(qtbot, chatting, None)
    assert "kept before" in kept + page.history.views()[0].source + page.composer.text
    assert "Say hello." not in kept


def test_a_draft_is_kept_when_its_conversation_is_left_before_it_was_read(
    qtbot: QtBot, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened.window.chat
    first, second = conversations(qtbot, opened, "One", "Two", draft="half a thought")
    monkeypatch.setattr(page._reading, "read", lambda *_args, **_named: None)  # it takes for ever
    page.open(second)
    page.keep_draft()  # what the pause in the typing does
    page.open(first)
    assert stored(qtbot, opened, second) == "half a thought"
    page.open(second)
    assert page.composer.text == "half a thought"


def test_a_sent_question_is_no_draft_any_more(qtbot: QtBot, chatting: Opened) -> None:
    page = chatting.window.chat
    qtbot.keyClicks(page.composer.input, "Say hello.")
    page.keep_draft()
    with qtbot.waitSignal(page.live.settled, timeout=60_000):
        qtbot.keyClick(page.composer.input, Qt.Key.Key_Return)
    assert stored(qtbot, chatting, None) == ""
    page.new_conversation()
    assert page.composer.text == ""


def test_sending_in_one_conversation_leaves_the_draft_of_a_new_one(qtbot: QtBot, chatting: Opened) -> None:
    page: ChatPage = chatting.window.chat
    (other,) = conversations(qtbot, chatting, "Old")
    qtbot.keyClicks(page.composer.input, "ten lines")
    with qtbot.waitSignal(page._reading.shown, timeout=10_000):
        page.open(other)
    with qtbot.waitSignal(page.live.settled, timeout=60_000):
        qtbot.keyClicks(page.composer.input, "Say hello.")
        qtbot.keyClick(page.composer.input, Qt.Key.Key_Return)
    page.new_conversation()
    assert page.composer.text == "ten lines"
