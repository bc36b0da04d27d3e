"""Results as evidence for a question: those that say its words, the best first."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from app.core.store.search import any_expression, match_expression
from app.core.store.sqlite import Connection, Row

# A document that lies in several folders is one content: the first of its names that is still there.
_SELECT = """
SELECT r.id, coalesce((SELECT d.name FROM document d WHERE d.sha256 = r.sha256 ORDER BY d.state = 'gone', d.id LIMIT 1),
                      substr(r.sha256, 1, 12)), p.name, r.text, r.data, {snippet}
FROM {source} JOIN recipe p ON p.id = r.recipe_id
WHERE r.kind = 'document' {filters} ORDER BY {order} LIMIT ?
"""
_HITS = (
    "(SELECT rowid AS hit, rank AS hit_rank, snippet(result_fts, -1, char(2), char(3), '…', 12) AS found "
    "FROM result_fts WHERE result_fts MATCH ? AND rank MATCH 'bm25(4.0, 1.0)') JOIN result r ON r.id = hit"
)


@dataclass(frozen=True, slots=True)
class ResultFound:
    """A result that says the words of a search; ``snippet`` has its hits between the characters 2 and 3."""

    id: int
    document: str
    recipe: str
    text: str
    data: Any | None
    snippet: str


def find_evidence(conn: Connection, recipe_name: str | None, words: str, limit: int) -> list[ResultFound]:
    """Results with all of the words; with any of them where no result has all; without words the newest."""
    if not words.strip():
        return _found(conn, recipe_name, None, limit)
    return _found(conn, recipe_name, match_expression(words), limit) or _found(
        conn, recipe_name, any_expression(words), limit
    )


def _found(conn: Connection, recipe_name: str | None, expression: str | None, limit: int) -> list[ResultFound]:
    filters = "" if recipe_name is None else "AND p.name = ?"
    names = () if recipe_name is None else (recipe_name,)
    if expression is None:
        sql = _SELECT.format(snippet="substr(r.text, 1, 120)", source="result r", filters=filters, order="r.id DESC")
        return [_row(row) for row in conn.execute(sql, (*names, limit))]
    sql = _SELECT.format(snippet="found", source=_HITS, filters=filters, order="hit_rank")
    return [_row(row) for row in conn.execute(sql, (expression, *names, limit))]


def _row(row: Row) -> ResultFound:
    data = None if row[4] is None else json.loads(row[4])
    return ResultFound(row[0], row[1], row[2], row[3], data, " ".join(row[5].split()))
