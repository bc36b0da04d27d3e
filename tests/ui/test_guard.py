"""The guard over the GUI thread sees what it is there to see, and nothing else."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QTimer, Signal
from pytestqt.qtbot import QtBot

import app.ui.window_state
from app.core.store.sqlite import sqlite3
from app.ui.mailbox import Mailbox
from tests.ui.guard import LIMIT_S, Guard


def planted(body: str, **names: object) -> object:
    """A function as if it stood in the window's code."""
    space = {"__name__": "app.ui.window_state", **names}
    exec(compile(f"def planted(*_):\n    {body}", app.ui.window_state.__file__, "exec"), space)
    return space["planted"]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("path.read_text()", "open"),
        ("path.is_file()", "stat"),
        ("list(path.parent.iterdir())", "listdir"),
        ("sqlite3.connect(':memory:').close()", "connect"),
        ("socket.create_connection(('127.0.0.1', 9), 0.01)", "socket"),
        ("subprocess.run(['true'])", "Popen"),
        ("time.sleep(0)", "sleep"),
        ("threading.Event().wait(0)", "wait"),
    ],
)
def test_a_blocking_call_in_a_slot_is_told_with_the_slot(
    body: str, told: str, gui_guard: Guard, qtbot: QtBot, tmp_path: Path
) -> None:
    import socket
    import subprocess

    file = tmp_path / "some.txt"
    file.write_text("text", encoding="utf-8")
    act = planted(
        f"try: {body}\n    except OSError: return",
        path=file, sqlite3=sqlite3, socket=socket, subprocess=subprocess, time=time, threading=threading,
    )  # fmt: skip
    done = threading.Event()
    QTimer.singleShot(0, lambda: (act(), done.set()))  # type: ignore[operator]
    qtbot.waitUntil(done.is_set)
    problems, gui_guard.problems = gui_guard.problems, []
    assert problems
    assert "app.ui.window_state.planted" in problems[0]
    assert told in problems[0]


def test_the_same_call_on_another_thread_is_fine(gui_guard: Guard, tmp_path: Path) -> None:
    act = planted("path.exists()", path=tmp_path)
    worker = threading.Thread(target=act)  # type: ignore[arg-type]
    worker.start()
    worker.join()
    assert gui_guard.problems == []


def test_a_test_may_read_what_it_likes(gui_guard: Guard, tmp_path: Path) -> None:
    (tmp_path / "own.txt").write_text("text", encoding="utf-8")
    time.sleep(0)
    assert gui_guard.problems == []


def test_a_long_computation_in_the_window_is_told(gui_guard: Guard) -> None:
    def compute(_urgent: bool) -> None:
        until = time.thread_time() + 2 * LIMIT_S
        while time.thread_time() < until:
            pass

    Mailbox(compute).put(lambda: None)
    problems, gui_guard.problems = gui_guard.problems, []
    assert len(problems) == 1
    assert "app.ui.mailbox.Mailbox.put held the GUI thread" in problems[0]


class Emitter(QObject):
    told = Signal(int)


def test_timing_a_function_leaves_its_parameters_as_qt_counts_them(gui_guard: Guard, qtbot: QtBot) -> None:
    heard: list[tuple[object, ...]] = []
    box = Mailbox(lambda urgent: heard.append((urgent,)))
    emitter = Emitter()
    emitter.told.connect(lambda: box.put(lambda: None))
    emitter.told.connect(box.put)
    emitter.told.emit(3)
    assert heard[0] == (True,)
    assert gui_guard.longest["app.ui.mailbox.Mailbox.put"] >= 0.0
