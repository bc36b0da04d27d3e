"""The page about recipes says everything that a recipe may hold, and its example works."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.core.recipes.columns import TYPES
from app.core.recipes.parse import KEYS, parse_recipe

PAGE = Path(__file__).resolve().parents[3] / "docs" / "recipes.md"


@pytest.fixture(scope="module")
def page() -> str:
    return PAGE.read_text(encoding="utf-8")


def test_every_key_is_documented_and_no_other(page: str) -> None:
    assert set(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)) == set(KEYS)


def test_every_column_type_is_documented(page: str) -> None:
    assert all(f"`{name}`" in page for name in TYPES)


def test_the_defaults_that_are_documented_are_those_of_the_parser(page: str) -> None:
    plain = parse_recipe("plain", "{{document}}")
    rows = dict(re.findall(r"^\| `(\w+)` \|.*\| ([^|]+) \|$", page, re.MULTILINE))
    assert rows["max_tokens"] == str(plain.max_tokens)
    assert rows["temperature"] == f"{plain.temperature:g}"
    assert rows["repetition_penalty"] == f"{plain.repetition_penalty:g}"
    assert (plain.max_chars, plain.timeout_s, plain.language) == (None, None, None)


def test_the_example_is_a_recipe(page: str) -> None:
    example = re.search(r"```toml\n(\+\+\+.*?)```", page, re.DOTALL)
    assert example is not None
    recipe = parse_recipe("invoices", example[1])
    assert recipe.columns == ("number", "date", "total", "currency", "paid", "items")
