"""The client against servers that are not ours: other shapes, missing endpoints, broken connections."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from engines.client import ChatSampling, EngineClient
from engines.errors import EngineBusy, EngineError, EngineGone, EngineStopping, KeyRefused, RequestError
from engines.request import Priority
from tests.engines.peer import COMPLETION, Peer, chunk, replies, streams

QUESTION = [{"role": "user", "content": "Hello?"}]
SAMPLING = ChatSampling(max_tokens=3)

pytestmark = pytest.mark.anyio


@pytest.fixture
async def peer() -> AsyncIterator[Peer]:
    """A server of another make."""
    made = Peer()
    await made.open()
    yield made
    await made.close()


@pytest.fixture
async def client(peer: Peer) -> AsyncIterator[EngineClient]:
    """Our client, pointed at it, with the base address as OpenAI's programs write it."""
    made = EngineClient(f"{peer.url}/v1/", "key")
    yield made
    await made.close()


async def test_any_openai_server_will_do(peer: Peer, client: EngineClient) -> None:
    peer.answers["/v1/chat/completions"] = replies(200, COMPLETION)
    completion = await client.complete(QUESTION, sampling=SAMPLING)
    assert (completion.text, completion.finish_reason, completion.generated_tokens) == ("Hi.", "stop", 2)
    assert (completion.cached_tokens, completion.ttft_s, completion.decode_tokens_per_s) == (0, None, None)
    assert completion.seconds > 0
    served = await client.model()
    assert (served.id, served.context, served.engine) == ("other-model", None, f"a server at {peer.url}")


async def test_fields_that_only_some_servers_know_are_sent_only_when_they_matter(
    peer: Peer, client: EngineClient
) -> None:
    peer.answers["/v1/chat/completions"] = replies(200, COMPLETION)
    await client.complete(QUESTION, sampling=SAMPLING)
    assert set(peer.bodies[0]) == {"model", "messages", "temperature", "top_p", "max_tokens"}
    rich = ChatSampling(top_k=5, min_p=0.1, repetition_penalty=1.2, seed=3, stop=("x",), schema={"type": "object"})
    await client.complete(QUESTION, sampling=rich, priority=Priority.BATCH)
    assert (peer.bodies[1]["top_k"], peer.bodies[1]["min_p"], peer.bodies[1]["priority"]) == (5, 0.1, 1)
    assert peer.bodies[1]["repetition_penalty"] == 1.2
    assert peer.bodies[1]["response_format"]["json_schema"]["schema"] == {"type": "object"}


REFUSALS = {
    "priority": {"error": {"message": "Got priority 1 but priority scheduling is not enabled.", "code": 400}},
    "min_p": {"detail": [{"loc": ["body", "min_p"], "msg": "Extra inputs are not permitted"}]},
    "top_k": {"error": {"message": "Unrecognized request argument supplied: top_k"}},
    "max_tokens": {"error": {"message": "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."}},
    "response_format": {"error": {"message": "response_format is not supported by this model."}},
}


@pytest.mark.parametrize("stream", [True, False])
async def test_a_server_is_asked_again_without_what_it_does_not_take_and_from_then_on(
    peer: Peer, client: EngineClient, stream: bool
) -> None:
    async def picky(path: str, body: dict[str, Any], writer: asyncio.StreamWriter) -> None:
        refused = next((name for name in REFUSALS if name in body), None)
        good = streams(chunk("Hi."), chunk("", "stop")) if stream else replies(200, COMPLETION)
        await (replies(400, REFUSALS[refused]) if refused else good)(path, body, writer)

    async def ask() -> str:
        if stream:
            parts = client.stream(QUESTION, sampling=rich, priority=Priority.BATCH)
            return "".join([part.text async for part in parts])
        return (await client.complete(QUESTION, sampling=rich, priority=Priority.BATCH)).text

    rich = ChatSampling(max_tokens=3, top_k=5, min_p=0.1, schema={"type": "object"})
    peer.answers["/v1/chat/completions"] = picky
    assert await ask() == "Hi."
    asked = len(peer.bodies)
    assert asked == len(REFUSALS) + 1
    assert await ask() == "Hi."
    assert len(peer.bodies) == asked + 1
    assert peer.bodies[-1]["max_completion_tokens"] == 3
    assert "JSON object" in peer.bodies[-1]["messages"][-1]["content"]
    assert '{"type": "object"}' in peer.bodies[-1]["messages"][-1]["content"]


@pytest.mark.parametrize(
    "shape",
    [
        {"error": {"message": "temperature must be at most 1."}},
        {"error": {"message": "This message is not supported."}},
    ],
)
async def test_a_mistake_in_a_request_is_not_taken_for_a_field_that_is_unknown(
    peer: Peer, client: EngineClient, shape: Any
) -> None:
    peer.answers["/v1/chat/completions"] = replies(400, shape)
    with pytest.raises(RequestError):
        await client.complete(QUESTION, sampling=SAMPLING)
    assert len(peer.bodies) == 1


@pytest.mark.parametrize(
    "error",
    [
        {"code": 400, "message": "the request exceeds the available context size", "type": "exceed_context_size_error"},
        {"code": 400, "message": "This model's maximum context length is 512 tokens.", "type": "BadRequestError"},
        {"code": "context_length_exceeded", "message": "Too long.", "type": "invalid_request_error"},
    ],
)
async def test_a_prompt_that_is_too_long_is_known_whatever_the_server_calls_it(
    peer: Peer, client: EngineClient, error: dict[str, Any]
) -> None:
    peer.answers["/v1/chat/completions"] = replies(400, {"error": error})
    with pytest.raises(RequestError) as refused:
        await client.complete(QUESTION, sampling=SAMPLING)
    assert refused.value.code == "context_length_exceeded"


async def test_a_missed_deadline_is_the_requests_own_end(peer: Peer, client: EngineClient) -> None:
    late = {"error": {"message": "The answer was not ready within 1 seconds.", "code": "deadline_exceeded"}}
    for answer in (replies(504, late), streams(json.dumps(late))):
        peer.answers["/v1/chat/completions"] = answer
        with pytest.raises(RequestError, match="not ready") as refused:
            await anext(client.stream(QUESTION, sampling=SAMPLING))
        assert refused.value.code == "deadline_exceeded"


async def test_a_client_that_was_closed_says_that_its_engine_is_gone(peer: Peer) -> None:
    client = EngineClient(peer.url, "key", "m")
    await client.close()
    with pytest.raises(EngineGone, match="closed"):
        await client.complete(QUESTION, sampling=SAMPLING)


async def test_a_stream_without_our_additions_is_put_together_all_the_same(peer: Peer, client: EngineClient) -> None:
    peer.answers["/v1/chat/completions"] = streams(chunk("Hel"), chunk("lo"), chunk("", "length"))
    parts = [part async for part in client.stream(QUESTION, sampling=SAMPLING)]
    assert [part.text for part in parts] == ["Hel", "lo", ""]
    last = parts[-1].completion
    assert last is not None
    assert (last.text, last.finish_reason, last.model) == ("Hello", "length", "m")
    assert last.ttft_s is not None
    assert last.ttft_s <= last.seconds


@pytest.mark.parametrize("field", ["reasoning_content", "reasoning"])
async def test_thoughts_are_found_under_the_name_of_either_time(peer: Peer, client: EngineClient, field: str) -> None:
    message = {"role": "assistant", field: "Hm.", "content": "Hi."}
    whole = {**COMPLETION, "choices": [{"index": 0, "message": message, "finish_reason": "stop"}]}
    peer.answers["/v1/chat/completions"] = replies(200, whole)
    completion = await client.complete(QUESTION, sampling=SAMPLING)
    assert (completion.reasoning, completion.text) == ("Hm.", "Hi.")
    thought = json.loads(chunk(""))
    thought["choices"][0]["delta"] = {field: "Hm."}
    peer.answers["/v1/chat/completions"] = streams(json.dumps(thought), chunk("Hi."), chunk("", "stop"))
    parts = [part async for part in client.stream(QUESTION, sampling=SAMPLING)]
    assert [(part.reasoning, part.text) for part in parts] == [("Hm.", ""), ("", "Hi."), ("", "")]
    assert parts[-1].completion is not None
    assert parts[-1].completion.reasoning == "Hm."


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, RequestError),
        (404, RequestError),
        (422, RequestError),
        (401, KeyRefused),
        (429, EngineBusy),
        (503, EngineBusy),
        (502, EngineGone),
        (500, EngineError),
    ],
)
async def test_each_refusal_is_told_apart(
    peer: Peer, client: EngineClient, status: int, error: type[EngineError]
) -> None:
    shape = {"error": {"message": "The reason is this.", "code": "some_code"}}
    peer.answers["/v1/chat/completions"] = replies(status, shape)
    with pytest.raises(error, match="The reason is this") as raised:
        await client.complete(QUESTION, sampling=SAMPLING)
    assert type(raised.value) is error
    assert raised.value.code == ("some_code" if type(raised.value) in (RequestError, EngineError) else None)
    with pytest.raises(error):
        await anext(aiter(client.stream(QUESTION, sampling=SAMPLING)))


@pytest.mark.parametrize("done", [True, False])
async def test_a_stream_that_stops_without_a_finish_is_a_lost_engine(
    peer: Peer, client: EngineClient, done: bool
) -> None:
    peer.answers["/v1/chat/completions"] = streams(chunk("Hel"), done=done)
    parts = client.stream(QUESTION, sampling=SAMPLING)
    assert (await anext(parts)).text == "Hel"
    with pytest.raises(EngineGone, match="middle of an answer"):
        await anext(parts)


async def test_an_error_inside_a_stream_is_raised(peer: Peer, client: EngineClient) -> None:
    failure = json.dumps({"error": {"message": "The engine met an error.", "code": "500"}})
    peer.answers["/v1/chat/completions"] = streams(chunk("Hel"), failure)
    parts = client.stream(QUESTION, sampling=SAMPLING)
    assert (await anext(parts)).text == "Hel"
    with pytest.raises(EngineError, match="met an error"):
        await anext(parts)


async def test_a_connection_that_breaks_or_is_refused_is_a_lost_engine(peer: Peer) -> None:
    async def hang_up(path: str, body: dict[str, Any], writer: asyncio.StreamWriter) -> None:
        writer.transport.abort()

    told: list[str] = []
    peer.answers["/v1/chat/completions"] = hang_up
    client = EngineClient(peer.url, "key", on_gone=lambda: told.append("gone"))
    with pytest.raises(EngineGone, match="cannot be reached"):
        await client.complete(QUESTION, sampling=SAMPLING)
    await client.close()
    nobody = EngineClient("http://127.0.0.1:1", "key", "m", on_gone=lambda: told.append("gone"))
    with pytest.raises(EngineGone, match=r"127\.0\.0\.1:1"):
        await nobody.health()
    await nobody.close()
    assert told == ["gone", "gone"]


async def test_an_engine_that_says_it_is_ending_is_doubted_as_a_lost_one_is(peer: Peer) -> None:
    told: list[str] = []
    peer.answers["/v1/chat/completions"] = replies(503, {"error": {"message": "closed", "code": "engine_stopping"}})
    client = EngineClient(peer.url, "key", on_gone=lambda: told.append("stopping"))
    with pytest.raises(EngineStopping, match="closed"):
        await client.complete(QUESTION, sampling=SAMPLING)
    await client.close()
    assert told == ["stopping"]


async def test_what_another_server_cannot_count_is_none(peer: Peer, client: EngineClient) -> None:
    tokenized = await client.tokenize("text")
    assert (tokenized.count, tokenized.offsets, tokenized.max_model_len) == (None, None, None)
    assert await client.count_messages(QUESTION) is None
    peer.answers["/tokenize"] = replies(200, {"tokens": []})
    assert (await client.tokenize("text")).count is None
    peer.answers["/tokenize"] = replies(200, {"count": 4, "max_model_len": 99, "tokens": [1, 2, 3, 4]})
    counted = await client.tokenize("text")
    assert (counted.count, counted.offsets, counted.max_model_len) == (4, None, 99)


async def test_health_is_ok_wherever_somebody_answers(peer: Peer, client: EngineClient) -> None:
    assert (await client.health()).status == "ok"
    peer.answers["/health"] = replies(503, {"status": "loading", "progress": 0.5})
    loading = await client.health()
    assert (loading.status, loading.progress) == ("loading", 0.5)


async def test_a_model_that_is_not_served_is_named(peer: Peer) -> None:
    client = EngineClient(peer.url, "key", "wanted")
    with pytest.raises(RequestError, match="wanted"):
        await client.model()
    await client.close()


@pytest.mark.parametrize("shape", [["odd"], {}, {"choices": []}, {"choices": [None]}])
async def test_an_answer_that_makes_no_sense_is_a_sentence(peer: Peer, client: EngineClient, shape: Any) -> None:
    peer.answers["/v1/chat/completions"] = replies(200, shape)
    with pytest.raises(EngineError, match="no answer"):
        await client.complete(QUESTION, sampling=SAMPLING)


async def test_a_named_model_is_asked_for_where_the_list_makes_no_sense(peer: Peer) -> None:
    peer.answers["/v1/models"] = replies(200, ["odd"])
    nameless, named = EngineClient(peer.url, "key"), EngineClient(peer.url, "key", "wanted")
    assert (await named.model()).id == "wanted"
    with pytest.raises(RequestError, match="any model"):
        await nameless.model()
    await nameless.close()
    await named.close()
