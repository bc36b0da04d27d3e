"""A chat over a real store; the engine is the session's real one, or a scripted one for what an engine does rarely."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pytest

from app.core.chat.chat import Chat
from app.core.events import Event, EventBus
from app.core.settings import ChatSettings
from app.core.store.store import Store
from engines.client import ChatSampling, Completion, ServedModel, StreamPart
from engines.errors import EngineGone
from engines.request import Priority

SETTINGS = ChatSettings(temperature=0.0, max_tokens=24)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "n.db") as opened:
        yield opened


@dataclass
class Heard:
    """Everything that was published, in order."""

    events: list[Event] = field(default_factory=list)
    _another: asyncio.Event = field(default_factory=asyncio.Event)

    def take(self, event: Event) -> None:
        """Listen to the bus."""
        self.events.append(event)
        self._another.set()

    async def until(self, kind: type[Event], count: int) -> None:
        """Wait until so many events of a kind have been published."""
        while len(self.of(kind)) < count:
            self._another.clear()
            await self._another.wait()

    def of(self, kind: type[Event]) -> list[Any]:
        """The events of one kind."""
        return [event for event in self.events if type(event) is kind]


@dataclass
class ScriptedClient:
    """Says its words one after the other; ``script`` holds texts, errors to raise, and events to wait for.

    A ``StreamPart`` is passed on as it is. ``titles`` are what it says when it is asked for a whole answer.
    """

    script: list[str | StreamPart | BaseException | asyncio.Event]
    context: int | None = 4096
    asked: list[list[dict[str, str]]] = field(default_factory=list)
    samplings: list[ChatSampling] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    finish: Literal["stop", "length"] = "stop"

    async def model(self) -> ServedModel:
        return ServedModel("scripted", self.context)

    async def count_messages(self, messages: Sequence[dict[str, str]]) -> int:
        return sum(len(message["content"].split()) + 3 for message in messages)

    async def stream(
        self, messages: Sequence[dict[str, str]], *, sampling: ChatSampling, priority: Priority
    ) -> AsyncIterator[StreamPart]:
        assert priority is Priority.INTERACTIVE
        self.asked.append(list(messages))
        self.samplings.append(sampling)
        text = ""
        while self.script:
            step = self.script.pop(0)
            if isinstance(step, BaseException):
                raise step
            if isinstance(step, asyncio.Event):
                await step.wait()
                continue
            if isinstance(step, StreamPart):
                yield step
                continue
            text += step
            yield StreamPart(step)
        yield StreamPart("", self.finish, self._completion(text))

    async def complete(
        self, messages: Sequence[dict[str, str]], *, sampling: ChatSampling, priority: Priority
    ) -> Completion:
        assert priority is Priority.BATCH, "nobody waits for a title"
        if not self.titles:
            raise EngineGone("The engine is gone.")
        return self._completion(self.titles.pop(0))

    def _completion(self, text: str) -> Completion:
        return Completion(text, self.finish, 10, 4, 3, 0.01, 0.1, 30.0, "scripted")


@dataclass
class Desk:
    """A chat, what it published, and the client behind it."""

    chat: Chat
    heard: Heard
    client: Any


MakeDesk = Callable[..., Desk]


@pytest.fixture
async def make_desk(store: Store) -> AsyncIterator[MakeDesk]:
    """A chat whose engine follows a script."""
    made: list[Chat] = []

    def make(*script: str | StreamPart | BaseException | asyncio.Event, context: int | None = 4096) -> Desk:
        client, events, heard = ScriptedClient(list(script), context), EventBus(), Heard()
        events.subscribe(heard.take)

        async def source() -> Any:
            return client

        made.append(Chat(store, events, source, SETTINGS))
        return Desk(made[-1], heard, client)

    yield make
    for chat in made:
        await chat.close()
