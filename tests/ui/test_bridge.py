"""The one door: order is kept, floods are merged, replies reach only those who still live."""

from __future__ import annotations

import subprocess
import sys
import threading
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QObject, QThread
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.core.errors import UsageError
from app.core.events import AnswerDelta, AnswerFinished, Event, JobsChanged, Notice, ProgressChanged, ResultsChanged
from app.ui.bridge import Bridge, sentence
from app.ui.core_thread import CoreThread
from app.ui.mailbox import Mailbox, merge
from app.ui.paging import PagedModel, runs
from app.ui.single_instance import SingleInstance

if TYPE_CHECKING:
    from tests.ui.conftest import Opened

EVENTS = st.lists(
    st.one_of(
        st.builds(AnswerDelta, st.just(1), st.integers(1, 2), st.text(max_size=5)),
        st.builds(AnswerFinished, st.just(1), st.integers(1, 2), st.just("done")),
        st.builds(JobsChanged, st.lists(st.integers(1, 9), max_size=3).map(tuple)),
        st.builds(ResultsChanged, st.lists(st.sampled_from("abc"), min_size=1, max_size=2).map(tuple)),
        st.builds(Notice, st.just("info"), st.text(max_size=5)),
    ),
    max_size=40,
)


@given(EVENTS)
def test_merging_keeps_every_delta_in_order_before_its_end(events: list[Event]) -> None:
    def story(items: list[Any], message_id: int) -> str:
        told = ""
        for item in items:
            if isinstance(item, AnswerDelta) and item.message_id == message_id:
                told += item.text
            elif isinstance(item, AnswerFinished) and item.message_id == message_id:
                told += "<end>"
        return told

    merged = merge(list(events))
    for message_id in (1, 2):
        assert story(merged, message_id) == story(events, message_id)
    assert [item for item in merged if isinstance(item, Notice)] == [one for one in events if isinstance(one, Notice)]


@given(EVENTS)
def test_merging_forgets_no_changed_job(events: list[Event]) -> None:
    changes = [one for one in events if isinstance(one, JobsChanged)]
    merged = [one for one in merge(list(events)) if isinstance(one, JobsChanged)]
    assert len(merged) == min(1, len(changes))
    if changes and all(one.job_ids for one in changes):
        assert set(merged[0].job_ids) == {job for one in changes for job in one.job_ids}
    elif changes:
        assert merged[0].job_ids == (), "one 'too many to name' makes the whole unnamed"


def test_a_flood_wakes_the_window_once() -> None:
    woken: list[bool] = []
    box = Mailbox(woken.append)
    for number in range(1000):
        box.put(AnswerDelta(1, 1, f"{number} "))
    assert woken == [False]
    (only,) = box.take()
    assert isinstance(only, AnswerDelta)
    assert only.text == "".join(f"{number} " for number in range(1000))


def test_only_the_newest_progress_is_shown() -> None:
    many = [ProgressChanged(9, done, 0, 0, 0, 0.0, 0.0, None, None) for done in range(9)]
    assert merge(list(many)) == [many[-1]]


def test_after_a_start_that_failed_every_action_says_what_failed(qtbot: QtBot) -> None:
    def fail() -> Any:
        raise UsageError("The database is damaged.")

    core = CoreThread(fail)
    bridge = Bridge(core)
    said: list[str] = []
    with qtbot.waitSignal(bridge.core_failed, timeout=10_000):
        bridge.ask(lambda service: service.queue.look(), on_error=said.append)
        bridge.start()
    bridge.ask(lambda service: service.queue.look(), on_error=said.append)
    with qtbot.waitSignal(bridge.core_stopped, timeout=10_000):
        bridge.stop()
    assert core.join(10)
    assert said == [
        "Nightdesk is still starting; try again in a moment.",
        "Nightdesk could not start. The database is damaged.",
    ]


def test_replies_come_on_the_gui_thread(qtbot: QtBot, opened: Opened) -> None:
    seen: list[object] = []

    async def where(_service: object) -> str:
        return threading.current_thread().name

    opened.bridge.ask(where, lambda name: seen.extend([name, QThread.currentThread()]))
    qtbot.waitUntil(lambda: len(seen) == 2)
    assert seen[0] == "core"
    assert seen[1] is QApplication.instance().thread()  # type: ignore[union-attr]


def test_nobody_is_told_who_no_longer_lives(qtbot: QtBot, opened: Opened) -> None:
    told: list[str] = []
    owner = QObject()

    async def answer(_service: object) -> str:
        return "late"

    opened.bridge.ask(answer, told.append, owner=owner)
    owner.deleteLater()
    QApplication.sendPostedEvents(owner, 52)  # QEvent.DeferredDelete
    opened.bridge.ask(answer, lambda _text: told.append("second"))
    qtbot.waitUntil(lambda: told == ["second"])


def test_an_error_without_a_listener_becomes_a_notice(qtbot: QtBot, opened: Opened) -> None:
    async def fail(_service: object) -> None:
        raise UsageError("There is no folder /nowhere.")

    with qtbot.waitSignal(opened.bridge.notice) as told:
        opened.bridge.ask(fail)
    assert told.args == ["error", "There is no folder /nowhere."]


def test_a_mistake_in_one_listener_costs_the_others_nothing(qtbot: QtBot, opened: Opened) -> None:
    told: list[str] = []

    def mistaken(_outcome: object) -> None:
        raise ValueError("a mistake in the window")

    async def answer(_service: object) -> str:
        return "heard"

    with qtbot.captureExceptions() as raised:
        opened.bridge.ask(answer, mistaken)
        opened.bridge.ask(answer, told.append)
        qtbot.waitUntil(lambda: told == ["heard"])
    assert [kind for kind, _, _ in raised] == [ValueError]


def test_an_unexpected_error_is_named_and_not_swallowed() -> None:
    assert "ZeroDivisionError" in sentence(ZeroDivisionError("division by zero"))


@dataclass(frozen=True)
class Line:
    id: int
    text: str


class Lines(PagedModel[Line]):
    def columnCount(self, parent: object = None) -> int:
        return 1

    def cell(self, row: Line, column: int, role: int) -> Any:
        return row.text if role == 0 else None


def test_a_table_of_a_hundred_thousand_rows_reads_only_what_is_looked_at(qtbot: QtBot) -> None:
    asked: list[int] = []

    def load(ids: Any, deliver: Any, _failed: Any) -> None:
        asked.append(len(ids))
        deliver([Line(one, f"row {one}") for one in ids])

    model = Lines(load)
    model.set_ids(range(100_000))
    assert asked == []
    assert model.data(model.index(77_777, 0)) == "row 77777"
    assert sum(asked) <= 256


def test_changed_rows_are_read_again_in_one_go_and_only_if_they_were_looked_at(qtbot: QtBot) -> None:
    asked: list[list[int]] = []
    words = dict.fromkeys(range(1000), "old")

    def load(ids: Any, deliver: Any, _failed: Any) -> None:
        asked.append(list(ids))
        deliver([Line(one, words[one]) for one in ids])

    model = Lines(load)
    model.set_ids(range(1000))
    assert model.data(model.index(0, 0)) == "old"
    asked.clear()
    changed: list[tuple[int, int]] = []
    model.dataChanged.connect(lambda first, last: changed.append((first.row(), last.row())))
    for one in (3, 4, 5, 9, 800):
        words[one] = "new"
        model.mark_dirty([one])
    qtbot.waitUntil(lambda: bool(changed))
    assert asked == [[3, 4, 5, 9]]
    assert changed == [(3, 5), (9, 9)]
    assert model.data(model.index(4, 0)) == "new"


def test_appended_rows_leave_the_reader_where_he_is(qtbot: QtBot) -> None:
    model = Lines(lambda ids, deliver, _failed: deliver([Line(one, str(one)) for one in ids]))
    resets: list[None] = []
    model.modelReset.connect(lambda: resets.append(None))
    model.set_ids([1, 2, 3])
    model.set_ids([1, 2, 3, 4, 5])
    assert len(resets) == 1
    assert model.rowCount() == 5
    assert model.data(model.index(4, 0)) == "5"


@given(st.sets(st.integers(0, 60)))
def test_runs_cover_exactly_the_places(places: set[int]) -> None:
    joined = runs(sorted(places))
    assert {place for first, last in joined for place in range(first, last + 1)} == places
    assert all(later > last + 1 for (_, last), (later, _) in pairwise(joined))


SECOND = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from app.ui.single_instance import SingleInstance
application = QCoreApplication([])
instance = SingleInstance(Path(sys.argv[1]))
print(instance.claim(), instance.hand_over(sys.argv[2:]))
"""


def test_a_second_start_hands_its_paths_to_the_first_and_leaves(qtbot: QtBot, tmp_path: Path) -> None:
    database = tmp_path / "one.db"
    first = SingleInstance(database)
    assert first.claim()
    command = [sys.executable, "-c", SECOND, str(database), "/a/b.pdf", "/c d.txt"]
    second = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    with qtbot.waitSignal(first.called, timeout=20_000) as called:
        pass
    said, _ = second.communicate(timeout=200)
    assert called.args == [["/a/b.pdf", "/c d.txt"]]
    assert said.split() == ["False", "True"]
    first.release()
    third = SingleInstance(database)
    assert third.claim()
    third.release()


def test_another_database_is_another_window(tmp_path: Path, qapp: QApplication) -> None:
    one, two = SingleInstance(tmp_path / "a.db"), SingleInstance(tmp_path / "b.db")
    assert one.claim()
    assert two.claim()
    one.release()
    two.release()
