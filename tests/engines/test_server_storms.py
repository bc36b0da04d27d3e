"""More requests than anybody sends at once, over the real process and the real engine; only the model is a fake."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from urllib.parse import urlsplit

import anyio
import pytest

from engines.client import ChatSampling, Completion, EngineClient, Health
from engines.process import EngineProcess, EngineSpec
from engines.request import Priority
from tests.engines.strange_server import gate

MANY = 1000
VANISHING = 200
PATIENCE_S = 200
SHORT = ChatSampling(max_tokens=3)
LONG = ChatSampling(max_tokens=40)

pytestmark = pytest.mark.anyio


@pytest.fixture
def key() -> str:
    """The key of the engine below."""
    return "a key of this test"


@pytest.fixture
def model(model_path: Path, tmp_path: Path) -> Path:
    """A model file of this test's own."""
    link = tmp_path / "model.gguf"
    link.symlink_to(model_path)
    return link


@pytest.fixture
def go(model: Path) -> Callable[[], None]:
    """Lets the model compute."""
    return gate(model).touch


@pytest.fixture
async def client(model: Path, monkeypatch: pytest.MonkeyPatch, key: str) -> AsyncIterator[EngineClient]:
    """The client of an engine process over a fake model that waits for ``go``: no storm is over before it is seen."""
    fake = [sys.executable, "-m", "tests.engines.strange_server", "waits"]
    monkeypatch.setattr("engines.life.command_for", lambda _: fake)
    process = EngineProcess(EngineSpec(model, api_key=key, rows=2, context=512, threads=1))
    await process.start()
    yield await process.client()
    await process.stop()


def ask(client: EngineClient, number: int, sampling: ChatSampling) -> asyncio.Task[Completion]:
    """One document of its own length."""
    message = [{"role": "user", "content": "a" * (1 + number % 200)}]
    return asyncio.create_task(client.complete(message, sampling=sampling, priority=Priority.BATCH))


async def until(client: EngineClient, reached: Callable[[Health], bool]) -> None:
    """Ask until the engine's counters satisfy ``reached``: they live in another process, which has no event."""
    with anyio.fail_after(PATIENCE_S):
        while not reached(await client.health()):  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_a_thousand_requests_at_once_all_get_their_own_answer(
    client: EngineClient, go: Callable[[], None]
) -> None:
    go()
    answers = await asyncio.gather(*(ask(client, number, SHORT) for number in range(MANY)))
    first = answers[0].prompt_tokens
    assert [answer.prompt_tokens for answer in answers] == [first + number % 200 for number in range(MANY)]
    assert all(1 <= answer.generated_tokens <= 3 for answer in answers)


async def test_a_storm_of_cancels_ends_only_what_it_means(client: EngineClient, go: Callable[[], None]) -> None:
    tasks = [ask(client, number, LONG) for number in range(MANY // 2)]
    await until(client, lambda health: health.running + health.waiting == len(tasks))
    for number, task in enumerate(tasks):
        if number % 10:
            task.cancel()
    go()
    ended = await asyncio.gather(*tasks, return_exceptions=True)
    kept = [one for number, one in enumerate(ended) if number % 10 == 0]
    assert all(isinstance(one, Completion) for one in kept)
    assert sum(isinstance(one, asyncio.CancelledError) for one in ended) == len(tasks) * 9 // 10
    await until(client, lambda health: health.running + health.waiting == 0)
    assert (await ask(client, 1, SHORT)).generated_tokens <= 3


async def begin(client: EngineClient, key: str, stream: bool) -> asyncio.StreamWriter:
    """Send a request over a bare connection, so that it can be torn down without a word."""
    address = urlsplit(client.root)
    body = {"messages": [{"role": "user", "content": "a"}], "max_tokens": 400, "stream": stream, "priority": 1}
    payload = json.dumps(body).encode()
    head = (
        f"POST /v1/chat/completions HTTP/1.1\r\nHost: {address.netloc}\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {key}\r\nContent-Length: {len(payload)}\r\n\r\n"
    )
    _, writer = await asyncio.open_connection(address.hostname, address.port)
    writer.write(head.encode() + payload)
    return writer


@pytest.mark.parametrize("stream", [True, False])
async def test_two_hundred_clients_that_vanish_take_their_work_with_them(
    client: EngineClient, key: str, go: Callable[[], None], stream: bool
) -> None:
    writers = await asyncio.gather(*(begin(client, key, stream) for _ in range(VANISHING)))
    await until(client, lambda health: health.running + health.waiting == VANISHING)
    go()
    await until(client, lambda health: health.generated_tokens > VANISHING)
    written = (await client.health()).generated_tokens
    for writer in writers:
        writer.transport.abort()
    await until(client, lambda health: health.running + health.waiting == 0)
    # what they would have written had nobody noticed is twice as much and more, however fast the machine is
    assert (await client.health()).generated_tokens - written < VANISHING * 400 / 2
