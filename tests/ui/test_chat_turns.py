"""A question on its way and its answer stay where they belong, wherever the reader goes meanwhile."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.core.errors import UsageError
from app.core.store.conversations import Found, add_conversation, add_message
from app.ui.chat.page import ChatPage
from tests.ui.test_chat_page import LONG, has_begun, last_answer, say

if TYPE_CHECKING:
    from tests.ui.conftest import Opened


@pytest.fixture
def old(qtbot: QtBot, talking: Opened) -> tuple[int, int]:
    """A conversation whose question has two answers; the first of them, which is not shown."""

    def write(conn: Any) -> tuple[int, int]:
        conversation = add_conversation(conn, "Lamps")
        ask = add_message(conn, conversation, "user", "What lamp is it?")
        first = add_message(conn, conversation, "assistant", "The zephyr lamp.", parent_id=ask)
        add_message(conn, conversation, "assistant", "A lighthouse lamp.", parent_id=ask)
        return conversation, first

    told: list[tuple[int, int]] = []
    talking.bridge.ask(lambda service: service.store.write(write), told.append)
    qtbot.waitUntil(lambda: bool(told), timeout=10_000)
    talking.window.chat.refresh()
    return told[0]


def texts(page: ChatPage) -> list[str]:
    return [view.source for view in page.history.views()]


def held(monkeypatch: pytest.MonkeyPatch, opened: Opened, name: str, *, then: Exception | None = None) -> asyncio.Event:
    """The core's ``name`` takes its time until the event is set (on the core's loop), and then fails perhaps."""
    chat, gate = opened.bridge.service.chat, asyncio.Event()
    real = getattr(chat, name)

    async def slow(*arguments: Any, **named: Any) -> Any:
        await gate.wait()
        if then is not None:
            raise then
        return await real(*arguments, **named)

    monkeypatch.setattr(chat, name, slow)
    return gate


def let_go(qtbot: QtBot, opened: Opened, gate: asyncio.Event) -> None:
    async def go(_service: object) -> bool:
        gate.set()
        return True

    done: list[bool] = []
    opened.bridge.ask(go, done.append)
    qtbot.waitUntil(lambda: bool(done), timeout=10_000)


def ask_long(qtbot: QtBot, opened: Opened, conversation: int) -> int:
    """Ask the question of the conversation in other words, and have the answer stream; returns its id."""
    page = opened.window.chat
    page.open(conversation)
    qtbot.waitUntil(lambda: len(texts(page)) == 2, timeout=10_000)
    qtbot.mouseClick(page.history.views()[0].edit_button, Qt.MouseButton.LeftButton)  # type: ignore[union-attr]
    page.composer.input.selectAll()
    say(qtbot, opened.window, LONG)
    qtbot.waitUntil(lambda: texts(page)[0] == LONG and has_begun(opened.window), timeout=60_000)
    answer = last_answer(opened.window)
    assert answer is not None
    return answer.message_id


def test_an_answer_stays_on_its_branch_while_another_one_is_read(
    qtbot: QtBot, talking: Opened, old: tuple[int, int]
) -> None:
    page, (conversation, first) = talking.window.chat, old
    message_id = ask_long(qtbot, talking, conversation)
    page.open_hit(Found(conversation, first, "Lamps", "zephyr"))
    qtbot.waitUntil(lambda: texts(page) == ["What lamp is it?", "The zephyr lamp."], timeout=10_000)
    assert not page.busy, "this branch can be asked"
    with qtbot.waitSignal(talking.bridge.answer_finished, timeout=60_000):
        talking.bridge.ask(lambda service: service.chat.stop(message_id))
    done: list[object] = []
    talking.bridge.ask(lambda service: service.chat.answer(message_id), done.append)
    qtbot.waitUntil(lambda: bool(done), timeout=10_000)
    assert texts(page) == ["What lamp is it?", "The zephyr lamp."]


def test_a_branch_whose_answer_streams_is_left_and_come_back_to(
    qtbot: QtBot, talking: Opened, old: tuple[int, int]
) -> None:
    page, (conversation, first) = talking.window.chat, old
    ask_long(qtbot, talking, conversation)
    page.open_hit(Found(conversation, first, "Lamps", "zephyr"))
    qtbot.waitUntil(lambda: texts(page) == ["What lamp is it?", "The zephyr lamp."], timeout=10_000)
    qtbot.mouseClick(page.history.views()[0].versions.later, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: texts(page)[0] == LONG and page.busy, timeout=10_000)
    assert page.composer.button.accessibleName() == "Stop the answer"
    with qtbot.waitSignal(page.live.settled, timeout=60_000):
        qtbot.keyClick(page.composer.input, Qt.Key.Key_Escape)
    assert not page.busy


def test_a_new_conversation_does_not_pull_back_a_reader_who_went_elsewhere(
    qtbot: QtBot, talking: Opened, old: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    page, (conversation, _first) = talking.window.chat, old
    gate = held(monkeypatch, talking, "new_conversation")
    say(qtbot, talking.window, LONG)
    page.open(conversation)
    qtbot.waitUntil(lambda: len(texts(page)) == 2, timeout=10_000)
    assert not page.busy
    qtbot.keyClicks(page.composer.input, "typed here")
    with qtbot.waitSignal(page._sending.sent, timeout=10_000):
        let_go(qtbot, talking, gate)
    assert page.conversation == conversation
    assert len(texts(page)) == 2
    assert page.composer.text == "typed here"


def test_a_question_that_could_not_be_sent_waits_in_its_own_conversation(
    qtbot: QtBot, talking: Opened, old: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    page, (conversation, _first) = talking.window.chat, old
    gate = held(monkeypatch, talking, "send", then=UsageError("Not today."))
    page.open(conversation)
    qtbot.waitUntil(lambda: len(texts(page)) == 2, timeout=10_000)
    say(qtbot, talking.window, "How old is it?")
    page.new_conversation()
    with qtbot.waitSignal(page._sending.failed, timeout=10_000):
        let_go(qtbot, talking, gate)
    assert page.composer.text == ""
    page.open(conversation)
    assert page.composer.text == "How old is it?"


def test_other_words_that_could_not_be_sent_are_still_other_words(
    qtbot: QtBot, talking: Opened, old: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    page, (conversation, _first) = talking.window.chat, old
    gate = held(monkeypatch, talking, "edit", then=UsageError("Not today."))
    page.open(conversation)
    qtbot.waitUntil(lambda: len(texts(page)) == 2, timeout=10_000)
    qtbot.keyClicks(page.composer.input, "half a thought")
    qtbot.mouseClick(page.history.views()[0].edit_button, Qt.MouseButton.LeftButton)  # type: ignore[union-attr]
    page.composer.input.selectAll()
    say(qtbot, talking.window, "Which lamp?")
    assert page.composer.text == "half a thought"
    with qtbot.waitSignal(page._sending.failed, timeout=10_000):
        let_go(qtbot, talking, gate)
    assert page.composer.text == "Which lamp?"
    assert page.composer.banner.isVisible()
    qtbot.keyClick(page.composer.input, Qt.Key.Key_Escape)
    assert page.composer.text == "half a thought"


def test_nothing_else_is_asked_while_an_answer_is_being_asked_for_again(
    qtbot: QtBot, talking: Opened, old: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    page, (conversation, _first) = talking.window.chat, old
    gate = held(monkeypatch, talking, "regenerate")
    page.open(conversation)
    qtbot.waitUntil(lambda: len(texts(page)) == 2, timeout=10_000)
    answer = last_answer(talking.window)
    assert answer is not None
    qtbot.mouseClick(answer.regenerate_button, Qt.MouseButton.LeftButton)
    assert page.busy
    say(qtbot, talking.window, "And this?")
    assert page.composer.text == "And this?"
    qtbot.keyClick(page.composer.input, Qt.Key.Key_Escape)  # stopped before it has begun
    with qtbot.waitSignal(page.live.settled, timeout=60_000):
        let_go(qtbot, talking, gate)
    assert len(texts(page)) == 2
    assert last_answer(talking.window).status == "Stopped."  # type: ignore[union-attr]


def test_an_older_look_at_a_conversation_does_not_replace_a_newer_one(
    qtbot: QtBot, talking: Opened, old: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    page, chat, looks = talking.window.chat, talking.bridge.service.chat, list[asyncio.Event]()
    real, arrived = chat.messages, list[None]()

    async def passed_by_the_next(conversation_id: int) -> Any:
        looks.append(asyncio.Event())
        if len(looks) == 1:
            await looks[0].wait()
            return []
        return await real(conversation_id)

    monkeypatch.setattr(chat, "messages", passed_by_the_next)
    page.open(old[0])
    with qtbot.waitSignal(page._reading.shown, timeout=10_000):
        page._reading.read_again()
    let_go(qtbot, talking, looks[0])
    talking.bridge.ask(lambda service: service.chat.draft(None), lambda _text: arrived.append(None))
    qtbot.waitUntil(lambda: bool(arrived), timeout=10_000)
    assert texts(page) == ["What lamp is it?", "A lighthouse lamp."]
