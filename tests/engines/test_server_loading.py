"""What the server says before its model is there, and when it never comes."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from engines.errors import EngineError, ModelError
from engines.server.app import create_app
from engines.server.host import EngineHost

if TYPE_CHECKING:
    from engines.engine import Engine

ASKED: dict[str, dict[str, Any]] = {
    "/v1/chat/completions": {"messages": [{"role": "user", "content": "Hello?"}]},
    "/tokenize": {"prompt": "text"},
}
pytestmark = pytest.mark.anyio


def http_of(host: EngineHost) -> httpx.AsyncClient:
    """A client of the application around ``host``, without a socket between them."""
    transport = httpx.ASGITransport(create_app(host, ""))
    return httpx.AsyncClient(transport=transport, base_url="http://engine")


async def test_while_the_model_loads_requests_are_asked_to_come_again() -> None:
    over, begun = threading.Event(), asyncio.Event()

    def load(on_progress: Callable[[float], None]) -> Engine:
        on_progress(0.25)
        over.wait()
        raise ModelError("model.gguf is cut short: download it again.")

    host = EngineHost("model", load)
    ended: asyncio.Future[EngineError | None] = asyncio.get_running_loop().create_future()
    loop = asyncio.get_running_loop()
    host.start(ended.set_result, lambda _: loop.call_soon_threadsafe(begun.set))
    async with http_of(host) as http:
        await begun.wait()
        health = await http.get("/health")
        assert (health.status_code, health.json()["status"], health.json()["progress"]) == (503, "loading", 0.25)
        for path, body in ASKED.items():
            answer = await http.post(path, json=body)
            assert answer.status_code == 503
            assert "25%" in answer.json()["error"]["message"]
            assert answer.headers["retry-after"] == "1"
        over.set()
        assert "cut short" in str(await ended)
        health = await http.get("/health")
        assert (health.json()["status"], health.json()["error"]) == ("failed", str(await ended))
        assert (await http.get("/v1/models")).status_code == 503


async def test_whatever_a_loader_throws_becomes_a_sentence() -> None:
    def load(_: Callable[[float], None]) -> Engine:
        raise ZeroDivisionError("a strange file")

    ended: asyncio.Future[EngineError | None] = asyncio.get_running_loop().create_future()
    EngineHost("model", load).start(ended.set_result, lambda _: None)
    assert "a strange file" in str(await ended)
