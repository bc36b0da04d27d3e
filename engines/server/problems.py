"""Errors in OpenAI's shape: one sentence, a type, a code, and the status that goes with them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from engines.errors import EngineBusy, EngineError, EngineGone, ModelError, RequestError


class EngineLoading(EngineBusy):
    """The model is still being read (HTTP 503)."""


def body_of(message: str, kind: str, code: str | None = None, param: str | None = None) -> dict[str, Any]:
    """The JSON that OpenAI's clients expect of an error."""
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


def answer(status: int, message: str, kind: str, code: str | None = None, param: str | None = None) -> JSONResponse:
    """An error as a whole HTTP answer."""
    return JSONResponse(body_of(message, kind, code, param), status_code=status)


def status_of(error: EngineError) -> tuple[int, str, str | None]:
    """HTTP status, OpenAI's type and code of one of our errors."""
    if isinstance(error, RequestError):
        return 400, "invalid_request_error", error.code
    if isinstance(error, EngineLoading):
        return 503, "service_unavailable", "engine_loading"
    if isinstance(error, EngineBusy):
        return 429, "rate_limit_error", "engine_busy"
    if isinstance(error, (EngineGone, ModelError)):
        return 503, "service_unavailable", error.code or "engine_unavailable"
    return 500, "server_error", None


def install(app: FastAPI) -> None:
    """Make every error of ``app`` leave it in OpenAI's shape."""
    app.add_exception_handler(EngineError, _engine_error)
    app.add_exception_handler(RequestValidationError, _invalid_body)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(Exception, _unexpected)


async def _engine_error(_: Request, error: Exception) -> Response:
    assert isinstance(error, EngineError)
    status, kind, code = status_of(error)
    response = answer(status, str(error), kind, code)
    if status in (429, 503):
        response.headers["Retry-After"] = "1"
    return response


async def _invalid_body(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    if first["type"] == "json_invalid":
        return answer(400, "The body is not JSON.", "invalid_request_error", "invalid_json")
    name = _field_name(first["loc"])
    sentence = f"The field '{name}' cannot be used: {_reason(first)}."
    return answer(400, sentence, "invalid_request_error", "invalid_value", name)


def _field_name(location: tuple[int | str, ...]) -> str:
    parts = [str(part) for part in location if part != "body"]
    return ".".join(parts) or "body"


def _reason(problem: Mapping[str, Any]) -> str:
    text = str(problem["msg"]).rstrip(".")
    return text[:1].lower() + text[1:]


async def _http_error(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return answer(error.status_code, f"{error.detail}.", "invalid_request_error")


async def _unexpected(_: Request, error: Exception) -> Response:
    return answer(500, f"The engine met an error of its own: {type(error).__name__}: {error}", "server_error")
