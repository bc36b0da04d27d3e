"""An answer that streams into the view: exact, bounded in work, and kind to the reader."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QGuiApplication, QTextDocument
from PySide6.QtWidgets import QApplication, QPlainTextEdit
from pytestqt.qtbot import QtBot

from app.core.chat.rows import MessageRow
from app.ui.chat.code_view import CodeView
from app.ui.chat.history import BUILT_AT_ONCE, History
from app.ui.chat.message import AnswerView, MessageActions, QuestionView, figures
from app.ui.chat.pacing import FLUSH_MS, Pacer
from app.ui.chat.segments import CHUNK_CHARACTERS, SegmentColumn
from app.ui.chat.text_view import TextView
from app.ui.theme import Theme

ANSWER = MessageRow(2, 1, 1, "assistant", "", "done", None, "SmolLM2-135M", 12, 4, 211, 0.184, 5.2, 42.31, 0.0)


def row(number: int, role: str = "assistant", text: str = "An answer.") -> MessageRow:
    return replace(ANSWER, id=number, role=role, text=text)


@pytest.fixture
def segments(qtbot: QtBot) -> SegmentColumn:
    column = SegmentColumn()
    qtbot.addWidget(column)
    column.resize(700, 500)
    column.show()
    return column


@pytest.fixture
def history(qtbot: QtBot) -> History:
    view = History(MessageActions(regenerate=lambda _id: None))
    qtbot.addWidget(view)
    view.resize(800, 500)
    view.show()
    return view


def shown(column: SegmentColumn) -> str:
    return "\n".join(view.toPlainText() if isinstance(view, TextView) else view.code for view in column.views())


def test_angle_brackets_survive_as_written(segments: SegmentColumn) -> None:
    for piece in ("Use `List<String>` or List", "<String>, then ", "<think>", " and </think>", " go on.\n\nNext <b>"):
        segments.append(piece)
    segments.finish()
    text = shown(segments)
    assert "Use List<String> or List<String>, then <think> and </think> go on." in text
    assert "Next <b>" in text


def test_code_gets_its_own_segment_with_its_language_and_a_copy_button(qtbot: QtBot, segments: SegmentColumn) -> None:
    code = "x: List<String> = []\n\n\tif x:\n        pass\n"
    for letter in f"Before.\n\n```python\n{code}```\n\nAfter.":
        segments.append(letter)
    segments.finish()
    first, middle, last = segments.views()
    assert isinstance(middle, CodeView)
    assert middle.language == "python"
    assert middle.closed
    qtbot.mouseClick(middle.copy_button, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == code
    assert isinstance(first, TextView)
    assert isinstance(last, TextView)
    assert last.toPlainText() == "After."


def test_all_of_a_long_code_block_is_visible(qtbot: QtBot, segments: SegmentColumn) -> None:
    segments.append("```\n" + "".join(f"line {n}\n" for n in range(200)) + "```\n")
    code = segments.views()[0]
    assert isinstance(code, CodeView)
    editor = code.findChildren(QPlainTextEdit)[0]
    qtbot.waitUntil(lambda: editor.height() > 1_000)
    assert editor.verticalScrollBar().maximum() == 0, "nothing may be cut off below"
    assert editor.toPlainText().endswith("line 199")


def test_closed_code_is_coloured_and_follows_the_theme(segments: SegmentColumn, theme: Theme) -> None:
    segments.append("```python\ndef f():\n    return 1\n```\n")
    code = segments.views()[0]
    assert isinstance(code, CodeView)

    def keyword_colour() -> str:
        block = code.findChildren(QPlainTextEdit)[0].document().firstBlock()
        ranges = block.layout().formats()
        return ranges[0].format.foreground().color().name()

    theme.choose("light")
    light = keyword_colour()
    theme.choose("dark")
    assert light != keyword_colour()
    assert keyword_colour() == theme.syntax("keyword").name()


def test_the_work_for_a_long_answer_grows_with_its_length_and_not_with_its_square(segments: SegmentColumn) -> None:
    paragraph = "A sentence of some length that goes on for a while. " * 6 + "\n\n"
    words = [f"{word} " for word in (paragraph * 4).split(" ")]
    work = []
    for _ in range(8):
        before = segments.rendered_characters
        for word in words:
            segments.append(word)
        work.append(segments.rendered_characters - before)
    assert max(work[1:]) <= 1.5 * min(work[1:])
    assert max(len(view.written) for view in segments.views() if isinstance(view, TextView)) <= CHUNK_CHARACTERS


def test_code_is_only_ever_appended(segments: SegmentColumn) -> None:
    segments.append("```\n")
    before = segments.rendered_characters
    line = "the same line again and again\n"
    for _ in range(500):
        segments.append(line)
    assert segments.rendered_characters - before == 500 * len(line)


def test_an_answer_can_load_nothing_from_disk_or_network(qtbot: QtBot) -> None:
    view = TextView()
    qtbot.addWidget(view)
    view.show_markdown("![picture](file:///etc/hostname) ![share](//server/share/x.png)")
    loaded = view.loadResource(QTextDocument.ResourceType.ImageResource.value, QUrl("file:///etc/hostname"))
    assert loaded is None


def test_copy_answer_gives_the_markdown_as_the_model_wrote_it(qtbot: QtBot) -> None:
    view = AnswerView(2, MessageActions(regenerate=lambda _id: None))
    qtbot.addWidget(view)
    view.show()
    source = "# Head\r\n\n* `List<String>`\n\n```\ncode\n```"
    for letter in source:
        view.append(letter)
    view.finish(ANSWER)
    qtbot.mouseClick(view.copy_button, Qt.MouseButton.LeftButton)
    assert view.source == source
    assert QGuiApplication.clipboard().text().replace("\r\n", "\n") == source.replace("\r\n", "\n")


def test_answer_again_names_the_message(qtbot: QtBot) -> None:
    asked: list[int] = []
    view = AnswerView(7, MessageActions(regenerate=asked.append))
    qtbot.addWidget(view)
    view.finish(row(7))
    qtbot.mouseClick(view.regenerate_button, Qt.MouseButton.LeftButton)
    assert asked == [7]


def test_the_figures_under_an_answer_name_ttft_rate_tokens_and_model() -> None:
    assert figures(ANSWER) == "TTFT 184 ms  ·  42.3 tok/s  ·  211 tokens  ·  SmolLM2-135M"
    assert figures(replace(ANSWER, ttft_s=None, decode_tokens_per_s=None, generated_tokens=None, model=None)) == ""


def test_a_failed_answer_keeps_its_text_and_says_why(qtbot: QtBot) -> None:
    view = AnswerView(2, MessageActions(regenerate=lambda _id: None))
    qtbot.addWidget(view)
    view.show()
    view.append("Half an ans")
    view.finish(replace(ANSWER, state="failed", error="The engine stopped; it is being restarted."))
    assert view.source == "Half an ans"
    assert view.status == "The engine stopped; it is being restarted."


def test_flushes_come_thirty_times_a_second_and_rarer_when_they_are_dear(qapp: QApplication) -> None:
    now = [0.0]
    flushes: list[float] = []

    def dear() -> None:
        flushes.append(now[0])
        now[0] += 0.050

    pacer = Pacer(dear, clock=lambda: now[0])
    pacer.request()
    assert pacer.interval_ms == pytest.approx(200.0)
    pacer.request()
    assert len(flushes) == 1, "the second flush has to wait"
    cheap = Pacer(lambda: None, clock=lambda: now[0])
    cheap.request()
    assert cheap.interval_ms == FLUSH_MS
    pacer.deleteLater()
    cheap.deleteLater()


def test_only_the_newest_messages_are_built_and_older_ones_when_scrolled_to(qtbot: QtBot, history: History) -> None:
    history.show_rows([row(n, "user" if n % 2 else "assistant", f"Message {n}\n\n" * 3) for n in range(300)])
    qtbot.waitUntil(lambda: len(history.views()) == BUILT_AT_ONCE)
    assert history.unbuilt == 300 - BUILT_AT_ONCE
    assert history.views()[-1].source.startswith("Message 299")
    qtbot.waitUntil(lambda: history.verticalScrollBar().value() == history.verticalScrollBar().maximum())
    history.verticalScrollBar().setValue(0)
    qtbot.waitUntil(lambda: len(history.views()) > BUILT_AT_ONCE)
    qtbot.waitUntil(lambda: history.verticalScrollBar().value() > 0)  # what is being read has not moved


def test_the_view_follows_the_answer_only_while_the_reader_is_at_the_bottom(qtbot: QtBot, history: History) -> None:
    history.show_rows([row(n, text=f"Paragraph {n}.\n\n" * 20) for n in range(6)])
    qtbot.waitUntil(lambda: len(history.views()) == 6)
    answer = history.begin_answer(99)
    bar = history.verticalScrollBar()
    answer.append("Streaming.\n\n" * 30)
    qtbot.waitUntil(lambda: bar.value() == bar.maximum() > 0 and "Streaming" in answer.source)
    bar.setValue(bar.maximum() // 2)
    reading = bar.value()
    assert not history.stuck
    assert history.to_newest.isVisible()
    high = bar.maximum()
    answer.append("More of it.\n\n" * 30)
    answer.finish(row(99))
    qtbot.waitUntil(lambda: bar.maximum() > high)
    assert bar.value() == reading
    qtbot.mouseClick(history.to_newest, Qt.MouseButton.LeftButton)
    assert history.stuck


def test_a_question_is_shown_letter_by_letter(qtbot: QtBot) -> None:
    view = QuestionView("# not a *heading*\n<b>nor bold</b>")
    qtbot.addWidget(view)
    assert view.source == "# not a *heading*\n<b>nor bold</b>"
    assert view.findChildren(TextView)[0].toPlainText() == view.source


def test_a_table_with_an_empty_head_is_shown_without_one(qtbot: QtBot) -> None:
    view = TextView()
    qtbot.addWidget(view)
    view.show_markdown("| | |\n| --- | ---: |\n| Documents done | 25 |\n")
    with_head = TextView()
    qtbot.addWidget(with_head)
    with_head.show_markdown("| What | How many |\n| --- | ---: |\n| Documents done | 25 |\n")
    rows = [next(one for one in each.document().rootFrame().childFrames()).rows() for each in (view, with_head)]  # type: ignore[attr-defined]
    assert rows == [1, 2]
    assert "Documents done" in view.toPlainText()


def test_a_table_after_a_quotation_has_a_head_like_any_other(qtbot: QtBot) -> None:
    view = TextView()
    qtbot.addWidget(view)
    view.show_markdown("> Somebody said this.\n\n| Planet | Moons |\n| --- | ---: |\n| Earth | 1 |\n")
    table = next(one for one in view.document().rootFrame().childFrames())
    first, second = (table.cellAt(0, column).firstCursorPosition() for column in (0, 1))  # type: ignore[attr-defined]
    assert first.block().text() == "Planet"
    assert first.charFormat().fontWeight() == second.charFormat().fontWeight() == 700


def test_code_scrolls_sideways_and_a_long_word_wraps_in_a_narrow_window(qtbot: QtBot, segments: SegmentColumn) -> None:
    segments.resize(400, 500)
    segments.append("Word" * 200 + "\n\n```\n" + "code " * 100 + "\n```\n")
    segments.finish()
    text, code = segments.views()
    assert isinstance(text, TextView)
    assert isinstance(code, CodeView)
    qtbot.waitUntil(lambda: text.height() > 100)
    assert text.document().size().width() <= text.viewport().width()
    editor = code.findChildren(QPlainTextEdit)[0]
    qtbot.waitUntil(lambda: editor.horizontalScrollBar().maximum() > 0)
    assert segments.minimumSizeHint().width() <= 400
