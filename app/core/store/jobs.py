"""Jobs as people list them: pages by key, counts by state."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.core.failures import FailureClass, way_out
from app.core.natural import register
from app.core.store.recipes import by_recipe, recipe_places
from app.core.store.sqlite import Connection, Row


@dataclass(frozen=True, slots=True)
class JobRow:
    """One document under one recipe version, with the path it is known by.

    ``answer`` is the beginning of its result; ``prompt_tokens``, ``generated_tokens`` and ``seconds`` are its figures.
    """

    id: int
    state: str
    attempts: int
    priority: int
    not_before: float
    error_class: str | None
    error: str | None
    recipe_name: str
    recipe_version: int
    folder_id: int
    sha256: str
    name: str
    path: Path | None
    path_text: str
    parts: int
    parts_done: int
    run_id: int | None
    created_at: float
    started_at: float | None
    finished_at: float | None
    answer: str = ""
    prompt_tokens: int | None = None
    generated_tokens: int | None = None
    seconds: float | None = None

    @property
    def way_out(self) -> str | None:
        """What a person can do about the job's failure, in one sentence."""
        return way_out(FailureClass(self.error_class), self.state) if self.error_class else None


SELECT = """
SELECT j.id, j.state, j.attempts, j.priority, j.not_before, j.error_class, j.error, r.name, r.version, j.folder_id,
       j.sha256, coalesce(d.name, ''), d.path, coalesce(d.path_text, ''),
       (SELECT count(*) FROM job p WHERE p.parent_id = j.id),
       (SELECT count(*) FROM job p WHERE p.parent_id = j.id AND p.state = 'done'),
       j.run_id, j.created_at, j.started_at, j.finished_at,
       coalesce(substr(x.text, 1, iif(x.data IS NULL, 240, 2000)), ''), x.prompt_tokens, x.generated_tokens, x.seconds
FROM (SELECT * FROM job WHERE {kind} = 'document' {filters} ORDER BY id {direction} LIMIT ?) j
JOIN recipe r ON r.id = j.recipe_id
LEFT JOIN result x ON x.job_id = j.id
LEFT JOIN document d ON d.id = (
    SELECT o.id FROM document o WHERE o.sha256 = j.sha256
    ORDER BY o.folder_id <> j.folder_id, o.state = 'gone', o.id LIMIT 1)
ORDER BY j.id {direction}
"""


def list_jobs(
    conn: Connection,
    *,
    states: Sequence[str] = (),
    folder_id: int | None = None,
    recipe_name: str | None = None,
    run_id: int | None = None,
    after: int | None = None,
    newest_first: bool = False,
    limit: int = 100,
) -> list[JobRow]:
    """A page of jobs in the order they were made; ``after`` is the last id of the page before."""
    filters: list[str] = []
    values: list[Any] = []
    if states:
        filters.append(f"AND state IN ({', '.join('?' * len(states))})")
        values.extend(states)
    for column, value in (("folder_id", folder_id), ("run_id", run_id)):
        if value is not None:
            filters.append(f"AND {column} = ?")
            values.append(value)
    if recipe_name is not None:
        filters.append("AND recipe_id IN (SELECT id FROM recipe WHERE name = ?)")
        values.append(recipe_name)
    if after is not None:
        filters.append("AND id < ?" if newest_first else "AND id > ?")
        values.append(after)
    # without a filter the page is walked along the ids; an index on kind would have to sort every job first
    kind = "kind" if states or folder_id is not None or run_id is not None else "+kind"
    sql = SELECT.format(kind=kind, filters=" ".join(filters), direction="DESC" if newest_first else "ASC")
    return [_job(row) for row in conn.execute(sql, (*values, limit))]


def get_jobs(conn: Connection, job_ids: Sequence[int]) -> list[JobRow]:
    """These jobs, in the order of their ids; unknown ids are left out."""
    sql = SELECT.format(kind="+kind", filters=f"AND id IN ({', '.join('?' * len(job_ids))})", direction="ASC")
    return [_job(row) for row in conn.execute(sql, (*job_ids, len(job_ids)))]


def count_jobs(conn: Connection, *, folder_id: int | None = None, run_id: int | None = None) -> dict[str, int]:
    """How many documents are in each state; states with none are left out."""
    rows = conn.execute(
        "SELECT state, count(*) FROM job WHERE kind = 'document' AND (?1 IS NULL OR folder_id = ?1) "
        "AND (?2 IS NULL OR run_id = ?2) GROUP BY state"
        if folder_id is not None or run_id is not None
        else "SELECT state, count(*) FROM job WHERE kind = 'document' GROUP BY state",
        (folder_id, run_id) if folder_id is not None or run_id is not None else (),
    )
    return dict(rows.fetchall())


def count_open(conn: Connection) -> dict[str, int]:
    """How many documents are ready, running or blocked: small counts over indexes, however many are done."""
    rows = conn.execute(
        "SELECT state, count(*) FROM job WHERE kind = 'document' AND state IN ('ready', 'running', 'blocked') "
        "GROUP BY state"
    )
    return dict(rows.fetchall())


def count_in_parts(conn: Connection) -> int:
    """How many documents wait for a part that can be worked on here; parts in a batch file may be away for days."""
    row = conn.execute(
        "SELECT count(*) FROM job d WHERE d.kind = 'document' AND d.state = 'blocked' AND EXISTS ("
        "SELECT 1 FROM job part WHERE part.parent_id = d.id AND part.state IN ('ready', 'running'))"
    ).fetchone()
    return int(row[0])


def job_ids_in(conn: Connection, states: Sequence[str], *, recipe_name: str | None = None) -> list[int]:
    """The ids of all documents in these states, for retrying or cancelling in bulk."""
    rows = conn.execute(
        f"SELECT id FROM job WHERE kind = 'document' AND state IN ({', '.join('?' * len(states))}) "
        "AND (? IS NULL OR recipe_id IN (SELECT id FROM recipe WHERE name = ?)) ORDER BY id",
        (*states, recipe_name, recipe_name),
    )
    return [row[0] for row in rows]


@dataclass(frozen=True, slots=True)
class JobWish:
    """Which documents a person wants to see; None and empty leave a thing open. ``name`` is a part of the path.

    ``order`` is one of ORDERS; the order in which the jobs were made never changes under the reader.
    """

    states: tuple[str, ...]
    recipe_name: str | None = None
    folder_id: int | None = None
    name: str = ""
    order: str = "made"
    descending: bool = False


ORDERS: dict[str, str] = {
    "made": "id",
    "name": "id",  # sorted as people expect names, which SQL cannot
    "state": "CASE state WHEN 'running' THEN 0 WHEN 'blocked' THEN 1 WHEN 'ready' THEN 2 WHEN 'done' THEN 9 ELSE 3 END",
    "recipe": "id",  # sorted by what people call the recipes
    "finished": "coalesce(finished_at, 1e12)",
    "took": "(SELECT seconds FROM result WHERE job_id = job.id)",
}


def find_job_ids(conn: Connection, wish: JobWish, recipes: Sequence[str] = ()) -> list[int]:
    """The ids of the documents that are wished for, in the order that is wished for.

    ``recipes`` are the names of recipes in the order of what they are called; others come behind them.
    """
    filters = f"kind = 'document' AND state IN ({', '.join('?' * len(wish.states))})"
    values: list[Any] = [*wish.states]
    if wish.recipe_name is not None:
        filters += " AND recipe_id IN (SELECT id FROM recipe WHERE name = ?)"
        values.append(wish.recipe_name)
    if wish.folder_id is not None:
        filters += " AND folder_id = ?"
        values.append(wish.folder_id)
    if wish.name.strip():
        filters += " AND sha256 IN (SELECT sha256 FROM document WHERE instr(lower(path_text), lower(?)))"
        values.append(wish.name.strip())
    if wish.order == "name":
        return _by_name(conn, filters, values, wish.descending)
    if wish.order == "recipe":
        rows = conn.execute(f"SELECT id, recipe_id FROM job WHERE {filters} ORDER BY id", values)
        return by_recipe(rows.fetchall(), recipe_places(conn, recipes), descending=wish.descending)
    direction = "DESC" if wish.descending else "ASC"
    rows = conn.execute(f"SELECT id FROM job WHERE {filters} ORDER BY {ORDERS[wish.order]} {direction}, id", values)
    return [row[0] for row in rows]


def _by_name(conn: Connection, filters: str, values: Sequence[Any], descending: bool) -> list[int]:
    """Folder by folder, and within one by name: file2 before file10."""
    register(conn)
    direction = "DESC" if descending else "ASC"
    rows = conn.execute(
        f"SELECT id FROM job WHERE {filters} ORDER BY natural((SELECT path_text FROM document d "
        "WHERE d.sha256 = job.sha256 ORDER BY d.folder_id <> job.folder_id, d.state = 'gone', d.id LIMIT 1)) "
        f"{direction}, id {direction}",
        values,
    )
    return [row[0] for row in rows]


def count_by_folder(conn: Connection) -> dict[int, dict[str, int]]:
    """How many documents of each folder are in each state; ``settling`` are files that may still be written to."""
    counts: dict[int, dict[str, int]] = {}
    rows = conn.execute(
        "SELECT folder_id, state, count(*) FROM job WHERE kind = 'document' GROUP BY folder_id, state "
        "UNION ALL SELECT folder_id, state, count(*) FROM document WHERE state = 'settling' GROUP BY folder_id"
    )
    for folder_id, state, count in rows:
        counts.setdefault(folder_id, {})[state] = count
    return counts


def jobs_by_recipe(conn: Connection, job_ids: Sequence[int]) -> dict[tuple[str, Path | None], list[int]]:
    """These jobs by the name of their recipe and the file that it came from, where its folder knows that."""
    found: dict[tuple[str, Path | None], list[int]] = {}
    for one in job_ids:
        row = conn.execute(
            "SELECT r.name, f.recipe_path FROM job j JOIN recipe r ON r.id = j.recipe_id "
            "LEFT JOIN folder f ON f.id = j.folder_id AND f.recipe_name = r.name WHERE j.id = ?",
            (one,),
        ).fetchone()
        if row is not None:
            found.setdefault((row[0], None if row[1] is None else Path(os.fsdecode(row[1]))), []).append(one)
    return found


def failed_job_ids(conn: Connection, run_id: int, error_class: str) -> list[int]:
    """The documents that have no result for this reason since a run, for trying them again together."""
    rows = conn.execute(
        "SELECT id FROM job WHERE run_id = ? AND kind = 'document' AND error_class = ? "
        "AND state NOT IN ('done', 'ready', 'running', 'blocked', 'cancelled') ORDER BY id",
        (run_id, error_class),
    )
    return [row[0] for row in rows]


def put_first(conn: Connection, job_ids: Sequence[int]) -> int:
    """Have waiting documents worked off before all others; returns how many of these were waiting."""
    lowest = conn.execute("SELECT min(priority) FROM job WHERE state = 'ready'").fetchone()[0]
    if lowest is None:
        return 0
    changed = conn.executemany(
        "UPDATE job SET priority = ?, not_before = 0 WHERE id = ? AND state = 'ready'",
        [(lowest - 1, one) for one in job_ids],
    )
    return int(changed.rowcount)


def _job(row: Row) -> JobRow:
    path = None if row[12] is None else Path(os.fsdecode(row[12]))
    return JobRow(*(*row[:12], path, *row[13:]))
