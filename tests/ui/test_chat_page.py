"""Chatting in the window with the real engine: streaming, stopping, answering again, deleting with undo."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QMenu
from pytestqt.qtbot import QtBot

from app.ui.chat.message import AnswerView, QuestionView
from app.ui.chat.page import ChatPage
from app.ui.main_window import MainWindow

if TYPE_CHECKING:
    from tests.ui.conftest import Opened

LONG = "Count from one to two hundred in words, one per line, and do not stop before two hundred."


def say(qtbot: QtBot, window: MainWindow, text: str) -> None:
    """Type a question and press Enter, as a person does."""
    qtbot.keyClicks(window.chat.composer.input, text)
    qtbot.keyClick(window.chat.composer.input, Qt.Key.Key_Return)


def last_answer(window: MainWindow) -> AnswerView | None:
    views = window.chat.history.views()
    return views[-1] if views and isinstance(views[-1], AnswerView) else None


def has_begun(window: MainWindow) -> bool:
    answer = last_answer(window)
    return answer is not None and bool(answer.source)


def test_a_question_streams_an_answer_with_its_figures(qtbot: QtBot, chatting: Opened) -> None:
    window = chatting.window
    deltas: list[str] = []
    chatting.bridge.answer_delta.connect(lambda event: deltas.append(event.text))
    say(qtbot, window, "Say hello.")
    assert window.chat.composer.text == ""
    assert window.chat.busy
    with qtbot.waitSignal(chatting.bridge.answer_finished, timeout=60_000):
        qtbot.waitUntil(lambda: has_begun(window), timeout=60_000)
    answer = last_answer(window)
    assert answer is not None
    qtbot.waitUntil(lambda: "tok/s" in answer.figures, timeout=10_000)
    assert answer.source.strip() == "".join(deltas).strip()
    assert "TTFT" in answer.figures
    assert not window.chat.busy
    question = window.chat.history.views()[0]
    assert isinstance(question, QuestionView)
    assert question.source == "Say hello."
    qtbot.waitUntil(lambda: window.chat.conversations.model.rowCount() == 1, timeout=10_000)


def test_escape_stops_the_answer_and_keeps_what_was_said(qtbot: QtBot, talking: Opened) -> None:
    window = talking.window
    say(qtbot, window, LONG)
    qtbot.waitUntil(lambda: has_begun(window), timeout=60_000)
    with qtbot.waitSignal(talking.bridge.answer_finished, timeout=30_000) as finished:
        qtbot.keyClick(window.chat.composer.input, Qt.Key.Key_Escape)
    assert finished.args[0].state == "stopped"
    answer = last_answer(window)
    assert answer is not None
    assert answer.source
    qtbot.waitUntil(lambda: not window.chat.busy and answer.status == "Stopped.", timeout=10_000)
    window.chat.composer.set_text("next")
    assert window.chat.composer.button.accessibleName() == "Send the question"


def test_answer_again_replaces_the_answer_on_the_page(qtbot: QtBot, chatting: Opened) -> None:
    window = chatting.window
    with qtbot.waitSignal(chatting.bridge.answer_finished, timeout=60_000):
        say(qtbot, window, "Name a colour.")
    qtbot.waitUntil(lambda: has_begun(window) and not window.chat.busy, timeout=10_000)
    first = last_answer(window)
    assert first is not None
    old_id = first.message_id
    with qtbot.waitSignal(chatting.bridge.answer_finished, timeout=60_000):
        qtbot.mouseClick(first.regenerate_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: (new := last_answer(window)) is not None and new.message_id != old_id, timeout=10_000)
    assert len(window.chat.history.views()) == 2


def test_an_answer_goes_on_while_another_conversation_is_read(qtbot: QtBot, talking: Opened) -> None:
    window = talking.window
    say(qtbot, window, LONG)
    qtbot.waitUntil(lambda: has_begun(window), timeout=60_000)
    qtbot.waitUntil(lambda: window.chat.conversations.model.rowCount() == 1, timeout=10_000)
    row = window.chat.conversations.model.row(window.chat.conversations.model.index(0))
    assert row is not None
    streamed: list[str] = []
    answer = last_answer(window)
    assert answer is not None
    before, message_id = answer.source, answer.message_id
    talking.bridge.answer_delta.connect(lambda event: streamed.append(event.text))
    window.chat.new_conversation()
    qtbot.waitUntil(lambda: len("".join(streamed)) > 40, timeout=30_000)
    window.chat.open(row.id)
    qtbot.waitUntil(lambda: window.chat.history.answer(message_id) is not None, timeout=10_000)
    with qtbot.waitSignal(talking.bridge.answer_finished, timeout=60_000):
        window.chat.live.stop()
    again = window.chat.history.answer(message_id)
    assert again is not None
    qtbot.waitUntil(lambda: again.source == before + "".join(streamed), timeout=10_000)


def test_a_deleted_conversation_comes_back_with_undo(qtbot: QtBot, opened: Opened) -> None:
    window = opened.window
    opened.bridge.ask(lambda service: service.chat.new_conversation(title="Keep me"))
    model = window.chat.conversations.model
    qtbot.waitUntil(lambda: model.rowCount() == 1, timeout=10_000)
    window.chat.conversations.list.setCurrentIndex(model.index(0))
    window.chat.conversations.list.setFocus()
    row = model.row(model.index(0))
    assert row is not None
    window.chat.delete(row.id, row.title)
    assert model.rowCount() == 0
    notice = window.notices.notices()[0]
    assert "Keep me" in notice.text
    qtbot.mouseClick(notice.action_buttons[0], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: model.rowCount() == 1, timeout=10_000)


def test_a_deleted_conversation_is_gone_at_once_also_for_whoever_quits(qtbot: QtBot, opened: Opened) -> None:
    window = opened.window
    ids: list[int] = []
    opened.bridge.ask(lambda service: service.chat.new_conversation(title="Away"), ids.append)
    model = window.chat.conversations.model
    qtbot.waitUntil(lambda: model.rowCount() == 1, timeout=10_000)
    window.chat.delete(ids[0], "Away")
    kept: list[list[object]] = []

    def listed() -> bool:
        opened.bridge.ask(lambda service: service.chat.conversations(), kept.append)
        return kept[-1:] == [[]]

    qtbot.waitUntil(listed, timeout=10_000)
    for number in range(3):
        window.notices.show_notice("info", f"News {number}")
    undo = [notice for notice in window.notices.notices() if notice.action_buttons]
    assert len(undo) == 1, "what can be taken back is not pushed away by news"
    qtbot.mouseClick(undo[0].action_buttons[0], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: model.rowCount() == 1, timeout=10_000)


def three(qtbot: QtBot, opened: Opened) -> ChatPage:
    """Three conversations, listed from c to a, and the focus in the list."""
    page = opened.window.chat
    for title in "abc":
        opened.bridge.ask(lambda service, title=title: service.chat.new_conversation(title=title))
    qtbot.waitUntil(lambda: titles(page) == ["c", "b", "a"], timeout=10_000)
    opened.window.activateWindow()
    page.conversations.list.setFocus()
    return page


def titles(page: ChatPage) -> list[str]:
    model = page.conversations.model
    return [str(model.data(model.index(row))) for row in range(model.rowCount())]


def opened_title(page: ChatPage) -> str:
    row = page.conversations.model.row(page.conversations.list.currentIndex())
    return row.title if row is not None and row.id == page.conversation else ""


def test_the_list_is_walked_by_keyboard_and_enter_goes_to_the_question(qtbot: QtBot, opened: Opened) -> None:
    page = three(qtbot, opened)
    side = page.conversations.list
    for title in "cba":
        with qtbot.waitSignal(page._reading.shown, timeout=10_000):
            qtbot.keyClick(side, Qt.Key.Key_Down)
        assert opened_title(page) == title
        assert side.hasFocus()
    qtbot.keyClick(side, Qt.Key.Key_Return)
    assert page.composer.input.hasFocus()
    page.new_conversation()
    assert side.selectedIndexes() == []
    side.setFocus(Qt.FocusReason.TabFocusReason)
    assert page.conversation is None, "the focus alone opens nothing"


def test_a_click_on_a_conversation_goes_to_the_question(qtbot: QtBot, opened: Opened) -> None:
    page = three(qtbot, opened)
    side = page.conversations.list
    place = side.visualRect(page.conversations.model.index(1)).center()
    with qtbot.waitSignal(page._reading.shown, timeout=10_000):
        qtbot.mouseClick(side.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert opened_title(page) == "b"
    assert page.composer.input.hasFocus()


def rename_the_first(qtbot: QtBot, page: ChatPage) -> QLineEdit:
    """By the keys; the whole title is marked in the field that is returned."""
    side = page.conversations.list
    qtbot.keyClick(side, Qt.Key.Key_Down)
    qtbot.keyClick(side, Qt.Key.Key_F2)
    editor: QLineEdit | None = side.findChild(QLineEdit)
    assert editor is not None
    editor.selectAll()
    return editor


def test_conversations_are_renamed_and_deleted_by_keyboard_one_after_the_other(qtbot: QtBot, opened: Opened) -> None:
    page = three(qtbot, opened)
    side = page.conversations.list
    editor = rename_the_first(qtbot, page)
    with qtbot.waitSignal(page._reading.shown, timeout=10_000):  # it does not end the renaming
        pass
    qtbot.keyClicks(editor, "Lamp")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: titles(page) == ["Lamp", "b", "a"], timeout=10_000)
    qtbot.keyClick(side, Qt.Key.Key_Delete)
    assert titles(page) == ["b", "a"]
    assert opened_title(page) == "b"
    assert side.hasFocus()
    qtbot.keyClick(side, Qt.Key.Key_Delete)
    qtbot.keyClick(side, Qt.Key.Key_Delete)
    assert titles(page) == []
    assert page.conversation is None


def test_a_title_that_is_being_written_is_not_disturbed_by_what_happens_to_the_list(
    qtbot: QtBot, opened: Opened
) -> None:
    page = three(qtbot, opened)
    editor = rename_the_first(qtbot, page)
    qtbot.keyClicks(editor, "Lam")
    rows = list(page.conversations.model._rows)
    page.conversations.show_rows([replace(row, snippet="an answer has ended") for row in rows])
    page.conversations.show_rows([rows[2], replace(rows[1], title="titled by the model"), rows[0]])
    qtbot.keyClicks(editor, "p")
    assert editor.text() == "Lamp"
    qtbot.keyClick(editor, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: titles(page) == ["a", "titled by the model", "c"], timeout=10_000)


def test_the_menu_key_opens_the_menu_of_the_marked_conversation(
    qtbot: QtBot, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QMenu, "popup", lambda _menu, _place: None)  # the offscreen platform warns of it
    page = three(qtbot, opened)
    side = page.conversations.list
    qtbot.keyClick(side, Qt.Key.Key_Down)
    qtbot.keyClick(side, Qt.Key.Key_Down)
    asked = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(5, 5), side.mapToGlobal(QPoint(5, 5)))
    QApplication.sendEvent(side.viewport(), asked)
    menu = page.conversations.findChild(QMenu)
    assert menu is not None
    pin = next(action for action in menu.actions() if action.text() == "Pin to the top")
    pin.trigger()
    qtbot.waitUntil(lambda: titles(page) == ["★ b", "c", "a"], timeout=10_000)


def test_the_empty_page_says_what_each_page_is_for_where_there_is_room(qtbot: QtBot, opened: Opened) -> None:
    window = opened.window
    qtbot.waitUntil(window.chat.empty.pages.isVisible, timeout=10_000)
    said = [label.text() for label in window.chat.empty.pages.findChildren(QLabel)]
    assert {"Chat", "Queue", "Results", "Recipes", "Models"} <= set(said)
    window.resize(window.minimumSize())
    qtbot.waitUntil(lambda: not window.chat.empty.pages.isVisible(), timeout=10_000)
    assert window.size() == window.minimumSize()


def test_a_conversation_is_renamed_and_found_by_search(qtbot: QtBot, opened: Opened) -> None:
    window = opened.window
    opened.bridge.ask(lambda service: service.chat.new_conversation(title="First"))
    model = window.chat.conversations.model
    qtbot.waitUntil(lambda: model.rowCount() == 1, timeout=10_000)
    assert model.setData(model.index(0), "Lighthouse keeper")
    qtbot.waitUntil(lambda: model.data(model.index(0)) == "Lighthouse keeper", timeout=10_000)
    opened.bridge.ask(lambda service: service.chat.new_conversation(title="Other"))
    qtbot.waitUntil(lambda: model.rowCount() == 2, timeout=10_000)
    qtbot.keyClicks(window.chat.conversations.search, "Lightho")
    qtbot.waitUntil(lambda: model.rowCount() == 1, timeout=10_000)
    window.chat.conversations.search.clear()
    qtbot.waitUntil(lambda: model.rowCount() == 2, timeout=10_000)


def test_a_draft_waits_in_its_conversation(qtbot: QtBot, opened: Opened) -> None:
    window = opened.window
    ids: list[int] = []
    for title in ("One", "Two"):
        opened.bridge.ask(lambda service, title=title: service.chat.new_conversation(title=title), ids.append)
    qtbot.waitUntil(lambda: len(ids) == 2 and window.chat.conversations.model.rowCount() == 2, timeout=10_000)
    window.chat.open(ids[0])
    qtbot.waitUntil(lambda: window.chat.history.isVisible(), timeout=10_000)
    qtbot.keyClicks(window.chat.composer.input, "half a thought")
    window.chat.open(ids[1])
    qtbot.waitUntil(lambda: window.chat.composer.text == "", timeout=10_000)
    window.chat.open(ids[0])
    qtbot.waitUntil(lambda: window.chat.composer.text == "half a thought", timeout=10_000)


def test_shift_enter_breaks_the_line_and_the_composer_grows(qtbot: QtBot, opened: Opened) -> None:
    composer = opened.window.chat.composer
    low = composer.input.height()
    qtbot.keyClicks(composer.input, "one")
    qtbot.keyClick(composer.input, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClicks(composer.input, "two")
    assert composer.text == "one\ntwo"
    assert composer.input.height() > low
    composer.set_text("line\n" * 40)
    tall = composer.input.height()
    composer.set_text("line\n" * 80)
    assert composer.input.height() == tall, "it grows up to nine lines and then scrolls"


def test_an_example_on_the_empty_page_goes_into_the_composer(qtbot: QtBot, opened: Opened) -> None:
    page = opened.window.chat
    qtbot.mouseClick(page.empty.buttons[0], Qt.MouseButton.LeftButton)
    assert page.composer.text == page.empty.buttons[0].text()


def test_in_a_narrow_window_the_list_makes_room_while_the_sheet_is_open(qtbot: QtBot, opened: Opened) -> None:
    window = opened.window
    page = window.chat
    window.resize(window.minimumSize())
    qtbot.waitUntil(lambda: page.conversations.isVisible() and not page.composer.hint.isVisible(), timeout=10_000)
    qtbot.mouseClick(page.manner.button, Qt.MouseButton.LeftButton)
    assert not page.conversations.isVisible()
    qtbot.waitUntil(lambda: page.composer.width() > 250, timeout=10_000)
    qtbot.mouseClick(page.manner.button, Qt.MouseButton.LeftButton)
    assert page.conversations.isVisible()
    window.resize(1300, 800)
    qtbot.waitUntil(page.composer.hint.isVisible, timeout=10_000)
    qtbot.mouseClick(page.manner.button, Qt.MouseButton.LeftButton)
    assert page.conversations.isVisible()
