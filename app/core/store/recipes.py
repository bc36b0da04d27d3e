"""Recipe versions: one row for each distinct text that a recipe of this name has had."""

from __future__ import annotations

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
