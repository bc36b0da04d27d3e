"""A real store and a real folder for the watcher's tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from watch_place import Place

from app.core.store.recipes import save_recipe
from app.core.store.store import Store


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """An empty inbox and an open store."""
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    with Store.open(tmp_path / "data" / "nightdesk.db") as store:
        store.write_now(lambda connection: save_recipe(connection, "summary", "0" * 64, "Summarise {{document}}"))
        yield Place(tmp_path, store, inbox)
