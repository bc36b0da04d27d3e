"""A model that nobody needs gives its memory back, and comes back when somebody does."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from app.core.events import EngineChanged, Event, EventBus
from app.core.models.life import EngineLife, make_source
from app.core.models.source import EngineSource, OnChange
from app.core.settings import ModelSettings
from engines.client import ChatSampling, Health
from engines.process import EngineProcess
from engines.watchdog import Patience, Pulse

QUESTION = [{"role": "user", "content": "Hello?"}]
SHORT = ChatSampling(max_tokens=2)
SOON = 0.025  # minutes: a second and a half, longer than a busy machine holds a question up

pytestmark = pytest.mark.anyio


def often(settings: ModelSettings, on_change: OnChange) -> EngineSource:
    """The engine of the settings, looked at more often than a person's."""
    source = make_source(settings, on_change)
    assert isinstance(source, EngineProcess)
    source.spec = replace(source.spec, patience=Patience(look_every_s=0.05))
    return source


class Told:
    """What the engine's life has told of."""

    def __init__(self, bus: EventBus) -> None:
        self.changes: list[EngineChanged] = []
        self._news = asyncio.Event()
        bus.subscribe(self._take)

    def _take(self, event: Event) -> None:
        if isinstance(event, EngineChanged):
            self.changes.append(event)
            self._news.set()

    async def until(self, reached: Callable[[EngineChanged], bool]) -> None:
        """Wait for such a change, if there was none yet."""
        while not any(map(reached, self.changes)):
            self._news.clear()
            await self._news.wait()


@pytest.fixture
def model(model_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A model file, served by the real process over a fake model."""
    strange = [sys.executable, "-m", "tests.engines.strange_server", ""]
    monkeypatch.setattr("engines.life.command_for", lambda _: strange)
    link = tmp_path / "model.gguf"
    link.symlink_to(model_path)
    return link


@asynccontextmanager
async def living(model: Path, minutes: float) -> AsyncIterator[tuple[EngineLife, Told]]:
    """An engine that rests after ``minutes``, and what it tells."""
    bus = EventBus()
    told = Told(bus)
    settings = ModelSettings(path=str(model), rows=2, context=512, threads=2, unload_after_min=minutes)  # type: ignore[arg-type]
    life = EngineLife(settings, bus, make=often)
    await life.start()
    try:
        yield life, told
    finally:
        await life.stop()


async def test_an_idle_model_gives_its_memory_back_and_comes_with_the_next_question(model: Path) -> None:
    async with living(model, SOON) as (life, told):
        await (await life.client()).complete(QUESTION, sampling=SHORT)
        pid = life.view.pid
        assert pid is not None
        await told.until(lambda change: "nothing to do" in change.detail)
        assert life.view.phase == "stopped"
        assert not psutil.pid_exists(pid)
        assert (await (await life.client()).complete(QUESTION, sampling=SHORT)).generated_tokens == 2
        assert life.view.pid != pid


async def test_a_model_that_a_person_unloaded_stays_away_until_it_is_loaded(model: Path) -> None:
    async with living(model, SOON) as (life, _):
        await life.client()
        await life.unload()
        waiting = asyncio.create_task(life.client())
        done, _ = await asyncio.wait({waiting}, timeout=0.2)
        assert not done
        assert life.view.phase == "stopped"
        await life.load()
        await (await waiting).complete(QUESTION, sampling=SHORT)


def test_whoever_works_is_not_idle() -> None:
    pulse = Pulse(Patience(), 0)
    looks = [Health("loading"), Health("ok", steps=0, running=1), Health("ok", steps=9), Health("ok", steps=9)]
    busy = []
    for second, health in enumerate(looks, start=1):
        pulse.judge(health, True, second)
        busy.append(pulse.busy_at)
    assert busy == [1, 2, 3, 3]
