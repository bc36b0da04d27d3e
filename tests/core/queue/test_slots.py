"""How many requests are in flight when a server takes fewer than were wanted."""

from __future__ import annotations

import asyncio

import pytest
from desk import echo

from app.core.queue.occupancy import Occupancy
from app.core.queue.slots import Slots
from engines.errors import EngineBusy

pytestmark = pytest.mark.anyio


async def test_the_limit_settles_at_what_the_server_takes_and_grows_again() -> None:
    slots = Slots(16)
    start = asyncio.Barrier(16)

    async def ask(number: int) -> None:
        async with slots:
            await start.wait()
            if number >= 4:
                slots.shrink()

    await asyncio.gather(*(ask(number) for number in range(16)))
    assert 1 <= slots.limit <= 4
    for _ in range(200):
        slots.grow()
    assert slots.limit == 16


async def test_a_cancelled_waiter_leaves_its_place_to_others() -> None:
    slots = Slots(1)
    async with slots:
        waiting = [asyncio.create_task(slots.__aenter__()) for _ in range(2)]
        await asyncio.sleep(0)
        waiting[0].cancel()
    await asyncio.gather(waiting[1])
    assert slots.held == 1


def test_the_batch_is_as_full_as_its_rows_were_until_the_last_wave() -> None:
    now = [0.0]
    occupancy = Occupancy(lambda: now[0])
    assert occupancy.used is None
    for at, held, begins in ((0, 0, True), (0, 1, True), (10, 2, False), (12, 1, True), (20, 2, False), (30, 1, False)):
        now[0] = at
        occupancy.note(held, 2, begins=begins)
    assert occupancy.used == (2 * 10 + 1 * 2) / (2 * 12)
    now[0] = 100  # an hour's pause with nothing in hand is no fault of the queue's
    occupancy.note(0, 2, begins=True)
    now[0] = 101
    occupancy.note(1, 2, begins=True)
    assert occupancy.used == (20 + 2 + 2 * 8 + 10 + 1) / (24 + 16 + 20 + 2)


async def test_a_server_with_room_for_three_gets_everything_done(desk, engine, make_queue) -> None:
    async def script(prompt: str, _: int) -> str:
        if engine.now > 3:
            raise EngineBusy("There is room for three.")
        await asyncio.sleep(0)
        return await echo(prompt, 1)

    engine.script = script
    desk.add(desk.add_folder("in"), {f"{n}.txt": f"text {n}" for n in range(40)})
    queue = make_queue(width=8)
    await queue.start()
    await queue.drained()
    assert desk.states() == {"done": 40}
