"""A streamed answer: server-sent events for as long as somebody listens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from engines.request import Delta, FinishReason, Timings, Usage
from engines.server.bridge import Streaming
from engines.server.outcome import failure_of
from engines.server.problems import body_of
from engines.server.shapes import DONE, ChunkWriter, error_event
from engines.splitting import AnySplitter


class StreamedAnswer:
    """Turns the deltas of all choices into events, in the order in which they come."""

    def __init__(
        self, source: Streaming, writer: ChunkWriter, splitters: list[AnySplitter], include_usage: bool
    ) -> None:
        self._source = source
        self._writer = writer
        self._splitters = splitters
        self._include_usage = include_usage
        self._started: set[int] = set()
        self._usages: dict[int, Usage | None] = {}
        self._timings: Timings | None = None
        self.finished = False

    @property
    def complete(self) -> bool:
        """Whether every choice came to its end; after an error the others may still be written."""
        return len(self._usages) == len(self._splitters)

    async def events(self) -> AsyncIterator[bytes]:
        """Bytes to send. Ends early when the source is hung up."""
        while not self.finished:
            burst = await self._source.next()
            if burst is None:
                return
            yield b"".join(self._event(choice, delta) for choice, delta in burst if not self.finished)

    def _event(self, choice: int, delta: Delta) -> bytes:
        if delta.finish in (FinishReason.ERROR, FinishReason.CANCELLED):
            self.finished = True
            _, sentence, kind, code = failure_of(delta)
            return error_event(body_of(sentence, kind, code)) + DONE
        out = b""
        if choice not in self._started:
            self._started.add(choice)
            out = self._writer.role(choice)
        pieces = self._splitters[choice].feed(delta.text)
        if delta.finish is not None:
            pieces += self._splitters[choice].end(cut=delta.finish is FinishReason.LENGTH)
        out += self._writer.pieces(choice, pieces, delta.logprobs)
        return out if delta.finish is None else out + self._finish(choice, delta)

    def _finish(self, choice: int, delta: Delta) -> bytes:
        out = self._writer.finish(choice, delta)
        self._usages[choice] = delta.usage
        if choice == 0:
            self._timings = delta.timings
        if not self.complete:
            return out
        self.finished = True
        if self._include_usage:
            out += self._writer.usage([self._usages[key] for key in sorted(self._usages)], self._timings)
        return out + DONE


class EventStream(Response):
    """Sends the events and listens, at the same time, for the client to leave."""

    media_type = "text/event-stream"

    def __init__(self, answer: StreamedAnswer, source: Streaming, cancel: Callable[[], None]) -> None:
        super().__init__(headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"})
        del self.headers["content-length"]
        self._answer = answer
        self._source = source
        self._cancel = cancel

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        listening = asyncio.create_task(disconnected(receive))
        listening.add_done_callback(lambda _: self._source.hang_up())
        try:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            async for events in self._answer.events():
                await send({"type": "http.response.body", "body": events, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
        finally:
            listening.cancel()
            if not self._answer.complete:
                self._cancel()


async def disconnected(receive: Receive) -> None:
    """Returns when the client has left."""
    while (await receive())["type"] != "http.disconnect":
        continue
