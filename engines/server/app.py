"""The web application: routes, the bearer token, errors in OpenAI's shape."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from engines.metrics import render
from engines.server import chat, problems, tokens
from engines.server.auth import BearerToken
from engines.server.host import EngineHost
from engines.server.status import health_of


def create_app(host: EngineHost, api_key: str) -> FastAPI:
    """The application around ``host``; an empty ``api_key`` leaves every path open."""
    app = FastAPI(title="Nightdesk engine", docs_url=None, redoc_url=None)
    app.state.host = host
    app.include_router(chat.router)
    app.include_router(tokens.router)
    app.add_api_route("/v1/models", models, methods=["GET"], response_model=None)
    app.add_api_route("/v1/models/{name:path}", model, methods=["GET"], response_model=None)
    app.add_api_route("/health", health, methods=["GET"], response_model=None)
    app.add_api_route("/metrics", metrics, methods=["GET"], response_model=None)
    problems.install(app)
    app.add_middleware(BearerToken, token=api_key)
    return app


async def models(request: Request) -> dict[str, Any]:
    """The one model that is served."""
    return {"object": "list", "data": [entry_of(request.app.state.host)]}


async def model(name: str, request: Request) -> dict[str, Any]:
    """The model of that name, if it is the one that is served."""
    host: EngineHost = request.app.state.host
    chat.check_model(name, host)
    return entry_of(host)


def entry_of(host: EngineHost) -> dict[str, Any]:
    """The served model as OpenAI lists it, with vLLM's context and what else is known."""
    card = host.engine.model
    return {
        "id": host.name,
        "object": "model",
        "created": host.started_at,
        "owned_by": "nightdesk",
        "max_model_len": card.context,
        "meta": {
            "architecture": card.architecture,
            "parameters": card.parameters,
            "quantisation": card.quantisation,
            "train_context": card.train_context,
            "backend": card.backend,
            "batch_rows": host.engine.batch_rows,
            "settings": dict(card.settings),
        },
    }


async def health(request: Request) -> Response:
    """Whether the engine is there, and whether it moves: the watchdog reads this."""
    host: EngineHost = request.app.state.host
    shape = health_of(host)
    return JSONResponse(shape, status_code=200 if shape["status"] == "ok" else 503)


async def metrics(request: Request) -> Response:
    """Figures for Prometheus, under vLLM's names."""
    host: EngineHost = request.app.state.host
    return PlainTextResponse(render(host.engine.stats(), host.name), media_type="text/plain; version=0.0.4")
