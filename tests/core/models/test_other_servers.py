"""The remote engine against servers that are not ours, where they are at hand."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import socket
import sys
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import pytest

from app.core.models.remote import RemoteServer
from app.core.settings import ModelSettings
from engines.client import ChatSampling, EngineClient
from engines.errors import EngineError, KeyRefused, RequestError
from engines.process import EngineState
from engines.request import Priority

QUESTION = [{"role": "user", "content": "What is the capital of France?"}]
SHORT = ChatSampling(max_tokens=8)
NUMBER = {
    "type": "object",
    "properties": {"n": {"type": "integer", "maximum": 9}},
    "required": ["n"],
    "additionalProperties": False,
}

pytestmark = pytest.mark.anyio


def llama_server() -> Path:
    """The program that ``make bench`` builds, in the user's cache."""
    sys.path.insert(0, str(Path(__file__).parents[3] / "packaging"))
    from llama_wheel import flavours, wheel_folder

    folder = wheel_folder(flavours()[0])
    program = folder.with_name(f"{folder.name}-peer") / "llama-server"
    if not program.exists():
        pytest.skip("llama-server is not built here; `make bench` builds it")
    return program


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@asynccontextmanager
async def serving(command: Sequence[str], port: int, key: str) -> AsyncIterator[str]:
    """The server's address once it answers; ended at the end."""
    process = await asyncio.create_subprocess_exec(*command, stdout=DEVNULL, stderr=DEVNULL)
    client = EngineClient(url := f"http://127.0.0.1:{port}", key)
    try:
        with anyio.fail_after(250):
            while not await _answers(client):
                assert process.returncode is None, "the server ended"
                await asyncio.sleep(0.1)  # another's process: it has no event to wait for
        yield url
    finally:
        await client.close()
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _answers(client: EngineClient) -> bool:
    try:
        await client.models()
    except EngineError:
        return False
    return True


async def test_llama_server_does_documents_in_its_free_slots_and_chats_past_them(model_path: Path) -> None:
    port = free_port()
    program = [str(llama_server()), "-m", str(model_path), "--port", str(port), "--api-key", "secret"]
    options = ["-np", "3", "-c", "1536", "-t", "2", "--no-webui"]
    async with serving([*program, *options], port, "secret") as url:
        states: list[EngineState] = []
        server = RemoteServer(ModelSettings(base_url=url, api_key="secret"), states.append)
        await server.start()
        can = server.capabilities
        assert can is not None
        assert (can.server, can.slots, can.priority, can.schema, can.counts) == ("llama-server", 3, False, True, True)
        assert "llama-server" in states[-1].detail
        client = await server.client()
        served = await client.model()
        assert served.engine == f"llamacpp at {url}"
        assert client.slots.width == 2  # type: ignore[attr-defined]
        asked = [client.complete(QUESTION, sampling=SHORT, priority=Priority.BATCH) for _ in range(8)]
        chat, *documents = await asyncio.gather(client.complete(QUESTION, sampling=SHORT), *asked)
        assert chat.text
        assert {document.generated_tokens for document in documents} == {8}
        schema = ChatSampling(max_tokens=40, schema=NUMBER)
        number = await client.complete(QUESTION, sampling=schema, priority=Priority.BATCH)
        assert set(json.loads(number.text)) == {"n"}
        with pytest.raises(RequestError) as refused:
            await client.complete([{"role": "user", "content": "word " * 2000}], sampling=SHORT)
        assert refused.value.code == "context_length_exceeded"
        await server.stop()
        stranger = RemoteServer(ModelSettings(base_url=url, api_key="wrong"), states.append)
        with pytest.raises(KeyRefused, match="key"):
            await stranger.start()
        await stranger.stop()


async def _started(server: RemoteServer) -> EngineClient:
    await server.start()
    return await server.client()


async def test_mlx_lm_server_is_told_schemas_in_words(model_path: Path) -> None:
    if importlib.util.find_spec("mlx_lm") is None:
        pytest.skip("mlx-lm is not installed; the extra `mlx` brings it")
    folders = sorted((Path.home() / ".cache" / "nightdesk" / "converted").glob("*hf-float32*"))
    if not folders:
        pytest.skip("the embedded model is not converted here; `make extras` does it")
    port = free_port()
    command = [sys.executable, "-m", "mlx_lm", "server", "--model", str(folders[0]), "--port", str(port)]
    async with serving(command, port, "") as url:
        server = RemoteServer(ModelSettings(base_url=url, path=str(folders[0])), lambda _: None)
        client = await _started(server)
        can = server.capabilities
        assert can is not None
        assert (can.slots, can.schema, can.counts) == (None, False, False)
        answers = await asyncio.gather(
            client.complete(QUESTION, sampling=SHORT, priority=Priority.BATCH),
            client.complete(QUESTION, sampling=SHORT),
        )
        assert all(answer.text for answer in answers)
        await server.stop()
