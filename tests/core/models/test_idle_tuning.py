"""A model is tuned while nothing is to do, and whoever comes has the processor at once."""

from __future__ import annotations

import asyncio
import json
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from app.core.events import Event, EventBus, Notice
from app.core.models import tuning
from app.core.models.life import EngineLife, make_source
from app.core.models.source import EngineSource, OnChange
from app.core.models.tuning import IdleTuner
from app.core.settings import ModelSettings
from engines.client import ChatSampling
from engines.process import EngineProcess
from engines.tuning import record
from engines.watchdog import Patience

QUESTION = [{"role": "user", "content": "Hello?"}]
FASTER = "In all 500 generated tokens per second."
# The first life measures until it is ended, later ones are done at once; each leaves its mark in the diary.
CHILD = f"""
import json, pathlib, sys
diary = pathlib.Path(sys.argv[1])
lives = len(diary.read_text()) if diary.exists() else 0
diary.write_text("x" * (lives + 1))
if not lives:
    sys.stdin.read()
pathlib.Path(sys.argv[2]).parent.mkdir(parents=True, exist_ok=True)
pathlib.Path(sys.argv[2]).write_text(json.dumps({{"settings": {{"batch_rows": 3}}}}))
print(json.dumps({{"explanation": ["Threads: 2 is kept.", {FASTER!r}]}}))
"""

pytestmark = pytest.mark.anyio


@pytest.fixture
def model(model_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A model without tuned settings, on a machine that has nothing else to do, and a tuner that measures nothing."""
    link = tmp_path / "model.gguf"
    link.symlink_to(model_path)
    monkeypatch.setattr(record, "cache_folder", lambda: tmp_path / "weights")
    command = [sys.executable, "-c", CHILD, str(tmp_path / "diary"), str(record.record_path(link))]
    monkeypatch.setattr(tuning, "command_for", lambda _: command)
    monkeypatch.setattr(tuning, "machine_is_free", lambda: True)
    monkeypatch.setattr(tuning, "TUNE_AFTER_S", 0.2)
    monkeypatch.setattr(tuning, "LOOK_EVERY_S", 0.02)
    return link


async def lives(tmp_path: Path, count: int) -> None:
    """Wait until the tuner has been started so often."""
    diary = tmp_path / "diary"
    while not diary.exists() or len(diary.read_text()) < count:  # noqa: ASYNC110 - it lives in another process
        await asyncio.sleep(0.01)


async def test_who_comes_ends_the_measuring_at_once_and_it_goes_on_when_all_is_quiet(
    model: Path, tmp_path: Path
) -> None:
    tuner = IdleTuner(model, lambda: 100.0)
    running = asyncio.create_task(tuner.run())
    await lives(tmp_path, 1)
    tuner.interrupt()
    assert (await running)[-1] == FASTER
    assert await IdleTuner(model, lambda: 100.0).run() == [], "what is known is not measured again"


async def test_work_that_others_gave_the_engine_ends_the_measuring_too(model: Path, tmp_path: Path) -> None:
    idle = [100.0]
    running = asyncio.create_task(IdleTuner(model, lambda: idle[0]).run())
    await lives(tmp_path, 1)
    idle[0] = 0.0
    while not running.done() and len((tmp_path / "diary").read_text()) == 1:
        await asyncio.sleep(0.05)
        idle[0] += 0.05
    assert (await running)[-1] == FASTER


async def test_a_try_for_which_there_is_no_memory_is_made_again_ever_later(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = tmp_path / "said"
    refusing = f"import sys; open({str(said)!r}, 'a').write(sys.argv[-1] + chr(10)); sys.exit(7)"
    monkeypatch.setattr(tuning, "command_for", lambda _: [sys.executable, "-c", refusing])
    waits: list[float] = []
    enough = asyncio.Event()

    async def pass_by(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 3:
            enough.set()
            await asyncio.Event().wait()

    monkeypatch.setattr(tuning, "wait_s", pass_by)
    running = asyncio.create_task(IdleTuner(model, lambda: 100.0, {"gpu_layers": 9}).run())
    await enough.wait()
    running.cancel()
    assert waits == [600.0, 1200.0, 2400.0]
    assert [json.loads(line) for line in said.read_text().splitlines()] == [{"gpu_layers": 9}] * 3


async def test_stopping_the_tuner_ends_its_process(model: Path, tmp_path: Path) -> None:
    running = asyncio.create_task(IdleTuner(model, lambda: 100.0).run())
    await lives(tmp_path, 1)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


@asynccontextmanager
async def living(settings: ModelSettings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[EngineLife, list]]:
    """The life of an engine over a fake model, and the notices it gave."""
    strange = [sys.executable, "-m", "tests.engines.strange_server", ""]
    monkeypatch.setattr("engines.life.command_for", lambda _: strange)
    bus, notices = EventBus(), list[str]()

    def take(event: Event) -> None:
        if isinstance(event, Notice):
            notices.append(event.text)

    def often(settings: ModelSettings, on_change: OnChange) -> EngineSource:
        source = make_source(settings, on_change)
        assert isinstance(source, EngineProcess)
        source.spec = replace(source.spec, patience=Patience(look_every_s=0.05))
        return source

    bus.subscribe(take)
    life = EngineLife(settings, bus, make=often)
    await life.start()
    try:
        yield life, notices
    finally:
        await life.stop()


async def test_an_idle_engine_is_tuned_and_then_loaded_with_what_was_found(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = ModelSettings(path=str(model), context=512, threads=2)
    may_measure = threading.Event()
    may_measure.set()
    monkeypatch.setattr(tuning, "machine_is_free", lambda: may_measure.wait(200))
    async with living(settings, monkeypatch) as (life, notices):
        await life.client()
        before = life.view.pid
        await lives(tmp_path, 1)
        may_measure.clear()  # however long the question takes, it is not overtaken by the next try
        answer = await (await life.client()).complete(QUESTION, sampling=ChatSampling(max_tokens=2))
        assert answer.generated_tokens == 2
        may_measure.set()
        await lives(tmp_path, 2)
        while life.view.pid in (before, None):  # noqa: ASYNC110 - the new engine is another process
            await asyncio.sleep(0.01)
        assert notices == [f"The model was tuned for this machine. {FASTER}"]
        again = await (await life.client()).complete(QUESTION, sampling=ChatSampling(max_tokens=2))
        assert again.text == answer.text


async def test_tuning_can_be_switched_off(model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = ModelSettings(path=str(model), context=512, threads=2, tune=False)
    async with living(settings, monkeypatch) as (life, _):
        await life.client()
        await asyncio.sleep(0.5)
        assert not (tmp_path / "diary").exists()


def test_the_last_line_of_the_tuner_is_read_and_nothing_else() -> None:
    said = b'{"setting": "threads"}\n' + json.dumps({"explanation": ["One.", "Two."]}).encode() + b"\n"
    assert tuning.explanation_in(said) == ["One.", "Two."]
    assert tuning.explanation_in(b"") == tuning.explanation_in(b"no JSON") == tuning.explanation_in(b"[1]") == []
