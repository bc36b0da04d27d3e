"""The way to the engine: one client at a time, asked for again when the engine has gone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from app.core.queue.contract import Client, ClientSource
from app.core.queue.planning import Planner
from engines.errors import EngineError, KeyRefused, ModelError


@dataclass(frozen=True, slots=True)
class Engine:
    """An engine that was ready when it was handed out."""

    client: Client
    planner: Planner
    name: str = ""


# Their attention is padded to the longest row of a step, so that rows of about the same length cost less together.
PADDING_ENGINES = ("mlx", "torch")


class EngineDoor:
    """Waits for the engine on behalf of every job; ``recoveries`` counts how often it had to come back.

    ``on_rows`` is told how many documents an engine writes at once, where it says so. ``was_open``: whether there
    has been an engine at all.
    """

    def __init__(self, source: ClientSource) -> None:
        self.recoveries = 0
        self.on_rows: Callable[[int], None] | None = None
        self.was_open = False
        self._source = source
        self._engine: Engine | None = None
        self._failure: EngineError | None = None
        self._asking = asyncio.Lock()

    async def engine(self) -> Engine:
        """The engine, once it is ready. Raises EngineError (a sentence) when it cannot be had now."""
        async with self._asking:
            if self._engine is None:
                try:
                    self._engine = await self._found()
                except EngineError as error:
                    self._failure = error
                    raise
                self._failure, self.was_open = None, True
            return self._engine

    async def _found(self) -> Engine:
        client = await self._source()
        served = await client.model()
        if served.rows is not None and self.on_rows is not None:
            self.on_rows(served.rows)
        return Engine(client, Planner(client, served.context), served.engine)

    @property
    def needs_a_person(self) -> bool:
        """Whether what has shut it does not pass by itself: a key that is refused, a model that cannot be served."""
        return isinstance(self._failure, KeyRefused | ModelError)

    @property
    def is_for_good(self) -> bool:
        """Whether asking again is in vain until another model is chosen."""
        return isinstance(self._failure, ModelError)

    @property
    def wants_alike(self) -> bool:
        """Whether the engine gains from documents of about the same length; False until it is known."""
        name = self._engine.name.lower() if self._engine is not None else ""
        return any(one in name for one in PADDING_ENGINES)

    def lost(self, engine: Engine) -> None:
        """This engine has gone; several jobs may say so of the same one."""
        if self._engine is engine:
            self._engine = None
            self.recoveries += 1

    def shut(self, engine: Engine, failure: EngineError) -> None:
        """This engine is there and answers nobody."""
        self._failure = failure
        if self._engine is engine:
            self._engine = None

    def forget(self) -> None:
        """Ask for the engine anew the next time: another model may be behind it."""
        self._engine = None
