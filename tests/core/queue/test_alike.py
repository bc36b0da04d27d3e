"""Documents of about the same length are claimed together where the engine gains from that, and none is forgotten."""

from __future__ import annotations

import asyncio

import pytest
from desk import Desk, ScriptedEngine
from hypothesis import given
from hypothesis import strategies as st

from app.core.queue.claim import WINDOW, most_alike
from engines.client import ServedModel


@given(st.lists(st.integers(1, 10_000), min_size=1, max_size=60), st.integers(1, 8))
def test_whoever_waits_is_claimed_before_as_many_claims_as_waited_before_it(lengths: list[int], limit: int) -> None:
    waiting = list(range(len(lengths)))
    claims = 0
    while waiting:
        taken = most_alike(waiting[: limit * WINDOW], dict(enumerate(lengths)), limit)
        assert len(taken) == len(set(taken)) == min(limit, len(waiting))
        assert taken[0] == waiting[0], "the first in line is always among them"
        assert all(place >= claims for place in waiting), "a job waits for no more claims than jobs were before it"
        waiting = [one for one in waiting if one not in taken]
        claims += 1


def test_of_those_that_follow_the_most_alike_are_taken_the_earlier_first() -> None:
    assert most_alike([1, 2, 3, 4, 5], {1: 100, 2: 900, 3: 110, 4: 90, 5: 100}, 3) == [1, 5, 3]


class Padding(ScriptedEngine):
    """An engine that says it is one of those whose attention is padded."""

    async def model(self) -> ServedModel:
        return ServedModel("scripted", self.context, "nightdesk torch")


@pytest.mark.anyio
@pytest.mark.parametrize(("kind", "mixed"), [(Padding, False), (ScriptedEngine, True)])
async def test_only_an_engine_that_pads_gets_its_documents_sorted(desk: Desk, make_queue, kind, mixed: bool) -> None:
    engine, batches = kind(context=4000), list[set[bool]]()
    arrived: list[bool] = []
    full = asyncio.Event()

    async def script(prompt: str, _: int) -> str:
        arrived.append(len(prompt) > 500)
        if len(arrived) % 4 == 0:
            batches.append(set(arrived[-4:]))
            full.set()
            full.clear()
        else:
            await full.wait()
        return "answer"

    async def source() -> ScriptedEngine:
        return engine

    engine.script = script
    desk.add(desk.add_folder("in"), {"first.txt": "s", "a.txt": "s1", "b.txt": "s2", "c.txt": "s3"})
    queue = make_queue(client_source=source, width=4, lookahead=0)
    await queue.start()
    await queue.drained()
    batches.clear()
    texts = {f"{n}.txt": f"text {n}" * (200 if n % 2 else 1) for n in range(16)}
    desk.add(desk.add_folder("in"), texts)
    queue.wake()
    await queue.drained()
    assert ({True, False} in batches) is mixed
