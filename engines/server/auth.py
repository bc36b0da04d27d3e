"""The bearer token: asked for everywhere but at ``/health``, compared in constant time."""

from __future__ import annotations

import hmac

from starlette.types import ASGIApp, Receive, Scope, Send

from engines.server.problems import answer

OPEN_PATHS = frozenset({"/health"})


class BearerToken:
    """Plain ASGI middleware, so that streams and disconnects pass through it untouched."""

    def __init__(self, app: ASGIApp, token: str) -> None:
        self._app = app
        self._expected = f"Bearer {token}".encode()
        self._asked = bool(token)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in OPEN_PATHS or self._allowed(scope):
            await self._app(scope, receive, send)
            return
        refusal = answer(
            401,
            "The API key is missing or wrong: send it as 'Authorization: Bearer KEY'.",
            "invalid_request_error",
            "invalid_api_key",
        )
        await refusal(scope, receive, send)

    def _allowed(self, scope: Scope) -> bool:
        if not self._asked:
            return True
        given = next((value for name, value in scope["headers"] if name == b"authorization"), b"")
        return hmac.compare_digest(given, self._expected)
