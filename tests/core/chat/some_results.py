"""Four results of two recipes, as rows of the database."""

from __future__ import annotations

import json

from app.core.store.sqlite import Connection, now

ANSWERS = {
    "lamp.txt": ("Summary", "The lamp of the lighthouse is lit at dusk by the keeper."),
    "oil.txt": ("Summary", "Oil for the lamp is bought in spring. " * 30),
    "boat.txt": ("Summary", "The boat is painted green."),
    "invoice.txt": (
        "Extract",
        json.dumps({"vendor": "Lamp & Sons", "total": 12.5, "items": ["wick", "lamp"], "due": None}),
    ),
}


def fill(conn: Connection) -> None:
    """Write them."""
    add(conn, "folder", id=1, path=b"/", path_text="/", kind="once", recipe_name="Summary", created_at=0)
    for number, name in enumerate(("Summary", "Extract"), 1):
        add(conn, "recipe", id=number, name=name, version=1, sha256=name, source="", created_at=0)
    for number, (name, (recipe, text)) in enumerate(ANSWERS.items(), 1):
        sha, recipe_id = f"{number:064d}", 1 if recipe == "Summary" else 2
        place = {"path": name.encode(), "path_text": name, "name": name}
        add(conn, "blob", sha256=sha, bytes=1, created_at=0)
        add(conn, "document", folder_id=1, **place, sha256=sha, state="ready", first_seen_at=0, seen_at=0)
        add(conn, "job", id=number, recipe_id=recipe_id, sha256=sha, folder_id=1, state="done", created_at=0)
        data = {"text": text, "data": text if text.startswith("{") else None, "model": "m", "finish_reason": "stop"}
        figures = {"prompt_tokens": 1, "cached_tokens": 0, "generated_tokens": 1, "seconds": 1, "created_at": now()}
        of = {"id": number, "job_id": number, "kind": "document", "recipe_id": recipe_id, "sha256": sha}
        add(conn, "result", **of, **data, **figures)
        add(conn, "result_fts", rowid=number, name=name, text=text)


def add(conn: Connection, table: str, **values: object) -> None:
    marks = ", ".join("?" * len(values))
    conn.execute(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})", tuple(values.values()))
