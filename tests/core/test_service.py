"""The whole core without a window: folders in, results out, chats beside them, and a clean end."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from app.core.errors import StoreError, UsageError
from app.core.events import EngineChanged, Event, FoldersChanged, Notice, ResultsChanged, SettingsChanged
from app.core.paths import Paths
from app.core.service import Parts, Service
from app.core.settings import (
    ChatSettings,
    ModelSettings,
    PowerSettings,
    QueueSettings,
    ScheduleSettings,
    Settings,
    WatchSettings,
    load_settings,
)
from app.core.store.jobs import count_jobs
from app.core.store.results import count_results
from app.core.store.store import Store
from app.core.watch.scan import scan_once
from engines.errors import EngineError
from tests.conftest import EngineServer

pytestmark = pytest.mark.anyio

RECIPE = "+++\ndescription = 'A word'\nmax_tokens = 10\n+++\nSay in a few words what this is about.\n\n{{document}}\n"


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    """Folders of a person with one recipe of their own."""
    home = tmp_path / "home"
    found = Paths(home / "data", home / "config", home / "cache", home / "log")
    found.recipes.mkdir(parents=True)
    (found.recipes / "word.md").write_text(RECIPE, encoding="utf-8")
    return found


@pytest.fixture
def settings(engine_server: EngineServer) -> Settings:
    """The session's engine, short answers, no waiting for files to settle."""
    return Settings(
        model=ModelSettings(base_url=engine_server.base_url, api_key=engine_server.api_key),
        chat=ChatSettings(temperature=0.0, max_tokens=16),
        queue=QueueSettings(width=4, alone=0),
        watch=WatchSettings(settle_s=0.0),
    )


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    folder = tmp_path / "letters"
    folder.mkdir()
    for number in range(4):
        (folder / f"{number}.txt").write_text(f"Dear Anna, your order number {number} is ready.", encoding="utf-8")
    return folder


@asynccontextmanager
async def running(service: Service) -> AsyncIterator[Service]:
    """The service, started, and stopped at the end."""
    await service.start()
    try:
        yield service
    finally:
        await service.stop()


def heard(service: Service) -> list[Event]:
    """Everything that is published from now on."""
    events: list[Event] = []
    service.events.subscribe(events.append)
    return events


async def counts(service: Service) -> dict[str, int]:
    return await service.store.read(count_jobs)


async def test_a_folder_is_worked_off_while_a_chat_is_answered(
    settings: Settings, paths: Paths, letters: Path, tmp_path: Path
) -> None:
    service = Service(settings, tmp_path / "n.db", paths=paths, parts=Parts(watcher=False))
    events = heard(service)
    async with running(service):
        await service.add_folder(letters, "word", watch=False)
        (scan,) = await service.scanned()
        conversation_id = await service.chat.new_conversation()
        message_id = await service.chat.send(conversation_id, "What is the capital of France?")
        answer = await service.chat.answer(message_id)
        await service.queue.drained()
        assert (scan.new, scan.jobs) == (4, 4)
        assert "Paris" in answer.text
        assert await counts(service) == {"done": 4}
        assert await service.store.read(count_results) == 4
        await service.queue.stop()  # publishes what has gathered
    assert ResultsChanged(("word",)) in events
    assert FoldersChanged() in events
    assert [event.phase for event in events if isinstance(event, EngineChanged)] == ["loading", "ready", "stopped"]


async def test_single_files_are_queued_without_their_neighbours(
    settings: Settings, paths: Paths, letters: Path, tmp_path: Path
) -> None:
    service = Service(settings, tmp_path / "n.db", paths=paths, parts=Parts(queue=False, watcher=False))
    async with running(service):
        await service.add_files([letters / "1.txt", letters / "2.txt"], "word")
        assert await counts(service) == {"ready": 2}
        with pytest.raises(UsageError, match=r"no file .*9\.txt"):
            await service.add_files([letters / "9.txt"], "word")


async def test_a_watched_folder_is_worked_off_and_then_let_go(
    settings: Settings, paths: Paths, letters: Path, tmp_path: Path
) -> None:
    service = Service(settings, tmp_path / "n.db", paths=paths)
    async with running(service):
        service.pause()
        assert service.queue.paused_reason == "Paused by you."
        found = asyncio.Event()
        service.events.subscribe(lambda _event: found.set())
        folder_id = await service.add_folder(letters, "word")
        while await counts(service) != {"ready": 4}:
            found.clear()
            await found.wait()
        await service.remove_folder(folder_id)
        assert await counts(service) == {"cancelled": 4}
        service.resume()
        assert service.queue.paused_reason is None


async def test_stopping_in_the_middle_puts_jobs_back_and_leaves_nothing_running(
    settings: Settings, paths: Paths, letters: Path, tmp_path: Path
) -> None:
    threads = set(threading.enumerate())
    service = Service(settings, tmp_path / "n.db", paths=paths, parts=Parts(watcher=False))
    async with running(service):
        await service.add_folder(letters, "word", watch=False)
        await service.scanned()
    await service.stop()
    second = Service(settings, tmp_path / "n.db", paths=paths, parts=Parts(engine=False, queue=False, watcher=False))
    async with running(second):
        left = await counts(second)
    assert set(left) <= {"ready", "done"}
    assert sum(left.values()) == 4
    names = [thread.name for thread in set(threading.enumerate()) - threads]
    assert [name for name in names if not name.startswith("asyncio_")] == []
    tasks = {task for task in asyncio.all_tasks() if task is not asyncio.current_task()}
    assert [task.get_name() for task in tasks if task.get_coro().__qualname__.startswith(("Answer", "Queue"))] == []


async def test_a_model_that_cannot_be_loaded_is_a_state_and_the_rest_goes_on(
    settings: Settings, paths: Paths, letters: Path, tmp_path: Path
) -> None:
    wrong = tmp_path / "wrong.gguf"
    wrong.write_bytes(b"no model")
    broken = replace(settings, model=ModelSettings(path=str(wrong)))
    async with running(Service(broken, tmp_path / "n.db", paths=paths)) as service:
        with pytest.raises(EngineError, match=r"wrong\.gguf"):
            await service.engine.client()
        assert service.engine.view.phase == "failed"
        conversation_id = await service.chat.new_conversation()
        answer = await service.chat.answer(await service.chat.send(conversation_id, "Hi"))
        assert answer.state == "failed"
        assert "wrong.gguf" in (answer.error or "")


async def test_a_question_loads_the_model_again_that_was_unloaded(
    settings: Settings, paths: Paths, tmp_path: Path
) -> None:
    service = Service(settings, tmp_path / "n.db", paths=paths, parts=Parts(queue=False, watcher=False))
    async with running(service):
        await service.engine.client()
        await service.engine.unload()
        assert service.engine.view.phase == "stopped"
        conversation_id = await service.chat.new_conversation()
        answer = await service.chat.answer(await service.chat.send(conversation_id, "Hi"))
        assert answer.state == "done"
        assert service.engine.view.phase == "ready"


async def test_a_second_owner_is_refused_and_leaves_the_first_alone(
    settings: Settings, paths: Paths, tmp_path: Path
) -> None:
    async with running(Service(settings, tmp_path / "n.db", paths=paths)) as first:
        second = Service(settings, tmp_path / "n.db", paths=paths)
        with pytest.raises(StoreError, match="Another Nightdesk"):
            await second.start()
        assert second.engine.view.phase == "stopped"
        assert await first.chat.conversations() == []


async def test_mistakes_are_refused_before_anything_is_written(
    settings: Settings, paths: Paths, letters: Path, tmp_path: Path
) -> None:
    parts = Parts(engine=False, queue=False, watcher=False)
    async with running(Service(settings, tmp_path / "n.db", paths=paths, parts=parts)) as service:
        for folder, recipe, words in (
            (tmp_path / "none", "word", "no folder"),
            (letters / "1.txt", "word", "is a file"),
            (letters, "wrod", "no recipe called wrod"),
        ):
            with pytest.raises(UsageError, match=words):
                await service.add_folder(folder, recipe)
        assert await service.store.read(lambda db: db.execute("SELECT count(*) FROM folder").fetchone()) == (0,)


async def test_changed_settings_are_saved_and_hold_for_the_next_answer(
    settings: Settings, paths: Paths, tmp_path: Path
) -> None:
    parts = Parts(engine=False, queue=False, watcher=False)
    async with running(Service(settings, tmp_path / "n.db", paths=paths, parts=parts)) as service:
        told: list[Event] = []
        service.events.subscribe(told.append)
        await service.change({"chat": {"temperature": 0.25}})
        assert service.chat.settings.temperature == 0.25
        assert told == [SettingsChanged(replace(settings, chat=replace(settings.chat, temperature=0.25)))]
    assert load_settings(paths.settings, {}).chat.temperature == 0.25


async def test_what_holds_for_one_start_only_never_comes_into_the_file(
    settings: Settings, paths: Paths, tmp_path: Path
) -> None:
    paths.settings.parent.mkdir(parents=True, exist_ok=True)
    paths.settings.write_text("[power]\nkeep_awake = false\n", encoding="utf-8")
    given = {"NIGHTDESK_MODEL_API_KEY": "secret", "NIGHTDESK_MODEL_PATH": "/tmp/x.gguf"}
    once = load_settings(paths.settings, given)
    parts = Parts(engine=False, queue=False, watcher=False)
    async with running(Service(once, tmp_path / "n.db", paths=paths, parts=parts)) as service:
        await service.change({"chat": {"top_p": 0.5}})
        assert service.settings == replace(once, chat=replace(once.chat, top_p=0.5))
    assert "secret" not in paths.settings.read_text(encoding="utf-8")
    kept = replace(Settings(), chat=ChatSettings(top_p=0.5), power=PowerSettings(keep_awake=False))
    assert load_settings(paths.settings, {}) == kept


async def test_changes_made_at_the_same_moment_are_all_kept(settings: Settings, paths: Paths, tmp_path: Path) -> None:
    parts = Parts(engine=False, queue=False, watcher=False)
    async with running(Service(settings, tmp_path / "n.db", paths=paths, parts=parts)) as service:
        await asyncio.gather(
            service.change({"power": {"mains_only": True}}),
            service.change({"window": {"theme": "dark"}}),
            service.change({"power": {"keep_awake": False}}),
        )
        assert (service.settings.power.mains_only, service.settings.window.theme) == (True, "dark")
    kept = load_settings(paths.settings, {})
    assert (kept.power.mains_only, kept.power.keep_awake, kept.window.theme) == (True, False, "dark")


async def test_a_file_with_a_mistake_is_named_and_left_as_it_is(
    settings: Settings, paths: Paths, tmp_path: Path
) -> None:
    parts = Parts(engine=False, queue=False, watcher=False)
    async with running(Service(settings, tmp_path / "n.db", paths=paths, parts=parts)) as service:
        paths.settings.parent.mkdir(parents=True, exist_ok=True)
        paths.settings.write_text("[chat\n", encoding="utf-8")
        with pytest.raises(UsageError, match="has a mistake"):
            await service.change({"power": {"mains_only": True}})
        assert not service.settings.power.mains_only
        assert paths.settings.read_text(encoding="utf-8") == "[chat\n"


async def test_a_shift_that_is_over_leaves_the_rest_for_the_next_one(
    settings: Settings, tmp_path: Path, paths: Paths, letters: Path
) -> None:
    service = Service(settings, tmp_path / "n.db", parts=Parts(queue=False, watcher=False), paths=paths)
    async with running(service):
        service.work_until(time.time() - 1)
        await service.add_folder(letters, "word", watch=False)
        await service.scanned()
        assert await service.work_off() is None
        assert await counts(service) == {"ready": 4}
    async with running(Service(settings, tmp_path / "n.db", parts=Parts(watcher=False), paths=paths)) as service:
        await service.work_off()
        assert await counts(service) == {"done": 4}


async def test_a_shift_with_nothing_to_do_does_not_report_the_run_that_a_crash_ended(
    settings: Settings, tmp_path: Path, paths: Paths
) -> None:
    with Store.open(tmp_path / "n.db") as store:
        store.write_now(lambda db: db.execute("INSERT INTO run (state, started_at) VALUES ('running', 1000.0)"))
    service = Service(settings, tmp_path / "n.db", parts=Parts(queue=False, watcher=False), paths=paths)
    async with running(service):
        assert await service.work_off() is None


async def test_a_shift_that_stays_takes_what_comes_after_the_queue_was_empty_and_reports_its_run(
    settings: Settings, tmp_path: Path, paths: Paths, letters: Path
) -> None:
    service = Service(settings, tmp_path / "n.db", parts=Parts(queue=False, watcher=False), paths=paths)
    async with running(service):
        shift = asyncio.create_task(service.work_off(stay=True))
        await service.queue.drained()
        assert not shift.done(), "there is nothing to do yet, and more may come"
        await service.add_folder(letters, "word", watch=False)
        await service.scanned()
        await service.queue.drained()
        service.work_until(time.time() - 1)
        assert await shift == service.queue.run_id is not None
        assert await counts(service) == {"done": 4}


async def test_what_a_scan_left_to_its_writer_is_told(
    settings: Settings, tmp_path: Path, paths: Paths, letters: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.core.watch.folder.hash_still", lambda path, looks: None)
    service = Service(settings, tmp_path / "n.db", parts=Parts(engine=False, queue=False, watcher=False), paths=paths)
    heard: list[Event] = []
    service.events.subscribe(heard.append)
    monkeypatch.setattr("app.core.service.scan_once", partial(scan_once, patience_s=0.0))
    async with running(service):
        await service.add_folder(letters, "word", watch=False)
        await service.scanned()
    [notice] = [event.text for event in heard if isinstance(event, Notice)]
    assert notice == f"4 files are still being written in {letters} and left out; hand it over again later."


async def test_go_on_does_not_wait_for_the_run_window(
    settings: Settings, tmp_path: Path, paths: Paths, letters: Path
) -> None:
    later = [time.strftime("%H:%M", time.localtime(time.time() + hours * 3600)) for hours in (2, 3)]
    tonight = replace(settings, schedule=ScheduleSettings("-".join(later)))
    async with running(Service(tonight, tmp_path / "n.db", parts=Parts(watcher=False), paths=paths)) as service:
        assert service.queue.paused_reason == f"Waiting for {later[0]}."
        await service.add_folder(letters, "word", watch=False)
        await service.scanned()
        assert await counts(service) == {"ready": 4}
        service.resume()
        await service.work_off()
        assert await counts(service) == {"done": 4}


async def test_a_run_window_that_is_none_is_refused_and_nothing_is_saved(
    settings: Settings, tmp_path: Path, paths: Paths
) -> None:
    wrong = replace(settings, schedule=ScheduleSettings("22 to 7"))
    with pytest.raises(UsageError, match="22:00-07:00"):
        Service(wrong, tmp_path / "n.db", paths=paths)
    async with running(Service(settings, tmp_path / "n.db", parts=Parts(watcher=False), paths=paths)) as service:
        with pytest.raises(UsageError, match="22:00-07:00"):
            await service.change({"schedule": {"window": "22 to 7"}})
        assert not paths.settings.exists()
        await service.change({"schedule": {"window": "00:00-00:00"}})
        assert load_settings(paths.settings, {}).schedule.window == "00:00-00:00"
