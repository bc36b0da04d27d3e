"""Results as a table: pages by key, search, and everything needed for an export."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.core.natural import register
from app.core.store.ordering import order
from app.core.store.recipes import by_recipe, recipe_places
from app.core.store.search import match_expression
from app.core.store.sqlite import Connection, Row

PAGE = 500


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One document's result with its provenance. ``data`` holds the columns of a recipe that has them."""

    id: int
    job_id: int
    name: str
    path_text: str
    sha256: str
    recipe_name: str
    recipe_version: int
    text: str
    data: Any | None
    model: str
    engine: str
    finish_reason: str
    prompt_tokens: int
    cached_tokens: int
    generated_tokens: int
    ttft_s: float | None
    seconds: float
    created_at: float
    run_id: int | None
    snippet: str = ""
    path: Path | None = None


SELECT = """
SELECT r.id, r.job_id, coalesce(d.name, ''), coalesce(d.path_text, ''), r.sha256, p.name, p.version, r.text, r.data,
       r.model, r.engine, r.finish_reason, r.prompt_tokens, r.cached_tokens, r.generated_tokens, r.ttft_s, r.seconds,
       r.created_at, r.run_id, {snippet}, d.path
FROM {source} JOIN recipe p ON p.id = r.recipe_id
LEFT JOIN document d ON d.id = (
    SELECT o.id FROM document o WHERE o.sha256 = r.sha256 ORDER BY o.state = 'gone', o.id LIMIT 1)
WHERE r.kind = 'document' {filters} ORDER BY {order} LIMIT ?
"""


def list_results(
    conn: Connection,
    *,
    recipe_name: str | None = None,
    recipe_version: int | None = None,
    run_id: int | None = None,
    after: int | None = None,
    newest_first: bool = False,
    limit: int = 100,
) -> list[ResultRow]:
    """A page of results in the order they came; ``after`` is the last id of the page before."""
    filters, values = _filters(conn, recipe_name, recipe_version, run_id)
    if after is not None:
        filters += " AND r.id < ?" if newest_first else " AND r.id > ?"
        values.append(after)
    by = "r.id DESC" if newest_first else "r.id"
    sql = SELECT.format(snippet="''", source="result r", filters=filters, order=by)
    return [_result(row) for row in conn.execute(sql, (*values, limit))]


def all_results(
    conn: Connection, *, recipe_name: str | None = None, recipe_version: int | None = None, run_id: int | None = None
) -> Iterator[ResultRow]:
    """Every result, page by page, so that an export of any size needs little memory."""
    after: int | None = None
    while page := list_results(
        conn, recipe_name=recipe_name, recipe_version=recipe_version, run_id=run_id, after=after, limit=PAGE
    ):
        yield from page
        after = page[-1].id


def search_results(
    conn: Connection,
    words: str,
    *,
    recipe_name: str | None = None,
    run_id: int | None = None,
    limit: int = 100,
    marks: tuple[str, str] = ("[", "]"),
) -> list[ResultRow]:
    """Results whose name or text holds all these words, best first, with the hit between ``marks`` in the snippet."""
    filters, values = _filters(conn, recipe_name, None, run_id)
    # without a filter only the best hits are looked up, however many there are
    best = "ORDER BY rank LIMIT ?" if not filters else ""
    hits = (
        "(SELECT rowid AS hit, rank AS hit_rank, snippet(result_fts, -1, ?, ?, '…', 16) AS found FROM result_fts "
        f"WHERE result_fts MATCH ? AND rank MATCH 'bm25(4.0, 1.0)' {best}) JOIN result r ON r.id = hit"
    )
    sql = SELECT.format(snippet="found", source=hits, filters=filters, order="hit_rank")
    bound = (*marks, match_expression(words), *([limit] if best else []), *values, limit)
    return [_result(row) for row in conn.execute(sql, bound)]


def get_result(conn: Connection, result_id: int) -> ResultRow | None:
    """The result with this id."""
    sql = SELECT.format(snippet="''", source="result r", filters="AND r.id = ?", order="r.id")
    row = conn.execute(sql, (result_id, 1)).fetchone()
    return None if row is None else _result(row)


def result_of_job(conn: Connection, job_id: int) -> ResultRow | None:
    """The result of a document's job."""
    sql = SELECT.format(snippet="''", source="result r", filters="AND r.job_id = ?", order="r.id")
    row = conn.execute(sql, (job_id, 1)).fetchone()
    return None if row is None else _result(row)


def results_of_content(conn: Connection, sha256: str, limit: int = 50) -> list[ResultRow]:
    """Every result of this content, under whatever recipe and version, newest first."""
    sql = SELECT.format(snippet="''", source="result r", filters="AND r.sha256 = ?", order="r.id DESC")
    return [_result(row) for row in conn.execute(sql, (sha256, limit))]


def results_in(conn: Connection, ids: Sequence[int]) -> Iterator[ResultRow]:
    """These results in the order of ``ids``, page by page; unknown ids are left out."""
    for start in range(0, len(ids), PAGE):
        some = ids[start : start + PAGE]
        found = {row.id: row for row in get_results(conn, some)}
        yield from (found[one] for one in some if one in found)


def result_ids(conn: Connection, *, recipe_name: str | None = None) -> list[int]:
    """The ids of all results, in the order they came: what a table that reads its rows page by page begins with."""
    filters, values = _filters(conn, recipe_name, None, None)
    return [
        row[0]
        for row in conn.execute(f"SELECT r.id FROM result r WHERE r.kind = 'document' {filters} ORDER BY r.id", values)
    ]


DOCUMENT, ANSWER, RECIPE, MADE = "document", "answer", "recipe", "made"
_VALUES = {
    DOCUMENT: "(SELECT name FROM document d WHERE d.sha256 = r.sha256 ORDER BY d.state = 'gone', d.id LIMIT 1)",
    ANSWER: "substr(r.text, 1, 200)",
}


def sorted_result_ids(
    conn: Connection,
    by: str,
    *,
    field: bool = False,
    recipe_name: str | None = None,
    descending: bool = False,
    recipes: Sequence[str] = (),
) -> list[int]:
    """The ids of all results, sorted by ``document``, ``answer``, ``recipe`` or ``made``, or by a ``field``.

    Numbers are sorted by size and dates by day, however the model wrote them. ``recipes`` are the names of recipes in
    the order of what they are called.
    """
    if by == MADE and not field:
        ids = result_ids(conn, recipe_name=recipe_name)
        return ids[::-1] if descending else ids
    filters, values = _filters(conn, recipe_name, None, None)
    found = f"FROM result r WHERE r.kind = 'document' {filters} ORDER BY"
    if by == RECIPE and not field:
        pairs = conn.execute(f"SELECT r.id, r.recipe_id {found} r.id", values).fetchall()
        return by_recipe(pairs, recipe_places(conn, recipes), descending=descending)
    if not field:
        register(conn)
        way = "DESC" if descending else "ASC"
        rows = conn.execute(f"SELECT r.id {found} natural({_VALUES[by]}) {way}, r.id {way}", values)
        return [row[0] for row in rows]
    path = "$." + json.dumps(by, ensure_ascii=False)
    rows = conn.execute(f"SELECT r.id, json_extract(r.data, ?) {found} r.id", (path, *values)).fetchall()
    return [rows[place][0] for place in order([row[1] for row in rows], descending=descending)]


def get_results(conn: Connection, result_ids: Sequence[int]) -> list[ResultRow]:
    """These results, in the order of their ids; unknown ids are left out."""
    marks = ", ".join("?" * len(result_ids))
    sql = SELECT.format(snippet="''", source="result r", filters=f"AND r.id IN ({marks})", order="r.id")
    return [_result(row) for row in conn.execute(sql, (*result_ids, len(result_ids)))]


def jobs_of(conn: Connection, ids: Sequence[int]) -> list[int]:
    """The jobs of these results."""
    found: list[int] = []
    for start in range(0, len(ids), PAGE):
        some = ids[start : start + PAGE]
        rows = conn.execute(f"SELECT job_id FROM result WHERE id IN ({', '.join('?' * len(some))}) ORDER BY id", some)
        found += [row[0] for row in rows]
    return found


def recipes_with_results(conn: Connection) -> list[tuple[str, int]]:
    """The recipes that have results, by name, with the number of documents."""
    rows = conn.execute(
        "SELECT p.name, count(*) FROM result r JOIN recipe p ON p.id = r.recipe_id WHERE r.kind = 'document' "
        "GROUP BY p.name ORDER BY p.name"
    )
    return [(row[0], row[1]) for row in rows]


def count_results(conn: Connection, *, recipe_name: str | None = None, run_id: int | None = None) -> int:
    """How many documents have a result."""
    filters, values = _filters(conn, recipe_name, None, run_id)
    (count,) = conn.execute(f"SELECT count(*) FROM result r WHERE r.kind = 'document' {filters}", values).fetchone()
    return int(count)


def _filters(
    conn: Connection, recipe_name: str | None, recipe_version: int | None, run_id: int | None
) -> tuple[str, list[Any]]:
    filters = ""
    values: list[Any] = []
    if recipe_name is not None:
        rows = conn.execute(
            "SELECT id FROM recipe WHERE name = ? AND version = coalesce(?, version)", (recipe_name, recipe_version)
        ).fetchall()
        # one version is walked along the index on recipe and id; several are walked along the ids
        filters += " AND r.recipe_id = ?" if len(rows) == 1 else f" AND +r.recipe_id IN ({', '.join('?' * len(rows))})"
        values += [row[0] for row in rows]
    if run_id is not None:
        filters += " AND r.run_id = ?"
        values.append(run_id)
    return filters, values


def _result(row: Row) -> ResultRow:
    data = None if row[8] is None else json.loads(row[8])
    path = None if row[20] is None else Path(os.fsdecode(row[20]))
    return ResultRow(*(*row[:8], data, *row[9:20], path))
