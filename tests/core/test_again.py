"""Documents worked on once more: by another model, or with a larger context."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from app.core.again import for_model, retry_larger, run_again
from app.core.errors import UsageError
from app.core.failures import FailureClass
from app.core.paths import Paths
from app.core.queue import moves
from app.core.queue.claim import Turns, claim
from app.core.recipes.parse import parse_recipe
from app.core.recipes.shelf import record_recipe
from app.core.service import Parts, Service
from app.core.settings import ModelSettings, Settings, load_settings
from app.core.store.folders import add_folder
from app.core.store.jobs import count_jobs
from app.core.store.sqlite import Connection
from engines.client import ServedModel
from engines.process import EngineState
from tests.core.queue.desk import add_document

pytestmark = pytest.mark.anyio

TRAINED = 1024  # tokens of context that the model of these tests knows


class Source:
    """An engine that knows its context and nothing else."""

    def __init__(self, settings: ModelSettings, on_change: Callable[[EngineState], None]) -> None:
        self._context = min(settings.context or 512, TRAINED)
        self._on_change = on_change

    async def start(self) -> None:
        self._on_change(EngineState(phase="ready", detail="Ready."))

    async def stop(self) -> None:
        self._on_change(EngineState(phase="stopped", detail="Stopped."))

    async def client(self) -> Any:
        return self

    async def model(self) -> ServedModel:
        return ServedModel("small", self._context, "test")

    def idle_s(self) -> float | None:
        return None


@asynccontextmanager
async def desk(root: Path, settings: Settings | None = None) -> AsyncIterator[Service]:
    paths = Paths(**{field.name: root / field.name for field in fields(Paths)})
    settings = settings or Settings()
    settings = replace(settings, model=replace(settings.model, tune=False))
    parts = Parts(engine=True, queue=False, watcher=False)
    service = Service(settings, root / "n.db", parts=parts, paths=paths, make_engine=Source)
    await service.start()
    try:
        yield service
    finally:
        await service.stop()


def too_long(service: Service, inbox: Path) -> Callable[[Connection], int]:
    def work(conn: Connection) -> int:
        inbox.mkdir(exist_ok=True)
        record_recipe(conn, service.recipes.get("summary"))
        folder = add_folder(conn, inbox, "summary", kind="once")
        add_document(conn, folder, inbox / "a.txt", "a long text")
        (one,) = claim(conn, Turns(1), None, 1, 10.0)
        moves.fail(conn, one, FailureClass.TOO_LONG, "It is too long.", 11.0, 0.0)
        return one.id

    return work


async def test_the_context_is_doubled_kept_and_the_documents_are_ready_again(tmp_path: Path) -> None:
    async with desk(tmp_path) as service:
        job = await service.store.write(too_long(service, tmp_path / "in"))
        done = await retry_larger(service, [job])
        assert (done.context, done.queued) == (1024, 1)
        assert await service.store.read(count_jobs) == {"ready": 1}
        assert load_settings(service.paths.settings, {}).model.context == 1024


async def test_a_model_that_knows_no_larger_context_is_named_as_the_reason(tmp_path: Path) -> None:
    async with desk(tmp_path, Settings(model=ModelSettings(context=TRAINED))) as service:
        job = await service.store.write(too_long(service, tmp_path / "in"))
        with pytest.raises(UsageError, match=r"no larger context than 1,024 tokens"):
            await retry_larger(service, [job])
        assert await service.store.read(count_jobs) == {"failed": 1}


async def test_a_document_run_again_is_one_new_job_and_not_two(tmp_path: Path) -> None:
    async with desk(tmp_path) as service:
        job = await service.store.write(too_long(service, tmp_path / "in"))
        first = await run_again(service, [job], "key-facts")
        second = await run_again(service, [job], "key-facts")
        assert (first.queued, second.queued, second.kept) == (1, 0, 1)
        assert (await run_again(service, [job], "summary")).queued == 1  # it had failed there: it is tried again


def test_a_version_for_a_model_asks_the_same(tmp_path: Path) -> None:
    plain = parse_recipe("x", "Say:\n{{document}}")
    one = for_model(plain, "Qwen3 1.7B")
    assert one.ask("text") == plain.ask("text")
    assert one.sha256 != plain.sha256
    other = for_model(one, "another")
    assert other.source.count("# asked of the model") == 1
