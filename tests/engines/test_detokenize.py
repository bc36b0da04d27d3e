"""Text as it streams: whole characters only, and stop strings that never show."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engines.detokenize import TextStream


def stream(pieces: list[bytes], stops: tuple[str, ...] = ()) -> tuple[list[str], TextStream]:
    text = TextStream(pieces.__getitem__, stops)
    shown = []
    for token in range(len(pieces)):
        shown.append(text.push(token))
        if text.stopped:
            break
    shown.append(text.finish())
    return shown, text


def test_a_character_of_several_tokens_appears_once_it_is_whole() -> None:
    smile = "😀".encode()
    assert stream([smile[:1], smile[1:3], smile[3:] + b"!"])[0] == ["", "", "😀!", ""]


def test_half_a_character_at_the_end_is_never_shown() -> None:
    assert "".join(stream([b"ok ", "😀".encode()[:2]])[0]) == "ok "


def test_a_stop_string_across_tokens_is_held_back_and_cut_off() -> None:
    shown, text = stream([b"Hello EN", b"D", b" more"], ("END",))
    assert "".join(shown) == "Hello "
    assert text.stopped


def test_text_that_only_began_like_a_stop_string_is_shown() -> None:
    shown, text = stream([b"a STO", b"RK flies"], ("STOP",))
    assert shown == ["a ", "STORK flies", ""]
    assert not text.stopped


def test_what_was_held_back_comes_with_the_end() -> None:
    assert "".join(stream([b"wait EN"], ("END",))[0]) == "wait EN"


def test_the_earliest_of_several_stop_strings_cuts() -> None:
    assert "".join(stream([b"one two three"], ("three", "two"))[0]) == "one "


def test_nothing_is_shown_after_the_stop() -> None:
    text = TextStream([b"a.", b"b"].__getitem__, (".",))
    assert [text.push(0), text.push(1), text.finish()] == ["a", "", ""]


@given(st.text(alphabet="abé😀\n", max_size=40), st.lists(st.integers(1, 5), max_size=60))
def test_any_cut_into_tokens_gives_the_text_back(text: str, cuts: list[int]) -> None:
    data, pieces = text.encode(), []
    for size in [*cuts, len(data)]:
        pieces.append(data[:size])
        data = data[size:]
    assert "".join(stream(pieces)[0]) == text


@given(st.text(alphabet="ab", max_size=40), st.lists(st.text(alphabet="ab", min_size=1, max_size=4), max_size=3))
def test_no_stop_string_is_ever_shown_whatever_the_tokens(text: str, stops: list[str]) -> None:
    shown, stream_of = stream([letter.encode() for letter in text], tuple(stops))
    visible = "".join(shown)
    assert text.startswith(visible)
    assert not any(stop in visible for stop in stops)
    assert stream_of.stopped == any(stop in text for stop in stops)
