"""Answers that go on by a click, thoughts that fold away, and what a screen reader is told."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from pytestqt.qtbot import QtBot

from app.core.chat.rows import MessageRow
from app.core.store.conversations import add_conversation, add_message, finish_message
from app.ui.chat import live
from app.ui.chat.message import AnswerView, MessageActions
from app.ui.chat.text_view import TextView

if TYPE_CHECKING:
    from tests.ui.conftest import Opened

LONG = "Count from one to two hundred in words, one per line, and do not stop before two hundred."
ROW = MessageRow(2, 1, 1, "assistant", "A lamp.", "done", None, "tiny", 12, 4, 211, 0.184, 5.2, 42.31, 0.0)


@pytest.fixture
def answer(qtbot: QtBot) -> AnswerView:
    view = AnswerView(2, MessageActions(regenerate=lambda _id: None))
    qtbot.addWidget(view)
    view.resize(600, 300)
    view.show()
    return view


def test_continue_lengthens_the_answer_that_was_cut(qtbot: QtBot, chatting: Opened) -> None:
    page = chatting.window.chat
    qtbot.mouseClick(page.manner.button, Qt.MouseButton.LeftButton)
    page.manner.sheet.fields["max_tokens"].setValue(8)
    with qtbot.waitSignal(page.live.settled, timeout=60_000):
        qtbot.keyClicks(page.composer.input, LONG)
        qtbot.keyClick(page.composer.input, Qt.Key.Key_Return)
    view = page.history.views()[-1]
    assert isinstance(view, AnswerView)
    first = view.source
    assert view.status == "Cut off at its greatest length."
    assert view.continue_button.isVisible()
    with qtbot.waitSignal(page.live.settled, timeout=60_000):
        qtbot.mouseClick(view.continue_button, Qt.MouseButton.LeftButton)
        assert page.busy
    assert page.history.views()[-1] is view
    assert view.source.startswith(first)
    assert len(view.source) > len(first)
    shown = "".join(each.toPlainText() for each in view.segments.views() if isinstance(each, TextView))
    assert len(shown) > len(first) - 20, "the beginning is still there"
    assert "16 tokens" in view.figures


def test_an_answer_that_a_crash_cut_short_is_there_at_the_next_start_and_can_go_on(
    qtbot: QtBot, opened: Opened
) -> None:
    def write(conn: object) -> int:
        conversation = add_conversation(conn, "Lamps")  # type: ignore[arg-type]
        ask = add_message(conn, conversation, "user", "What lamp?")  # type: ignore[arg-type]
        half = add_message(conn, conversation, "assistant", "", state="streaming", parent_id=ask)  # type: ignore[arg-type]
        finish_message(conn, half, "A lighth", "streaming", reasoning="Hm.")  # type: ignore[arg-type]
        return conversation

    ids: list[int] = []
    opened.bridge.ask(lambda service: service.store.write(write), ids.append)
    opened.bridge.ask(lambda service: service.chat.recover())  # what the next start does first
    qtbot.waitUntil(lambda: bool(ids), timeout=10_000)
    opened.window.chat.open(ids[0])
    qtbot.waitUntil(lambda: len(opened.window.chat.history.views()) == 2, timeout=10_000)
    view = opened.window.chat.history.views()[-1]
    assert isinstance(view, AnswerView)
    assert (view.source, view.thought, view.status) == ("A lighth", "Hm.", "Stopped.")
    assert view.continue_button.isVisible()


def test_a_whole_answer_offers_nothing_to_continue(answer: AnswerView) -> None:
    answer.append("A lamp.")
    answer.finish(replace(ROW, finish_reason="stop"))
    assert not answer.continue_button.isVisible()
    answer.finish(replace(ROW, state="failed", text="", error="The engine is gone."))
    assert not answer.continue_button.isVisible(), "there is nothing to go on from"


def test_thoughts_are_open_while_they_come_and_fold_away_when_the_answer_begins(
    qtbot: QtBot, answer: AnswerView
) -> None:
    answer.think("Let me see. ")
    answer.think("A lamp?")
    thoughts = answer.thoughts
    assert thoughts is not None
    assert thoughts.open
    assert thoughts.head.text() == "Thinking…"
    answer.append("A lamp.")
    answer.finish(replace(ROW, reasoning="Let me see. A lamp?"))
    assert not thoughts.open
    assert answer.source == "A lamp.", "thoughts are not copied with the answer"
    assert thoughts.head.accessibleName() == "Show what the model thought"
    thoughts.head.setFocus()
    qtbot.keyClick(thoughts.head, Qt.Key.Key_Space)
    assert thoughts.open
    assert "Let me see. A lamp?" in "".join(view.toPlainText() for view in thoughts.text.views())  # type: ignore[union-attr]


def test_thoughts_that_a_reader_opened_stay_open(qtbot: QtBot, answer: AnswerView) -> None:
    answer.think("Hm.")
    assert answer.thoughts is not None
    for _ in range(2):
        qtbot.mouseClick(answer.thoughts.head, Qt.MouseButton.LeftButton)
    answer.append("Yes.")
    answer.finish(ROW)
    assert answer.thoughts.open


def test_the_end_of_an_answer_is_announced_and_its_text_can_be_read_while_it_streams(
    qtbot: QtBot, talking: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(live, "announce", lambda _widget, text: told.append(text))
    page = talking.window.chat
    qtbot.keyClicks(page.composer.input, LONG)
    qtbot.keyClick(page.composer.input, Qt.Key.Key_Return)

    def heard() -> str:
        views = page.history.views()
        parts = views[-1].segments.views() if views and isinstance(views[-1], AnswerView) else []
        if not parts or not isinstance(parts[0], TextView):
            return ""
        assert parts[0].accessibleName() == "Answer text"
        text = QAccessible.queryAccessibleInterface(parts[0]).textInterface()
        return text.text(0, text.characterCount())

    qtbot.waitUntil(lambda: len(heard()) > 20, timeout=60_000)
    assert told == [], "an answer is not read out in pieces over one's own reading"
    with qtbot.waitSignal(page.live.settled, timeout=30_000):
        qtbot.keyClick(page.composer.input, Qt.Key.Key_Escape)
    assert told == ["Answer stopped."]
