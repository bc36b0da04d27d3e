"""A bare HTTP server that stands for servers that are not ours."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

MODELS = {"data": [{"id": "other-model", "object": "model"}]}
COMPLETION = {
    "model": "other-model",
    "choices": [{"index": 0, "message": {"role": "assistant", "content": "Hi."}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 4, "completion_tokens": 2},
}

Handler = Callable[[str, dict[str, Any], asyncio.StreamWriter], Awaitable[None]]


class Peer:
    """A bare HTTP server on a real socket: each path is answered by the test's own words."""

    def __init__(self) -> None:
        self.answers: dict[str, Handler] = {"/v1/models": replies(200, MODELS)}
        self.bodies: list[dict[str, Any]] = []
        self.url = ""
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        """Listen on a free port."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def close(self) -> None:
        """Stop listening."""
        assert self._server is not None
        self._server.close()
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        path = head.split(" ", 2)[1]
        sizes = [line for line in head.lower().splitlines() if line.startswith("content-length:")]
        raw = await reader.readexactly(int(sizes[0].split(":")[1])) if sizes else b"{}"
        body = json.loads(raw)
        if path.endswith("/chat/completions"):
            self.bodies.append(body)
        await self.answers.get(path, replies(404, {"detail": "Not Found"}))(path, body, writer)
        writer.close()


def replies(status: int, shape: Any) -> Handler:
    """Always this answer."""

    async def handle(path: str, body: dict[str, Any], writer: asyncio.StreamWriter) -> None:
        content = json.dumps(shape).encode()
        writer.write(
            f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {len(content)}\r\n"
            "Connection: close\r\n\r\n".encode()
            + content
        )
        await writer.drain()

    return handle


def streams(*events: str, done: bool = True) -> Handler:
    """Server-sent events, then an orderly end of the connection."""

    async def handle(path: str, body: dict[str, Any], writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n")
        for event in [*events, *(["[DONE]"] if done else [])]:
            writer.write(f"data: {event}\n\n".encode())
        await writer.drain()

    return handle


def chunk(text: str, finish: str | None = None) -> str:
    """A minimal chunk, without anything that only we send."""
    return json.dumps({"model": "m", "choices": [{"index": 0, "delta": {"content": text}, "finish_reason": finish}]})
