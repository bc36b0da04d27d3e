"""Drives that are unplugged and shares that go away, with the documents or with the results: nothing is lost."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest
from desk import Desk

from app.core.events import Event, EventBus, Notice
from app.core.store.log import list_events
from app.core.watch.scan import scan_once

pytestmark = pytest.mark.anyio


async def drained(queue) -> None:
    await queue.start()
    await queue.drained()


async def test_documents_of_a_drive_that_was_unplugged_are_done_when_it_is_back(desk: Desk, make_queue, tmp_path: Path):
    folder = desk.add_folder("drive")
    desk.add(folder, {f"{n}.txt": f"text {n}" for n in range(5)})
    away = tmp_path / "away"
    (desk.folder / "drive").rename(away)
    queue = make_queue()
    await drained(queue)
    assert desk.states() == {"failed": 5}
    away.rename(desk.folder / "drive")
    assert (await scan_once(desk.store, folder)).jobs == 5
    queue.wake()
    await queue.drained()
    assert desk.states() == {"done": 5}


async def test_files_that_came_back_under_a_root_that_was_empty_meanwhile_are_done(desk: Desk, make_queue):
    folder = desk.add_folder("drive")
    desk.add(folder, {"a.txt": "one", "b.txt": "two"})
    kept = {path.name: path.read_bytes() for path in (desk.folder / "drive").iterdir()}
    for path in (desk.folder / "drive").iterdir():
        path.unlink()
    await scan_once(desk.store, folder)
    assert desk.all("SELECT DISTINCT state FROM document") == [("gone",)]
    queue = make_queue()
    await drained(queue)
    assert desk.states() == {"failed": 2}
    for name, data in kept.items():
        (desk.folder / "drive" / name).write_bytes(data)
    await scan_once(desk.store, folder)
    queue.wake()
    await queue.drained()
    assert desk.states() == {"done": 2}


async def test_what_failed_for_another_reason_is_not_tried_again_by_a_scan(desk: Desk, make_queue, reader):
    folder = desk.add_folder("in")
    desk.add(folder, {"a.txt": "one"})
    reader.fails["a.txt"] = "damaged"
    queue = make_queue()
    await drained(queue)
    assert (await scan_once(desk.store, folder)).jobs == 0
    assert desk.states() == {"failed": 1}


async def test_results_wait_for_a_folder_that_is_away_and_are_written_when_it_is_back(
    desk: Desk, make_queue, tmp_path: Path
):
    out = tmp_path / "share" / "results"
    (tmp_path / "share").write_text("no folder now")
    desk.add(desk.add_folder("in", output=out), {f"{n}.txt": f"text {n}" for n in range(30)})
    events, said, back = EventBus(), list[Event](), asyncio.Event()
    events.subscribe(said.append)
    events.subscribe(lambda event: back.set() if getattr(event, "text", "").endswith("again.") else None)
    queue = make_queue(events=events, redeliver_s=0.05)
    await drained(queue)
    (warning,) = (one.text for one in said if isinstance(one, Notice))
    assert warning.startswith(f"Results cannot be written to {out}")
    await queue._notes.written()
    assert warning in [row.text for row in desk.store.read_now(list_events)]
    (tmp_path / "share").unlink()
    await back.wait()
    assert Notice("info", f"Results are written to {out} again.") in said
    assert len(list(out.glob("*.nightdesk.md"))) == 30
    assert desk.all("SELECT DISTINCT state, attempts FROM outbox") == [("done", 1)]


async def test_a_result_that_cannot_be_a_file_is_said_and_holds_up_no_other(desk: Desk, make_queue, tmp_path: Path):
    out = tmp_path / "out"
    desk.add(desk.add_folder("in", output=out), {"a.txt": "one", "b.txt": "two"})
    queue = make_queue()
    await drained(queue)
    in_the_way = next(out.glob("a.txt*"))
    shutil.rmtree(out)
    in_the_way.mkdir(parents=True)
    (in_the_way / "file").touch()
    desk.store.write_now(lambda conn: conn.execute("UPDATE outbox SET state = 'ready', attempts = 0"))
    events, said = EventBus(), list[Event]()
    events.subscribe(said.append)
    again = make_queue(events=events)
    await queue.stop()
    await again.start()
    for _ in range(5):
        await again.drained()
    assert [one.text for one in said if isinstance(one, Notice) and "could not be written as a file" in one.text]
    assert dict(desk.all("SELECT state, count(*) FROM outbox GROUP BY state")) == {"done": 1, "failed": 1}
