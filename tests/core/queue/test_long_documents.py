"""Documents longer than the context: divided, merged, and never asked about beyond it."""

from __future__ import annotations

import asyncio

import pytest
from desk import Desk, ScriptedEngine, echo

from app.core.queue.cancelling import cancel
from app.core.queue.claim import Turns, claim
from app.core.queue.moves import PartPlan, divide
from app.core.store.jobs import job_ids_in
from engines.errors import RequestError

pytestmark = pytest.mark.anyio

BOOK = "".join(f"Sentence number {n} of a long book. " for n in range(3000))
CHAPTER = BOOK[:6000]


async def test_a_book_ends_with_one_result_and_never_exceeds_the_context(desk, engine, make_queue):
    desk.add(desk.add_folder("in"), {"book.txt": BOOK, "note.txt": "short"})
    queue = make_queue()
    await queue.start()
    figures = await queue.run_until_drained()
    assert desk.states() == {"done": 2}
    assert max(engine.sizes) <= engine.context
    assert figures["done"] == 2
    assert figures["parts"] == len(desk.all("SELECT id FROM job WHERE kind = 'map'"))
    assert desk.all("SELECT max(level) FROM job")[0][0] >= 2


async def test_the_parts_cover_the_document_without_a_gap(desk, engine, make_queue):
    desk.add(desk.add_folder("in"), {"book.txt": CHAPTER})
    queue = make_queue()
    await queue.start()
    await queue.drained()
    spans = desk.all("SELECT start_offset, end_offset FROM job WHERE kind = 'map' AND level = 1 ORDER BY seq")
    assert "".join(CHAPTER[start:end] for start, end in spans) == CHAPTER


async def test_parts_may_finish_in_any_order_and_are_merged_in_the_texts_order(desk, engine, make_queue):
    turn = 0

    async def script(prompt: str, _: int) -> str:
        nonlocal turn
        turn += 1
        for _ in range(10 - turn % 4 * 3):
            await asyncio.sleep(0)
        return prompt.split("number ")[1].split(" ")[0] if "Notes:" not in prompt else prompt.split("Notes:")[1]

    engine.script = script
    engine.context = 1200
    desk.add(desk.add_folder("in"), {"book.txt": CHAPTER})
    queue = make_queue()
    await queue.start()
    await queue.drained()
    [(merged,)] = desk.all("SELECT text FROM result WHERE kind = 'document'")
    numbers = [int(line.split("] ")[1]) for line in merged.split("\n") if "] " in line]
    assert len(numbers) > 1
    assert numbers == sorted(numbers)


async def test_a_recipe_that_joins_puts_the_parts_one_after_the_other(desk, engine, make_queue):
    async def script(prompt: str, _: int) -> str:
        return prompt.split("Translate:\n")[1].upper()

    engine.script = script
    desk.recipes["translate"] = '+++\nmax_tokens = 120\nreduce = "join"\n+++\nTranslate:\n{{document}}'
    desk.add(desk.add_folder("in", "translate"), {"book.txt": CHAPTER})
    queue = make_queue()
    await queue.start()
    await queue.drained()
    [(text,)] = desk.all("SELECT text FROM result WHERE kind = 'document'")
    assert "".join(text.split()) == "".join(CHAPTER.upper().split())


async def test_a_server_that_cannot_count_is_served_by_estimate(desk, engine, make_queue):
    engine.counts = False
    desk.add(desk.add_folder("in"), {"book.txt": CHAPTER})
    queue = make_queue()
    await queue.start()
    await queue.drained()
    assert desk.states() == {"done": 1}
    assert max(engine.sizes) <= engine.context


async def test_a_server_that_finds_a_document_too_long_gets_it_in_parts(desk, engine, make_queue):
    async def script(prompt: str, _: int) -> str:
        if len(prompt) > 200:
            raise RequestError("Too long.", code="context_length_exceeded")
        return await echo(prompt, 1)

    engine.script = script
    desk.add(desk.add_folder("in"), {"a.txt": "word " * 50})
    queue = make_queue()
    await queue.start()
    await queue.drained()
    assert desk.states("map") == {"done": 2}


async def test_a_recipe_that_leaves_no_room_is_said_to_be_too_long(desk, engine, make_queue):
    desk.recipes["wordy"] = "+++\nmax_tokens = 300\n+++\n" + "Mind this. " * 100 + "{{document}}"
    desk.add(desk.add_folder("in", "wordy"), {"a.txt": "text " * 100})
    queue = make_queue()
    await queue.start()
    await queue.drained()
    [(state, error)] = desk.all("SELECT state, error FROM job WHERE kind = 'document'")
    assert state == "failed"
    assert "no room in a context of 400 tokens" in error


async def test_a_part_that_fails_ends_its_document_and_a_retry_keeps_the_parts_that_are_done(
    desk: Desk, engine: ScriptedEngine, make_queue
):
    broken = True

    async def script(prompt: str, _: int) -> str:
        if broken and "number 60 " in prompt:
            return ""
        return await echo(prompt, 1)

    engine.script = script
    desk.add(desk.add_folder("in"), {"book.txt": CHAPTER})
    queue = make_queue()
    await queue.start()
    await queue.drained()
    [(state, error)] = desk.all("SELECT state, error FROM job WHERE kind = 'document'")
    assert state == "failed"
    assert error.startswith("Part ")
    done = desk.states("map")["done"]
    broken = False
    asked = len(engine.asked)
    await queue.retry(desk.store.read_now(lambda conn: job_ids_in(conn, ["failed"])))
    await queue.drained()
    assert desk.states() == {"done": 1}
    parts = sum(desk.states("map").values())
    assert len(engine.asked) - asked <= parts - done + 1


async def test_the_engine_may_die_while_a_book_is_read(desk, engine, make_queue):
    from engines.errors import EngineGone

    async def script(prompt: str, times: int) -> str:
        await asyncio.sleep(0)
        if len(engine.asked) in (7, 8, 9):
            raise EngineGone("The connection was lost.")
        return await echo(prompt, 1)

    engine.script = script
    desk.add(desk.add_folder("in"), {"book.txt": CHAPTER})
    queue = make_queue()
    await queue.start()
    await queue.drained()
    assert desk.states() == {"done": 1}
    assert desk.states("map").keys() == {"done"}


async def test_parts_that_are_away_in_a_batch_file_are_no_work_to_stay_awake_for(desk, engine, make_queue):
    desk.add(desk.add_folder("in"), {"long.txt": "A sentence of a long text. " * 80})
    queue = make_queue()
    queue.pause("Paused by you.")
    await queue.start()
    (one,) = desk.store.write_now(lambda conn: claim(conn, Turns(4), None, 1, 9e9))
    parts = [PartPlan(n, n * 10, n * 10 + 10) for n in range(2)]
    desk.store.write_now(lambda conn: divide(conn, one, 1, parts, 1.0))
    assert (await queue.look()).ready == 1
    desk.store.write_now(lambda conn: conn.execute("UPDATE job SET state = 'away' WHERE kind = 'map'"))
    assert (await queue.look()).ready == 0
    desk.store.write_now(lambda conn: cancel(conn, [one.id], 2.0))
