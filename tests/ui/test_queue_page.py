"""The queue page: narrowing the list, putting first, what was read, and when to work."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import Qt, QTime
from pytestqt.qtbot import QtBot

from app.core.settings import Settings
from app.ui.main_window import QUEUE
from app.ui.queue.page import QueuePage

if TYPE_CHECKING:
    from tests.ui.conftest import Opened


@pytest.fixture
def queued(qtbot: QtBot, opened: Opened, tmp_path: Path) -> QueuePage:
    """Two folders under two recipes, two documents each; the queue is paused."""
    page = opened.window.queue
    opened.window.go_to(QUEUE)
    page.set_paused(True)
    for folder, recipe in (("Letters", "summary"), ("Bills", "classify")):
        (tmp_path / folder).mkdir()
        for number in range(2):
            (tmp_path / folder / f"{folder.lower()}-{number}.txt").write_text(f"{folder} {number}.", encoding="utf-8")
        path = tmp_path / folder
        opened.bridge.ask(lambda service, path=path, recipe=recipe: service.add_folder(path, recipe, watch=False))
    qtbot.waitUntil(lambda: len(page.model.ids) == 4 and page.model.row(0) is not None, timeout=15_000)
    qtbot.waitUntil(lambda: page.filter.folder.count() == 3, timeout=10_000)
    return page


def names(page: QueuePage) -> set[str]:
    rows = [page.model.row(place) for place in range(len(page.model.ids))]
    return {row.name for row in rows if row is not None}


def test_the_list_is_narrowed_by_name_folder_and_recipe(qtbot: QtBot, queued: QueuePage) -> None:
    qtbot.keyClicks(queued.filter.name, "bills")
    qtbot.waitUntil(lambda: names(queued) == {"bills-0.txt", "bills-1.txt"}, timeout=10_000)
    queued.filter.name.clear()
    qtbot.waitUntil(lambda: len(names(queued)) == 4, timeout=10_000)
    queued.filter.folder.setCurrentIndex(queued.filter.folder.findText("Letters"))
    qtbot.waitUntil(lambda: names(queued) == {"letters-0.txt", "letters-1.txt"}, timeout=10_000)
    queued.filter.recipe.setCurrentIndex(queued.filter.recipe.findText("classify"))
    qtbot.waitUntil(lambda: queued.model.ids == [], timeout=10_000)


def test_a_job_put_first_has_the_best_priority(qtbot: QtBot, queued: QueuePage) -> None:
    queued.table.selectRow(3)
    qtbot.waitUntil(queued.first_button.isEnabled, timeout=10_000)
    before = queued.model.row(0)
    assert before is not None
    qtbot.mouseClick(queued.first_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: (row := queued.model.row(3)) is not None and row.priority < before.priority, timeout=10_000)


def test_the_rules_of_when_to_work_hold_at_once_and_are_kept(qtbot: QtBot, opened: Opened, queued: QueuePage) -> None:
    when = queued.when
    jobs = list(queued.model.ids)
    opened.bridge.ask(lambda service: service.queue.cancel(jobs))  # nothing may load a model here
    opened.bridge.ask(_resume)
    seen: list[Settings] = []
    hour = time.localtime().tm_hour
    when.begin.setTime(QTime((hour + 2) % 24, 0))
    when.end.setTime(QTime((hour + 4) % 24, 0))
    when.window_box.setChecked(True)
    qtbot.waitUntil(lambda: "Waiting for" in queued.overview.sentence.text(), timeout=15_000)

    async def look(service: Any) -> Settings:
        settings: Settings = service.settings
        return settings

    opened.bridge.ask(look, seen.append)
    qtbot.waitUntil(lambda: bool(seen), timeout=10_000)
    assert seen[0].schedule.window == f"{(hour + 2) % 24:02d}:00-{(hour + 4) % 24:02d}:00"
    qtbot.mouseClick(when.now_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "Waiting for" not in queued.overview.sentence.text(), timeout=15_000)


async def _resume(service: Any) -> None:
    service.resume()


def test_the_details_hold_the_text_that_was_read(qtbot: QtBot, opened: Opened, queued: QueuePage) -> None:
    queued.table.selectRow(0)
    qtbot.waitUntil(lambda: queued.details.isVisible(), timeout=10_000)
    qtbot.waitUntil(lambda: "Nothing has been read" in queued.details.text.placeholderText(), timeout=10_000)
