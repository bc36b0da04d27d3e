"""Presets that a person has made: a system prompt and sampling under a name."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from app.core.store.sqlite import Connection, now


def list_presets(conn: Connection) -> list[tuple[str, str, dict[str, Any]]]:
    """Name, system prompt and settings of each, by name."""
    rows = conn.execute("SELECT name, system_prompt, settings FROM preset ORDER BY name COLLATE NOCASE")
    return [(row[0], row[1], json.loads(row[2])) for row in rows]


def put_preset(conn: Connection, name: str, system_prompt: str, settings: Mapping[str, Any]) -> None:
    """Keep a preset; one of the same name is replaced."""
    conn.execute(
        "INSERT INTO preset (name, system_prompt, settings, created_at) VALUES (?, ?, ?, ?) ON CONFLICT (name) "
        "DO UPDATE SET name = excluded.name, system_prompt = excluded.system_prompt, settings = excluded.settings",
        (name, system_prompt, json.dumps(dict(settings)), now()),
    )


def rename_preset(conn: Connection, old: str, new: str) -> bool:
    """Give a preset another name; False when there is none of the old one."""
    return bool(conn.execute("UPDATE preset SET name = ? WHERE name = ?", (new, old)).rowcount)


def delete_preset(conn: Connection, name: str) -> bool:
    """Remove a preset; False when there is none."""
    return bool(conn.execute("DELETE FROM preset WHERE name = ?", (name,)).rowcount)
