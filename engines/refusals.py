"""The errors of the client library, and of any server behind it, as ours."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx2
import openai

from engines.errors import (
    CONTEXT_EXCEEDED,
    DEADLINE_EXCEEDED,
    ENGINE_STOPPING,
    EngineBusy,
    EngineError,
    EngineGone,
    EngineStopping,
    KeyRefused,
    RequestError,
)

_BUSY = frozenset({429, 503, 529})
_GATEWAY = frozenset({502, 504})
_REFUSED_KEY = frozenset({401, 403})
_STOPPING = frozenset({ENGINE_STOPPING, "503"})
_TOO_LONG = re.compile(r"context (length|size|window)|exceed_context_size|maximum context", re.IGNORECASE)

# llama-cpp-python's server answers with status 500 to what FastAPI found wrong with the request itself.
_MALFORMED = re.compile(r"\b\d+ validation errors?:")


@contextmanager
def translated(root: str) -> Iterator[None]:
    """Raises ours for the library's errors; ``root`` is the address of the server, for the sentences."""
    try:
        yield
    except openai.APIStatusError as error:
        raise _of_status(error, root) from error
    except (openai.APIConnectionError, httpx2.TransportError, httpx2.StreamError) as error:
        reason = str(error.__cause__ or error).rstrip(".") or type(error).__name__
        raise EngineGone(f"The engine at {root} cannot be reached ({reason}).") from error
    except RuntimeError as error:
        if "closed" not in str(error):
            raise
        raise EngineGone(f"The connection to {root} has been closed.") from error
    except openai.APIError as error:
        raise _in_stream(error) from error


def _of_status(error: openai.APIStatusError, root: str) -> EngineError:
    sentence, status = sentence_of(error), error.status_code
    if error.code == ENGINE_STOPPING:
        return EngineStopping(sentence)
    if status in _BUSY:
        return EngineBusy(sentence, _seconds(error.response.headers.get("retry-after")))
    if status in _REFUSED_KEY:
        return KeyRefused(f"The server at {root} refuses the API key: {sentence}")
    if error.code == DEADLINE_EXCEEDED:
        return RequestError(sentence, DEADLINE_EXCEEDED)
    if status in _GATEWAY:
        return EngineGone(f"The server at {root} is not reached by its gateway: {sentence}")
    if status >= 500 and not _MALFORMED.search(sentence) and not _TOO_LONG.search(sentence):
        return EngineError(sentence, error.code)
    return RequestError(sentence, _code_of(error, sentence))


def _in_stream(error: openai.APIError) -> EngineError:
    if error.code == DEADLINE_EXCEEDED:
        return RequestError(sentence_of(error), DEADLINE_EXCEEDED)
    return EngineGone(sentence_of(error)) if error.code in _STOPPING else EngineError(sentence_of(error), error.code)


def said_by(error: BaseException | None) -> dict[str, Any]:
    """The JSON of an error's answer; openai takes it apart, so the answer itself is read."""
    if not isinstance(error, openai.APIStatusError):
        return {}
    try:
        shape = error.response.json()
    except ValueError:
        return {}
    return shape if isinstance(shape, dict) else {}


def _seconds(text: str | None) -> float | None:
    """``Retry-After`` in seconds; its other form, a date, is not worth its trouble."""
    return float(text) if text and text.isascii() and text.isdigit() else None


def _code_of(error: openai.APIStatusError, sentence: str) -> str | None:
    """OpenAI's word for a prompt that is too long, whatever this server calls it; else the server's own."""
    if error.status_code in (400, 413, 500) and _TOO_LONG.search(f"{error.type} {sentence}"):
        return CONTEXT_EXCEEDED
    return None if error.code is None else str(error.code)


def sentence_of(error: openai.APIError) -> str:
    body = error.body
    if isinstance(body, Mapping) and isinstance(body.get("message"), str):
        return str(body["message"])
    # Outside OpenAI's shape: FastAPI's validation says ``detail``, others put their message on top.
    said = next((value for key in ("detail", "message") if (value := said_by(error).get(key))), None)
    return error.message if said is None else said if isinstance(said, str) else json.dumps(said)
