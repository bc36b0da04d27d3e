"""Clients that leave, tokens that add up, figures that move: the shared engine process from outside."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from typing import Any
from urllib.parse import urlsplit

import anyio
import httpx
import pytest

from engines.client import ChatSampling, EngineClient, Health
from engines.errors import EngineGone, RequestError
from engines.request import Priority

STORY = [{"role": "user", "content": "Tell me a very long story about a lighthouse and its keeper."}]
VANISHING = 200
ENDLESS = ChatSampling(max_tokens=1500, temperature=1.0, seed=1)

pytestmark = pytest.mark.anyio


@pytest.fixture
async def client(engine_server: Any) -> AsyncIterator[EngineClient]:
    """The client that the app uses."""
    made = EngineClient(engine_server.base_url, engine_server.api_key)
    yield made
    await made.close()


async def until(client: EngineClient, reached: Callable[[Health], bool]) -> Health:
    """Ask until the engine's counters satisfy ``reached``; each question is an event of the engine's own loop."""
    with anyio.fail_after(200):
        # The counters live in another process, which has no event to wait for.
        while not reached(health := await client.health()):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    return health


def idle(health: Health) -> bool:
    """Nothing runs and nothing waits."""
    return health.running == 0 and health.waiting == 0


async def begin(server: Any, body: dict[str, Any]) -> socket.socket:
    """Send a request over a bare connection, so that it can be torn down without a word."""
    address = urlsplit(server.base_url)
    payload = json.dumps(body).encode()
    head = (
        f"POST /v1/chat/completions HTTP/1.1\r\nHost: {address.netloc}\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {server.api_key}\r\nContent-Length: {len(payload)}\r\n\r\n"
    )
    connection = await asyncio.to_thread(socket.create_connection, (address.hostname, address.port))
    await asyncio.to_thread(connection.sendall, head.encode() + payload)
    return connection


@pytest.mark.parametrize("stream", [True, False])
async def test_two_hundred_clients_that_vanish_leave_nothing_running(
    engine_server: Any, client: EngineClient, stream: bool
) -> None:
    before = (await until(client, idle)).generated_tokens
    body = {"messages": STORY, "max_tokens": 1500, "temperature": 1, "seed": 3, "stream": stream, "priority": 1}
    body["logit_bias"] = {"0": -100, "2": -100}  # no answer ends by itself before all of them have come
    connections = await asyncio.gather(*(begin(engine_server, body) for _ in range(VANISHING)))
    if stream:
        first = await asyncio.to_thread(connections[0].recv, 64)
        assert b"200 OK" in first
    await until(client, lambda health: health.running + health.waiting == VANISHING)
    for connection in connections:
        connection.close()
    health = await until(client, idle)
    assert health.generated_tokens - before < VANISHING * 1500 / 2


async def test_closing_the_iterator_or_the_task_cancels_the_request(client: EngineClient) -> None:
    async with aclosing(client.stream(STORY, sampling=ENDLESS)) as parts:
        await anext(parts)
    await until(client, idle)
    task = asyncio.create_task(client.complete(STORY, sampling=ENDLESS, priority=Priority.BATCH))
    await until(client, lambda health: health.running == 1)
    task.cancel()
    await until(client, idle)


async def test_a_chat_is_answered_while_documents_fill_every_row(client: EngineClient) -> None:
    documents = [
        asyncio.create_task(client.complete(STORY, sampling=ENDLESS, priority=Priority.BATCH)) for _ in range(16)
    ]
    await until(client, lambda health: health.running >= 8)
    answer = await client.complete(STORY, sampling=ChatSampling(max_tokens=4))
    assert answer.generated_tokens == 4
    assert not any(document.done() for document in documents)
    for document in documents:
        document.cancel()
    await until(client, idle)


async def test_a_streamed_answer_equals_the_whole_one_and_carries_its_figures(client: EngineClient) -> None:
    sampling = ChatSampling(max_tokens=12)
    await client.complete(STORY, sampling=sampling)  # computes the prompt: from here on each is computed alike
    whole = await client.complete(STORY, sampling=sampling)
    parts = [part async for part in client.stream(STORY, sampling=sampling)]
    assert "".join(part.text for part in parts) == whole.text
    assert [part.finish_reason for part in parts if part.finish_reason] == ["length"]
    last = parts[-1].completion
    assert last is not None
    assert (last.text, last.generated_tokens, last.prompt_tokens) == (whole.text, 12, whole.prompt_tokens)
    assert last.ttft_s is not None
    assert last.cached_tokens > 0
    assert last.model == whole.model


async def test_an_answer_to_a_schema_is_json(client: EngineClient) -> None:
    schema = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
    closed = {**schema, "additionalProperties": False}
    completion = await client.complete(STORY, sampling=ChatSampling(max_tokens=40, schema=closed))
    assert isinstance(json.loads(completion.text)["n"], int)
    any_object = await client.complete(STORY, sampling=ChatSampling(max_tokens=60, schema={}))
    assert any_object.text.lstrip().startswith("{")


TEXTS = {
    "plain": "The quick brown fox jumps over the lazy dog.\n\nAnd again.",
    "umlauts": "Größe, Übermut und Äpfel – naïve café",
    "emoji": "👩‍👩‍👧 family 🙂🙂 and 漢字仮名交じり文",
    "control": "before <|im_end|> after <|endoftext|>",
    "spaces": "   leading,\ttabs\r\n  and trailing   ",
    "empty": "",
}


@pytest.mark.parametrize("name", list(TEXTS))
async def test_cutting_a_text_at_token_offsets_loses_nothing(client: EngineClient, name: str) -> None:
    text = TEXTS[name]
    tokenized = await client.tokenize(text)
    assert tokenized.offsets is not None
    assert tokenized.count == len(tokenized.offsets)
    assert tokenized.max_model_len == 2048
    assert tokenized.offsets == sorted(tokenized.offsets)
    ends = [*tokenized.offsets[1:], len(text)]
    pieces = [text[start:end] for start, end in zip(tokenized.offsets, ends, strict=False)]
    assert "".join(pieces) == text


async def test_messages_are_counted_as_they_are_billed(client: EngineClient) -> None:
    completion = await client.complete(STORY, sampling=ChatSampling(max_tokens=1))
    assert await client.count_messages(STORY) == completion.prompt_tokens


async def test_a_wrong_key_is_gone_and_a_long_prompt_is_the_requests_fault(
    engine_server: Any, client: EngineClient
) -> None:
    stranger = EngineClient(engine_server.base_url, "wrong")
    with pytest.raises(EngineGone, match="API key"):
        await stranger.complete(STORY, sampling=ENDLESS)
    await stranger.close()
    with pytest.raises(RequestError, match="2048") as refused:
        await client.complete([{"role": "user", "content": "word " * 3000}], sampling=ENDLESS)
    assert refused.value.code == "context_length_exceeded"
    with pytest.raises(RequestError, match="2048"):
        await anext(client.stream([{"role": "user", "content": "word " * 3000}], sampling=ENDLESS))


async def test_metrics_are_prometheus_text_and_count_what_was_done(engine_server: Any, client: EngineClient) -> None:
    before = await figures(engine_server)
    await client.complete(STORY, sampling=ChatSampling(max_tokens=5))
    after = await figures(engine_server)
    grown = {name: after[name] - before[name] for name in after if name in before}
    interactive = 'class="interactive"'
    assert value(grown, "vllm:generation_tokens_total") == 5
    assert value(grown, "vllm:time_to_first_token_seconds_count", interactive) == 1
    assert value(grown, "vllm:inter_token_latency_seconds_count", interactive) == 4
    assert value(grown, "vllm:request_success_total", 'finished_reason="length"') == 1
    buckets = [number for name, number in after.items() if "time_to_first_token_seconds_bucket" in name]
    assert buckets


async def figures(server: Any) -> dict[str, float]:
    """Every sample of /metrics; fails on a line that is not Prometheus text."""
    headers = {"Authorization": f"Bearer {server.api_key}"}
    async with httpx.AsyncClient(headers=headers) as http:
        response = await http.get(f"{server.base_url}/metrics")
    assert response.headers["content-type"].startswith("text/plain; version=0.0.4")
    samples = [line for line in response.text.splitlines() if not line.startswith("# ")]
    return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in samples}


def value(samples: dict[str, float], name: str, label: str = "") -> float:
    """The one sample of that name and label."""
    (found,) = [number for key, number in samples.items() if key.startswith(f"{name}{{") and label in key]
    return found


async def test_many_requests_at_once_all_get_their_own_answer(client: EngineClient) -> None:
    async def ask(number: int) -> tuple[int, int]:
        message = [{"role": "user", "content": "word " * number}]
        completion = await client.complete(message, sampling=ChatSampling(max_tokens=2), priority=Priority.BATCH)
        return number, completion.prompt_tokens

    answers: list[Awaitable[tuple[int, int]]] = [ask(number) for number in range(1, 41)]
    counts = dict(await asyncio.gather(*answers))
    assert [counts[n + 1] - counts[n] for n in range(2, 40)] == [1] * 38
