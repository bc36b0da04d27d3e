"""One SQL view for each recipe version: its answers as a table with typed columns and their provenance."""

from __future__ import annotations

import json
import re
from typing import Any

from app.core.recipes.recipe import Recipe
from app.core.store.sqlite import Connection

SQL_TYPES = {"integer": "INTEGER", "number": "REAL", "boolean": "INTEGER"}
PROVENANCE = ("result_id", "document", "path", "sha256", "model", "seconds", "created_at")


def view_name(name: str, version: int) -> str:
    """The view's name: ``result_`` and the recipe's name and version."""
    return f"result_{re.sub(r'[^0-9A-Za-z]+', '_', name).strip('_').lower()}_v{version}"


def create_view(conn: Connection, recipe: Recipe, recipe_id: int, version: int) -> str:
    """Create the view of a recipe version unless it is there; returns its name."""
    name = view_name(recipe.name, version)
    body = _select(recipe, recipe_id)
    there = conn.execute("SELECT sql FROM sqlite_master WHERE type = 'view' AND name = ?", (name,)).fetchone()
    if there is not None and body not in there[0]:
        name = f"{name}_{recipe_id}"  # "a-b" and "a_b" are two recipes
    conn.execute(f"CREATE VIEW IF NOT EXISTS {_quoted(name)} AS {body}")
    return name


def _select(recipe: Recipe, recipe_id: int) -> str:
    taken = set(PROVENANCE)
    columns = [_column(key, kind, taken) for key, kind in (recipe.schema or {}).get("properties", {}).items()]
    return (
        "SELECT r.id AS result_id, "
        "(SELECT d.name FROM document d WHERE d.sha256 = r.sha256 ORDER BY d.state = 'gone', d.id LIMIT 1) "
        "AS document, "
        "(SELECT d.path_text FROM document d WHERE d.sha256 = r.sha256 ORDER BY d.state = 'gone', d.id LIMIT 1) "
        "AS path, r.sha256 AS sha256, "
        f"{', '.join(columns) if columns else 'r.text AS answer'}, "
        "r.model AS model, r.seconds AS seconds, r.created_at AS created_at "
        f"FROM result r WHERE r.recipe_id = {int(recipe_id)} AND r.kind = 'document'"
    )


def _column(key: str, kind: dict[str, Any], taken: set[str]) -> str:
    shown = key
    while shown.lower() in taken:  # SQL does not tell "Date" from "date", and provenance must not be hidden
        shown += "_"
    taken.add(shown.lower())
    path = _literal("$." + json.dumps(key))
    return f"CAST(json_extract(r.data, {path}) AS {SQL_TYPES.get(str(kind.get('type')), 'TEXT')}) AS {_quoted(shown)}"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
