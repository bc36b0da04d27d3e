"""The remote engine against the server inside llama-cpp-python: one request at a time, schemas in a form of its own."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from app.core.documents.extractor import Extractor
from app.core.events import EventBus
from app.core.models.remote import RemoteClient, RemoteServer
from app.core.queue.queue import Queue, QueueOptions
from app.core.settings import ModelSettings
from app.core.store.store import Store
from engines.errors import KeyRefused, RequestError
from engines.process import EngineState
from engines.tolerance import Tolerance
from tests.core.models.test_other_servers import QUESTION, SHORT, free_port, serving
from tests.core.queue.desk import Desk

RECIPE = (
    '+++\ncolumns = "city Rome|Oslo, far bool"\nmax_tokens = 48\n+++\nWhere to, and is it far? As JSON:\n{{document}}'
)
LETTERS = {f"{city}.txt": f"We travel {far} miles to {city}." for city, far in (("Rome", 900), ("Oslo", 300))}
BUSY = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(400)]


@asynccontextmanager
async def often_full(port: int, refusals: list[int]) -> AsyncIterator[str]:
    """A gateway before the server at ``port``, which refuses this many requests before it lets the others through."""

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        if b"/chat/completions" in head and refusals[0]:
            refusals[0] -= 1
            writer.write(BUSY)
            await writer.drain()
            writer.close()
            return
        there, back = await asyncio.open_connection("127.0.0.1", port)
        back.write(head.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        await asyncio.gather(_pump(reader, back), _pump(there, writer))

    gateway = await asyncio.start_server(pass_on, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{gateway.sockets[0].getsockname()[1]}"
    finally:
        gateway.close()


async def _pump(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    try:
        while data := await source.read(1 << 16):
            target.write(data)
            await target.drain()
    except ConnectionError:
        return  # one side hung up; the other is told below
    finally:
        target.close()


async def test_it_chats_fills_typed_columns_and_is_waited_for_while_it_is_full(
    model_path: Path, tmp_path: Path
) -> None:
    if importlib.util.find_spec("sse_starlette") is None:
        pytest.skip("llama-cpp-python's server is not installed; the extra `dev` brings what it needs")
    port = free_port()
    command = [sys.executable, "-m", "llama_cpp.server", "--model", str(model_path), "--port", str(port)]
    options = ["--api_key", "secret", "--n_ctx", "1024", "--n_threads", "2", "--interrupt_requests", "false"]
    async with serving([*command, *options], port, "secret") as direct:
        stranger = RemoteServer(ModelSettings(base_url=direct, api_key="wrong"), lambda _: None)
        with pytest.raises(KeyRefused, match="key"):
            await stranger.start()
        await stranger.stop()
        refusals = [2]
        async with often_full(port, refusals) as url:
            states: list[EngineState] = []
            server = RemoteServer(ModelSettings(base_url=url, api_key="secret"), states.append)
            await server.start()
            can = server.capabilities
            assert can is not None
            assert (can.server, can.counts) == ("llama-cpp-python's server", False)
            client = await server.client()
            assert isinstance(client, RemoteClient)
            client.first_backoff_s = 0.01
            refusals[0] = 2
            parts = [part async for part in client.stream(QUESTION, sampling=SHORT)]
            assert refusals == [0]
            assert len([part for part in parts if part.text]) > 1
            assert parts[-1].completion is not None
            assert 1 <= parts[-1].completion.generated_tokens <= 8  # it tells no usage: the parts are counted
            refusals[0] = 2
            await _typed_columns(client, tmp_path)
            assert refusals == [0]
            await server.stop()


async def _typed_columns(client: RemoteClient, folder: Path) -> None:
    """A folder of letters through the real queue: each answer fits the schema, the server is named in each result."""
    desk = Desk(Store.open(folder / "n.db"), folder / "in", {"travel": RECIPE})
    desk.add(desk.add_folder("letters", "travel"), LETTERS)
    extractor = Extractor()

    async def source() -> RemoteClient:
        return client

    queue = Queue(desk.store, source, extractor, EventBus(), QueueOptions(width=4, first_backoff_s=0.01))
    await queue.start()
    try:
        await queue.run_until_drained()
    finally:
        await queue.stop()
        await extractor.stop()
    with desk.store:
        assert desk.states() == {"done": 2}
        rows = desk.all("SELECT data, engine, generated_tokens FROM result")
        assert all(json.loads(data).keys() == {"city", "far"} for data, _, _ in rows)
        assert {engine for _, engine, _ in rows} == {f"llama-cpp-python at {client.root}"}
        assert all(tokens > 0 for _, _, tokens in rows)


async def test_a_schema_refused_in_one_form_is_asked_for_in_the_other() -> None:
    schema = {"type": "object", "properties": {"n": {"type": "integer"}}}
    body = {
        "messages": QUESTION,
        "response_format": {"type": "json_schema", "json_schema": {"name": "answer", "schema": schema}},
    }
    tolerance = Tolerance()
    refused = RequestError("1 validation error: response_format: Input should be 'text' or 'json_object'")
    assert tolerance.learn(tolerance.fit(body), refused)
    assert tolerance.fit(body)["response_format"] == {"type": "json_object", "schema": schema}
    assert tolerance.learn(tolerance.fit(body), RequestError("response_format is not supported"))
    assert "response_format" not in tolerance.fit(body)
    assert "JSON schema" in tolerance.fit(body)["messages"][-1]["content"]
