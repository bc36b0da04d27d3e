"""A client of the engine process, or of any other OpenAI-compatible server.

Nothing here retries and nothing waits with a clock: a document may rightly take an hour behind a thousand
others. A server that has gone shows itself by its connection.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

import httpx2
import openai
from openai import AsyncOpenAI

from engines.errors import EngineBusy, EngineError, EngineGone, RequestError
from engines.request import Priority

Messages = Sequence[Mapping[str, Any]]
Finish = Literal["stop", "length"]

CONNECT_S = 10.0
IDLE_CONNECTION_S = 30.0
_BUSY = frozenset({429, 503, 529})
_GATEWAY = frozenset({502, 504})
_REFUSED_KEY = frozenset({401, 403})
_ABSENT = frozenset({404, 405, 501})


@dataclass(frozen=True, slots=True)
class ChatSampling:
    """How an answer is written. ``max_tokens`` None means up to the end of the context; the rest is greedy."""

    max_tokens: int | None = None
    temperature: float = 0.0
    top_p: float = 1.0
    top_k: int = 0
    min_p: float = 0.0
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
        self._sends_priority = True
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
        answer = await self._asked(body)
        choice = answer["choices"][0]
        message = choice["message"]
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
    ) -> AsyncIterator[StreamPart]:
        """The answer in parts. Closing the iterator (``contextlib.aclosing``) cancels the request."""
        body = await self._body(messages, sampling, priority)
        gathered = _Gathered(time.perf_counter())
        with self._translated():
            chunks = await self._openai.post(
                "/chat/completions",
                body={**body, "stream": True, "stream_options": {"include_usage": True}},
                cast_to=object,
                stream=True,
                stream_cls=openai.AsyncStream[object],
            )
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
        answer = await self._tokenized({"prompt": text, "return_offsets": True, "return_tokens": False})
        if answer is None:
            return Tokenized(None, None, None)
        return Tokenized(answer["count"], answer.get("offsets"), answer.get("max_model_len"))

    async def count_messages(self, messages: Messages) -> int | None:
        """Tokens of a conversation as the model reads it, None where the server cannot count."""
        answer = await self._tokenized({"messages": list(messages), "return_tokens": False})
        return None if answer is None else int(answer["count"])

    async def model(self) -> ServedModel:
        """The model that answers: the one named, or else the first that the server lists."""
        with self._translated():
            response = await self._openai.get("/models", cast_to=httpx2.Response)
        entries = response.json().get("data") or []
        chosen = next((entry for entry in entries if self._model in (None, entry["id"])), None)
        if chosen is None:
            raise RequestError(f"The server at {self.root} does not serve '{self._model or 'any model'}'.")
        self._model = chosen["id"]
        return ServedModel(chosen["id"], chosen.get("max_model_len"), _engine_name(chosen))

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
            "seed": sampling.seed,
            "stop": list(sampling.stop) or None,
            "priority": int(priority) or None if self._sends_priority else None,
            "response_format": _format_of(sampling.schema),
        }
        return body | {name: value for name, value in wanted.items() if value is not None}

    async def _asked(self, body: dict[str, Any]) -> dict[str, Any]:
        try:
            with self._translated():
                response = await self._openai.post("/chat/completions", body=body, cast_to=httpx2.Response)
        except RequestError as error:
            if "priority" not in body or "priority" not in str(error).lower():
                raise
            # vLLM without --scheduling-policy priority: first come, first served is what it can do.
            self._sends_priority = False
            return await self._asked({name: value for name, value in body.items() if name != "priority"})
        answer: dict[str, Any] = response.json()
        return answer

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
        return answer if isinstance(answer, dict) and isinstance(answer.get("count"), int) else None

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
        except openai.APIError as error:
            raise self._in_stream(error) from error

    def _of_status(self, error: openai.APIStatusError) -> EngineError:
        sentence, status = _sentence_of(error), error.status_code
        if status in _BUSY:
            return EngineBusy(sentence)
        if status in _REFUSED_KEY:
            return self._gone(f"The server at {self.root} refuses the API key: {sentence}")
        if status in _GATEWAY:
            return self._gone(f"The server at {self.root} is not reached by its gateway: {sentence}")
        return EngineError(sentence) if status >= 500 else RequestError(sentence, code=error.code)

    def _in_stream(self, error: openai.APIError) -> EngineError:
        return self._gone(_sentence_of(error)) if error.code == "503" else EngineError(_sentence_of(error))


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


def _sentence_of(error: openai.APIError) -> str:
    body = error.body
    if isinstance(body, Mapping) and isinstance(body.get("message"), str):
        return str(body["message"])
    return error.message


def _is_local(url: str) -> bool:
    return urlsplit(url).hostname in ("127.0.0.1", "::1", "localhost")


def _engine_name(entry: Mapping[str, Any]) -> str:
    """Who serves a model, and with what: ``nightdesk llama.cpp``, ``vllm``."""
    meta = entry.get("meta")
    backend = meta.get("backend") if isinstance(meta, Mapping) else None
    return " ".join(str(part) for part in (entry.get("owned_by"), backend) if part)
