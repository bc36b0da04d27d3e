"""Work that leaves as a batch file and comes back: nothing lost, nothing twice, nobody else at it meanwhile."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from desk import COLUMNS, Desk, FileReader, ScriptedEngine

from app.core.batch import ledger
from app.core.batch.come_back import Came, come_back
from app.core.batch.leave import Left, Wish, leave
from app.core.errors import UsageError
from app.core.failures import FailureClass
from app.core.queue import moves
from app.core.queue.cancelling import cancel
from app.core.queue.queue import Queue
from app.core.store.sqlite import Connection
from app.core.store.store import Store

pytestmark = pytest.mark.anyio

TEXTS = {f"{number}.txt": f"Document number {number}." for number in range(6)}


async def sent(desk: Desk, reader: FileReader, target: Path, **wish: Any) -> tuple[Left, list[dict[str, Any]]]:
    """What left, and the requests in the file."""
    left = await leave(desk.store, reader, Wish(**{"recipe": "plain", "model": "big-model", **wish}), target)
    return left, lines_of(target)


def lines_of(file: Path) -> list[Any]:
    """What a file of lines holds, nothing where there is none."""
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()] if file.exists() else []


def beginning_with(name: str, folder: Path) -> list[Path]:
    return sorted(folder.glob(f"{name}*"))


def answer(request: dict[str, Any], text: str = "fine") -> dict[str, Any]:
    """What a server writes for a request that went well."""
    body = {
        "model": "big-model-2026",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 30, "completion_tokens": 5},
    }
    return {"id": "x", "custom_id": request["custom_id"], "response": {"status_code": 200, "body": body}, "error": None}


def refusal(request: dict[str, Any], status: int, message: str, code: str | None = None) -> dict[str, Any]:
    body = {"error": {"message": message, "code": code}}
    return {"custom_id": request["custom_id"], "response": {"status_code": status, "body": body}, "error": None}


def write_lines(file: Path, answers: list[Any]) -> None:
    """Texts as they are, everything else as JSON."""
    lines = [one if isinstance(one, str) else json.dumps(one) for one in answers]
    file.write_text("\n".join(lines) + "\n", "utf-8")


async def returned(desk: Desk, file: Path, answers: list[Any]) -> Came:
    """Take in a file of these answers."""
    write_lines(file, answers)
    return await come_back(desk.store, file, "vLLM at gpu01")


async def test_documents_leave_as_requests_and_come_back_as_results(
    desk: Desk, reader: FileReader, tmp_path: Path
) -> None:
    desk.add(desk.add_folder("a"), TEXTS)
    left, requests = await sent(desk, reader, tmp_path / "requests.jsonl")
    assert (left.requests, left.parts) == (6, 0)
    assert desk.states() == {"away": 6}
    assert len({request["custom_id"] for request in requests}) == 6
    assert all(len(request["custom_id"]) <= 64 for request in requests)
    assert (requests[0]["method"], requests[0]["url"]) == ("POST", "/v1/chat/completions")
    body = requests[0]["body"]
    assert body["messages"][0]["content"] == "Say it again:\nDocument number 0."
    assert (body["model"], body["max_completion_tokens"], "priority" in body) == ("big-model", 40, False)
    came = await returned(desk, tmp_path / "out.jsonl", [answer(one, f"answer {i}") for i, one in enumerate(requests)])
    assert (came.results, came.failed, came.unknown) == (6, 0, [])
    assert desk.states() == {"done": 6}
    rows = desk.all("SELECT text, model, engine, prompt_tokens, generated_tokens FROM result ORDER BY id")
    assert rows[0] == ("answer 0", "big-model-2026", "vLLM at gpu01 (batch file)", 30, 5)


async def test_importing_twice_does_nothing_twice(desk: Desk, reader: FileReader, tmp_path: Path) -> None:
    desk.add(desk.add_folder("a"), TEXTS)
    _, requests = await sent(desk, reader, tmp_path / "requests.jsonl")
    answers = [answer(one) for one in requests]
    await returned(desk, tmp_path / "half.jsonl", answers[:4])
    assert desk.states() == {"done": 4, "away": 2}
    again = await returned(desk, tmp_path / "all.jsonl", answers)
    assert (again.results, again.known) == (2, 4)
    assert (await returned(desk, tmp_path / "all.jsonl", answers)).known == 6
    assert desk.all("SELECT count(*) FROM result") == [(6,)]


async def test_the_local_queue_leaves_alone_what_is_away_until_it_is_taken_back(
    desk: Desk, reader: FileReader, tmp_path: Path, make_queue: Callable[..., Queue], engine: ScriptedEngine
) -> None:
    desk.add(desk.add_folder("a"), TEXTS)
    _, requests = await sent(desk, reader, tmp_path / "requests.jsonl", limit=5)
    queue = make_queue()
    await queue.start()
    await queue.run_until_drained()
    assert desk.states() == {"away": 5, "done": 1}
    assert queue.progress.ready == 0
    assert await desk.store.write(lambda conn: ledger.take_back(conn, [1])) == 5
    await queue.run_until_drained()
    assert desk.states() == {"done": 6}
    late = await returned(desk, tmp_path / "out.jsonl", [answer(one) for one in requests])
    assert (late.results, late.late) == (0, 5)
    assert len(engine.asked) == 6


async def test_failed_lines_become_failures_with_their_reason_and_can_leave_again(
    desk: Desk, reader: FileReader, tmp_path: Path
) -> None:
    desk.add(desk.add_folder("a"), {name: TEXTS[name] for name in list(TEXTS)[:4]})
    _, first = await sent(desk, reader, tmp_path / "requests.jsonl")
    came = await returned(
        desk,
        tmp_path / "errors.jsonl",
        [
            refusal(first[0], 400, "This model's maximum context length is 10 tokens", "context_length_exceeded"),
            refusal(first[1], 500, "out of luck"),
            {
                "custom_id": first[2]["custom_id"],
                "response": None,
                "error": {"code": "batch_expired", "message": "over"},
            },
            answer(first[3], "  "),
            "no JSON at all",
            '{"custom_id": "nd-somebody-elses", "response": {"status_code": 200, "body": {}}}',
            json.dumps(answer({"custom_id": "nd-somebody-elses"})),
        ],
    )
    assert (came.failed, came.results, came.senseless, came.unknown) == (4, 0, [5, 6], ["nd-somebody-elses"])
    reasons = desk.all("SELECT error_class, error FROM job ORDER BY id")
    assert [row[0] for row in reasons] == ["too_long", "engine_busy", "engine_busy", "no_answer"]
    assert reasons[1][1] == "The server refused the request: out of luck"
    assert desk.states() == {"failed": 4}
    ids = [row[0] for row in desk.all("SELECT id FROM job")]
    await desk.store.write(lambda conn: moves.retry(conn, ids))
    _, second = await sent(desk, reader, tmp_path / "again.jsonl")
    assert {one["custom_id"] for one in second}.isdisjoint(one["custom_id"] for one in first)
    assert [one["custom_id"].rsplit("-", 1)[0] for one in second] == [
        one["custom_id"].rsplit("-", 1)[0] for one in first
    ]
    old = await returned(desk, tmp_path / "old.jsonl", [answer(one, "old") for one in first])
    assert (old.results, old.known) == (0, 4)
    assert (await returned(desk, tmp_path / "new.jsonl", [answer(one) for one in second])).results == 4


async def test_answers_are_held_to_the_schema_as_in_the_queue(desk: Desk, reader: FileReader, tmp_path: Path) -> None:
    desk.recipes["columns"] = COLUMNS
    desk.add(desk.add_folder("a", "columns"), dict(list(TEXTS.items())[:3]))
    _, requests = await sent(desk, reader, tmp_path / "requests.jsonl", recipe="columns", dialect="vllm")
    assert requests[0]["body"]["response_format"]["json_schema"]["schema"]["required"] == ["word", "length"]
    assert requests[0]["body"]["max_tokens"] == 40
    texts = ['{"word": "a", "length": 1}', '{"word": "a", "length": "long"}', "not JSON"]
    came = await returned(desk, tmp_path / "out.jsonl", [answer(*pair) for pair in zip(requests, texts, strict=True)])
    assert (came.results, came.failed) == (1, 2)
    assert desk.all("SELECT data FROM result") == [('{"word": "a", "length": 1}',)]
    assert "not JSON" in desk.all("SELECT error FROM job ORDER BY id")[2][0]


async def test_a_long_document_leaves_in_rounds(desk: Desk, reader: FileReader, tmp_path: Path) -> None:
    long = " ".join(f"Sentence number {number} of a long document." for number in range(400))
    desk.add(desk.add_folder("a"), {"long.txt": long, "short.txt": "Short."})
    left, first = await sent(desk, reader, tmp_path / "first.jsonl", context=2000)
    assert (left.divided, left.parts, left.requests) == (1, len(first) - 1, len(first))
    assert left.parts >= 3
    assert desk.states() == {"blocked": 1, "away": 1}
    assert desk.states("map") == {"away": left.parts}
    spans = desk.all("SELECT start_offset, end_offset FROM job WHERE kind = 'map' ORDER BY seq")
    assert "".join(long[start:end] for start, end in spans) == long
    came = await returned(desk, tmp_path / "out1.jsonl", [answer(one, "note") for one in reversed(first)])
    assert (came.results, came.parts, came.waiting) == (1, left.parts, 1)
    assert desk.states() == {"away": 1, "done": 1}
    _, second = await sent(desk, reader, tmp_path / "second.jsonl", context=2000)
    assert len(second) == 1
    assert "[1] note" in second[0]["body"]["messages"][0]["content"]
    last = await returned(desk, tmp_path / "out2.jsonl", [answer(second[0], "the whole")])
    assert (last.results, last.waiting) == (1, 0)
    assert desk.states() == {"done": 2}


async def test_parts_that_are_only_joined_need_no_second_request(
    desk: Desk, reader: FileReader, tmp_path: Path
) -> None:
    desk.recipes["plain"] = '+++\nmax_tokens = 400\nreduce = "join"\n+++\nTranslate:\n{{document}}'
    desk.add(desk.add_folder("a"), {"long.txt": "A sentence that is said again. " * 200})
    _, first = await sent(desk, reader, tmp_path / "first.jsonl", context=1600)
    await returned(desk, tmp_path / "out.jsonl", [answer(one, f"part {i}") for i, one in enumerate(first)])
    left, second = await sent(desk, reader, tmp_path / "second.jsonl", context=1600)
    assert (left.joined, second, (tmp_path / "second.jsonl").exists()) == (1, [], False)
    assert desk.all("SELECT text FROM result WHERE kind = 'document'") == [
        ("\n\n".join(f"part {i}" for i in range(len(first))),)
    ]


async def test_what_waits_for_its_next_round_can_be_left_to_the_local_queue(
    desk: Desk, reader: FileReader, tmp_path: Path, make_queue: Callable[..., Queue], engine: ScriptedEngine
) -> None:
    desk.add(desk.add_folder("a"), {"long.txt": "A sentence that is said again. " * 300})
    _, first = await sent(desk, reader, tmp_path / "first.jsonl", context=1600)
    await returned(desk, tmp_path / "out.jsonl", [answer(one, "note") for one in first])
    assert await desk.store.write(ledger.take_back_held) == 1
    queue = make_queue()
    await queue.start()
    await queue.run_until_drained()
    assert desk.states() == {"done": 1}
    assert len(engine.asked) == 1


async def test_documents_that_cannot_be_read_fail_and_the_others_leave(
    desk: Desk, reader: FileReader, tmp_path: Path
) -> None:
    reader.fails["0.txt"] = FailureClass.ENCRYPTED
    desk.add(desk.add_folder("a"), TEXTS)
    left, requests = await sent(desk, reader, tmp_path / "requests.jsonl")
    assert (left.failed, left.requests, len(requests)) == (1, 5, 5)
    assert desk.states() == {"away": 5, "needs_password": 1}


async def test_an_export_that_cannot_be_completed_leaves_everything_in_the_queue(
    desk: Desk, reader: FileReader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.add(desk.add_folder("a"), TEXTS)
    target = tmp_path / "requests.jsonl"
    target.write_text("mine")
    with pytest.raises(UsageError, match="is there already"):
        await sent(desk, reader, target)
    assert desk.states() == {"ready": 6}
    target.unlink()

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("app.core.batch.leave.os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        await sent(desk, reader, target)
    assert desk.states() == {"ready": 6}
    assert beginning_with("requests", tmp_path) == []


async def test_what_a_killed_export_had_taken_is_back_at_the_next_start(
    desk: Desk, make_queue: Callable[..., Queue], engine: ScriptedEngine
) -> None:
    folder = desk.add_folder("a")
    desk.add(folder, TEXTS)
    batch = await desk.store.write(lambda conn: ledger.begin(conn, "gone.jsonl", "m", 1.0))
    await desk.store.write(lambda conn: ledger.reserve(conn, batch, "plain", [folder], 100))
    assert await desk.store.write(ledger.release_broken) == 0  # this process lives
    await desk.store.write(lambda conn: conn.execute("UPDATE batch SET pid_started = 1.0").rowcount)
    queue = make_queue()
    await queue.start()
    await queue.run_until_drained()
    assert desk.states() == {"done": 6}
    assert len(engine.asked) == 6


async def test_an_older_database_learns_that_jobs_can_be_away_and_keeps_everything(tmp_path: Path) -> None:
    with Store.open(tmp_path / "n.db") as store:
        desk = Desk(store, tmp_path / "folders")
        desk.add(desk.add_folder("a"), TEXTS)
        store.write_now(as_it_was_before)
    with Store.open(tmp_path / "n.db") as store:
        desk = Desk(store, tmp_path / "folders")
        assert desk.states() == {"ready": 6}
        store.write_now(lambda conn: conn.execute("UPDATE job SET state = 'away'").rowcount)
        assert desk.states() == {"away": 6}
        assert desk.all("PRAGMA integrity_check") == [("ok",)]
        assert desk.all("PRAGMA foreign_key_check") == []
        with pytest.raises(Exception, match="CHECK constraint"):
            store.write_now(lambda conn: conn.execute("UPDATE job SET state = 'lost'"))


def as_it_was_before(conn: Connection) -> None:
    """The tables of the version before batch files."""
    for thing in ("TABLE away", "TABLE batch", "INDEX job_away", "INDEX document_settling"):
        conn.execute(f"DROP {thing}")
    conn.execute("ALTER TABLE job DROP COLUMN was")
    (version,) = conn.execute("PRAGMA schema_version").fetchone()
    conn.execute("PRAGMA writable_schema = ON")
    conn.execute("UPDATE sqlite_schema SET sql = replace(sql, ?, '') WHERE name = 'job'", (", 'away'",))
    conn.execute(f"PRAGMA schema_version = {version + 1}")
    conn.execute("PRAGMA writable_schema = OFF")
    conn.execute("DELETE FROM _sqlite_migrations WHERE name IN ('m004_batch_files', 'm007_as_it_was')")


async def test_a_document_that_was_cancelled_while_it_was_away_stays_cancelled(
    desk: Desk, reader: FileReader, tmp_path: Path
) -> None:
    desk.add(desk.add_folder("a"), {"0.txt": "One."})
    _, requests = await sent(desk, reader, tmp_path / "requests.jsonl")
    ids = [row[0] for row in desk.all("SELECT id FROM job")]
    assert await desk.store.write(lambda conn: cancel(conn, ids, 1.0)) == ids
    came = await returned(desk, tmp_path / "out.jsonl", [answer(requests[0])])
    assert (came.results, came.late) == (0, 1)
    assert desk.states() == {"cancelled": 1}


async def test_a_real_server_takes_the_requests_and_its_answers_come_back(
    desk: Desk, reader: FileReader, tmp_path: Path, engine_server: Any
) -> None:
    # columns that bound the answer: whatever this machine's model says, it ends before its tokens do
    desk.recipes["columns"] = '+++\ncolumns = "what lamp|chair, old bool"\nmax_tokens = 40\n+++\nAs JSON:\n{{document}}'
    desk.add(desk.add_folder("a", "columns"), {"lamp.txt": "The lamp.", "chair.txt": "A chair."})
    _, requests = await sent(desk, reader, tmp_path / "requests.jsonl", recipe="columns")
    answers = []
    async with httpx.AsyncClient(
        base_url=engine_server.base_url, headers={"Authorization": f"Bearer {engine_server.api_key}"}, timeout=250
    ) as client:
        model = (await client.get("/v1/models")).json()["data"][0]["id"]
        for request in requests:
            got = await client.request(request["method"], request["url"], json={**request["body"], "model": model})
            response = {"status_code": got.status_code, "body": got.json()}
            answers.append({"custom_id": request["custom_id"], "response": response, "error": None})
    came = await returned(desk, tmp_path / "answers.jsonl", answers)
    assert (came.results, came.failed) == (2, 0)
    data = [json.loads(row[0]) for row in desk.all("SELECT data FROM result")]
    assert all(one.keys() == {"what", "old"} for one in data)
    assert all(row[0] > 0 for row in desk.all("SELECT generated_tokens FROM result"))
