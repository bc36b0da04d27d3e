"""A client of the engine process, or of any other OpenAI-compatible server.

Nothing here waits with a clock: a document may rightly take an hour behind a thousand others.
A server that has gone shows itself by its connection.
"""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import httpx2
import openai
from openai import AsyncOpenAI

from engines.completions import Gathered, body_of, completion_of, reasoning_of
from engines.errors import EngineBusy, EngineError, EngineGone, EngineStopping, RequestError
from engines.exchange import ChatSampling, Completion, Health, Messages, ServedModel, StreamPart, Tokenized
from engines.refusals import said_by, translated
from engines.request import Priority
from engines.tolerance import Tolerance

__all__ = [
    "ChatSampling",
    "Completion",
    "EngineClient",
    "Health",
    "Messages",
    "ServedModel",
    "StreamPart",
    "Tokenized",
]

CONNECT_S = 10.0
IDLE_CONNECTION_S = 30.0
_ABSENT = frozenset({404, 405, 501})


class EngineClient:
    """Asks one server. Raises EngineGone when the connection is lost or the key is refused, EngineBusy on 429
    and 503, RequestError when this request cannot be served, and EngineError when the server failed at it.

    ``base_url`` may end in ``/v1`` or not. ``on_gone`` is told of each EngineGone and EngineStopping
    before it is raised.
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
        body = body_of(await self._named(), messages, sampling, priority)
        response = await self._posted(body, cast_to=httpx2.Response)
        try:
            answer = response.json()
            choice = answer["choices"][0]
            message = choice["message"]
        except (ValueError, LookupError, TypeError) as error:
            raise EngineError(f"The server at {self.root} answers with something that is no answer.") from error
        return completion_of(
            answer,
            text=message.get("content") or "",
            reasoning=reasoning_of(message),
            finish=choice.get("finish_reason"),
            seconds=time.perf_counter() - began,
            ttft_s=None,
        )

    async def stream(
        self, messages: Messages, *, sampling: ChatSampling, priority: Priority = Priority.INTERACTIVE
    ) -> AsyncGenerator[StreamPart, None]:
        """The answer in parts. Closing the iterator (``contextlib.aclosing``) cancels the request."""
        body = body_of(await self._named(), messages, sampling, priority)
        gathered = Gathered(time.perf_counter())
        asked = {**body, "stream": True, "stream_options": {"include_usage": True}}
        chunks = await self._posted(asked, cast_to=object, stream=True, stream_cls=openai.AsyncStream[object])
        with self._translated():
            async with chunks:
                async for chunk in chunks:
                    part = gathered.take(chunk)
                    if part is not None:
                        yield part
            if gathered.finish is None:
                raise EngineGone("The connection to the engine ended in the middle of an answer.")
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
        return ServedModel(chosen["id"], _context_of(chosen), _engine_name(chosen, self.root), _rows_of(chosen))

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
            shape = said_by(error.__cause__) or {"status": "loading"}
        known = {name: shape[name] for name in Health.__dataclass_fields__ if shape.get(name) is not None}
        return Health(**{"status": "ok", **known})

    async def close(self) -> None:
        """Close every connection; requests still under way are cancelled."""
        await self._openai.close()

    async def _named(self) -> str | None:
        """The model to ask for; the server's own where none was named."""
        if self._model is None:
            await self.model()
        return self._model

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

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """The client library's errors as ours; whoever wants to know is told that the server has gone."""
        try:
            with translated(self.root):
                yield
        except (EngineGone, EngineStopping):
            if self._on_gone is not None:
                self._on_gone()
            raise


def _context_of(entry: Mapping[str, Any]) -> int | None:
    """The context of a listed model: vLLM's field, or llama-server's."""
    meta = entry.get("meta")
    return entry.get("max_model_len") or (meta.get("n_ctx") if isinstance(meta, Mapping) else None)


def _rows_of(entry: Mapping[str, Any]) -> int | None:
    """Our own engine's width, which follows its tuning and the memory."""
    meta = entry.get("meta")
    rows = meta.get("batch_rows") if isinstance(meta, Mapping) else None
    return rows if isinstance(rows, int) and rows > 0 else None


def _is_local(url: str) -> bool:
    return urlsplit(url).hostname in ("127.0.0.1", "::1", "localhost")


def _engine_name(entry: Mapping[str, Any], root: str) -> str:
    """Who serves a model, with what, and where: ``nightdesk llama.cpp``, ``vllm at http://10.0.0.7:8000``."""
    meta = entry.get("meta")
    backend = meta.get("backend") if isinstance(meta, Mapping) else None
    owner = {"me": "llama-cpp-python"}.get(entry.get("owned_by", ""), entry.get("owned_by") or "a server")
    name = " ".join(str(part) for part in (owner, backend) if part)
    return name if entry.get("owned_by") == "nightdesk" and _is_local(root) else f"{name} at {root}"
