"""Recipe versions: one row for each distinct text that a recipe of this name has had."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.core.store.sqlite import Connection, now

COLUMNS = "id, name, version, sha256, source, created_at"


@dataclass(frozen=True, slots=True)
class RecipeRow:
    """One version of a recipe; ``source`` is the whole file."""

    id: int
    name: str
    version: int
    sha256: str
    source: str
    created_at: float


def save_recipe(conn: Connection, name: str, sha256: str, source: str) -> int:
    """The id of this recipe version; a text not seen before becomes the next version."""
    row = conn.execute("SELECT id FROM recipe WHERE name = ? AND sha256 = ?", (name, sha256)).fetchone()
    if row is None:
        row = conn.execute(
            "INSERT INTO recipe (name, version, sha256, source, created_at) VALUES "
            "(?, 1 + coalesce((SELECT max(version) FROM recipe WHERE name = ?), 0), ?, ?, ?) RETURNING id",
            (name, name, sha256, source, now()),
        ).fetchone()
    return int(row[0])


def get_recipe(conn: Connection, recipe_id: int) -> RecipeRow | None:
    """The recipe version with this id."""
    row = conn.execute(f"SELECT {COLUMNS} FROM recipe WHERE id = ?", (recipe_id,)).fetchone()
    return None if row is None else RecipeRow(*row)


def list_recipes(conn: Connection) -> list[RecipeRow]:
    """Every version of every recipe, newest version first within a name."""
    return [RecipeRow(*row) for row in conn.execute(f"SELECT {COLUMNS} FROM recipe ORDER BY name, version DESC")]


def newest_sources(conn: Connection) -> list[tuple[str, str]]:
    """The name of every recipe with the text of its newest version."""
    rows = conn.execute("SELECT name, source, max(version) FROM recipe GROUP BY name ORDER BY name")
    return [(name, source) for name, source, _version in rows]


def recipe_places(conn: Connection, names: Sequence[str]) -> dict[int, int]:
    """The place of every recipe version when recipes are listed in the order of ``names``, others behind them."""
    place = {name: number for number, name in enumerate(names)}
    rows = conn.execute("SELECT id, name FROM recipe ORDER BY name, version").fetchall()
    others = dict.fromkeys(name for _id, name in rows if name not in place)
    place.update({name: number for number, name in enumerate(others, len(place))})
    return {recipe_id: place[name] for recipe_id, name in rows}


def by_recipe(rows: Iterable[tuple[int, int]], places: Mapping[int, int], *, descending: bool = False) -> list[int]:
    """The ids of ``rows`` (pairs of an id and a recipe version) in the order of their recipes' places."""
    return [row[0] for row in sorted(rows, key=lambda row: places[row[1]], reverse=descending)]
