"""A streamed answer is cut into segments without losing or changing a letter."""

from __future__ import annotations

import gc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ui.chat.blocks import BlockStream, Change, CodeAppended, CodeClosed, CodeOpened, Frozen, Tail

PIECES = st.lists(
    st.sampled_from(
        [
            "word ",
            "List<String>",
            "<think>",
            "\n",
            "\n\n",
            "```",
            "```python\n",
            "~~~",
            "- item",
            "1. one",
            "| a | b |\n",
            "|---|---|\n",
            "# head",
            "    indented",
            "> quote",
            "`code`",
            "\t",
            "\r\n",
            "\x0c",
            "\u2028",
            "é",
            "😀",
            "`",
            " ",
            "$$",
            "$x$",
            "\\[",
            "\\]",
            "+ b",
        ]
    ),
    max_size=60,
)


@pytest.fixture(autouse=True)
def _what_hypothesis_left_is_gone() -> None:
    """Collecting its garbage takes long, and would be counted as the window's own time."""
    gc.collect()


def rebuilt(changes: list[Change]) -> str:
    """The text that the segments stand for, fences left out."""
    done, tail = [], ""
    for change in changes:
        match change:
            case Frozen(text) | CodeAppended(text):
                done.append(text)
            case Tail(text):
                tail = text
            case CodeOpened() | CodeClosed():
                tail = ""
    return "".join(done) + tail


def letters(text: str) -> str:
    """Everything but white space and the marks of fences."""
    return "".join(text.split()).replace("`", "").replace("~", "")


def stream(pieces: list[str]) -> list[Change]:
    blocks = BlockStream()
    changes = [change for piece in pieces for change in blocks.feed(piece)]
    return changes + blocks.finish()


@given(PIECES)
def test_no_letter_is_lost_however_the_text_is_cut(pieces: list[str]) -> None:
    text = "".join(pieces).replace("```python", "```")
    shown = letters(rebuilt(stream([piece.replace("```python", "```") for piece in pieces])))
    assert shown == letters(text) or _only_info_strings(text, shown)


def _only_info_strings(text: str, shown: str) -> bool:
    """A fence's info string is a label and not text: what is missing must all stand on fence lines."""
    fence_lines = "".join(letters(line) for line in text.split("\n") if "```" in line or "~~~" in line)
    missing = len(letters(text)) - len(shown)
    return 0 <= missing <= len(fence_lines)


@given(PIECES)
def test_letter_by_letter_ends_like_all_at_once(pieces: list[str]) -> None:
    text = "".join(pieces).replace("\r\n", "\n")
    kinds = (CodeOpened, CodeAppended)
    slow = [change for change in stream(list(text)) if isinstance(change, kinds)]
    fast = [change for change in stream([text]) if isinstance(change, kinds)]
    assert _code(slow) == _code(fast)


def _code(changes: list[Change]) -> list[tuple[str, str]]:
    blocks: list[tuple[str, str]] = []
    for change in changes:
        if isinstance(change, CodeOpened):
            blocks.append((change.language, ""))
        elif isinstance(change, CodeAppended):
            blocks[-1] = (blocks[-1][0], blocks[-1][1] + change.text)
    return blocks


def test_code_is_passed_on_letter_for_letter_and_its_fence_is_not() -> None:
    code = "def f() -> list[str]:\n\treturn ['```']  # four spaces:    \n\n"
    changes = stream(list(f"Look:\n\n````python title=x\n{code}````\nDone."))
    assert _code(changes) == [("python", code)]


def test_a_fence_that_never_closes_is_closed_at_the_end() -> None:
    changes = stream(["```js\nlet a = 1"])
    assert _code(changes) == [("js", "let a = 1")]
    assert isinstance(changes[-1], CodeClosed)


def test_a_finished_paragraph_is_frozen_once_and_never_again() -> None:
    blocks = BlockStream()
    frozen = []
    for word in ("One.\n\n", "Two", " goes", " on.\n\n", "Three", " ends.\n"):
        frozen += [change.text for change in blocks.feed(word) if isinstance(change, Frozen)]
    assert frozen == ["One.\n\n", "Two goes on.\n\n"]


def test_a_short_list_stays_whole_and_a_long_one_is_cut_between_items() -> None:
    short = BlockStream()
    assert not any(isinstance(change, Frozen) for n in range(9) for change in short.feed(f"{n + 1}. item\n"))
    long = BlockStream()
    pieces = [
        change.text
        for n in range(200)
        for change in long.feed(f"{n + 1}. item of a list\n")
        if isinstance(change, Frozen)
    ]
    assert pieces
    assert all(piece.lstrip()[0].isdigit() for piece in pieces)


def test_a_formula_of_several_lines_is_never_cut_though_a_line_of_it_looks_like_a_list() -> None:
    blocks = BlockStream()
    frozen = []
    for piece in ("Sum:\n\n", "$$\na\n", "+ b\n", "- c\n", "= d\n$$\n", "\nNext\n\n", "Last\n"):
        frozen += [change.text for change in blocks.feed(piece) if isinstance(change, Frozen)]
    assert frozen == ["Sum:\n\n", "$$\na\n+ b\n- c\n= d\n$$\n\n", "Next\n\n"]


def test_a_mark_of_a_formula_that_never_closes_holds_nothing_back_for_long() -> None:
    blocks = BlockStream()
    changes = blocks.feed("It costs 5 $$ or so.\n\nNext.\n\n```\ncode\n```\n")
    assert [change.text for change in changes if isinstance(change, Frozen)] == ["It costs 5 $$ or so.\n\nNext.\n\n"]
    assert _code(changes) == [("", "code\n")]
