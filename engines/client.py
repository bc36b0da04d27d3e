"""A client of the engine process, or of any other OpenAI-compatible server.

Nothing here waits with a clock: a document may rightly take an hour behind a thousand others.
A server that has gone shows itself by its connection.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

import httpx2
import openai
from openai import AsyncOpenAI

from engines.errors import (
    CONTEXT_EXCEEDED,
    DEADLINE_EXCEEDED,
    ENGINE_STOPPING,
    EngineBusy,
    EngineError,
    EngineGone,
    KeyRefused,
    RequestError,
)
from engines.request import Priority
from engines.tolerance import Tolerance

Messages = Sequence[Mapping[str, Any]]
Finish = Literal["stop", "length"]

CONNECT_S = 10.0
IDLE_CONNECTION_S = 30.0
_BUSY = frozenset({429, 503, 529})
_GATEWAY = frozenset({502, 504})
_REFUSED_KEY = frozenset({401, 403})
_ABSENT = frozenset({404, 405, 501})
_STOPPING = frozenset({ENGINE_STOPPING, "503"})
_TOO_LONG = re.compile(r"context (length|size|window)|exceed_context_size|maximum context", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ChatSampling:
    """How an answer is written. ``max_tokens`` None means up to the end of the context; the rest is greedy."""

    max_tokens: int | None = None
    temperature: float = 0.0
    top_p: float = 1.0
    top_k: int = 0
    min_p: float = 0.0
    repetition_penalty: float = 1.0
    seed: int | None = None
    stop: tuple[str, ...] = ()
    schema: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Completion:
    """A whole answer with its figures. ``ttft_s`` and the rate are None where the server does not tell."""

    text: str
    finish_reason: Finish
    prompt_tokens: int
    cached_tokens: int
    generated_tokens: int
    ttft_s: float | None
    seconds: float
    decode_tokens_per_s: float | None
    model: str
    reasoning: str = ""


@dataclass(frozen=True, slots=True)
class StreamPart:
    """The next piece of an answer; the last one has a finish reason and the whole completion."""

    text: str
    finish_reason: Finish | None = None
    completion: Completion | None = None
    reasoning: str = ""


@dataclass(frozen=True, slots=True)
class Tokenized:
    """A text in tokens. All None where the server cannot count."""

    count: int | None
    offsets: list[int] | None
    max_model_len: int | None


@dataclass(frozen=True, slots=True)
class ServedModel:
    """The model of a server; ``context`` in tokens, None where the server does not tell.

    ``engine`` names what computes it, as far as the server says so.
    """

    id: str
    context: int | None
    engine: str = ""


@dataclass(frozen=True, slots=True)
class Health:
    """Whether the engine is there, and its counters. Of another server only ``status`` is known."""

    status: str
    steps: int = 0
    generated_tokens: int = 0
    running: int = 0
    waiting: int = 0
    progress: float = 1.0
    error: str | None = None


class EngineClient:
    """Asks one server. Raises EngineGone when the connection is lost or the key is refused, EngineBusy on 429
    and 503, RequestError when this request cannot be served, and EngineError when the server failed at it.

    ``base_url`` may end in ``/v1`` or not. ``on_gone`` is told of each EngineGone before it is raised.
    """

    def __init__(
        self, base_url: str, api_key: str, model: str | None = None, *, on_gone: Callable[[], None] | None = None
    ) -> None:
        self.root = base_url.rstrip("/").removesuffix("/v1")
        self._model = model
        self._on_gone = on_gone
        self.tolerance = Tolerance()
        self._openai = AsyncOpenAI(
            base_url=f"{self.root}/v1",
            api_key=api_key or "none",
            max_retries=0,
            timeout=httpx2.Timeout(None, connect=CONNECT_S),
            http_client=openai.DefaultAsyncHttpxClient(
                # A proxy of the environment must not see, or break, what stays on this machine.
                trust_env=not _is_local(self.root),
                limits=httpx2.Limits(max_connections=None, keepalive_expiry=IDLE_CONNECTION_S),
            ),
        )

    async def complete(
        self, messages: Messages, *, sampling: ChatSampling, priority: Priority = Priority.INTERACTIVE
    ) -> Completion:
        """The whole answer at once."""
        began = time.perf_counter()
        body = await self._body(messages, sampling, priority)
        response = await self._posted(body, cast_to=httpx2.Response)
        try:
            answer = response.json()
            choice = answer["choices"][0]
            message = choice["message"]
        except (ValueError, LookupError, TypeError) as error:
            raise EngineError(f"The server at {self.root} answers with something that is no answer.") from error
        return _completion(
            answer,
            text=message.get("content") or "",
            reasoning=message.get("reasoning_content") or "",
            finish=choice.get("finish_reason"),
            seconds=time.perf_counter() - began,
            ttft_s=None,
        )

    async def stream(
        self, messages: Messages, *, sampling: ChatSampling, priority: Priority = Priority.INTERACTIVE
    ) -> AsyncGenerator[StreamPart, None]:
        """The answer in parts. Closing the iterator (``contextlib.aclosing``) cancels the request."""
        body = await self._body(messages, sampling, priority)
        gathered = _Gathered(time.perf_counter())
        asked = {**body, "stream": True, "stream_options": {"include_usage": True}}
        chunks = await self._posted(asked, cast_to=object, stream=True, stream_cls=openai.AsyncStream[object])
        with self._translated():
            async with chunks:
                async for chunk in chunks:
                    part = gathered.take(chunk)
                    if part is not None:
                        yield part
        if gathered.finish is None:
            raise self._gone("The connection to the engine ended in the middle of an answer.")
        completion = gathered.completion()
        yield StreamPart("", completion.finish_reason, completion)

    async def tokenize(self, text: str) -> Tokenized:
        """Count the tokens of a plain text, and find where each begins (character offsets)."""
        # llama-server calls the text ``content``
        asked = {"prompt": text, "content": text, "return_offsets": True, "return_tokens": False}
        answer = await self._tokenized(asked)
        if answer is None:
            return Tokenized(None, None, None)
        return Tokenized(answer["count"], answer.get("offsets"), answer.get("max_model_len"))

    async def count_messages(self, messages: Messages) -> int | None:
        """Tokens of a conversation as the model reads it, None where the server cannot count."""
        answer = await self._tokenized({"messages": list(messages), "return_tokens": False})
        return None if answer is None else int(answer["count"])

    async def model(self) -> ServedModel:
        """The model that answers: the one named, or else the first that the server lists."""
        entries = await self.models()
        chosen = next((entry for entry in entries if self._model in (None, entry["id"])), None)
        if chosen is None and self._model is not None and not entries:
            return ServedModel(self._model, None, _engine_name({}, self.root))
        if chosen is None:
            raise RequestError(f"The server at {self.root} does not serve '{self._model or 'any model'}'.")
        self._model = chosen["id"]
        return ServedModel(chosen["id"], _context_of(chosen), _engine_name(chosen, self.root))

    async def models(self) -> list[dict[str, Any]]:
        """Everything that the server lists, as it lists it; each entry has at least an ``id``.

        Nothing where the list makes no sense: mlx_lm.server breaks off in the middle of it.
        """
        response = await self.get("/v1/models")
        try:
            entries = response.json().get("data") or []
        except (ValueError, AttributeError):
            entries = []
        return [entry for entry in entries if isinstance(entry, dict) and isinstance(entry.get("id"), str)]

    async def get(self, path: str) -> httpx2.Response:
        """What the server has at ``path``; RequestError where it has nothing."""
        with self._translated():
            return await self._openai.get(f"{self.root}{path}", cast_to=httpx2.Response)

    async def health(self) -> Health:
        """How the server is; EngineGone when it does not answer."""
        try:
            with self._translated():
                response = await self._openai.get(f"{self.root}/health", cast_to=httpx2.Response)
                shape = response.json() if response.headers.get("content-type", "").endswith("json") else {}
        except RequestError:
            return Health("ok")
        except EngineBusy as error:
            shape = _body_of(error.__cause__) or {"status": "loading"}
        known = {name: shape[name] for name in Health.__dataclass_fields__ if shape.get(name) is not None}
        return Health(**{"status": "ok", **known})

    async def close(self) -> None:
        """Close every connection; requests still under way are cancelled."""
        await self._openai.close()

    async def _body(self, messages: Messages, sampling: ChatSampling, priority: Priority) -> dict[str, Any]:
        """Only what differs from a server's defaults: strict servers refuse fields that they do not know."""
        if self._model is None:
            await self.model()
        body: dict[str, Any] = {
            "model": self._model,
            "messages": list(messages),
            "temperature": sampling.temperature,
            "top_p": sampling.top_p,
        }
        wanted = {
            "max_tokens": sampling.max_tokens,
            "top_k": sampling.top_k or None,
            "min_p": sampling.min_p or None,
            "repetition_penalty": sampling.repetition_penalty if sampling.repetition_penalty != 1.0 else None,
            "seed": sampling.seed,
            "stop": list(sampling.stop) or None,
            "priority": int(priority) or None,
            "response_format": _format_of(sampling.schema),
        }
        return body | {name: value for name, value in wanted.items() if value is not None}

    async def _posted(self, body: dict[str, Any], **how: Any) -> Any:
        """The server's answer, streamed or whole; a field that it does not take is left out from then on."""
        while True:
            asked = self.tolerance.fit(body)
            try:
                with self._translated():
                    return await self._openai.post("/chat/completions", body=asked, **how)
            except RequestError as error:
                if not self.tolerance.learn(asked, error):
                    raise

    async def _tokenized(self, body: dict[str, Any]) -> dict[str, Any] | None:
        if self._model is not None:
            body = {**body, "model": self._model}
        try:
            with self._translated():
                response = await self._openai.post(f"{self.root}/tokenize", body=body, cast_to=httpx2.Response)
        except RequestError as error:
            if isinstance(error.__cause__, openai.APIStatusError) and error.__cause__.status_code in _ABSENT:
                return None
            raise
        answer = response.json()
        if not isinstance(answer, dict):
            return None
        if answer.get("count") is None and answer.get("tokens"):
            answer["count"] = len(answer["tokens"])
        return answer if isinstance(answer.get("count"), int) else None

    def _gone(self, sentence: str) -> EngineGone:
        if self._on_gone is not None:
            self._on_gone()
        return EngineGone(sentence)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """The client library's errors as ours."""
        try:
            yield
        except openai.APIStatusError as error:
            raise self._of_status(error) from error
        except (openai.APIConnectionError, httpx2.TransportError, httpx2.StreamError) as error:
            reason = str(error.__cause__ or error).rstrip(".") or type(error).__name__
            raise self._gone(f"The engine at {self.root} cannot be reached ({reason}).") from error
        except RuntimeError as error:
            if "closed" not in str(error):
                raise
            raise self._gone(f"The connection to {self.root} has been closed.") from error
        except openai.APIError as error:
            raise self._in_stream(error) from error

    def _of_status(self, error: openai.APIStatusError) -> EngineError:
        sentence, status = _sentence_of(error), error.status_code
        if status in _BUSY:
            return EngineBusy(sentence, _seconds(error.response.headers.get("retry-after")))
        if status in _REFUSED_KEY:
            self._gone(sentence)
            return KeyRefused(f"The server at {self.root} refuses the API key: {sentence}")
        if error.code == DEADLINE_EXCEEDED:
            return RequestError(sentence, DEADLINE_EXCEEDED)
        if status in _GATEWAY:
            return self._gone(f"The server at {self.root} is not reached by its gateway: {sentence}")
        return EngineError(sentence) if status >= 500 else RequestError(sentence, _code_of(error, sentence))

    def _in_stream(self, error: openai.APIError) -> EngineError:
        if error.code == DEADLINE_EXCEEDED:
            return RequestError(_sentence_of(error), DEADLINE_EXCEEDED)
        return self._gone(_sentence_of(error)) if error.code in _STOPPING else EngineError(_sentence_of(error))


class _Gathered:
    """Puts a streamed answer together."""

    def __init__(self, began: float) -> None:
        self.finish: str | None = None
        self._began = began
        self._ttft_s: float | None = None
        self._texts: list[str] = []
        self._reasonings: list[str] = []
        self._answer: dict[str, Any] = {}

    def take(self, chunk: Any) -> StreamPart | None:
        """The part that a chunk holds, None when it holds no text."""
        for name in ("model", "usage", "timings"):
            if chunk.get(name):
                self._answer[name] = chunk[name]
        if not chunk.get("choices"):
            return None
        choice = chunk["choices"][0]
        self.finish = choice.get("finish_reason") or self.finish
        delta = choice.get("delta") or {}
        text, reasoning = delta.get("content") or "", delta.get("reasoning_content") or ""
        if not text and not reasoning:
            return None
        if self._ttft_s is None:
            self._ttft_s = time.perf_counter() - self._began
        self._texts.append(text)
        self._reasonings.append(reasoning)
        return StreamPart(text, reasoning=reasoning)

    def completion(self) -> Completion:
        """The whole answer."""
        return _completion(
            self._answer,
            text="".join(self._texts),
            reasoning="".join(self._reasonings),
            finish=self.finish,
            seconds=time.perf_counter() - self._began,
            ttft_s=self._ttft_s,
        )


def _completion(
    answer: Mapping[str, Any], *, text: str, reasoning: str, finish: str | None, seconds: float, ttft_s: float | None
) -> Completion:
    usage, timings = answer.get("usage") or {}, answer.get("timings") or {}
    return Completion(
        text=text,
        finish_reason="length" if finish == "length" else "stop",
        prompt_tokens=usage.get("prompt_tokens") or 0,
        cached_tokens=(usage.get("prompt_tokens_details") or {}).get("cached_tokens") or 0,
        generated_tokens=usage.get("completion_tokens") or 0,
        ttft_s=timings.get("ttft_s", ttft_s),
        seconds=timings.get("total_s", seconds),
        decode_tokens_per_s=timings.get("decode_tokens_per_s"),
        model=answer.get("model") or "",
        reasoning=reasoning,
    )


def _format_of(schema: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if schema is None:
        return None
    if not schema:
        return {"type": "json_object"}
    return {"type": "json_schema", "json_schema": {"name": "answer", "schema": dict(schema)}}


def _body_of(error: BaseException | None) -> dict[str, Any]:
    """The JSON of an error's answer; openai takes it apart, so the answer itself is read."""
    if not isinstance(error, openai.APIStatusError):
        return {}
    try:
        shape = error.response.json()
    except ValueError:
        return {}
    return shape if isinstance(shape, dict) else {}


def _context_of(entry: Mapping[str, Any]) -> int | None:
    """The context of a listed model: vLLM's field, or llama-server's."""
    meta = entry.get("meta")
    return entry.get("max_model_len") or (meta.get("n_ctx") if isinstance(meta, Mapping) else None)


def _seconds(text: str | None) -> float | None:
    """``Retry-After`` in seconds; its other form, a date, is not worth its trouble."""
    return float(text) if text and text.isascii() and text.isdigit() else None


def _code_of(error: openai.APIStatusError, sentence: str) -> str | None:
    """OpenAI's word for a prompt that is too long, whatever this server calls it; else the server's own."""
    if error.status_code in (400, 413) and _TOO_LONG.search(f"{error.type} {sentence}"):
        return CONTEXT_EXCEEDED
    return None if error.code is None else str(error.code)


def _sentence_of(error: openai.APIError) -> str:
    body = error.body
    if isinstance(body, Mapping) and isinstance(body.get("message"), str):
        return str(body["message"])
    # Outside OpenAI's shape: FastAPI's validation says ``detail``, others put their message on top.
    said = next((value for key in ("detail", "message") if (value := _body_of(error).get(key))), None)
    return error.message if said is None else said if isinstance(said, str) else json.dumps(said)


def _is_local(url: str) -> bool:
    return urlsplit(url).hostname in ("127.0.0.1", "::1", "localhost")


def _engine_name(entry: Mapping[str, Any], root: str) -> str:
    """Who serves a model, with what, and where: ``nightdesk llama.cpp``, ``vllm at http://10.0.0.7:8000``."""
    meta = entry.get("meta")
    backend = meta.get("backend") if isinstance(meta, Mapping) else None
    name = " ".join(str(part) for part in (entry.get("owned_by") or "a server", backend) if part)
    return name if entry.get("owned_by") == "nightdesk" and _is_local(root) else f"{name} at {root}"
