"""A model that says what the test wants, behind the real application and the real engine."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import numpy as np
import openai
import pytest
from llguidance import LLTokenizer

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
THINKING = "{% for message in messages %}{{ message.content }}{% endfor %}{{ '<think>\n' }}"
"""The template of a model that always thinks first."""

CONTROL, END = 256, 261
LIMITS = Limits(slots=4, slot_tokens=2000, pool_tokens=8000, step_tokens=512)


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

    def step(self, rows: Sequence[Row], stop: Stop = NEVER) -> Any:
        assert self.gate.wait(200)
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
    async with hosting(backend, monkeypatch, options, open_gate=open_gate, template=template) as (_, client):
        yield client


@asynccontextmanager
async def hosting(
    backend: Speaker,
    monkeypatch: pytest.MonkeyPatch,
    options: EngineOptions | None = None,
    *,
    open_gate: bool = True,
    template: str = TEMPLATE,
) -> AsyncIterator[tuple[EngineHost, openai.AsyncOpenAI]]:
    """The same, with the host of the engine, for tests that end it."""

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
        yield host, made
    backend.gate.set()
    await asyncio.to_thread(host.close)


async def ask(client: openai.AsyncOpenAI, **more: Any) -> Any:
    """One greedy answer."""
    return await client.chat.completions.create(model="spoken", messages=QUESTION, temperature=0, **more)
