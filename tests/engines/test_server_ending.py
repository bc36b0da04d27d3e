"""The model is unloaded while requests come and wait: each is told to come again, and none counts as failed."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import openai
import pytest

from engines.errors import ENGINE_STOPPING
from engines.grammar import GrammarCompiler
from tests.engines.speaker import Speaker, ask, hosting

SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "additionalProperties": False}
IN_SCHEMA = {"type": "json_schema", "json_schema": {"name": "a", "schema": SCHEMA}}

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("more", [{}, {"response_format": IN_SCHEMA}], ids=["free", "in a schema"])
@pytest.mark.parametrize("stream", [False, True])
async def test_who_comes_after_the_end_is_told_that_the_engine_stops(
    monkeypatch: pytest.MonkeyPatch, more: dict[str, Any], stream: bool
) -> None:
    async with hosting(Speaker("{}"), monkeypatch) as (host, client):
        await asyncio.to_thread(host.close)
        with pytest.raises(openai.InternalServerError) as refused:
            await ask(client, stream=stream, **more)
        assert (refused.value.status_code, refused.value.code) == (503, ENGINE_STOPPING)
        assert host.status == "stopping", "whoever asks for its health must not be sent here again"


async def test_who_waits_for_a_schema_at_the_end_is_told_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    compiling, go_on = threading.Event(), threading.Event()
    compiled = GrammarCompiler.compile

    def slow(self: GrammarCompiler, schema: Any) -> Any:
        compiling.set()
        assert go_on.wait(20)
        return compiled(self, schema)

    monkeypatch.setattr(GrammarCompiler, "compile", slow)
    async with hosting(Speaker("{}"), monkeypatch, open_gate=False) as (host, client):
        tasks = [asyncio.create_task(ask(client, response_format=IN_SCHEMA)) for _ in range(3)]
        await asyncio.to_thread(compiling.wait, 20)
        ending = asyncio.create_task(asyncio.to_thread(host.close))
        while host.status != "stopping":  # noqa: ASYNC110  (another thread says so, and has no event of this loop)
            await asyncio.sleep(0)
        go_on.set()
        host.engine._backend.gate.set()  # type: ignore[attr-defined]
        answers = await asyncio.gather(*tasks, return_exceptions=True)
        await ending
        # The one whose schema was being compiled may still get its answer; the two behind it had not begun.
        told = [answer for answer in answers if isinstance(answer, BaseException)]
        assert len(told) >= 2
        assert all(isinstance(answer, openai.InternalServerError) for answer in told), told
        assert {answer.code for answer in told} == {ENGINE_STOPPING}  # type: ignore[attr-defined]
