"""Which part of a conversation is sent."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.chat.context import Message, fit
from app.core.errors import UsageError

CONTEXT = 200


async def words(messages: list[Message]) -> int:
    """A tokenizer for which every word is one token, and every message costs three more."""
    return sum(len(message["content"].split()) + 3 for message in messages)


async def unknown(_messages: list[Message]) -> None:
    """A server that cannot count."""


def talk(*sizes: int, system: bool = True) -> list[Message]:
    """Questions and answers in turn with so many words each, the last one a question."""
    said: list[Message] = [{"role": "system", "content": "be kind"}] if system else []
    for at, size in enumerate(sizes):
        said.append({"role": "user" if at % 2 == 0 else "assistant", "content": f"w{at} " * size})
    return said


@pytest.mark.anyio
async def test_a_short_conversation_is_sent_whole_without_asking_the_tokenizer() -> None:
    async def never(_messages: list[Message]) -> int:
        raise AssertionError("counted in vain")

    messages = talk(3, 3, 3)
    fitted = await fit(messages, 4096, 512, never)
    assert (fitted.messages, fitted.left_out) == (messages, 0)


@pytest.mark.anyio
async def test_the_oldest_turns_are_left_out_and_the_system_prompt_stays() -> None:
    messages = talk(60, 60, 40, 40, 20)
    fitted = await fit(messages, CONTEXT, 80, words)
    assert fitted.messages == [messages[0], *messages[3:]]
    assert fitted.left_out == 2


@pytest.mark.anyio
async def test_a_question_that_cannot_fit_is_one_sentence() -> None:
    with pytest.raises(UsageError, match="shorten it"):
        await fit(talk(500), CONTEXT, 50, words)


@pytest.mark.anyio
async def test_a_question_that_leaves_little_room_is_sent_all_the_same() -> None:
    fitted = await fit(talk(50, 50, 150), CONTEXT, 100, words)
    assert [message["role"] for message in fitted.messages] == ["system", "user"]
    assert fitted.tokens < CONTEXT


@pytest.mark.anyio
async def test_without_a_tokenizer_the_length_is_estimated() -> None:
    fitted = await fit(talk(*[40] * 21), 400, 100, unknown)
    assert fitted.left_out > 0
    assert fitted.messages[-1]["content"].startswith("w20")


@pytest.mark.anyio
@given(
    sizes=st.lists(st.integers(1, 80), min_size=1, max_size=15).filter(lambda sizes: len(sizes) % 2 == 1),
    answer=st.integers(1, 400),
    system=st.booleans(),
)
async def test_what_is_sent_fits_starts_with_a_question_and_ends_with_the_last(
    sizes: list[int], answer: int, system: bool
) -> None:
    messages = talk(*sizes, system=system)
    fitted = await fit(messages, CONTEXT, answer, words)
    said = fitted.messages[system:]
    assert said == messages[system:][fitted.left_out :]
    assert said[0]["role"] == "user"
    assert await words(fitted.messages) <= fitted.tokens < CONTEXT
    if fitted.left_out:  # one turn more would not have fitted beside the answer
        with_one_more = [*fitted.messages[:system], *messages[system:][fitted.left_out - 2 :]]
        assert await words(with_one_more) > CONTEXT - min(answer, CONTEXT // 2)
