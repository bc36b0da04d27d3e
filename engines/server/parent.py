"""Ends this process when the one that started it is gone, however it went."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable

LOOK_EVERY_S = 1.0


def watch_parent(leave: Callable[[], None]) -> None:
    """Call ``leave`` once, from a thread of its own, when the parent has ended.

    The parent holds the other end of our standard input, so its end is an end of file here. A child of the
    parent may have inherited that end and keep it open; so the parent's process id is watched too.
    """
    once = threading.Lock()

    def leave_once() -> None:
        if once.acquire(blocking=False):
            leave()

    def leave_after(wait: Callable[[], None]) -> None:
        wait()
        leave_once()

    for wait in (_wait_for_end_of_input, _wait_for_new_parent):
        threading.Thread(target=leave_after, args=(wait,), name=wait.__name__, daemon=True).start()


def _wait_for_end_of_input() -> None:
    source = sys.stdin.fileno()
    while os.read(source, 1024):
        continue


def _wait_for_new_parent() -> None:
    parent = os.getppid()
    never = threading.Event()
    while os.getppid() == parent:
        never.wait(LOOK_EVERY_S)
