"""How a run is shown while it goes on: a bar for people, a line now and then for logs."""

from __future__ import annotations

import sys
import time
from typing import Protocol

import click
from rich.console import Console, Group
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.text import Text

from app.cli.output import duration
from app.core.events import AnswerDelta, AnswerFinished, AnswerStarted, EngineChanged, Event, Notice, ProgressChanged

LINE_EVERY_S = 15.0


class RunView(Protocol):
    """Listens to the core and shows a run."""

    def take(self, event: Event) -> None:
        """Show what this event tells."""

    def close(self) -> None:
        """Nothing more will come."""


def run_view(*, quiet: bool = False) -> RunView:
    """A bar where a person watches standard error, else lines; with ``quiet`` only warnings."""
    return Bar() if sys.stderr.isatty() and not quiet else Lines(quiet)


class Lines:
    """One line every quarter of a minute; a chat answer as it comes, on standard output."""

    def __init__(self, quiet: bool) -> None:
        self._quiet = quiet
        self._said = time.monotonic() - LINE_EVERY_S
        self._phase = ""
        self._paused: str | None = None

    def take(self, event: Event) -> None:
        """Print what this event tells, if it is worth a line."""
        if isinstance(event, Notice) and event.severity != "info":
            click.echo(f"nightdesk: {event.text}", err=True)
        elif self._quiet:
            return
        elif isinstance(event, ProgressChanged) and event.paused_reason != self._paused:
            self._paused = event.paused_reason
            click.echo(event.paused_reason or "Going on.", err=True)
        elif isinstance(event, ProgressChanged) and event.total and time.monotonic() - self._said >= LINE_EVERY_S:
            self._said = time.monotonic()
            click.echo(rates(event), err=True)
        elif isinstance(event, EngineChanged) and event.phase != self._phase:
            self._phase = event.phase
            click.echo(event.detail, err=True)
        elif isinstance(event, AnswerDelta):
            click.echo(event.text, nl=False)
        elif isinstance(event, AnswerFinished):
            click.echo()

    def close(self) -> None:
        """Everything has been said."""


class Bar:
    """A bar with rates and the time left; below it the chat answer that streams beside the run."""

    def __init__(self) -> None:
        self._console = Console(stderr=True)
        self._progress = Progress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=self._console
        )
        self._task = self._progress.add_task("loading", total=None)
        self._rates, self._answer = Text(), Text()  # below the bar, which a narrow terminal would leave out for them
        shown = Group(self._progress, self._rates, self._answer)
        self._live = Live(shown, console=self._console, refresh_per_second=8)
        self._live.start()

    def take(self, event: Event) -> None:
        """Move the bar."""
        if isinstance(event, ProgressChanged):
            finished = event.done + event.failed
            what = event.paused_reason or "documents"
            self._progress.update(self._task, description=what, total=event.total or None, completed=finished)
            self._rates.plain = _rates(event)
        elif isinstance(event, EngineChanged) and event.phase != "ready":
            self._progress.update(self._task, description=event.detail)
        elif isinstance(event, Notice) and event.severity != "info":
            self._console.print(Text(f"nightdesk: {event.text}"))
        elif isinstance(event, AnswerStarted):
            self._answer.append("\n")
        elif isinstance(event, AnswerDelta):
            self._answer.append(event.text)

    def close(self) -> None:
        """Leave the last state of the bar on the screen."""
        self._live.stop()


def rates(event: ProgressChanged) -> str:
    """The whole of a run in one line."""
    finished = f"{event.done + event.failed} of {event.total} documents"
    paused = f" · paused: {event.paused_reason}" if event.paused_reason else ""
    return f"{finished} · {_rates(event)}{paused}"


def _rates(event: ProgressChanged) -> str:
    left = "" if event.eta_s is None else f" · {duration(event.eta_s)} left"
    failed = f" · {event.failed} without a result" if event.failed else ""
    return f"{event.documents_per_hour:,.0f} documents/h · {event.tokens_per_s:,.0f} tok/s{left}{failed}"
