"""Runs the web server around one engine, from the first connection to an orderly end."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import uvicorn

from engines.errors import EngineError
from engines.options import EngineOptions
from engines.server.app import create_app
from engines.server.host import EngineHost

KEEP_ALIVE_S = 3600
"""Longer than any client keeps an idle connection, so that a request never meets one that we are closing."""

LAST_ANSWERS_S = 5
PROGRESS_STEP = 0.05

Say = Callable[..., None]


def serve(
    model: Path, name: str, options: EngineOptions, api_key: str, listener: socket.socket, say: Say
) -> EngineError | None:
    """Serve on ``listener`` until a signal; gives back the reason when the model could not be loaded."""
    from engines.load import load_engine

    host = EngineHost(name, lambda on_progress: load_engine(model, options, on_progress))
    config = uvicorn.Config(
        create_app(host, api_key),
        log_config=None,
        access_log=False,
        lifespan="off",
        ws="none",
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=LAST_ANSWERS_S,
    )
    server = _Server(config, host, say)
    server.run(sockets=[listener])
    return server.failure


class _Server(uvicorn.Server):
    """Loads the model once the port answers, and ends the engine before the connections."""

    def __init__(self, config: uvicorn.Config, host: EngineHost, say: Say) -> None:
        super().__init__(config)
        self.failure: EngineError | None = None
        self._host = host
        self._say = say
        self._said = 0.0
        self._began = time.monotonic()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._host.start(self._loaded, self._progress)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # Every request gets its end from the engine, so that no client waits for the grace period.
        await asyncio.to_thread(self._host.close)
        await super().shutdown(sockets)

    def _loaded(self, failure: EngineError | None) -> None:
        self.failure = failure
        if failure is not None:
            self.should_exit = True
            return
        card = self._host.engine.model
        facts: dict[str, Any] = {"context": card.context, "seconds": round(time.monotonic() - self._began, 3)}
        self._say(loaded=True, **facts)

    def _progress(self, share: float) -> None:
        if share - self._said >= PROGRESS_STEP or share >= 1.0 > self._said:
            self._said = share
            self._say(progress=round(share, 3))
