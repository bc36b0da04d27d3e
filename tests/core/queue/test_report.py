"""What the morning report says, and what it keeps to itself."""

from __future__ import annotations

import asyncio

import pytest

from app.core.failures import TRIED_AGAIN, FailureClass, way_out
from app.core.queue.costs import Prices, costs

pytestmark = pytest.mark.anyio


def test_the_same_tokens_at_a_services_prices() -> None:
    prices = Prices(batch_in=0.5, batch_out=2.0, stream_in=1.0, stream_out=4.0, currency="EUR")
    assert costs(prices, 3_000_000, 500_000) == {"batch": 2.5, "stream": 5.0, "currency": "EUR"}


def test_a_price_that_is_not_set_is_left_out() -> None:
    assert costs(Prices(), 3_000_000, 500_000) is None
    assert costs(Prices(stream_out=1.0), 0, 2_000_000) == {"stream": 2.0, "currency": "USD"}


async def test_the_report_compares_costs_only_where_prices_are_set(desk, make_queue) -> None:
    folder = desk.add_folder("in")
    for name, prices in (("a.txt", Prices()), ("b.txt", Prices(batch_in=1e6, batch_out=1e6))):
        desk.add(folder, {name: f"text of {name}"})
        queue = make_queue(prices=prices)
        await queue.start()
        await queue.drained()
        await queue.stop()
    without, with_prices = (report for (report,) in desk.all("SELECT report FROM run ORDER BY id"))
    assert "service" not in without
    tokens = sum(desk.all("SELECT prompt_tokens, generated_tokens FROM result ORDER BY id DESC")[0])
    assert f"| The same tokens at a batch service | {tokens:,.2f} USD |" in with_prices
    assert "streaming" not in with_prices


async def test_a_result_names_the_engine_that_computed_it(desk, make_queue) -> None:
    desk.add(desk.add_folder("in"), {"a.txt": "short", "long.txt": "A sentence of a long text. " * 80})
    queue = make_queue()
    await queue.start()
    await queue.drained()
    assert desk.all("SELECT DISTINCT engine FROM result") == [("a script",)]


async def test_a_run_that_was_ended_by_its_window_does_not_boast_of_its_estimate(desk, engine, make_queue) -> None:
    enough = asyncio.Event()

    async def answer(prompt: str, _: int) -> str:
        await asyncio.sleep(0.02)
        if len(engine.asked) > 30:
            enough.set()
        return "yes"

    engine.script = answer
    desk.add(desk.add_folder("in"), {f"{n}.txt": f"text {n}" for n in range(60)})
    queue = make_queue(width=2, lookahead=0)
    await queue.start()
    await enough.wait()
    await queue.look()
    queue.pause("It is seven.", "schedule")
    await queue.settled()
    await queue.stop()
    [(state, report)] = desk.all("SELECT state, report FROM run")
    assert state == "interrupted"
    assert "Time left, as first said" not in report
    assert "Left for the next run" in report


@pytest.mark.parametrize("failure", FailureClass)
def test_only_what_is_still_waiting_is_said_to_be_tried_again_by_itself(failure: FailureClass) -> None:
    assert way_out(failure, "ready") == TRIED_AGAIN
    assert all(way_out(failure, state) != TRIED_AGAIN for state in ("failed", "poison"))
