"""Runs a command's coroutine: the first Ctrl-C stops cleanly, the second at once."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import click

from app.cli.group import INTERRUPTED

T = TypeVar("T")


class Interrupted(click.ClickException):
    """Somebody pressed Ctrl-C or asked the process to end; ``message`` says what becomes of the work."""

    exit_code = INTERRUPTED


def run_async(
    work: Coroutine[Any, Any, T], *, interrupted: str = "Stopped.", on_interrupt: Callable[[], bool] = lambda: False
) -> T:
    """The result of ``work``. On SIGINT or SIGTERM it is cancelled, cleans up, and ``interrupted`` is said.

    ``on_interrupt`` may deal with a Ctrl-C by itself; it then returns True and the work goes on.
    """
    try:
        return asyncio.run(_with_signals(work, on_interrupt))
    except (asyncio.CancelledError, KeyboardInterrupt):
        raise Interrupted(interrupted) from None


async def _with_signals(work: Coroutine[Any, Any, T], on_interrupt: Callable[[], bool]) -> T:
    loop = asyncio.get_running_loop()
    task = loop.create_task(work, name="command")
    asked: list[int] = []

    def end(number: int) -> None:
        if number == signal.SIGINT and not asked and on_interrupt():
            return
        asked.append(number)
        if len(asked) > 1:
            _end_at_once()
        click.echo("\nStopping; once more ends at once.", err=True)
        task.cancel()

    for number in (signal.SIGINT, signal.SIGTERM):
        _on_signal(loop, number, end)
    return await task


def _on_signal(loop: asyncio.AbstractEventLoop, number: signal.Signals, end: Any) -> None:
    try:
        loop.add_signal_handler(number, end, number)
    except NotImplementedError:  # Windows has no signal handlers in its loop
        signal.signal(number, lambda got, _frame: loop.call_soon_threadsafe(end, got))
    except (RuntimeError, ValueError):
        return  # not the main thread: whoever started this thread ends it


def _end_at_once() -> None:
    """Kill what this process started, then itself; the next start finds the jobs and continues."""
    import psutil

    for child in psutil.Process().children(recursive=True):
        child.kill()
    os._exit(INTERRUPTED)
