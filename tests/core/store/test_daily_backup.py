"""One backup a day, in a quiet hour, three of them kept."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.core.store import log
from app.core.store.daily import DAY_S, IDLE_S, RETRY_S, DailyBackup
from app.core.store.rescue import backups
from app.core.store.store import Store

pytestmark = pytest.mark.anyio


@dataclass
class Calendar:
    """Days that pass: files get older by as much."""

    database: Path
    now: float

    def day(self, store: Store, days: float = 1.0) -> None:
        for file in backups(self.database):
            old = file.stat().st_mtime - days * DAY_S
            os.utime(file, (old, old))
        store.write_now(lambda db: log.add_event(db, "test", "info", "something was written"))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "n.db") as opened:
        yield opened


async def test_three_idle_nights_leave_three_backups_and_a_fourth_replaces_the_oldest(store: Store) -> None:
    daily, calendar = DailyBackup(store), Calendar(store.path, time.time())
    made = []
    for _ in range(5):
        made.append(await daily.look(IDLE_S))
        calendar.day(store)
    assert backups(store.path) == list(reversed(made[-3:]))


async def test_no_backup_while_there_is_work_nor_twice_on_one_day(store: Store) -> None:
    daily = DailyBackup(store)
    assert await daily.look(IDLE_S - 1) is None
    assert await daily.look(IDLE_S) is not None
    store.write_now(lambda db: log.add_event(db, "test", "info", "more"))
    assert await daily.look(IDLE_S) is None


async def test_a_database_that_did_not_change_is_not_copied_again(store: Store) -> None:
    copy = await DailyBackup(store).look(IDLE_S)
    assert copy is not None
    later = time.time() + 2 * DAY_S
    os.utime(copy, (later - DAY_S, later - DAY_S))
    assert await DailyBackup(store, lambda: later).look(IDLE_S) is None


async def test_a_backup_that_fails_is_tried_again_after_an_hour_and_not_before(store: Store) -> None:
    now = time.time()
    daily = DailyBackup(store, lambda: now)
    blocker = store.path.parent / "backups"
    blocker.write_text("a file where the folder should be")
    assert await daily.look(IDLE_S) is None
    blocker.unlink()
    assert await daily.look(IDLE_S) is None
    now += RETRY_S
    assert await daily.look(IDLE_S) is not None


async def test_a_backup_holds_what_was_committed_and_is_sound(store: Store) -> None:
    store.write_now(lambda db: log.add_event(db, "test", "info", "a fact"))
    copy = await DailyBackup(store).look(IDLE_S)
    assert copy is not None
    with Store.open(copy) as opened:
        assert "a fact" in [event.text for event in opened.read_now(log.list_events)]
