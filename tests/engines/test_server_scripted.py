"""What a model may say with meaning, one that fails, and an engine without room, through OpenAI's client."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from typing import Any

import httpx2
import openai
import pytest

from engines.backends.base import NEVER, Limits, Logits, Row, Stop
from engines.options import EngineOptions
from tests.engines.speaker import THINKING, Speaker, Spoken, ask, serving

pytestmark = pytest.mark.anyio


async def test_thoughts_come_in_a_channel_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(Speaker("<think>A greeting.</think>Hello."), monkeypatch) as client:
        whole = (await ask(client)).choices[0].message
        assert (whole.reasoning_content.strip(), whole.content.strip()) == ("A greeting.", "Hello.")
        thought, said = "", ""
        async for chunk in await ask(client, stream=True):
            delta = chunk.choices[0].delta
            thought += getattr(delta, "reasoning_content", None) or ""
            said += delta.content or ""
        assert (thought.strip(), said.strip()) == ("A greeting.", "Hello.")


@pytest.mark.parametrize("stream", [False, True])
async def test_a_model_that_always_thinks_answers_in_a_schema_at_once(
    monkeypatch: pytest.MonkeyPatch, stream: bool
) -> None:
    backend = Speaker('{"city": "<think>Oslo"}')
    schema = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
    wanted = {"type": "json_schema", "json_schema": {"name": "a", "schema": schema}}
    async with serving(backend, monkeypatch, template=THINKING) as client:
        if stream:
            chunks = [chunk async for chunk in await ask(client, response_format=wanted, stream=True)]
            said = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
        else:
            message = (await ask(client, response_format=wanted)).choices[0].message
            said = message.content
            assert getattr(message, "reasoning_content", None) is None
    assert said == '{"city": "<think>Oslo"}'
    assert backend.read.endswith(b"<think>\n\n</think>\n\n")


async def test_without_a_schema_the_same_model_thinks_first(monkeypatch: pytest.MonkeyPatch) -> None:
    backend = Speaker("A greeting.</think>Hello.")
    async with serving(backend, monkeypatch, template=THINKING) as client:
        message = (await ask(client)).choices[0].message
        assert (message.reasoning_content, message.content) == ("A greeting.", "Hello.")
    assert backend.read.endswith(b"<think>\n")


async def test_what_is_null_is_as_good_as_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(Speaker("Yes."), monkeypatch) as client:
        nulls = dict.fromkeys(("n", "stream", "priority", "stream_options", "tools", "stop", "response_format"))
        answer = await ask(client, extra_body=nulls)
        assert [choice.message.content for choice in answer.choices] == ["Yes."]


async def test_the_served_model_is_found_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(Speaker("Yes."), monkeypatch) as client:
        assert (await client.models.retrieve("spoken")).id == "spoken"
        assert (await client.models.list()).data[0] == await client.models.retrieve("spoken")
        with pytest.raises(openai.NotFoundError, match="some/other"):
            await client.models.retrieve("some/other")


class Broken(Spoken):
    """Has no logits for the last row, and so no likeliest token of each either."""

    def argmax(self) -> list[int]:
        raise RuntimeError("there are no logits")

    def logits(self, rows: Sequence[int]) -> Logits:
        if len(self._tokens) - 1 in rows:
            raise RuntimeError("there are no logits")
        return super().logits(rows)


class Breaking(Speaker):
    """Loses a choice as soon as two are being written, and then waits at the gate."""

    def step(self, rows: Sequence[Row], stop: Stop = NEVER) -> Any:
        wanted = super().step(rows).argmax()
        if len(wanted) < 2:
            return Spoken(wanted)
        self.gate.clear()
        return Broken(wanted)


async def test_when_one_of_several_streamed_choices_fails_the_others_are_not_written_for_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    backend = Breaking("Yes. " * 300)
    async with serving(backend, monkeypatch) as client:
        with pytest.raises(openai.APIError, match="no logits"):
            async for _ in await ask(client, n=2, stream=True):
                pass
        backend.gate.set()
        while sum((ends := await endings(client)).values()) < 2:
            continue
        assert (ends["error"], ends["cancelled"]) == (1, 1)


async def endings(client: openai.AsyncOpenAI) -> dict[str, int]:
    """How many requests ended how, by the engine's own count."""
    text = (await client.get("http://engine/metrics", cast_to=httpx2.Response)).text
    found = re.findall(r'^vllm:request_success_total\{.*finished_reason="(\w+)".*\} (\d+)$', text, re.MULTILINE)
    return {reason: int(count) for reason, count in found}


async def test_a_full_queue_is_told_as_too_many_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    backend = Speaker("Yes.")
    async with serving(backend, monkeypatch, EngineOptions(queue_limit=3), open_gate=False) as client:
        tasks = [asyncio.create_task(ask(client)) for _ in range(4)]
        refused, waiting = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        (error,) = [task.exception() for task in refused]
        assert isinstance(error, openai.RateLimitError)
        assert error.code == "engine_busy"
        assert "3 requests" in error.message
        backend.gate.set()
        answers = await asyncio.gather(*waiting)
        assert [one.choices[0].message.content for one in answers] == ["Yes."] * 3
        assert (await ask(client)).choices[0].message.content == "Yes."


async def test_a_memory_too_small_for_one_request_is_told_with_the_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    small = Limits(slots=4, slot_tokens=2000, pool_tokens=120, step_tokens=64)
    async with serving(Speaker("Yes. " * 40, small), monkeypatch) as client:
        with pytest.raises(openai.BadRequestError) as refused:
            await client.chat.completions.create(model="spoken", messages=[{"role": "user", "content": "word " * 60}])
        assert refused.value.code == "context_length_exceeded"
        assert "120 tokens" in refused.value.message
        choice = (await ask(client, max_tokens=1000)).choices[0]
        assert choice.finish_reason == "length"
        assert "Yes. Yes." in (choice.message.content or "")
