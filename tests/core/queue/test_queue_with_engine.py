"""The queue with the real engine process, the real extractor and the recipes that ship."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from desk import Desk

from app.core.documents.extractor import Extractor
from app.core.events import EventBus
from app.core.queue.queue import Queue, QueueOptions
from app.core.recipes.shelf import RecipeShelf
from app.core.store.store import Store
from engines.client import EngineClient

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(600)]

LETTERS = {
    f"{name.lower()}.txt": f"Dear {name},\nplease pay the invoice of {amount} euros by the {day}th of May 2026.\n"
    f"Yours, the bookkeeper of {name} and Sons.\n"
    for name, amount, day in (("Ada", 120, 3), ("Bruno", 75, 9), ("Clara", 310, 14), ("Dora", 42, 21))
}
LONG = " ".join(f"On day {day} the ship sailed {day * 7} miles and the crew was in good heart." for day in range(110))


async def work_off(tmp_path: Path, engine_server: Any, recipe: str, source_text: str, texts: dict[str, str]) -> Desk:
    """A folder worked off; the desk, its store open."""
    desk = Desk(Store.open(tmp_path / "n.db"), tmp_path / "in", {recipe: source_text})
    desk.add(desk.add_folder("x", recipe), texts)
    client = EngineClient(engine_server.base_url, engine_server.api_key)
    extractor = Extractor()

    async def source() -> EngineClient:
        return client

    queue = Queue(desk.store, source, extractor, EventBus(), QueueOptions(width=4))
    await queue.start()
    try:
        await queue.run_until_drained()
    finally:
        await queue.stop()
        await extractor.stop()
        await client.close()
    return desk


async def test_a_folder_in_a_typed_table_out(tmp_path: Path, engine_server: Any, recipes_folder: Path) -> None:
    classify = RecipeShelf(recipes_folder).get("classify")
    desk = await work_off(tmp_path, engine_server, "classify", classify.source, LETTERS)
    with desk.store:
        assert desk.states() == {"done": 4}
        rows = desk.all("SELECT document, kind, urgency FROM result_classify_v1 ORDER BY document")
        assert [row[0] for row in rows] == sorted(LETTERS)
        assert {row[2] for row in rows} <= {"low", "normal", "high"}
        data = [json.loads(row[0]) for row in desk.all("SELECT data FROM result")]
        assert all(one.keys() == {"kind", "urgency"} for one in data)
        cached = desk.all("SELECT sum(cached_tokens), sum(prompt_tokens), min(generated_tokens) FROM result")[0]
        assert cached[0] > 0  # the instructions were read once
        assert cached[2] > 0


async def test_a_document_longer_than_the_context_ends_with_one_result(
    tmp_path: Path, engine_server: Any, recipes_folder: Path
) -> None:
    summary = RecipeShelf(recipes_folder).get("summary").source.replace("max_tokens = 160", "max_tokens = 24")
    desk = await work_off(tmp_path, engine_server, "summary", summary, {"log.txt": LONG})
    with desk.store:
        assert desk.states() == {"done": 1}
        assert desk.states("map")["done"] >= 2
        spans = desk.all("SELECT start_offset, end_offset FROM job WHERE level = 1 ORDER BY seq")
        assert "".join(LONG[start:end] for start, end in spans) == LONG
