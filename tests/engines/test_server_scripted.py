"""What a model may say with meaning (thoughts, tool calls), and an engine without room, through OpenAI's client."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import numpy as np
import openai
import pytest

from engines.backends.base import NEVER, Limits, Logits, Row, Stop
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
CALL = '<tool_call>\n{"name": "weather", "arguments": {"city": "Oslo"}}\n</tool_call>'
END = 256
LIMITS = Limits(slots=4, slot_tokens=2000, pool_tokens=8000, step_tokens=512)

pytestmark = pytest.mark.anyio


class Bytes(FakeTokenizer):
    """Token n is the byte n; the one after them ends an answer."""

    vocab_size = END + 1
    eos = END

    def encode(self, text: str, *, special: bool) -> list[int]:
        return list(text.encode())

    def piece(self, token: int) -> bytes:
        return b"" if token == END else bytes([token])

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
        self._answer = [*text.encode(), END]
        self._begun: dict[int, int] = {}

    def step(self, rows: Sequence[Row], stop: Stop = NEVER) -> Any:
        assert self.gate.wait(20)
        chosen = []
        for row in rows:
            end = row.start + len(row.tokens)
            if len(row.tokens) > 1:
                self._begun[row.slot] = end
            chosen += [self._answer[end - self._begun[row.slot]]] if row.wants_logits else []
        return Spoken(chosen)

    def trim(self, slot: int, length: int) -> None:
        """There is no memory to keep a book of."""

    def copy(self, source: int, target: int, length: int) -> None:
        """As above."""


@asynccontextmanager
async def serving(
    backend: Speaker, monkeypatch: pytest.MonkeyPatch, options: EngineOptions | None = None, *, open_gate: bool = True
) -> AsyncIterator[openai.AsyncOpenAI]:
    """OpenAI's client before the real application and the real engine, over ``backend``."""

    def load(_: Callable[[float], None]) -> Engine:
        engine = Engine(backend, options)
        engine.start()
        return engine

    monkeypatch.setattr(hosts, "template_of", lambda *_: ChatTemplate(TEMPLATE))
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
