"""Runs: one stretch of queue work each, with the figures of the morning report."""

from __future__ import annotations

import json
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
