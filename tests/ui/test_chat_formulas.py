"""Formulas in answers: found among Markdown and money, drawn while the answer streams, copied as they were written."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QAccessible, QGuiApplication, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.ui.chat.answer_text import AnswerText
from app.ui.chat.formula_text import find_formulas, masked
from app.ui.chat.segments import SegmentColumn
from app.ui.chat.text_view import TextView
from app.ui.chat.typeset import Typesetter, typeset
from app.ui.theme import Theme

PIECES = st.lists(
    st.sampled_from(["$", "$$", "\\(", "\\)", "\\[", "\\]", "`", "```", "\n", "x", " ", "5", "\\"]), max_size=40
)


def found(text: str) -> list[tuple[str, bool]]:
    return [(one.latex, one.display) for one in find_formulas(text) if one.closed]


@pytest.fixture
def shown(qtbot: QtBot, theme: Theme) -> AnswerText:
    theme.choose("light")
    view = AnswerText()
    view.resize(600, 100)
    qtbot.addWidget(view)
    return view


def draw(qtbot: QtBot, view: AnswerText, source: str, formulas: int) -> None:
    view.show_markdown(source)
    qtbot.waitUntil(lambda: view.drawn == formulas, timeout=20_000)


@pytest.mark.parametrize(
    ("text", "formulas"),
    [
        ("The area is $A = \\pi r^2$, so", [("A = \\pi r^2", False)]),
        ("\\(a\\) and \\[b\\] and $$c$$", [("a", False), ("b", True), ("c", True)]),
        ("$$\na\n+ b\n$$", [("a\n+ b", True)]),
        ("**$x$**, ($y$), $n$-th, $n$th", [("x", False), ("y", False), ("n", False), ("n", False)]),
        (
            "escaped: $x \\$ y$, a number: $2$ or $0.5$ or $10^3$",
            [("x \\$ y", False), ("2", False), ("0.5", False), ("10^3", False)],
        ),
    ],
)
def test_formulas_are_found(text: str, formulas: list[tuple[str, bool]]) -> None:
    assert found(text) == formulas


@pytest.mark.parametrize(
    "text",
    [
        "$5 and $6",
        "from $5 to $10, or US$5/US$6",
        "It was $5 (now $4).",
        "between $5 and 10$ at most",
        "$HOME/bin:$PATH",
        "`$x$` and ``$y$`` in code",
        "```\n$x$\n```",
        "\\$x\\$ is escaped, and so is \\\\(x\\\\)",
        "$$ one\n\ntwo $$",
        "open $x and never closed",
    ],
)
def test_what_is_money_code_or_escaped_is_no_formula(text: str) -> None:
    assert found(text) == []


@given(PIECES)
def test_formulas_lie_in_order_and_masking_keeps_every_line_in_its_place(pieces: list[str]) -> None:
    text = "".join(pieces)
    ends = [0]
    for one in find_formulas(text):
        assert ends[-1] <= one.start < one.end <= len(text)
        ends.append(one.end)
    hidden = masked(text)
    assert len(hidden) == len(text)
    assert [len(line) for line in hidden.split("\n")] == [len(line) for line in text.split("\n")]


def test_a_formula_is_drawn_once_it_is_closed_and_stands_as_source_until_then(qtbot: QtBot, theme: Theme) -> None:
    column = SegmentColumn()
    qtbot.addWidget(column)
    column.resize(600, 300)
    column.show()
    for piece in ("The root: \\[ \\frac{1}", "{\\sqrt{2}}"):
        column.append(piece)
    view = column.views()[0]
    assert isinstance(view, AnswerText)
    assert view.toPlainText() == "The root: \\[ \\frac{1}{\\sqrt{2}}"
    assert view.drawn == 0
    column.append(" \\] and $x$")
    qtbot.waitUntil(lambda: view.drawn == 2, timeout=20_000)
    column.append(", so it is.")
    assert view.drawn == 2, "what is drawn once is drawn at once from then on"
    column.finish()
    assert column.views() == [view]


def test_copying_and_a_screen_reader_get_the_source(qtbot: QtBot, shown: AnswerText) -> None:
    shown.show()
    draw(qtbot, shown, "Energy is $E = mc^2$, **always**.", 1)
    shown.selectAll()
    shown.copy()
    assert QGuiApplication.clipboard().text() == "Energy is $E = mc^2$, always."
    reader = QAccessible.queryAccessibleInterface(shown).textInterface()
    assert "$E\u00a0=\u00a0mc^2$" in reader.text(0, reader.characterCount())


@pytest.mark.parametrize("source", ["Wrong: $\\nosuchcommand{x}$.", "Wrong: $\\frac{a$.", "Wrong: \\(\\left( x\\)."])
def test_what_cannot_be_parsed_is_shown_as_it_was_written(qtbot: QtBot, shown: AnswerText, source: str) -> None:
    draw(qtbot, shown, source + " Right: $y$.", 1)
    assert shown.toPlainText().startswith(source)


@pytest.mark.parametrize(
    "latex",
    [
        "\\text{<image href='file:///etc/hostname'/>}",
        "\\href{file:///etc/hostname}{x}",
        "\\text{&lt;use xlink:href='//server/share'/&gt;}",
    ],
)
def test_a_formula_can_load_nothing(latex: str) -> None:
    drawn = ""
    with suppress(Exception):  # then it is shown as its source, which loads nothing either
        drawn = typeset(latex, False).svg
    assert "href=" not in drawn


def test_the_drawing_has_the_colour_of_the_text_in_light_and_in_dark(
    qtbot: QtBot, shown: AnswerText, theme: Theme
) -> None:
    draw(qtbot, shown, "$$\\blacksquare\\blacksquare\\blacksquare$$", 1)
    for scheme in ("light", "dark"):
        theme.choose(scheme)
        qtbot.waitUntil(lambda: shown.drawn == 1, timeout=20_000)
        assert theme.colour("text").name() in colours(shown.grab().toImage()), scheme


def colours(image: QImage) -> set[str]:
    return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}


def test_a_small_formula_leaves_the_line_as_high_as_it_was_and_a_wide_one_is_made_to_fit(
    qtbot: QtBot, shown: AnswerText
) -> None:
    shown.show_markdown("The index a1 grows.")
    plain = shown.height()
    draw(qtbot, shown, "The index $a_1$ grows.", 1)
    assert shown.height() <= plain + 2
    draw(qtbot, shown, "$$" + " + ".join(f"x_{{{n}}}" for n in range(60)) + "$$", 1)
    assert shown.document().idealWidth() <= shown.viewport().width() + 1


def test_a_formula_is_set_aside_from_the_window(qapp: QApplication, qtbot: QtBot, shown: AnswerText) -> None:
    latex = "\\int_0^1 x^{17}"
    shown.show_markdown(f"${latex}$")
    assert not Typesetter.current().knows((latex, False)), "nothing is set while the window waits"
    with qtbot.waitSignal(Typesetter.current().ready, timeout=20_000):
        pass
    assert shown.drawn == 1


def test_text_without_formulas_takes_the_way_it_always_took(qtbot: QtBot, shown: AnswerText) -> None:
    plain = TextView()
    qtbot.addWidget(plain)
    for view in (plain, shown):
        view.show_markdown("Costs $5 and $6, `$x$`, *so*.")
    assert shown.document().toHtml() == plain.document().toHtml()
