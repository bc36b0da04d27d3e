"""What the queue does with documents: once each, in order, whatever fails."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest
from desk import COLUMNS, ScriptedEngine, echo

from app.core.again import Again, queue_again
from app.core.events import Event, EventBus, JobsChanged, ProgressChanged, ResultsChanged, RunFinished
from app.core.failures import FailureClass
from app.core.queue.enqueue import enqueue_under
from app.core.recipes.parse import parse_recipe
from app.core.recipes.shelf import record_recipe
from app.core.store.jobs import job_ids_in, list_jobs
from app.core.store.results import list_results, search_results
from engines.errors import EngineBusy, EngineError, EngineGone, RequestError

pytestmark = pytest.mark.anyio


async def test_every_document_gets_one_result_with_its_provenance(desk, engine, make_queue):
    desk.add(desk.add_folder("in"), {f"{n}.txt": f"text {n}" for n in range(20)})
    queue = make_queue()
    await queue.start()
    figures = await queue.run_until_drained()
    assert figures["done"] == 20
    assert desk.states() == {"done": 20}
    results = desk.store.read_now(lambda conn: list_results(conn))
    assert [one.text for one in results] == [f"answer to text {int(one.name[:-4])}" for one in results]
    one = results[0]
    assert (one.recipe_name, one.recipe_version, one.model, one.generated_tokens) == ("plain", 1, "scripted", 10)
    assert one.path_text.endswith(one.name)


async def test_the_batch_is_kept_full_and_never_overfull(desk, engine, make_queue):
    full = asyncio.Event()

    async def script(prompt: str, _: int) -> str:
        if engine.now == 4:
            full.set()
        await full.wait()
        return await echo(prompt, 1)

    engine.script = script
    desk.add(desk.add_folder("in"), {f"{n}.txt": f"text {n}" for n in range(30)})
    queue = make_queue()
    await queue.start()
    await queue.drained()
    assert engine.most == 4


@pytest.mark.parametrize("rows", [7, 2])
async def test_the_batch_is_as_wide_as_the_engine_says(desk, engine, make_queue, rows):
    full = asyncio.Event()

    async def script(prompt: str, _: int) -> str:
        if engine.now == rows:
            full.set()
        await full.wait()
        return await echo(prompt, 1)

    engine.script, engine.rows = script, rows
    desk.add(desk.add_folder("in"), {f"{n}.txt": f"text {n}" for n in range(30)})
    queue = make_queue(follow=True)
    await queue.start()
    await queue.drained()
    assert engine.most == rows


async def test_the_same_bytes_under_two_names_are_asked_once(desk, engine, make_queue):
    desk.add(desk.add_folder("in"), {"a.txt": "same", "b.txt": "same"})
    queue = make_queue()
    await queue.start()
    figures = await queue.run_until_drained()
    assert len(engine.asked) == 1
    assert figures["duplicates"] == 1


async def test_a_second_recipe_does_not_read_the_file_again(desk, reader, make_queue):
    desk.recipes["other"] = desk.recipes["plain"] + " "
    desk.add(desk.add_folder("in"), {"a.txt": "text"})
    desk.add(desk.add_folder("in", "other"), {"a.txt": "text"})
    queue = make_queue(width=1, lookahead=0)
    await queue.start()
    figures = await queue.run_until_drained()
    assert desk.states() == {"done": 2}
    assert reader.read == ["a.txt"]
    assert figures["duplicates"] == 0


async def test_an_edited_recipe_runs_again_only_when_asked(desk, engine, make_queue):
    folder = desk.add_folder("in")
    desk.add(folder, {"a.txt": "text"})
    queue = make_queue()
    await queue.start()
    await queue.drained()
    edited = parse_recipe("plain", "Now differently: {{document}}")
    desk.store.write_now(lambda conn: record_recipe(conn, edited))
    desk.add(folder, {"a.txt": "text"})
    assert desk.states() == {"done": 1}
    assert desk.store.write_now(lambda conn: queue_again(conn, [1], edited)) == Again(1, 0)
    await queue.drained()
    assert desk.states() == {"done": 2}


async def test_failed_documents_can_be_tried_with_another_recipe(desk, engine, make_queue):
    async def script(prompt: str, _: int) -> str:
        return "" if prompt.startswith("Say") else "an answer"

    engine.script = script
    desk.add(desk.add_folder("in"), {"a.txt": "text"})
    queue = make_queue()
    await queue.start()
    await queue.drained()
    failed = desk.store.read_now(lambda conn: job_ids_in(conn, ["failed"]))
    other = desk.store.write_now(lambda conn: record_recipe(conn, parse_recipe("other", "Otherwise: {{document}}")))
    assert desk.store.write_now(lambda conn: enqueue_under(conn, failed, other, 2.0)) == 1
    await queue.drained()
    assert desk.states() == {"done": 1, "failed": 1}


async def test_two_folders_take_turns(desk, engine, make_queue):
    desk.add(desk.add_folder("big"), {f"{n}.txt": f"big {n}" for n in range(40)})
    desk.recipes["other"] = desk.recipes["plain"] + " "
    desk.add(desk.add_folder("small", "other"), {f"{n}.txt": f"small {n}" for n in range(4)})
    queue = make_queue()
    await queue.start()
    await queue.drained()
    last_small = max(index for index, prompt in enumerate(engine.asked) if "small" in prompt)
    assert last_small < 16


async def test_a_folder_of_higher_priority_goes_first(desk, engine, make_queue):
    desk.add(desk.add_folder("late"), {f"{n}.txt": f"late {n}" for n in range(8)})
    desk.recipes["other"] = desk.recipes["plain"] + " "
    desk.add(desk.add_folder("early", "other", priority=-1), {f"{n}.txt": f"early {n}" for n in range(8)})
    queue = make_queue(width=1, lookahead=0)  # else what was read sooner is asked sooner
    await queue.start()
    await queue.drained()
    assert all("early" in prompt for prompt in engine.asked[:8])


@pytest.mark.parametrize(
    ("failure", "state", "readings"),
    [
        (FailureClass.NO_TEXT, "needs_ocr", 1),
        (FailureClass.ENCRYPTED, "needs_password", 1),
        (FailureClass.DAMAGED, "failed", 1),
        (FailureClass.TIMED_OUT, "failed", 3),
        (FailureClass.CRASHED, "poison", 3),
    ],
)
async def test_a_document_that_cannot_be_read_ends_in_its_state(desk, reader, make_queue, failure, state, readings):
    reader.fails["bad.txt"] = failure
    desk.add(desk.add_folder("in"), {"bad.txt": "x", "good.txt": "y"})
    queue = make_queue()
    await queue.start()
    figures = await queue.run_until_drained()
    assert desk.states() == {"done": 1, state: 1}
    assert reader.read.count("bad.txt") == readings
    assert figures["failures"][0]["class"] == failure
    assert figures["failed_documents"][0]["reason"] == "as the test wants it"


async def test_a_failed_document_can_be_retried(desk, reader, make_queue):
    reader.fails["bad.txt"] = FailureClass.DAMAGED
    desk.add(desk.add_folder("in"), {"bad.txt": "x"})
    queue = make_queue()
    await queue.start()
    await queue.drained()
    reader.fails.clear()
    assert await queue.retry(desk.store.read_now(lambda conn: job_ids_in(conn, ["failed"]))) == 1
    await queue.drained()
    assert desk.states() == {"done": 1}


async def test_what_needs_text_recognition_is_ready_once_that_is_switched_on(desk, reader, make_queue):
    desk.add(desk.add_folder("in"), {"scan.pdf": "a picture", "a.txt": "one"})
    reader.fails["scan.pdf"] = FailureClass.NO_TEXT
    queue = make_queue()
    await queue.start()
    await queue.drained()
    assert desk.states() == {"done": 1, "needs_ocr": 1}
    await queue.stop()
    reader.fails.clear()
    again = make_queue(ocr=True)
    await again.start()
    await again.drained()
    assert desk.states() == {"done": 2}


async def test_a_file_that_changed_after_it_was_found_is_not_answered_under_the_old_hash(desk, engine, make_queue):
    desk.add(desk.add_folder("in"), {"a.txt": "old text"})
    (desk.folder / "in" / "a.txt").write_text("new text", encoding="utf-8")
    queue = make_queue()
    await queue.start()
    await queue.drained()
    assert desk.states() == {"failed": 1}
    assert engine.asked == []


async def test_the_engine_may_die_in_the_middle_and_nothing_is_lost_or_done_twice(desk, engine, make_queue):
    deaths = iter((5, 17))
    next_death = next(deaths)

    async def script(prompt: str, _: int) -> str:
        nonlocal next_death
        await asyncio.sleep(0)
        if len(engine.asked) >= next_death:
            next_death = next(deaths, 10**6)
            raise EngineGone("The connection was lost.")
        return await echo(prompt, 1)

    engine.script = script
    desk.add(desk.add_folder("in"), {f"{n}.txt": f"text {n}" for n in range(30)})
    given: list[int] = []

    async def source() -> ScriptedEngine:
        given.append(1)
        return engine

    queue = make_queue(client_source=source)
    await queue.start()
    figures = await queue.run_until_drained()
    assert desk.states() == {"done": 30}
    assert figures["recoveries"] == 2
    assert len(given) == 3


async def test_a_document_that_kills_the_engine_three_times_alone_is_poison_and_hurts_nobody(desk, engine, make_queue):
    async def script(prompt: str, _: int) -> str:
        await asyncio.sleep(0)
        if "killer" in prompt:
            raise EngineGone("The engine died.")
        return await echo(prompt, 1)

    engine.script = script
    desk.add(desk.add_folder("in"), {"k.txt": "killer", **{f"{n}.txt": f"text {n}" for n in range(20)}})
    queue = make_queue()
    await queue.start()
    await queue.drained()
    assert desk.states() == {"done": 20, "poison": 1}
    assert sum("killer" in prompt for prompt in engine.asked) == 4, "once in the batch, where it could be any of them"


async def test_a_bystander_that_was_hit_twice_alone_is_not_poison(desk, engine, make_queue):
    hits = iter([True, True, True, False])

    async def script(prompt: str, _: int) -> str:
        await asyncio.sleep(0)
        if "unlucky" in prompt and next(hits):
            raise EngineGone("Somebody has ended the engine.")
        return await echo(prompt, 1)

    engine.script = script
    desk.add(desk.add_folder("in"), {"u.txt": "unlucky", "a.txt": "one"})
    queue = make_queue()
    await queue.start()
    await queue.drained()
    assert desk.states() == {"done": 2}


async def test_bystanders_of_many_crashes_are_never_poison(desk, engine, make_queue):
    async def script(prompt: str, _: int) -> str:
        at_once = engine.now
        await asyncio.sleep(0)
        if at_once == 4:
            raise EngineGone("The engine dies whenever its batch is full.")
        return await echo(prompt, 1)

    engine.script = script
    desk.add(desk.add_folder("in"), {f"{n}.txt": f"text {n}" for n in range(40)})
    queue = make_queue()
    await queue.start()
    await queue.drained()
    assert desk.states() == {"done": 40}


async def test_a_busy_engine_costs_no_attempt(desk, engine, make_queue):
    async def script(prompt: str, times: int) -> str:
        if times <= 5:
            raise EngineBusy("Try later.")
        return await echo(prompt, 1)

    engine.script = script
    desk.add(desk.add_folder("in"), {f"{n}.txt": f"text {n}" for n in range(6)})
    queue = make_queue()
    await queue.start()
    await queue.drained()
    assert desk.all("SELECT DISTINCT state, attempts FROM job") == [("done", 1)]


async def test_an_engine_that_has_given_up_pauses_with_its_sentence(desk, make_queue):
    desk.add(desk.add_folder("in"), {"a.txt": "text"})

    async def source() -> ScriptedEngine:
        raise EngineError("The model file is cut short.")

    queue = make_queue(client_source=source)
    await queue.start()
    with pytest.raises(EngineError, match="cut short"):
        await queue.drained()
    assert queue.paused_reason == "The model file is cut short."
    assert desk.all("SELECT state, attempts FROM job") == [("ready", 0)]


async def test_columns_are_checked_and_kept_as_data(desk, engine, make_queue):
    async def script(prompt: str, times: int) -> str:
        if "wrong" in prompt and times < 2:
            return '{"word": "wrong"}'
        return '{"word": "x", "length": 1}'

    engine.script = script
    desk.recipes["table"] = COLUMNS
    desk.add(desk.add_folder("in", "table"), {"a.txt": "right", "b.txt": "wrong at first"})
    queue = make_queue()
    await queue.start()
    await queue.drained()
    assert desk.all("SELECT word, length, typeof(length) FROM result_table_v1") == [("x", 1, "integer")] * 2
    assert sorted(desk.all("SELECT attempts FROM job")) == [(1,), (2,)]


async def test_json_that_was_cut_off_is_a_failure_that_names_the_limit(desk, engine, make_queue):
    async def script(prompt: str, times: int) -> str:
        return '{"word": "x", "length": 1}'

    engine.script = script
    engine.finish_reason = "length"
    desk.recipes["table"] = COLUMNS
    desk.add(desk.add_folder("in", "table"), {"a.txt": "right"})
    queue = make_queue()
    await queue.start()
    await queue.drained()
    [(state, error_class, error)] = desk.all("SELECT state, error_class, error FROM job")
    assert (state, error_class) == ("failed", "bad_output")
    assert "cut off after 120 tokens" in error  # the third attempt had three times the room


async def test_cancelled_documents_end_and_finished_ones_stay(desk, engine, make_queue):
    hold = asyncio.Event()

    async def script(prompt: str, _: int) -> str:
        if prompt != engine.asked[0]:  # which document that is, the preparing of several at once decides
            await hold.wait()
        return await echo(prompt, 1)

    engine.script = script
    desk.add(desk.add_folder("in"), {f"{n}.txt": f"text {n}" for n in range(9)})
    done = asyncio.Event()
    events = EventBus()
    events.subscribe(lambda event: done.set() if isinstance(event, ResultsChanged) else None)
    queue = make_queue(events=events)
    await queue.start()
    await done.wait()
    ids = [one.id for one in desk.store.read_now(lambda conn: list_jobs(conn))]
    assert len(await queue.cancel(ids)) == 8
    await queue.drained()
    assert desk.states() == {"done": 1, "cancelled": 8}


async def test_documents_cancelled_in_the_moment_of_their_claim_leave_nothing_in_hand(desk, engine, make_queue):
    asked, answer = asyncio.Event(), asyncio.Event()

    async def script(prompt: str, _: int) -> str:
        asked.set()
        await answer.wait()
        return await echo(prompt, 1)

    engine.script = script
    folder = desk.add_folder("in")
    desk.add(folder, {"first.txt": "first"})
    queue = make_queue()
    await queue.start()
    await asked.wait()
    desk.add(folder, {f"{n}.txt": f"text {n}" for n in range(4)})
    others = [row[0] for row in desk.all("SELECT id FROM job ORDER BY id")[1:]]
    begun, commit = threading.Event(), threading.Event()
    holding = asyncio.create_task(desk.store.write(lambda _: (begun.set(), commit.wait())))
    await asyncio.to_thread(begun.wait)
    queue.wake()
    await turns_of_the_loop()  # the claim waits for the writer, and the cancelling behind it: both in one transaction
    cancelling = asyncio.create_task(queue.cancel(others))
    await turns_of_the_loop()
    commit.set()
    await holding
    assert await cancelling == others
    answer.set()
    async with asyncio.timeout(60):
        await queue.drained()
    assert desk.states() == {"done": 1, "cancelled": 4}
    await queue.look()
    assert not queue.busy


async def turns_of_the_loop() -> None:
    """Enough of them for everything to happen that waits for no thread."""
    for _ in range(20):
        await asyncio.sleep(0)


async def test_a_pause_lets_nothing_begin_and_outlives_a_restart(desk, engine, make_queue):
    queue = make_queue()
    await queue.start()
    queue.pause("Paused by you.")
    desk.add(desk.add_folder("in"), {"a.txt": "text"})
    await queue.stop()
    again = make_queue()
    await again.start()
    assert again.paused_reason == "Paused by you."
    assert engine.asked == []
    again.resume()
    await again.drained()
    assert desk.states() == {"done": 1}


async def test_two_reasons_to_pause_must_both_be_lifted(desk, make_queue):
    queue = make_queue()
    await queue.start()
    queue.pause("On battery.", source="power")
    queue.pause("Paused by you.")
    queue.resume()
    assert queue.paused_reason == "On battery."
    queue.resume("power")
    assert queue.paused_reason is None


async def test_a_clean_stop_counts_no_attempt(desk, engine, make_queue):
    started = asyncio.Event()

    async def script(prompt: str, _: int) -> str:
        started.set()
        await asyncio.Event().wait()
        return ""

    engine.script = script
    desk.add(desk.add_folder("in"), {f"{n}.txt": f"text {n}" for n in range(9)})
    queue = make_queue()
    await queue.start()
    await started.wait()
    await queue.stop()
    assert desk.all("SELECT DISTINCT state, attempts, suspect FROM job") == [("ready", 0, 0)]
    assert desk.all("SELECT state FROM run") == [("interrupted",)]


async def test_the_run_is_told_and_its_report_names_what_failed(desk, reader, make_queue):
    heard: list[Event] = []
    events = EventBus()
    events.subscribe(heard.append)
    reader.fails["bad.txt"] = FailureClass.NO_TEXT
    desk.add(desk.add_folder("in"), {**{f"{n}.txt": f"text {n}" for n in range(20)}, "bad.txt": "x"})
    queue = make_queue(events=events, alone=3, alone_from=10)
    await queue.start()
    figures = await queue.run_until_drained()
    assert figures["alone"]["documents"] == 3
    [finished] = [event for event in heard if isinstance(event, RunFinished)]
    assert "20 documents done, 1 without a result" in finished.summary
    [(report,)] = desk.all("SELECT report FROM run")
    assert "bad.txt" in report
    assert "Run text recognition" in report
    last = [event for event in heard if isinstance(event, ProgressChanged)][-1]
    assert (last.total, last.done, last.failed, last.running, last.ready) == (21, 20, 1, 0, 0)
    assert any(isinstance(event, JobsChanged) for event in heard)


async def test_results_are_found_by_the_words_in_them(desk, make_queue):
    desk.add(desk.add_folder("in"), {"a.txt": "a heron at the river", "b.txt": "nothing"})
    queue = make_queue()
    await queue.start()
    await queue.drained()
    [found] = desk.store.read_now(lambda conn: search_results(conn, 'heron "riv'))
    assert "[heron]" in found.snippet
    assert found.name == "a.txt"


async def test_results_are_written_as_files_where_the_folder_wants_them(desk, make_queue, tmp_path: Path):
    out = tmp_path / "out"
    desk.add(desk.add_folder("in", output=out), {"a.txt": "text a", "b.txt": "text b"})
    queue = make_queue()
    await queue.start()
    await queue.drained()
    assert sorted(path.name.split(".")[0] for path in out.iterdir()) == ["a", "b"]
    assert all("answer to text" in path.read_text() for path in out.iterdir())


async def test_a_refused_request_fails_with_what_the_server_said(desk, engine, make_queue):
    async def script(prompt: str, _: int) -> str:
        raise RequestError("The schema cannot be compiled.")

    engine.script = script
    desk.add(desk.add_folder("in"), {"a.txt": "text"})
    queue = make_queue()
    await queue.start()
    await queue.drained()
    [(state, error)] = desk.all("SELECT state, error FROM job")
    assert state == "failed"
    assert "The schema cannot be compiled." in error


async def test_a_mistake_of_ours_is_one_documents_failure(desk, engine, make_queue):
    async def script(prompt: str, _: int) -> str:
        if "odd" in prompt:
            raise KeyError("surprise")
        return await echo(prompt, 1)

    engine.script = script
    desk.add(desk.add_folder("in"), {"a.txt": "odd", "b.txt": "even"})
    queue = make_queue()
    await queue.start()
    await queue.drained()
    assert desk.states() == {"done": 1, "failed": 1}
    assert desk.all("SELECT error_class FROM job WHERE state = 'failed'") == [("internal",)]
