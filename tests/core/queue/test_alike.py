"""Documents of about the same length are claimed together where the engine gains from that, and none is forgotten."""

from __future__ import annotations

import pytest
from desk import Desk, ScriptedEngine
from hypothesis import given
from hypothesis import strategies as st

from app.core.queue import moves
from app.core.queue.claim import WINDOW, Claim, Turns, claim, most_alike
from app.core.queue.door import EngineDoor
from app.core.store.sqlite import Connection
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


@pytest.mark.parametrize(("alike", "kinds"), [(True, [{"short"}, {"long"}]), (False, [{"short", "long"}] * 2)])
def test_claims_are_alike_where_that_is_wanted_and_in_their_order_else(
    desk: Desk, alike: bool, kinds: list[set[str]]
) -> None:
    desk.add(desk.add_folder("in"), {f"{n}.txt": f"text {n}" * (200 if n % 2 else 1) for n in range(8)})
    turns = Turns(100)

    def take(conn: Connection) -> list[Claim]:
        return claim(conn, turns, None, 4, 5.0, alike=alike)

    lengths = dict(desk.all("SELECT sha256, bytes FROM blob"))
    lots = [desk.store.write_now(take) for _ in range(2)]
    assert [{"long" if lengths[one.sha256] > 500 else "short" for one in lot} for lot in lots] == kinds
    desk.store.write_now(moves.give_back_all)


@pytest.mark.anyio
@pytest.mark.parametrize(("name", "wanted"), [("nightdesk torch", True), ("nightdesk llama.cpp", False), ("", False)])
async def test_only_engines_that_pad_want_documents_that_are_alike(name: str, wanted: bool) -> None:
    class Named(ScriptedEngine):
        async def model(self) -> ServedModel:
            return ServedModel("scripted", self.context, name)

    async def source() -> ScriptedEngine:
        return Named()

    door = EngineDoor(source)
    assert not door.wants_alike
    await door.engine()
    assert door.wants_alike is wanted
