"""Splitting: nothing is lost, nothing is too long, and cuts fall where a reader would make them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.documents.split import split

PIECES = st.sampled_from(["word", " and", " so", ".", "\n", "\n\n", "  ", "。", "ß", "😀", "x" * 30, "Ende. ", "\t"])
TEXTS = st.lists(PIECES, max_size=120).map("".join)


def word_offsets(text: str) -> list[int]:
    """Token starts as a byte-pair tokenizer would set them: a word carries the space before it."""
    return [match.start() for match in re.finditer(r" ?\w{1,6}|\s|[^\w\s]", text)]


@given(TEXTS, st.integers(1, 40))
def test_the_spans_of_a_text_join_to_the_text_again(text: str, max_tokens: int) -> None:
    spans = split(text, word_offsets(text), max_tokens)
    assert "".join(text[span.start : span.end] for span in spans) == text


@given(TEXTS, st.integers(1, 40))
def test_no_span_is_empty_or_longer_than_allowed(text: str, max_tokens: int) -> None:
    offsets = word_offsets(text)
    spans = split(text, offsets, max_tokens)
    assert all(span.start < span.end for span in spans)
    assert all(span.tokens <= max_tokens for span in spans)
    assert sum(span.tokens for span in spans) == len(offsets)


@given(TEXTS, st.integers(1, 40))
def test_the_token_counts_are_those_of_the_offsets_inside_each_span(text: str, max_tokens: int) -> None:
    offsets = word_offsets(text)
    for span in split(text, offsets, max_tokens):
        assert span.tokens == sum(span.start <= offset < span.end for offset in offsets)


@given(st.lists(st.integers(0, 3), min_size=1, max_size=60), st.integers(1, 5))
def test_tokens_that_begin_at_one_character_stay_together(widths: list[int], max_tokens: int) -> None:
    """Byte-level tokens of an emoji all begin at its one character; a cut must not fall inside it."""
    text = "".join("é" for _ in widths)
    offsets = sorted(index for index, width in enumerate(widths) for _ in range(width))
    spans = split(text, offsets, max_tokens)
    assert "".join(text[span.start : span.end] for span in spans) == text
    for span in spans:
        assert span.tokens <= max(max_tokens, *widths)


def test_a_paragraph_end_is_preferred_to_a_line_a_sentence_and_a_space() -> None:
    text = "One two three.\n\nFour five six. Seven\neight nine ten"
    offsets = word_offsets(text)
    spans = split(text, offsets, len(offsets) - 3)
    assert text[spans[0].start : spans[0].end] in ("One two three.\n\n", "One two three.\n\nFour five six. Seven\n")
    first = split("Aa bb cc.\n\ndd ee", word_offsets("Aa bb cc.\n\ndd ee"), 7)[0]
    assert (first.start, first.end) == (0, 11)


def test_a_long_prose_text_fills_its_spans() -> None:
    sentence = "The keeper wound the clock every thirty-five minutes, and wrote it down. "
    text = "".join(sentence + ("\n\n" if index % 4 == 3 else "") for index in range(800))
    offsets = word_offsets(text)
    spans = split(text, offsets, 512)
    assert sum(span.tokens for span in spans[:-1]) / (512 * (len(spans) - 1)) > 0.85
    assert all(text[span.end - 1].isspace() for span in spans[:-1])


def test_a_text_without_any_place_to_cut_is_cut_at_the_limit() -> None:
    text = "x" * 1000
    spans = split(text, range(0, 1000, 2), 100)
    assert [span.tokens for span in spans] == [100] * 5


def test_an_empty_text_has_no_spans_and_a_limit_below_one_is_refused() -> None:
    assert split("", [], 10) == []
    with pytest.raises(ValueError, match="at least 1"):
        split("text", [0], 0)
