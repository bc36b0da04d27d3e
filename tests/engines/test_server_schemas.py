"""Schemas are compiled beside the event loop: nobody else waits for one."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable

import httpx
import pytest

from engines.backends.base import Limits
from engines.engine import Engine
from engines.errors import RequestError
from engines.server import host as hosts
from engines.server.app import create_app
from engines.server.host import EngineHost
from engines.template import ChatTemplate
from tests.engines.fake_backend import FakeBackend, FakeTokenizer

QUESTION = [{"role": "user", "content": "Hello?"}]
FORMAT = {"type": "json_schema", "json_schema": {"name": "a", "schema": {"type": "object"}}}

pytestmark = pytest.mark.anyio


class SlowTokenizer(FakeTokenizer):
    """A vocabulary whose grammar takes as long to make as the test wants."""

    def __init__(self) -> None:
        self.begun, self.go_on = threading.Event(), threading.Event()
        self.was_let_go = False

    def constrained(self) -> object:
        """Wait; then there is no grammar after all."""
        self.begun.set()
        self.was_let_go = self.go_on.wait(20)
        raise RequestError("This schema cannot be used.", "invalid_json_schema")


@pytest.fixture
def tokenizer() -> SlowTokenizer:
    return SlowTokenizer()


@pytest.fixture
async def http(tokenizer: SlowTokenizer, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[httpx.AsyncClient]:
    """The real application around a real engine over the fake model."""

    def load(_: Callable[[float], None]) -> Engine:
        backend = FakeBackend(Limits(slots=4, slot_tokens=512, step_tokens=512, pool_tokens=2048))
        backend.tokenizer = tokenizer
        engine = Engine(backend)
        engine.start()
        return engine

    monkeypatch.setattr(hosts, "template_of", lambda *_: ChatTemplate(None))
    host = EngineHost("fake", load)
    loaded = asyncio.get_running_loop().create_future()
    host.start(loaded.set_result, lambda _: None)
    assert await loaded is None
    transport = httpx.ASGITransport(create_app(host, ""))
    async with httpx.AsyncClient(transport=transport, base_url="http://engine") as made:
        yield made
    await asyncio.to_thread(host.close)


@pytest.mark.parametrize("stream", [True, False])
async def test_a_chat_is_answered_while_a_schema_is_compiled(
    http: httpx.AsyncClient, tokenizer: SlowTokenizer, stream: bool
) -> None:
    body = {"messages": QUESTION, "max_tokens": 3, "stream": stream}
    constrained = asyncio.create_task(http.post("/v1/chat/completions", json={**body, "response_format": FORMAT}))
    assert await asyncio.to_thread(tokenizer.begun.wait, 20)
    chat = await http.post("/v1/chat/completions", json=body)
    assert chat.status_code == 200
    assert not constrained.done()
    tokenizer.go_on.set()
    refused = await constrained
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "invalid_json_schema")
    assert tokenizer.was_let_go
