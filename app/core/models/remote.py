"""Another server as the engine: documents share what it can take, chats go past them, outages are waited out."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing

from app.core.models.capabilities import Capabilities, probe
from app.core.models.keys import key_for
from app.core.models.source import OnChange
from app.core.queue.slots import Slots
from app.core.queue.states import backoff_s
from app.core.settings import ModelSettings
from engines.client import ChatSampling, Completion, EngineClient, Messages, StreamPart
from engines.errors import EngineAway, EngineBusy, EngineError, EngineGone, KeyRefused
from engines.process import EngineState
from engines.request import Priority

MOST_AT_ONCE = 512
"""Documents in flight where the server does not tell; the queue's own width is below it."""

SLOW_CHAT_S = 1.5
"""A chat's first token later than this, while documents are in flight, takes one of them away."""

TRIES = 6
CHAT_TRIES = 3
FIRST_BACKOFF_S = 0.5
LONGEST_WAIT_S = 60.0


class RemoteClient(EngineClient):
    """EngineClient for a server that others use too, that refuses when it is full, and that a network lies before.

    Documents wait for one of ``slots``, which shrink when the server refuses or a chat waits, and grow with each
    answer. Both kinds are sent again after a refusal or a lost connection, chats only before their first word.
    """

    def __init__(self, base_url: str, api_key: str, model: str | None = None) -> None:
        super().__init__(base_url, api_key, model)
        self.slots = Slots(MOST_AT_ONCE)
        self.first_backoff_s = FIRST_BACKOFF_S

    async def complete(
        self, messages: Messages, *, sampling: ChatSampling, priority: Priority = Priority.INTERACTIVE
    ) -> Completion:
        """The whole answer; no fault of the request are EngineBusy, when the server stays full, and EngineAway."""
        if priority is Priority.INTERACTIVE:
            async with aclosing(self.stream(messages, sampling=sampling)) as parts:
                async for part in parts:
                    if part.completion is not None:
                        return part.completion
            raise EngineGone(f"The server at {self.root} ended its answer without a word.")
        tries = 0
        while True:
            async with self.slots:
                try:
                    answer = await super().complete(messages, sampling=sampling, priority=priority)
                except KeyRefused:
                    raise
                except (EngineBusy, EngineGone) as error:
                    failure = error
                    if isinstance(error, EngineBusy):
                        self.slots.shrink()
                else:
                    self.slots.grow()
                    return answer
            tries += 1
            if tries >= TRIES:
                raise await self._judged(failure)
            await self._wait(failure, tries)

    async def stream(
        self, messages: Messages, *, sampling: ChatSampling, priority: Priority = Priority.INTERACTIVE
    ) -> AsyncGenerator[StreamPart, None]:
        """The answer in parts, past the documents that wait here."""
        for tries in range(1, CHAT_TRIES + 1):
            began, begun = time.perf_counter(), False
            try:
                async with aclosing(super().stream(messages, sampling=sampling, priority=priority)) as parts:
                    async for part in parts:
                        if not begun:
                            begun = True
                            self._heard_after(time.perf_counter() - began)
                        yield part
                return
            except (EngineBusy, EngineGone) as error:
                if begun or tries == CHAT_TRIES or isinstance(error, KeyRefused):
                    raise
                await self._wait(error, tries)

    def _heard_after(self, seconds: float) -> None:
        if seconds > SLOW_CHAT_S and self.slots.held:
            self.slots.shrink()

    async def _judged(self, failure: EngineError) -> EngineError:
        """That a server is away is nobody's fault; that it is there and fails at this each time is this request's."""
        if isinstance(failure, EngineBusy):
            return failure
        try:
            await self.models()
        except KeyRefused as error:
            return error
        except EngineError as error:
            return EngineAway(str(error))
        return failure

    async def _wait(self, failure: EngineError, tries: int) -> None:
        asked_for = failure.retry_after_s if isinstance(failure, EngineBusy) else None
        own = backoff_s(tries, random.random(), self.first_backoff_s)
        await asyncio.sleep(min(max(own, asked_for or 0.0), LONGEST_WAIT_S))


async def models_there(settings: ModelSettings) -> tuple[str, ...]:
    """Names of the models that the server of the settings lists. Raises EngineError."""
    client = EngineClient(settings.base_url, await asyncio.to_thread(key_for, settings))
    try:
        return tuple(entry["id"] for entry in await client.models())
    finally:
        await client.close()


class RemoteServer:
    """An OpenAI-compatible server in place of an engine of our own."""

    def __init__(self, settings: ModelSettings, on_change: OnChange) -> None:
        self.capabilities: Capabilities | None = None
        self._settings = settings
        self._on_change = on_change
        self._client: RemoteClient | None = None

    async def start(self) -> None:
        """Find out what the server is. Raises EngineError when it is not there, or does not serve the model."""
        key = await asyncio.to_thread(key_for, self._settings)
        client = self._client = RemoteClient(self._settings.base_url, key, self._settings.path or None)
        await client.model()
        self.capabilities = can = await probe(client)
        if can.slots and not can.priority:
            client.slots = Slots(max(can.slots - 1, 1))  # one is left for chats
        self._on_change(EngineState("ready", f"Using the server at {client.root} ({can})."))

    async def stop(self) -> None:
        """Close the connections; the server goes on."""
        if self._client is not None:
            await self._client.close()

    async def client(self) -> EngineClient:
        """The one client of this server."""
        assert self._client is not None, "the server has not been looked at"
        return self._client

    def idle_s(self) -> None:
        """Its memory is not ours to give back."""
