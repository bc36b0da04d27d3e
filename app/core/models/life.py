"""The life of the engine: which model it serves, load, unload, switch, and who may know its address."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from app.core.errors import NightdeskError, UsageError
from app.core.events import EngineChanged, EventBus, Notice
from app.core.models import address as addresses
from app.core.models.address import EngineAddress
from app.core.models.choice import choose_model
from app.core.models.idle import idle_for
from app.core.models.remote import RemoteServer
from app.core.models.source import EngineSource, OnChange, card_options, local_engine
from app.core.models.tuning import IdleTuner
from app.core.resources import EMBEDDED_MODEL
from app.core.settings import ModelSettings
from engines.client import EngineClient
from engines.errors import EngineError, ModelError
from engines.process import EngineProcess, EngineState

log = logging.getLogger(__name__)

SENTENCES = {
    "stopped": "No model is loaded.",
    "loading": "The model is loading.",
    "ready": "The engine is ready.",
    "restarting": "The engine stopped and starts again.",
    "failed": "The engine could not be started.",
    "idle": "The model was unloaded, as there was nothing to do; the next question or document loads it again.",
}

SourceMaker = Callable[[ModelSettings, OnChange], EngineSource]


@dataclass(frozen=True, slots=True)
class EngineView:
    """What can be said about the engine now. ``phase`` is stopped, loading, ready, restarting or failed."""

    phase: str = "stopped"
    detail: str = SENTENCES["stopped"]
    model: str = ""
    restarts: int = 0
    pid: int | None = None
    base_url: str | None = None
    progress: float = 0.0


def make_source(settings: ModelSettings, on_change: OnChange) -> EngineSource:
    """The engine that the settings ask for; raises UsageError when the model file is not there."""
    if settings.base_url:
        return RemoteServer(settings, on_change)
    return local_engine(choose_model(settings), settings, on_change)


class EngineLife:
    """Owns at most one engine. All methods belong to the core's event loop.

    ``database`` is where the address is published for other commands; None publishes nothing.
    """

    def __init__(
        self,
        settings: ModelSettings,
        events: EventBus,
        *,
        database: Path | None = None,
        make: SourceMaker = make_source,
    ) -> None:
        self.view = EngineView()
        self._settings = settings
        self._events = events
        self._database = database
        self._make = make
        self._source: EngineSource | None = None
        self._needs_a_person = False
        self._loading: asyncio.Task[None] | None = None
        self._resting: asyncio.Task[None] | None = None
        self._tuner: IdleTuner | None = None
        self._tuning: asyncio.Task[None] | None = None
        self._asleep = False
        self._asked_at = 0.0
        self._changed = asyncio.Event()
        self._one_at_a_time = asyncio.Lock()

    @property
    def settings(self) -> ModelSettings:
        """The settings of the model that is loaded, or would be."""
        return self._settings

    async def start(self) -> None:
        """Begin loading, in the background; ``client`` waits for it."""
        async with self._one_at_a_time:
            self._begin()

    async def stop(self) -> None:
        """End the engine and withdraw its address; a load in progress is given up."""
        async with self._one_at_a_time:
            self._asleep = False
            await self._end()

    async def unload(self) -> None:
        """Give the engine's memory back. Who asks for a client waits until ``load``."""
        await self.stop()

    async def load(self) -> None:
        """Load again after ``unload`` or a failure; nothing happens when a model is loaded or loading."""
        async with self._one_at_a_time:
            if self._loading is None or self.view.phase == "failed":
                await self._end()
                self._begin()

    async def switch(self, model: Path) -> None:
        """Serve another model file from now on. Requests in flight end with EngineGone and are sent again."""
        async with self._one_at_a_time:
            await self._end()
            self._settings = replace(self._settings, path=str(model), base_url="")
            self._begin()

    async def reload(self, settings: ModelSettings) -> None:
        """Serve by these settings from now on. Requests in flight end with EngineGone and are sent again."""
        async with self._one_at_a_time:
            await self._end()
            self._settings = settings
            self._begin()

    async def client(self) -> EngineClient:
        """A client of the engine once it is ready, across restarts and switches; raises EngineError if it failed,
        ModelError where loading again would be in vain.

        A model that was unloaded because nothing was to do is loaded again.
        """
        self._asked_at = time.monotonic()
        if self._tuner is not None:
            self._tuner.interrupt()
        if self._asleep:
            await self.load()
        while True:
            source = await self._loaded()
            try:
                return await source.client()
            except EngineError:
                if source is self._source:
                    raise

    async def _loaded(self) -> EngineSource:
        while True:
            if self.view.phase == "failed":
                raise (ModelError if self._needs_a_person else EngineError)(self.view.detail)
            if self._source is not None and self._loading is not None and self._loading.done():
                return self._source
            await self._changed.wait()

    def _begin(self) -> None:
        self._show(EngineView("loading", SENTENCES["loading"], self._model_name()))
        self._asleep = self._needs_a_person = False
        self._loading = asyncio.create_task(self._load(), name="engine-load")
        if self._settings.unload_after_min:
            self._resting = asyncio.create_task(self._rest(self._settings.unload_after_min * 60), name="engine-rest")
        if self._settings.tune and not self._settings.base_url:
            self._tuning = asyncio.create_task(self._tune(), name="engine-tune")

    async def _rest(self, after_s: float) -> None:
        """Unload once nothing was to do for ``after_s``; who asks for a client then loads again."""
        while not self._asleep:
            await idle_for(after_s, self._idle_s)
            async with self._one_at_a_time:
                if (self._idle_s() or 0.0) >= after_s:  # somebody may have come while we waited for the lock
                    self._asleep = True
                    await self._end(SENTENCES["idle"])

    async def _tune(self) -> None:
        """Find the model's fastest settings in idle times; then load it with them, if there is still nothing to do."""
        try:
            model = await asyncio.to_thread(choose_model, self._settings)
            self._tuner = IdleTuner(model, self._idle_s, card_options(self._settings))
            found = await self._tuner.run()
        except (NightdeskError, EngineError, OSError) as error:  # no tuning is no harm; a missing model is told by load
            log.info("the model is not tuned: %s", error)
            return
        if not found:
            return
        self._events.publish(Notice("info", f"The model was tuned for this machine. {found[-1]}"))
        async with self._one_at_a_time:
            if self._tuning is asyncio.current_task() and (self._idle_s() or 0.0) > 0.0:
                await self._end()
                self._begin()

    def _idle_s(self) -> float | None:
        idle = self._source.idle_s() if self._source is not None else None
        return None if idle is None else min(idle, time.monotonic() - self._asked_at)

    async def _load(self) -> None:
        try:
            self._source = self._make(self._settings, self._take)
            await self._source.start()
        except Exception as error:  # noqa: BLE001 - whatever keeps a model from loading is shown, and may be mended
            self._needs_a_person = isinstance(error, ModelError | UsageError)
            self._show(replace(self.view, phase="failed", detail=str(error) or type(error).__name__))
        finally:
            self._wake()

    async def _end(self, detail: str = SENTENCES["stopped"]) -> None:
        loading, source = self._loading, self._source
        beside = [task for task in (self._resting, self._tuning) if task not in (None, asyncio.current_task())]
        self._loading = self._source = self._resting = self._tuning = self._tuner = None
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)
        if loading is not None and not loading.done():
            loading.cancel()
            await asyncio.wait([loading])
        if source is not None:
            await source.stop()
        self._withdraw()
        self._show(EngineView(detail=detail))

    def _take(self, state: EngineState) -> None:
        if state.phase == "ready":
            self._publish(state)
        self._show(
            EngineView(
                phase=state.phase,
                detail=state.detail or SENTENCES[state.phase],
                model=self._model_name(),
                restarts=state.restarts,
                pid=state.pid,
                base_url=state.base_url,
                progress=state.progress,
            )
        )

    def _show(self, view: EngineView) -> None:
        self.view = view
        self._events.publish(EngineChanged(view.phase, view.detail, view.model, view.restarts))
        self._wake()

    def _wake(self) -> None:
        self._changed.set()
        self._changed.clear()

    def _model_name(self) -> str:
        if self._settings.base_url:
            return self._settings.path or self._settings.base_url
        return Path(self._settings.path or EMBEDDED_MODEL).stem

    def _publish(self, state: EngineState) -> None:
        """Tell other commands where our own engine answers; somebody else's server is theirs to tell of."""
        if self._database is None or not isinstance(self._source, EngineProcess) or state.base_url is None:
            return
        address = EngineAddress.of_this_process(state.base_url, self._source.api_key, self._model_name())
        try:
            addresses.publish(address, self._database)
        except OSError as error:  # a full disk must not keep the engine from being used
            text = f"Other commands cannot use this engine: {error.filename or self._database}: {error.strerror}."
            self._events.publish(Notice("warning", text))

    def _withdraw(self) -> None:
        if self._database is not None:
            addresses.withdraw(self._database)
