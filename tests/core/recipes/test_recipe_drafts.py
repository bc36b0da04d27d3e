"""Drafts of recipes in their file, free names, and recipes that replace each other."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from app.core.recipes.drafts import NEW, Draft, RecipeDrafts, free_name
from app.core.recipes.parse import RecipeError
from app.core.recipes.shelf import RecipeShelf

RECIPE = '+++\ntitle = "Mine"\n+++\nWhat is this?\n\n{{document}}\n'


@pytest.mark.anyio
async def test_drafts_come_back_as_they_were_kept_last(tmp_path: Path) -> None:
    drafts = RecipeDrafts(tmp_path / "data" / "drafts.json")
    assert await drafts.read() == {}
    for number in range(5):
        asyncio.get_running_loop().create_task(drafts.keep({NEW: Draft("mine", f"Ä {number}"), "b": Draft("b", "…")}))
    await asyncio.sleep(0)  # all of them have asked by now
    await drafts.settle()
    kept = await RecipeDrafts(tmp_path / "data" / "drafts.json").read()
    assert kept == {NEW: Draft("mine", "Ä 4"), "b": Draft("b", "…")}
    await drafts.keep({})
    assert list((tmp_path / "data").iterdir()) == []


@pytest.mark.anyio
@pytest.mark.parametrize("broken", ["", "{", "[]", '{"a": 1}', '{"a": {"name": "a"}}'])
async def test_a_broken_file_of_drafts_counts_as_none(tmp_path: Path, broken: str) -> None:
    (tmp_path / "drafts.json").write_text(broken, encoding="utf-8")
    assert await RecipeDrafts(tmp_path / "drafts.json").read() == {}


def test_a_free_name_differs_from_every_other_by_more_than_its_case() -> None:
    assert free_name("my-recipe", []) == "my-recipe"
    assert free_name("my-recipe", ["My-Recipe", "my-recipe-2"]) == "my-recipe-3"


def test_what_a_recipe_replaces_is_given_back_and_can_be_put_back(tmp_path: Path) -> None:
    shelf = RecipeShelf(tmp_path / "shipped", tmp_path / "own")
    recipe, before = shelf.replace("mine", RECIPE)
    assert (recipe.title, before) == ("Mine", None)
    file = tmp_path / "own" / "mine.md"
    file.write_bytes(b"no recipe, and no UTF-8: \xe4\n")
    _, before = shelf.replace("mine", RECIPE)
    assert before is not None
    assert shelf.put_back("mine", before) == RECIPE
    assert file.read_bytes() == b"no recipe, and no UTF-8: \xe4\n"
    with pytest.raises(RecipeError):
        shelf.replace("mine", "")
    assert file.read_bytes() == b"no recipe, and no UTF-8: \xe4\n"
