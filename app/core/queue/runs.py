"""The life of a run: it begins with the first job, ends when nothing is left, and leaves its report."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from app.core.events import EventBus, RunFinished
from app.core.queue.costs import Prices
from app.core.queue.door import EngineDoor
from app.core.queue.figures import figures_of
from app.core.queue.meter import Meter
from app.core.queue.moves import Answer
from app.core.queue.report import summary, to_markdown
from app.core.queue.slots import Slots
from app.core.queue.tally import Tally
from app.core.store.recipes import get_recipe
from app.core.store.runs import begin_run, end_run
from app.core.store.sqlite import Connection, now
from app.core.store.store import Passing, Store


@dataclass(frozen=True, slots=True)
class LostRun:
    """A run that a crash or a power cut ended; ``ended_at`` is the last thing it wrote down. Seconds since 1970."""

    id: int
    began_at: float
    ended_at: float


def lost_runs(conn: Connection) -> list[LostRun]:
    """The runs that nobody ended. For the database's owner at start, before it sets anything right."""
    rows = conn.execute(
        "SELECT id, started_at, max(started_at, coalesce((SELECT max(finished_at) FROM job WHERE run_id = run.id), 0), "
        "coalesce((SELECT max(created_at) FROM result WHERE run_id = run.id), 0)) FROM run WHERE state = 'running'"
    )
    return [LostRun(*row) for row in rows.fetchall()]


def report_lost_runs(conn: Connection, lost: Iterable[LostRun], prices: Prices) -> None:
    """Give lost runs the report that can still be made, with what was set aside because of how they ended.

    How long the engine was busy is known to nobody any more: all the time is taken for it.
    """
    for run in lost:
        wall_s = run.ended_at - run.began_at
        names = conn.execute(
            "SELECT DISTINCT r.name FROM job j JOIN recipe r ON r.id = j.recipe_id WHERE j.run_id = ?", (run.id,)
        )
        tally = Tally(run.id, began=time.monotonic() - wall_s, recipe_names={name for (name,) in names})
        figures = figures_of(conn, tally, wall_s, 0, prices)
        report = to_markdown(figures, run.began_at)
        end_run(conn, run.id, "interrupted", run.ended_at, figures["recipes"], figures, report)


class Runs:
    """The run that is going on, if any."""

    def __init__(
        self, store: Store, events: EventBus, slots: Slots, door: EngineDoor, meter: Meter, prices: Prices
    ) -> None:
        self.current: Tally | None = None
        self.last_id: int | None = None
        self._store = store
        self._events = events
        self._slots = slots
        self._door = door
        self._meter = meter
        self._prices = prices
        self._began_at = 0.0
        self._recipe_ids: set[int] = set()

    @property
    def run_id(self) -> int | None:
        """The id of the run that is going on."""
        return self.current.run_id if self.current else None

    async def begin(self) -> None:
        """Begin a run."""
        self._began_at = at = now()
        self._recipe_ids = set()
        self.current = Tally(await self._store.write(lambda conn: begin_run(conn, at)))

    def add(self, answer: Answer, recipe_name: str, *, alone: bool, document: bool) -> None:
        """Count a committed answer."""
        if self.current is not None:
            self.current.add(answer, alone=alone, document=document)
            if alone:
                self.current.alone.seconds = self._slots.busy_s
            self.current.recipe_names.add(recipe_name)

    def saw(self, recipe_id: int) -> None:
        """A document of this recipe version ended in this run."""
        self._recipe_ids.add(recipe_id)

    async def end(self, state: str) -> dict[str, Any] | None:
        """End the run as ``finished`` or ``interrupted`` and keep its report; its figures, None if there was none."""
        tally, self.current = self.current, None
        if tally is None:
            return None
        tally.recoveries = self._door.recoveries
        busy_s, width, seen = self._slots.busy_s, self._slots.width, self._recipe_ids
        rows_used = self._slots.occupancy.used
        began_at = self._began_at

        def close(conn: Connection) -> dict[str, Any]:
            tally.recipe_names |= {row.name for row in (get_recipe(conn, one) for one in seen) if row is not None}
            figures = figures_of(conn, tally, busy_s, width, self._prices)
            figures["rows_used"] = None if rows_used is None else round(rows_used, 3)
            report = to_markdown(figures, began_at)
            end_run(conn, tally.run_id, state, now(), figures["recipes"], figures, report)
            return figures

        try:
            figures = await self._store.write(close)
        except Passing:  # it goes on until that can be written down
            self.current = tally
            raise
        self.last_id = tally.run_id
        self._events.publish(RunFinished(tally.run_id, summary(figures), figures))
        return figures
