"""The shape of an answer is changed in the recipe's own text, and nothing else in it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.recipes.columns import TYPES
from app.core.recipes.edit import Column, columns_of, schema_text, with_columns, with_free_text, with_schema
from app.core.recipes.parse import RecipeError, parse_recipe
from app.core.resources import resource

PLAIN = "What is this?\n\n{{document}}\n"
FULL = '''+++
title = "Bills"  # a comment that stays
schema = """
{"type": "object",
 "properties": {"total": {"type": "number"}}}
"""
max_tokens = 60
+++
What is this?
{{document}}
'''


def test_columns_take_the_place_of_a_schema_and_the_rest_stays() -> None:
    source = with_columns(FULL, [Column("total", "float"), Column("kind", "choice", "bill|letter")])
    assert source == FULL.replace(
        FULL[FULL.index("schema") : FULL.index("max_tokens")], 'columns = "total float, kind bill|letter"\n'
    )
    assert parse_recipe("x", source).columns == ("total", "kind")


def test_a_recipe_without_options_gets_them() -> None:
    source = with_columns(PLAIN, [Column("who")])
    assert parse_recipe("x", source).columns == ("who",)
    assert source.endswith(PLAIN)
    assert parse_recipe("x", with_free_text(source)).schema is None


def test_a_schema_that_was_written_is_found_again() -> None:
    text = '{\n  "type": "object",\n  "properties": {"a": {"type": "string"}}\n}'
    source = with_schema(FULL, text)
    assert schema_text(source) == text
    assert parse_recipe("x", source).columns == ("a",)


def test_a_schema_as_a_toml_table_is_replaced_as_a_whole() -> None:
    source = (
        '+++\ntitle = "A"\n[schema]\ntype = "object"\n[schema.properties.a]\ntype = "string"\n+++\nSay.\n{{document}}'
    )
    assert parse_recipe("x", source).columns == ("a",)
    assert with_free_text(source) == '+++\ntitle = "A"\n+++\nSay.\n{{document}}'


def test_a_schema_beyond_the_short_form_is_no_column_list() -> None:
    assert columns_of(parse_recipe("key-facts", (resource("recipes") / "key-facts.md").read_text()).schema) is None
    assert columns_of(None) is None


def test_a_mistake_in_a_schema_is_named_with_its_own_line() -> None:
    with pytest.raises(RecipeError) as caught:
        parse_recipe("x", FULL.replace('"total": {', '"total" {'))
    assert caught.value.line == 5


names = st.from_regex(r"[a-z][a-z0-9_]{0,12}", fullmatch=True)
columns = st.one_of(
    st.builds(Column, names, st.sampled_from(sorted(TYPES))),
    st.builds(Column, names, st.just("choice"), st.just("low|mid|high")),
)


@given(st.lists(columns, min_size=1, max_size=6, unique_by=lambda column: column.name))
def test_any_columns_come_back_as_they_were_chosen(chosen: list[Column]) -> None:
    assert columns_of(parse_recipe("x", with_columns(FULL, chosen)).schema) == chosen
