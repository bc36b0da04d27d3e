"""What every area's tests share: the embedded model and the event loop they run on."""

from __future__ import annotations

import asyncio
import gc
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import platformdirs
import pytest

from engines.process import EngineProcess, EngineSpec

if TYPE_CHECKING:
    from engines.convert import Form

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

ROOT = Path(__file__).resolve().parents[1]

# The same examples on every machine, however slow it is: a run that fails can be repeated, and none fails by luck.
# `pytest --hypothesis-profile=anew` looks for others.
hypothesis.settings.register_profile("steady", derandomize=True, deadline=None, database=None)
hypothesis.settings.register_profile("anew", deadline=None)
hypothesis.settings.load_profile("steady")


def pytest_collection_finish() -> None:
    """All that was read for the tests stays to the end: a collection of garbage need not look through it each time."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Async tests run on asyncio, as the app does."""
    return "asyncio"


@pytest.fixture(scope="session")
def model_path() -> Path:
    """The embedded model, fetched by ``make setup``."""
    path = ROOT / "resources" / "models" / "SmolLM2-135M-Instruct.Q4_1.gguf"
    assert path.is_file(), "the embedded model is missing: run `make setup`"
    return path


@pytest.fixture(scope="session")
def folder_for(model_path: Path) -> Callable[[str, Form], Path]:
    """The embedded model as a folder for the engine of ``library``, converted once for each machine."""

    def folder(library: str, form: Form) -> Path:
        if find_spec(library) is None or find_spec("gguf") is None:
            pytest.skip("the extras for it are not installed: run `make extras`")
        from engines.convert import convert

        return convert(model_path, platformdirs.user_cache_path("nightdesk", appauthor=False), form)

    return folder


@dataclass(frozen=True)
class EngineServer:
    """Where the session's engine answers, and the key it asks for."""

    base_url: str
    api_key: str
    pid: int


@pytest.fixture(scope="session")
def engine_server(model_path: Path) -> Iterator[EngineServer]:
    """One real engine process, shared by every suite. Never kill this one: start your own for that."""
    ready: Future[EngineServer] = Future()
    over = threading.Event()
    serving = threading.Thread(target=lambda: asyncio.run(_serve(model_path, ready, over)), name="engine-server")
    serving.start()
    try:
        yield ready.result(timeout=250)
    finally:
        over.set()
        serving.join()


async def _serve(model: Path, ready: Future[EngineServer], over: threading.Event) -> None:
    engine = EngineProcess(EngineSpec(model, rows=8, context=2048, threads=2))
    await engine.start()
    try:
        await engine.client()
        assert engine.state.base_url is not None
        assert engine.state.pid is not None
        ready.set_result(EngineServer(engine.state.base_url, engine.api_key, engine.state.pid))
        await asyncio.to_thread(over.wait)
    except Exception as error:  # noqa: BLE001  (whatever it is belongs to the test that waits)
        ready.set_exception(error)
    finally:
        await engine.stop()


@pytest.fixture(scope="session")
def samples() -> Path:
    """The folder of sample documents that ships with Nightdesk."""
    return ROOT / "resources" / "samples"


@pytest.fixture(scope="session")
def recipes_folder() -> Path:
    """The folder of built-in recipes that ships with Nightdesk."""
    return ROOT / "resources" / "recipes"
