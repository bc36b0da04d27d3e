"""A chat without the queue: beside a running owner with its engine, or with an engine of its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from app.core.chat.chat import Chat
from app.core.events import EventBus
from app.core.models import address as addresses
from app.core.models.life import EngineLife, SourceMaker, make_source
from app.core.models.source import owners_engine
from app.core.settings import Settings
from app.core.store.store import Store


@dataclass(frozen=True, slots=True)
class ChatSession:
    """The chat, what it publishes, and the engine behind it; ``shared`` when that engine is a running owner's."""

    chat: Chat
    events: EventBus
    engine: EngineLife
    shared: bool


@asynccontextmanager
async def chat_session(settings: Settings, database: Path) -> AsyncIterator[ChatSession]:
    """Open ``database`` beside whoever owns it and find or start an engine. Raises StoreError."""
    store = await asyncio.to_thread(Store.open, database, owner=False)
    events = EventBus()
    make = _maker(database)
    engine = EngineLife(settings.model, events, make=make)
    chat = Chat(store, events, engine.client, settings.chat)
    try:
        await engine.start()
        yield ChatSession(chat, events, engine, shared=make is not make_source)
    finally:
        await chat.close()
        await engine.stop()
        await asyncio.to_thread(store.close)


def _maker(database: Path) -> SourceMaker:
    address = addresses.find(database)
    if address is None:
        return make_source
    return lambda _settings, on_change: owners_engine(address, on_change)
