"""Runs: one stretch of queue work each, with the figures of the morning report."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any

from app.core.store.sqlite import Connection, Row, now

COLUMNS = "id, state, started_at, ended_at, recipe_names, figures, report"


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run. ``figures`` is what the report is made of; ``report`` is its Markdown once the run has ended."""

    id: int
    state: str
    started_at: float
    ended_at: float | None
    recipe_names: tuple[str, ...]
    figures: dict[str, Any]
    report: str | None


def begin_run(conn: Connection, at: float | None = None) -> int:
    """Begin a run; returns its id."""
    cursor = conn.execute("INSERT INTO run (state, started_at) VALUES ('running', ?)", (now() if at is None else at,))
    return int(cursor.lastrowid)


def end_run(
    conn: Connection, run_id: int, state: str, at: float, recipe_names: list[str], figures: dict[str, Any], report: str
) -> None:
    """End a run as ``finished`` or ``interrupted`` and keep its figures and report."""
    conn.execute(
        "UPDATE run SET state = ?, ended_at = ?, recipe_names = ?, figures = ?, report = ? WHERE id = ?",
        (state, at, json.dumps(recipe_names), json.dumps(figures), report, run_id),
    )


def get_run(conn: Connection, run_id: int) -> RunRow | None:
    """The run with this id."""
    row = conn.execute(f"SELECT {COLUMNS} FROM run WHERE id = ?", (run_id,)).fetchone()
    return None if row is None else _run(row)


def list_runs(conn: Connection, *, limit: int = 50) -> list[RunRow]:
    """Runs, newest first."""
    return [_run(row) for row in conn.execute(f"SELECT {COLUMNS} FROM run ORDER BY id DESC LIMIT ?", (limit,))]


def _run(row: Row) -> RunRow:
    return RunRow(row[0], row[1], row[2], row[3], tuple(json.loads(row[4])), json.loads(row[5]), row[6])


@dataclass(frozen=True, slots=True)
class Course:
    """How a run went: documents that ended in each of its slices, and the moments at which a chat was answered.

    ``slice_s`` is the length of a slice in seconds; the first begins at ``started_at``.
    """

    started_at: float
    slice_s: float
    done: tuple[int, ...]
    failed: tuple[int, ...]
    chats: tuple[float, ...]


SLICES_S = (1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200)


def course_of(conn: Connection, run: RunRow, most: int = 60) -> Course:
    """The course of a run, in at most this many slices of a round length (of a very long one in more)."""
    end = max(run.ended_at or now(), run.started_at + 1)
    slice_s = float(next((one for one in SLICES_S if (end - run.started_at) / one <= most), SLICES_S[-1]))
    slices = math.ceil((end - run.started_at) / slice_s)
    counts = {"done": [0] * slices, "failed": [0] * slices}
    rows = conn.execute(
        "SELECT min(?3 - 1, max(0, CAST((finished_at - ?1) / ?2 AS INTEGER))), state = 'done', count(*) FROM job "
        "WHERE run_id = ?4 AND kind = 'document' AND finished_at IS NOT NULL AND state NOT IN ('cancelled', 'ready') "
        "GROUP BY 1, 2",
        (run.started_at, slice_s, slices, run.id),
    )
    for place, done, count in rows:
        counts["done" if done else "failed"][place] = count
    chats = conn.execute(
        "SELECT created_at FROM message WHERE role = 'assistant' AND created_at BETWEEN ? AND ? ORDER BY id LIMIT 500",
        (run.started_at, end),
    )
    return Course(
        run.started_at, slice_s, tuple(counts["done"]), tuple(counts["failed"]), tuple(row[0] for row in chats)
    )
