"""The supervisor over real engine processes that die, hang, refuse their model or lose their parent."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest
from peer import Peer, replies

from engines.client import ChatSampling
from engines.errors import EngineError, EngineGone
from engines.exits import BAD_ARGUMENTS, BAD_MODEL, PORT_IN_USE
from engines.life import Ending, EngineLife
from engines.process import EngineProcess, EngineSpec, EngineState
from engines.watchdog import Patience

QUESTION = [{"role": "user", "content": "Tell me a long story about a lighthouse."}]
LONG = ChatSampling(max_tokens=400, temperature=0)
SHORT = ChatSampling(max_tokens=3, temperature=0)
# Hasty, and yet so patient that a busy machine which holds an engine up for a second does not count as one that hangs.
HASTY = Patience(look_every_s=0.2, answer_s=0.5, unanswered_s=3.0, first_backoff_s=0.05)

pytestmark = [pytest.mark.anyio, pytest.mark.faults]


@pytest.fixture
def spec(model_path: Path) -> EngineSpec:
    """A small engine that loads quickly."""
    return EngineSpec(model_path, rows=2, context=512, threads=2, patience=replace(HASTY, unanswered_s=20))


class Watched:
    """An EngineProcess together with every state that it went through."""

    def __init__(self, spec: EngineSpec) -> None:
        self.states: list[EngineState] = []
        self._news = asyncio.Event()
        self.process = EngineProcess(spec, self._note)

    def _note(self, state: EngineState) -> None:
        self.states.append(state)
        self._news.set()

    async def until(self, reached: Callable[[EngineState], bool]) -> EngineState:
        """The first state so far, or from now on, for which ``reached`` holds."""
        while True:
            self._news.clear()
            found = next(filter(reached, self.states), None)
            if found is not None:
                return found
            await self._news.wait()


@asynccontextmanager
async def running(spec: EngineSpec) -> AsyncIterator[Watched]:
    """An engine that is stopped, and seen to be gone, at the end."""
    watched = Watched(spec)
    await watched.process.start()
    try:
        yield watched
    finally:
        await watched.process.stop()
        for state in watched.states:
            assert state.pid is None or not psutil.pid_exists(state.pid)


def kill(watched: Watched, how: signal.Signals) -> int:
    """Send a signal to the engine process; gives back its id."""
    pid = watched.process.state.pid
    assert pid is not None
    os.kill(pid, how)
    return pid


async def drain(parts: AsyncIterator[object]) -> None:
    """Read to the end."""
    async for _ in parts:
        continue


async def test_an_engine_loads_serves_and_stops_leaving_nothing(spec: EngineSpec) -> None:
    async with running(spec) as watched:
        client = await watched.process.client()
        assert (await client.complete(QUESTION, sampling=SHORT)).generated_tokens == 3
        served = await client.model()
        assert (served.id, served.context) == (spec.model.stem, 512)
        assert (await client.health()).status == "ok"
    phases = [state.phase for state in watched.states]
    assert (phases[0], phases[-2], phases[-1]) == ("loading", "ready", "stopped")
    assert any(0 < state.progress < 1 for state in watched.states)
    with pytest.raises(EngineError, match="stopped"):
        await watched.process.client()


async def test_a_killed_engine_is_gone_for_its_requests_and_back_for_the_next(spec: EngineSpec) -> None:
    async with running(spec) as watched:
        client = await watched.process.client()
        unheard = asyncio.create_task(client.complete(QUESTION, sampling=LONG))
        async with aclosing(client.stream(QUESTION, sampling=LONG)) as parts:
            await anext(parts)
            dead = kill(watched, signal.SIGKILL)
            with pytest.raises(EngineGone):
                await drain(parts)
        with pytest.raises(EngineGone):
            await unheard
        again = await watched.process.client()
        assert (await again.complete(QUESTION, sampling=SHORT)).generated_tokens == 3
        assert watched.process.state.restarts == 1
        assert watched.process.state.pid != dead
        restarting = await watched.until(lambda state: state.phase == "restarting")
        assert "SIGKILL" in restarting.detail


async def test_a_wedged_engine_is_killed_and_started_again(spec: EngineSpec) -> None:
    async with running(replace(spec, patience=HASTY)) as watched:
        client = await watched.process.client()
        wedged = kill(watched, signal.SIGSTOP)
        with pytest.raises(EngineGone):
            await client.complete(QUESTION, sampling=SHORT)
        again = await watched.process.client()
        assert (await again.complete(QUESTION, sampling=SHORT)).generated_tokens == 3
        assert not psutil.pid_exists(wedged)
        restarting = await watched.until(lambda state: state.phase == "restarting")
        assert "did not answer" in restarting.detail


@pytest.mark.parametrize(
    ("way", "words"), [("sticks", "stood still"), ("shouts", "could not be read"), ("raves", "could not be read")]
)
async def test_an_engine_that_answers_and_does_nothing_or_cannot_be_heard_is_replaced(
    spec: EngineSpec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str, words: str
) -> None:
    strange = [sys.executable, "-m", "tests.engines.strange_server", way]
    monkeypatch.setattr("engines.life.command_for", lambda _: strange)
    model = tmp_path / "model.gguf"
    model.symlink_to(spec.model)
    patience = replace(HASTY, unanswered_s=20, stalled_s=2.0)
    async with running(replace(spec, model=model, patience=patience)) as watched:
        client = await watched.process.client()
        if way == "sticks":
            with pytest.raises(EngineGone):
                await client.complete(QUESTION, sampling=SHORT)
        again = await watched.process.client()
        assert (await again.complete(QUESTION, sampling=SHORT)).generated_tokens == 3
        restarting = await watched.until(lambda state: state.phase == "restarting")
        assert words in restarting.detail
        assert watched.process.state.restarts == 1


async def test_a_lost_graphics_card_ends_the_process_and_the_next_one_serves(
    spec: EngineSpec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    strange = [sys.executable, "-m", "tests.engines.strange_server", "loses its card"]
    monkeypatch.setattr("engines.life.command_for", lambda _: strange)
    model = tmp_path / "model.gguf"
    model.symlink_to(spec.model)
    async with running(replace(spec, model=model)) as watched:
        client = await watched.process.client()
        with pytest.raises(EngineGone):
            await client.complete(QUESTION, sampling=SHORT)
        again = await watched.process.client()
        assert (await again.complete(QUESTION, sampling=SHORT)).generated_tokens == 3
        restarting = await watched.until(lambda state: state.phase == "restarting")
        assert "The graphics card failed." in restarting.detail


async def test_an_engine_that_was_too_busy_to_answer_once_is_asked_again(
    spec: EngineSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    peer, questions = Peer(), 0

    async def drops(path: str, body: dict[str, Any], writer: asyncio.StreamWriter) -> None:
        """The connection ends without an answer."""

    async def answers_later(path: str, body: dict[str, Any], writer: asyncio.StreamWriter) -> None:
        nonlocal questions
        questions += 1
        if questions > 1:
            await replies(200, {"status": "ok"})(path, body, writer)

    class Healthy(EngineLife):
        """A process that stays as it is."""

        async def run(self) -> Ending:
            port = int(peer.url.rpartition(":")[2])
            self._on_line({"port": port, "pid": None, "model": "m"})
            self._on_line({"loaded": True})
            await asyncio.Event().wait()
            raise AssertionError

    peer.answers |= {"/v1/chat/completions": drops, "/health": answers_later}
    monkeypatch.setattr("engines.process.EngineLife", Healthy)
    await peer.open()
    try:
        async with running(replace(spec, patience=replace(HASTY, answer_s=60))) as watched:
            client = await watched.process.client()
            with pytest.raises(EngineGone):
                await client.complete(QUESTION, sampling=SHORT)
            assert await watched.process.client() is client
        assert questions == 2
    finally:
        await peer.close()


async def test_an_engine_that_keeps_dying_is_given_up_with_a_sentence(spec: EngineSpec) -> None:
    async with running(replace(spec, patience=replace(HASTY, unanswered_s=20, strikes=1))) as watched:
        for _ in range(2):
            await watched.process.client()
            dead = kill(watched, signal.SIGKILL)
            await watched.until(lambda state, dead=dead: state.phase in ("restarting", "failed") and state.pid is None)
            watched.states.clear()
            if watched.process.state.phase != "failed":
                await watched.until(lambda state: state.phase in ("ready", "failed"))
        with pytest.raises(EngineError, match="SIGKILL"):
            await watched.process.client()
        assert watched.process.state.phase == "failed"


@pytest.mark.parametrize(
    ("content", "words"), [(b"not a model at all, but long enough", "not a GGUF"), (None, "cut short")]
)
async def test_a_bad_model_fails_at_once_and_is_not_tried_again(
    spec: EngineSpec, tmp_path: Path, content: bytes | None, words: str
) -> None:
    bad = tmp_path / "bad.gguf"
    bad.write_bytes(spec.model.read_bytes()[:5_000_000] if content is None else content)
    async with running(replace(spec, model=bad)) as watched:
        with pytest.raises(EngineError, match=words) as failure:
            await watched.process.client()
        assert "bad.gguf" in str(failure.value)
        assert watched.process.state.restarts == 0


async def test_a_port_in_use_is_a_sentence_with_the_port(spec: EngineSpec) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        async with running(replace(spec, port=port)) as watched:
            with pytest.raises(EngineError, match=f"Port {port}"):
                await watched.process.client()


async def test_stopping_in_the_middle_of_an_answer_ends_it_and_the_process(spec: EngineSpec) -> None:
    async with running(spec) as watched:
        client = await watched.process.client()
        async with aclosing(client.stream(QUESTION, sampling=LONG)) as parts:
            await anext(parts)
            stopping = asyncio.create_task(watched.process.stop())
            with pytest.raises(EngineError):
                await drain(parts)
            await stopping


async def test_stopping_while_the_model_loads_leaves_nothing(spec: EngineSpec) -> None:
    async with running(spec) as watched:
        await watched.until(lambda state: state.pid is not None)
        waiting = asyncio.create_task(watched.process.client())
        await asyncio.gather(watched.process.stop(), watched.process.stop())
        with pytest.raises(EngineError, match="stopped"):
            await waiting
        await watched.process.start()
        assert (await watched.process.client()).root == watched.process.state.base_url


async def test_a_listener_that_fails_does_not_leave_the_engine_unwatched(spec: EngineSpec) -> None:
    def fail(state: EngineState) -> None:
        raise OSError("the disk is full")

    process = EngineProcess(spec, fail)
    await process.start()
    assert (await (await process.client()).health()).status == "ok"
    await process.stop()
    assert process.state.phase == "stopped"


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--model", "/nowhere/model.gguf"], BAD_MODEL, "/nowhere/model.gguf"),
        (["--model", "{folder}"], BAD_MODEL, "folder"),
        (["--model", "{model}", "--host", "0.0.0.0"], BAD_ARGUMENTS, "key"),
        (["--model", "{model}", "--options", '{"no_such": 1}'], BAD_ARGUMENTS, "no_such"),
        (["--model", "{model}", "--port", "{taken}"], PORT_IN_USE, "Port"),
        (["--model", "{model}", "--port", "99999"], PORT_IN_USE, "Port"),
    ],
)
def test_what_goes_wrong_at_the_start_is_one_sentence_and_its_own_exit_code(
    model_path: Path, tmp_path: Path, arguments: list[str], code: int, words: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        names = {"{folder}": str(tmp_path), "{model}": str(model_path), "{taken}": str(taken.getsockname()[1])}
        command = [sys.executable, "-m", "engines.server", *(names.get(word, word) for word in arguments)]
        ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=200)
    assert ended.returncode == code
    assert words in ended.stderr
    assert len(ended.stderr.strip().splitlines()) == 1
    assert "Traceback" not in ended.stderr


PARENT = """
import asyncio, json, sys
from pathlib import Path
from typing import Any
from engines.process import EngineProcess, EngineSpec

async def main():
    engine = EngineProcess(EngineSpec(Path(sys.argv[1]), rows=2, context=512, threads=2))
    await engine.start()
    await engine.client()
    print(json.dumps({"pid": engine.state.pid}), flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


def test_an_engine_does_not_outlive_a_parent_that_was_killed(model_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT, str(model_path)], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        engine = psutil.Process(json.loads(parent.stdout.readline())["pid"])
        parent.kill()
    engine.wait(timeout=100)
    assert not engine.is_running()
