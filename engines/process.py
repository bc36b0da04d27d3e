"""Starts the engine process, watches it, and starts it again when it dies or stands still."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

from engines.client import EngineClient
from engines.errors import EngineError
from engines.life import Ending, EngineLife
from engines.spec import EngineSpec

__all__ = ["EngineProcess", "EngineSpec", "EngineState", "Phase"]

log = logging.getLogger(__name__)

Phase = Literal["stopped", "loading", "ready", "restarting", "failed"]


@dataclass(frozen=True, slots=True)
class EngineState:
    """Where the engine is in its life. ``detail`` is a sentence when something went wrong."""

    phase: Phase = "stopped"
    detail: str = ""
    restarts: int = 0
    pid: int | None = None
    base_url: str | None = None
    progress: float = 0.0


class EngineProcess:
    """One engine process at a time. ``on_change`` is called on the event loop with every new state."""

    def __init__(self, spec: EngineSpec, on_change: Callable[[EngineState], None] | None = None) -> None:
        self.api_key = spec.api_key or secrets.token_urlsafe(32)
        self.spec = replace(spec, api_key=self.api_key)
        self.state = EngineState()
        self._on_change = on_change
        self._changed = asyncio.Event()
        self._supervision: asyncio.Task[None] | None = None
        self._life: EngineLife | None = None
        self._client: EngineClient | None = None
        self._doubted = False
        self._stopping = asyncio.Lock()

    async def start(self) -> None:
        """Begin; returns at once. ``client`` waits for the model."""
        if self._supervision is None or self._supervision.done():
            self._set(EngineState("loading"))
            self._supervision = asyncio.create_task(self._supervise(), name="engine-supervision")

    async def stop(self) -> None:
        """End the process in good order, by force when it does not listen. Safe to call twice."""
        async with self._stopping:
            supervision, self._supervision = self._supervision, None
            if supervision is not None:
                supervision.cancel()
                await asyncio.wait({supervision})
            await self._drop_client()
            self._set(EngineState("stopped", restarts=self.state.restarts))

    async def client(self) -> EngineClient:
        """The client of the running engine, waiting through load and restarts.

        Raises EngineError with the sentence of the last failure when the engine has been given up or is stopped.
        An engine that is ready and did not answer is asked again: it may have been busy with something else.
        """
        while True:
            changed = self._changed
            if self.state.phase == "ready" and self._client is not None and await self._is_trusted(self._client):
                return self._client
            if self.state.phase == "failed":
                raise EngineError(self.state.detail)
            if self.state.phase == "stopped":
                raise EngineError("The engine is stopped: start it first.")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(changed.wait(), self.spec.patience.look_every_s)

    def idle_s(self) -> float | None:
        """Seconds since there was last something to do, whoever asked for it; None while it is not ready."""
        return self._life.idle_s if self._life is not None and self.state.phase == "ready" else None

    async def _is_trusted(self, client: EngineClient) -> bool:
        """After a lost connection the process may be dead or ending without our knowing yet: ask it, and only then."""
        if not self._doubted:
            return True
        try:
            async with asyncio.timeout(self.spec.patience.answer_s):
                health = await client.health()
        except (EngineError, TimeoutError):
            return False
        if health.status != "ok":
            return False
        self._doubted = False
        return client is self._client

    def _doubt(self) -> None:
        self._doubted = True

    async def _keep_alive(self) -> None:
        patience, strikes = self.spec.patience, 0
        while True:
            ending = await self._live()
            strikes = strikes + 1 if ending.ready_s < patience.settled_s else 1
            log.warning("the engine ended: %s", ending.sentence)
            if ending.permanent or strikes > patience.strikes:
                self._set(EngineState("failed", ending.sentence, self.state.restarts))
                return
            self._set(EngineState("restarting", ending.sentence, self.state.restarts + 1))
            await asyncio.sleep(patience.backoff_s(strikes))

    async def _live(self) -> Ending:
        """One process from its start to its end."""
        life = EngineLife(self.spec, self._on_line)
        self._life = life
        try:
            return await life.run()
        finally:
            self._life = None
            await self._drop_client()

    def _on_line(self, line: dict[str, Any]) -> None:
        """What the process says on its standard output."""
        if "port" in line:
            url = _url(self.spec.host, line["port"])
            self._client = EngineClient(url, self.api_key, line["model"], on_gone=self._doubt)
            self._doubted = False
            if self._life is not None:
                self._life.client = self._client
            self._set(replace(self.state, pid=line["pid"], base_url=url, progress=0.0))
        elif "progress" in line:
            self._set(replace(self.state, progress=line["progress"]))
        elif line.get("loaded"):
            self._set(replace(self.state, phase="ready", progress=1.0))

    async def _drop_client(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    async def _supervise(self) -> None:
        """The whole supervision; whatever goes wrong in it must not leave anybody waiting for a client."""
        try:
            await self._keep_alive()
        except Exception as error:
            log.exception("the supervision of the engine failed")
            self._set(EngineState("failed", f"The engine could not be supervised: {error}.", self.state.restarts))

    def _set(self, state: EngineState) -> None:
        if state == self.state:
            return
        self.state = state
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()
        if self._on_change is None:
            return
        try:
            self._on_change(state)
        except Exception:  # a listener's mistake must not leave the engine without its supervisor
            log.exception("a listener of the engine's state failed")


def _url(host: str, port: int) -> str:
    """Where this machine reaches the server; an address that stands for all of them is no place to call."""
    reached = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://[{reached}]:{port}" if ":" in reached else f"http://{reached}:{port}"
