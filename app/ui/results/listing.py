"""What the result table shows: which results, in which order, with which columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.core.store.results import MADE, ResultRow, list_results, result_ids, search_results, sorted_result_ids
from app.core.store.sqlite import Connection
from app.ui.marks import BEGIN, END

_MOST_HITS = 1_000
_SAMPLE = 20


@dataclass(frozen=True, slots=True)
class Wish:
    """What the table is to show. ``by`` is a field's name when ``field``, else a column of every table."""

    recipe: str | None = None
    words: str = ""
    by: str = MADE
    field: bool = False
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """What the table shows: every id, the recipe's columns, and the rows themselves where a search found them."""

    ids: list[int]
    fields: tuple[str, ...]
    hits: dict[int, ResultRow] | None


def read_listing(conn: Connection, wish: Wish, recipes: Sequence[str] = ()) -> Listing:
    """Read what is wished for; on a reader thread of the store. ``recipes`` in the order of what they are called."""
    if wish.words:
        hits = search_results(conn, wish.words, recipe_name=wish.recipe, limit=_MOST_HITS, marks=(BEGIN, END))
        return Listing([hit.id for hit in hits], (), {hit.id: hit for hit in hits})
    fields: dict[str, None] = {}
    if wish.recipe is not None:
        for row in list_results(conn, recipe_name=wish.recipe, newest_first=True, limit=_SAMPLE):
            fields.update(dict.fromkeys(row.data if isinstance(row.data, dict) else ()))
    if (wish.by, wish.descending) == (MADE, False):
        return Listing(result_ids(conn, recipe_name=wish.recipe), tuple(fields), None)
    ids = sorted_result_ids(
        conn,
        wish.by,
        field=wish.field,
        recipe_name=wish.recipe,
        descending=wish.descending,
        recipes=recipes,
    )
    return Listing(ids, tuple(fields), None)
