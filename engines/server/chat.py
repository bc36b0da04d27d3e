"""``POST /v1/chat/completions``."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.types import Receive

from engines import request as engine_request
from engines.request import Delta, FinishReason
from engines.server import problems, shapes
from engines.server.asking import requests_of, schema_of
from engines.server.bridge import Gathering, Receiver, Streaming
from engines.server.calling import offer_of
from engines.server.host import EngineHost
from engines.server.outcome import failed, failure_of
from engines.server.protocol import ChatBody
from engines.server.streaming import EventStream, StreamedAnswer, disconnected
from engines.splitting import AnySplitter, splitter_for

T = TypeVar("T")

CLIENT_CLOSED_REQUEST = 499
router = APIRouter()


@router.post("/v1/chat/completions", response_model=None)
async def complete(body: ChatBody, request: Request) -> Response:
    """Answer a conversation, streamed or whole."""
    host: EngineHost = request.app.state.host
    check_model(body.model, host)
    offer = offer_of(body)
    schema = offer.schema if offer.must_call else schema_of(body)
    messages = [message.model_dump(exclude_unset=True) for message in body.messages]
    # Masks hold from the first token on, so that an answer in a schema leaves no room for thoughts before it.
    prompt = await host.prompt_of(messages, offer.tools, body.chat_template_kwargs, at_once=schema is not None)
    offered = offer.signatures if schema is None or offer.must_call else None
    wrote = splitter_for(host.template, prompt, in_schema=schema is not None, tools=offered)
    splitters = [wrote() for _ in range(body.n)]
    asked = requests_of(body, prompt, host.engine.tokenizer, schema, splitters[0].markers)
    if body.stream:
        return await _streamed(host, body, asked, splitters)
    return await _whole(host, asked, splitters, request.receive)


def check_model(name: str | None, host: EngineHost) -> None:
    """Raises 404 when another model is asked for than the one that is served."""
    if name and name not in (host.name, "default"):
        raise HTTPException(404, f"The model '{name}' is not served here: '{host.name}' is")


async def _submit(host: EngineHost, asked: Sequence[engine_request.Request], emitters: Sequence[Receiver]) -> None:
    """Hand over all choices or none; a schema is compiled where nobody waits for it."""
    if asked[0].sampling.schema is None:
        _hand_over(host, asked, emitters)
    else:
        await host.aside(lambda: _hand_over(host, asked, emitters))


def _hand_over(host: EngineHost, asked: Sequence[engine_request.Request], emitters: Sequence[Receiver]) -> None:
    accepted: list[str] = []
    try:
        for one, emit in zip(asked, emitters, strict=True):
            host.engine.submit(one, emit)
            accepted.append(one.id)
    except Exception:
        _cancel(host, accepted)
        raise


def _cancel(host: EngineHost, names: Sequence[str]) -> None:
    for name in names:
        host.engine.cancel(name)


async def _streamed(
    host: EngineHost, body: ChatBody, asked: Sequence[engine_request.Request], splitters: list[AnySplitter]
) -> Response:
    source = Streaming(host.bridge)
    await _submit(host, asked, [source.emitter(index) for index in range(len(asked))])
    writer = shapes.ChunkWriter(asked[0].id, host.name, host.engine.tokenizer)
    include_usage = body.stream_options is not None and body.stream_options.include_usage
    answer = StreamedAnswer(source, writer, splitters, include_usage)
    return EventStream(answer, source, lambda: _cancel(host, [one.id for one in asked]))


async def _whole(
    host: EngineHost, asked: Sequence[engine_request.Request], splitters: list[AnySplitter], receive: Receive
) -> Response:
    gatherings = [Gathering(host.bridge) for _ in asked]
    names = [one.id for one in asked]
    await _submit(host, asked, [gathering.emit for gathering in gatherings])
    answers = await _while_connected(
        receive, lambda: asyncio.gather(*(one.answer() for one in gatherings)), lambda: _cancel(host, names)
    )
    if answers is None:
        return Response(status_code=CLIENT_CLOSED_REQUEST)
    for deltas in answers:
        if failed(deltas[-1]):
            return problems.answer(*failure_of(deltas[-1]))
    return JSONResponse(_completion(host, asked[0].id, answers, splitters))


async def _while_connected(receive: Receive, work: Callable[[], Awaitable[T]], abandon: Callable[[], None]) -> T | None:
    """The result of ``work``, or None after ``abandon`` when the client leaves first."""
    working = asyncio.ensure_future(work())
    listening = asyncio.create_task(disconnected(receive))
    try:
        await asyncio.wait({working, listening}, return_when=asyncio.FIRST_COMPLETED)
        return working.result() if working.done() else None
    finally:
        listening.cancel()
        if not working.done():
            working.cancel()
            abandon()


def _completion(
    host: EngineHost, name: str, answers: Sequence[list[Delta]], splitters: Sequence[AnySplitter]
) -> dict[str, Any]:
    lasts = [deltas[-1] for deltas in answers]
    return {
        "id": name,
        "object": "chat.completion",
        "created": int(time.time()),
        "model": host.name,
        "choices": [_choice(host, index, answers[index], splitters[index]) for index in range(len(answers))],
        "usage": shapes.usage_of([delta.usage for delta in lasts]),
        "timings": shapes.timings_of(lasts[0].timings),
    }


def _choice(host: EngineHost, index: int, deltas: Sequence[Delta], splitter: AnySplitter) -> dict[str, Any]:
    finish = deltas[-1].finish
    assert finish is not None
    pieces = splitter.feed("".join(delta.text for delta in deltas)) + splitter.end(cut=finish is FinishReason.LENGTH)
    message = shapes.message_of(pieces)
    logprobs = [entry for delta in deltas for entry in delta.logprobs]
    return {
        "index": index,
        "message": message,
        "logprobs": shapes.logprobs_of(logprobs, host.engine.tokenizer) if logprobs else None,
        "finish_reason": shapes.finish_of(finish, called="tool_calls" in message),
    }
