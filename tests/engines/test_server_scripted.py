"""What a model may say with meaning (thoughts, tool calls), and an engine without room, through OpenAI's client."""

from __future__ import annotations

import asyncio
import json
import re
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import numpy as np
import openai
import pytest
from llguidance import LLTokenizer

from engines.backends.base import Limits, Logits, Row
from engines.engine import Engine
from engines.options import EngineOptions
from engines.server import host as hosts
from engines.server.app import create_app
from engines.server.host import EngineHost
from engines.template import ChatTemplate
from tests.engines.fake_backend import FakeBackend, FakeTokenizer

QUESTION = [{"role": "user", "content": "Hello?"}]
TEMPLATE = (
    "{% if tools %}{{ tools | tojson }}<tool_call>{% endif %}"
    "{% for message in messages %}{{ message.content }}{% endfor %}<think></think>"
)
WEATHER = {"type": "function", "function": {"name": "weather", "parameters": {"type": "object", "properties": {}}}}
THINKING = "{% for message in messages %}{{ message.content }}{% endfor %}{{ '<think>\n' }}"
CALL = '<tool_call>\n{"name": "weather", "arguments": {"city": "Oslo"}}\n</tool_call>'
CONTROL, END = 256, 261
LIMITS = Limits(slots=4, slot_tokens=2000, pool_tokens=8000, step_tokens=512)

pytestmark = pytest.mark.anyio


class Bytes(FakeTokenizer):
    """Token n is the byte n, as in llguidance's own vocabulary; one of the others is a control token, the last ends."""

    vocab_size = END + 1
    eos = END

    def encode(self, text: str, *, special: bool) -> list[int]:
        before, marker, after = text.partition("[TOOL_CALLS]") if special else (text, "", "")
        return [*before.encode(), *([CONTROL] if marker else []), *after.encode()]

    def piece(self, token: int) -> bytes:
        return bytes([token]) if token < CONTROL else b""

    def constrained(self) -> object:
        return LLTokenizer("byte")

    def is_end(self, token: int) -> bool:
        return token == END


class Spoken:
    """Logits that want the given tokens."""

    def __init__(self, tokens: list[int]) -> None:
        self._tokens = tokens

    def argmax(self) -> list[int]:
        return self._tokens

    def logits(self, rows: Sequence[int]) -> Logits:
        values = np.zeros((len(rows), END + 1), np.float32)
        values[np.arange(len(rows)), [self._tokens[row] for row in rows]] = 50.0
        return values


class Speaker(FakeBackend):
    """Answers every prompt with the same text; computes only while the gate is open."""

    def __init__(self, text: str, limits: Limits = LIMITS) -> None:
        super().__init__(limits)
        self.tokenizer = Bytes()
        self.gate = threading.Event()
        self.read = b""
        self._answer = [*self.tokenizer.encode(text, special=True), END]
        self._begun: dict[int, int] = {}

    def step(self, rows: Sequence[Row]) -> Any:
        assert self.gate.wait(20)
        chosen = []
        for row in rows:
            end = row.start + len(row.tokens)
            if len(row.tokens) > 1:
                self._begun[row.slot] = end
                self.read = bytes(row.tokens)
            at = min(end - self._begun[row.slot], len(self._answer) - 1)
            chosen += [self._answer[at]] if row.wants_logits else []
        return Spoken(chosen)

    def trim(self, slot: int, length: int) -> None:
        """There is no memory to keep a book of."""

    def copy(self, source: int, target: int, length: int) -> None:
        """As above."""


@asynccontextmanager
async def serving(
    backend: Speaker,
    monkeypatch: pytest.MonkeyPatch,
    options: EngineOptions | None = None,
    *,
    open_gate: bool = True,
    template: str = TEMPLATE,
) -> AsyncIterator[openai.AsyncOpenAI]:
    """OpenAI's client before the real application and the real engine, over ``backend``."""

    def load(_: Callable[[float], None]) -> Engine:
        engine = Engine(backend, options)
        engine.start()
        return engine

    monkeypatch.setattr(hosts, "template_of", lambda *_: ChatTemplate(template))
    host = EngineHost("spoken", load)
    loaded = asyncio.get_running_loop().create_future()
    host.start(loaded.set_result, lambda _: None)
    assert await loaded is None
    if open_gate:
        backend.gate.set()
    http = httpx2.AsyncClient(transport=httpx2.ASGITransport(create_app(host, "")))
    async with openai.AsyncOpenAI(base_url="http://engine/v1", api_key="none", http_client=http, max_retries=0) as made:
        yield made
    backend.gate.set()
    await asyncio.to_thread(host.close)


async def ask(client: openai.AsyncOpenAI, **more: Any) -> Any:
    """One greedy answer."""
    return await client.chat.completions.create(model="spoken", messages=QUESTION, temperature=0, **more)


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
async def test_a_tool_call_is_taken_apart(monkeypatch: pytest.MonkeyPatch, stream: bool) -> None:
    async with serving(Speaker(CALL), monkeypatch) as client:
        if stream:
            chunks = [chunk async for chunk in await ask(client, tools=[WEATHER], stream=True)]
            calls = [call for chunk in chunks for call in chunk.choices[0].delta.tool_calls or []]
            reason = chunks[-1].choices[0].finish_reason
        else:
            choice = (await ask(client, tools=[WEATHER])).choices[0]
            calls, reason = choice.message.tool_calls, choice.finish_reason
        assert [call.function.name for call in calls] == ["weather"]
        assert json.loads(calls[0].function.arguments) == {"city": "Oslo"}
        assert reason == "tool_calls"


async def test_without_tools_the_same_words_are_text(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(Speaker(CALL), monkeypatch) as client:
        choice = (await ask(client)).choices[0]
        assert choice.message.content == CALL
        assert choice.finish_reason == "stop"


async def test_a_control_token_that_begins_calls_is_seen_when_tools_are_offered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with serving(Speaker('[TOOL_CALLS][{"name": "weather"}]'), monkeypatch) as client:
        choice = (await ask(client, tools=[WEATHER])).choices[0]
        assert [(call.function.name, call.function.arguments) for call in choice.message.tool_calls] == [
            ("weather", "{}")
        ]
        assert (await ask(client)).choices[0].message.content == '[{"name": "weather"}]'


@pytest.mark.parametrize("choice", ["required", {"type": "function", "function": {"name": "weather"}}])
async def test_a_call_that_has_to_be_made_is_made_whatever_the_model_would_rather_say(
    monkeypatch: pytest.MonkeyPatch, choice: Any
) -> None:
    strict = {**WEATHER["function"], "parameters": {"type": "object", "properties": {}, "additionalProperties": False}}
    async with serving(Speaker("Good day."), monkeypatch, template=THINKING) as client:
        answer = (await ask(client, tools=[{"type": "function", "function": strict}], tool_choice=choice)).choices[0]
        assert [call.function.name for call in answer.message.tool_calls] == ["weather"]
        assert json.loads(answer.message.tool_calls[0].function.arguments) == {}
        assert (answer.message.content, answer.finish_reason) == (None, "tool_calls")


@pytest.mark.parametrize(
    ("more", "word"),
    [
        ({"tool_choice": "required"}, "'required'"),
        ({"tool_choice": "perhaps", "tools": [WEATHER]}, "'required'"),
        ({"tool_choice": {"type": "function", "function": {"name": "time"}}, "tools": [WEATHER]}, "'time'"),
    ],
)
async def test_a_choice_of_tools_that_cannot_be_kept_to_is_refused(
    monkeypatch: pytest.MonkeyPatch, more: dict[str, Any], word: str
) -> None:
    async with serving(Speaker("Yes."), monkeypatch) as client:
        with pytest.raises(openai.BadRequestError, match="tool_choice") as refused:
            await ask(client, **more)
        assert word in refused.value.message


async def test_no_call_is_taken_apart_where_none_may_be_made(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(Speaker(CALL), monkeypatch) as client:
        choice = (await ask(client, tools=[WEATHER], tool_choice="none")).choices[0]
        assert (choice.message.content, choice.message.tool_calls) == (CALL, None)


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

    def step(self, rows: Sequence[Row]) -> Any:
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
