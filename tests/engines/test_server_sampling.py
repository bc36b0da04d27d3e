"""Each way to choose tokens, asked for with OpenAI's public client, over the real process and the real model."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import openai
import pytest

QUESTION = [{"role": "user", "content": "Write a line about the sea."}]
WILD = {"temperature": 2.0, "seed": 5}
"""Far from the likeliest text, where nothing narrows the choice."""

pytestmark = pytest.mark.anyio


@pytest.fixture
async def client(engine_server: Any) -> AsyncIterator[openai.AsyncOpenAI]:
    """OpenAI's public client, as any program would use it."""
    url, key = f"{engine_server.base_url}/v1", engine_server.api_key
    async with openai.AsyncOpenAI(base_url=url, api_key=key, max_retries=0) as made:
        yield made


async def answer(client: openai.AsyncOpenAI, tokens: int = 12, **sampling: Any) -> str:
    """The text of an answer of a fixed length."""
    known = {"top_k", "min_p", "repetition_penalty", "priority", "deadline_s"}
    own = {name: sampling.pop(name) for name in known & set(sampling)}
    made = await client.chat.completions.create(
        model="default", messages=QUESTION, max_tokens=tokens, extra_body=own, **sampling
    )
    return made.choices[0].message.content or ""


async def numbers(client: openai.AsyncOpenAI, text: str) -> list[int]:
    """The tokens of a text."""
    made = await client.post(f"{client.base_url}../tokenize", body={"prompt": text}, cast_to=object)
    tokens: list[int] = made["tokens"]  # type: ignore[index]
    return tokens


@pytest.fixture
async def likeliest(client: openai.AsyncOpenAI) -> str:
    """What is written when always the likeliest token is taken; the prompt is in memory then, for all alike."""
    await answer(client, 1, temperature=0)
    return await answer(client, temperature=0)


async def test_a_seed_makes_an_answer_that_can_be_had_again(client: openai.AsyncOpenAI, likeliest: str) -> None:
    first = await answer(client, **WILD)
    assert first != likeliest
    assert await answer(client, **WILD) == first
    assert await answer(client, **(WILD | {"seed": 6})) != first


@pytest.mark.parametrize("narrow", [{"top_k": 1}, {"top_p": 1e-6}, {"min_p": 1.0}], ids=str)
async def test_what_narrows_the_choice_to_one_token_gives_the_likeliest_text(
    client: openai.AsyncOpenAI, likeliest: str, narrow: dict[str, float]
) -> None:
    # temperature 1: at 2 the first of equals may be another
    assert await answer(client, temperature=1.0, seed=5, **narrow) == likeliest


async def test_a_bias_forbids_a_token_and_another_forces_one(client: openai.AsyncOpenAI, likeliest: str) -> None:
    first = (await numbers(client, likeliest))[0]
    assert await answer(client, 1, temperature=0, logit_bias={str(first): -100}) != await answer(
        client, 1, temperature=0
    )
    wanted = (await numbers(client, " sea"))[0]
    assert await answer(client, 4, temperature=0, logit_bias={str(wanted): 100}) == " sea" * 4


@pytest.mark.parametrize(
    "penalty", [{"frequency_penalty": 2.0}, {"presence_penalty": 2.0}, {"repetition_penalty": 1.5}], ids=str
)
async def test_a_penalty_makes_an_answer_repeat_itself_less(
    client: openai.AsyncOpenAI, penalty: dict[str, float]
) -> None:
    plain = await numbers(client, await answer(client, 48, temperature=0))
    varied = await numbers(client, await answer(client, 48, temperature=0, **penalty))
    assert len(set(varied)) / len(varied) > len(set(plain)) / len(plain)


async def test_a_schema_that_cannot_be_used_is_refused_by_the_part_at_fault(client: openai.AsyncOpenAI) -> None:
    inner = {"type": "array", "items": {"type": "no such type"}}
    broken = {"type": "object", "properties": {"good": {"type": "string"}, "bad": inner}}
    with pytest.raises(openai.BadRequestError) as refused:
        await answer(
            client,
            temperature=0,
            response_format={"type": "json_schema", "json_schema": {"name": "a", "schema": broken}},
        )
    assert refused.value.code == "invalid_json_schema"
    assert "properties/bad/items" in refused.value.message
