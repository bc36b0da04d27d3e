"""What a recipe file may hold, and the sentence for each mistake in one."""

from __future__ import annotations

from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from app.core.errors import UsageError
from app.core.recipes.parse import RecipeError, load_recipe, parse_recipe
from app.core.recipes.shelf import RecipeShelf, record_recipe, recorded_recipe
from app.core.store.store import Store


def test_the_document_comes_last_and_what_is_before_it_is_always_the_same(recipes_folder: Path) -> None:
    for recipe in RecipeShelf(recipes_folder).recipes():
        one, two = (recipe.ask(text)[0]["content"] for text in ("first", "second"))
        assert one.removesuffix("first") == two.removesuffix("second")


def test_only_the_placeholder_is_replaced_and_only_once() -> None:
    recipe = parse_recipe("r", "Costs $5, 100 %s, {x}, {{other}}: {{document}}")
    assert (
        recipe.ask("a {{document}} \\1 $0")[0]["content"] == "Costs $5, 100 %s, {x}, {{other}}: a {{document}} \\1 $0"
    )


@pytest.mark.parametrize(
    ("source", "line", "reason"),
    [
        ('+++\ntitle = "x"\ncolour = 1\n+++\n{{document}}', 3, "'colour' is not known"),
        ("+++\ntitle =\n+++\n{{document}}", 2, "Invalid value"),
        ('+++\ntitle = "x"\n', 1, "not closed"),
        ("+++\n\nmax_tokens = 0\n+++\n{{document}}", 3, "max_tokens must be a whole number from 1 up"),
        ("+++\nmax_tokens = true\n+++\n{{document}}", 2, "max_tokens must be a whole number"),
        ("+++\ntemperature = 3\n+++\n{{document}}", 2, "temperature must be a number from 0 to 2"),
        ('+++\ncolumns = "a, b flot"\n+++\n{{document}}', 2, "the column b has the unknown type 'flot'"),
        ('+++\ncolumns = "a, a"\n+++\n{{document}}', 2, "the column a is there twice"),
        ('+++\nschema = "{"\n+++\n{{document}}', 2, "schema is not JSON"),
        ('+++\n\n[schema]\ntype = "array"\n+++\n{{document}}', 3, "schema must be a JSON schema"),
        ('+++\nschema = """{"type": "object", "properties": {"a": {"type": 3}}}"""\n+++\n{{document}}', 2, "no valid"),
        ('+++\ncolumns = "a"\n[schema]\ntype = "object"\nproperties.a.type = "string"\n+++\n{{document}}', 3, "both"),
        ('+++\nreduce = "put them together"\n+++\n{{document}}', 2, "reduce must be"),
        ("no placeholder", 1, "lacks {{document}}"),
        ("{{document}}\nand\n{{document}}", 3, "is there twice"),
    ],
)
def test_a_mistake_names_its_line_and_its_reason(source: str, line: int, reason: str) -> None:
    with pytest.raises(RecipeError) as caught:
        parse_recipe("mine", source)
    assert caught.value.line == line
    assert reason in caught.value.reason
    assert str(caught.value).startswith(f"The recipe mine has a mistake in line {line}: ")


def test_the_short_form_of_columns_is_a_strict_schema() -> None:
    recipe = parse_recipe("r", '+++\ncolumns = "date, total float, items list, mood good|bad"\n+++\n{{document}}')
    assert recipe.columns == ("date", "total", "items", "mood")
    assert recipe.schema is not None
    check = Draft202012Validator(recipe.schema)
    good = {"date": "today", "total": 1.5, "items": ["a"], "mood": "bad"}
    assert check.is_valid(good)
    assert not check.is_valid(good | {"mood": "ugly"})
    assert not check.is_valid(good | {"more": 1})
    assert not check.is_valid({"date": "today"})


def test_windows_line_ends_and_a_byte_order_mark_are_no_mistakes(tmp_path: Path) -> None:
    path = tmp_path / "mine.md"
    path.write_bytes('\ufeff+++\r\ntitle = "Mine"\r\n+++\r\nSay: {{document}}\r\n'.encode())
    assert load_recipe(path).title == "Mine"


def test_a_file_that_is_not_utf8_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "mine.md"
    path.write_bytes(b"caf\xe9 {{document}}")
    with pytest.raises(UsageError, match="not UTF-8"):
        load_recipe(path)


def test_the_recipes_that_ship_are_all_without_a_mistake(recipes_folder: Path) -> None:
    shelf = RecipeShelf(recipes_folder)
    assert shelf.mistakes() == []
    assert {"summary", "key-facts", "action-items", "translate", "classify"} <= set(shelf.names())


def test_ones_own_recipe_goes_before_the_built_in_one(recipes_folder: Path, tmp_path: Path) -> None:
    shelf = RecipeShelf(recipes_folder, tmp_path / "own")
    shelf.save("summary", "Shorter: {{document}}")
    assert shelf.get("summary").prompt == "Shorter: {{document}}"
    assert shelf.is_own("summary")
    assert not shelf.is_own("classify")


def test_a_recipe_with_a_mistake_is_not_saved_and_does_not_hide_the_others(
    recipes_folder: Path, tmp_path: Path
) -> None:
    shelf = RecipeShelf(recipes_folder, tmp_path)
    with pytest.raises(RecipeError):
        shelf.save("mine", "no placeholder")
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "broken.md").write_text("no placeholder")
    assert "broken" not in {recipe.name for recipe in shelf.recipes()}
    assert [str(mistake) for mistake in shelf.mistakes()] == [
        "The recipe broken has a mistake in line 1: the prompt lacks {{document}}: the document is put there."
    ]


def test_an_unknown_recipe_is_told_with_those_there_are(recipes_folder: Path) -> None:
    with pytest.raises(UsageError, match=r"no recipe called sumary\. There are: action-items, classify"):
        RecipeShelf(recipes_folder).get("sumary")


@pytest.mark.parametrize("name", ["../evil", "a/b", "", ".hidden"])
def test_a_name_that_would_leave_the_folder_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="cannot be a recipe's name"):
        RecipeShelf(tmp_path, tmp_path / "own").save(name, "{{document}}")


def test_versions_are_told_apart_by_content_and_keep_their_text(tmp_path: Path) -> None:
    first, second = parse_recipe("r", "One: {{document}}"), parse_recipe("r", "Two: {{document}}")
    with Store.open(tmp_path / "n.db") as store:
        ids = [store.write_now(lambda conn, one=one: record_recipe(conn, one)) for one in (first, second, first)]
        assert ids[0] == ids[2] != ids[1]
        assert store.read_now(lambda conn: recorded_recipe(conn, ids[0])).prompt == "One: {{document}}"


def test_each_version_has_a_view_with_typed_columns_whatever_they_are_called(tmp_path: Path) -> None:
    source = '+++\ncolumns = "path, Path, select, ok bool, n int"\n+++\n{{document}}'
    with Store.open(tmp_path / "n.db") as store:
        store.write_now(lambda conn: record_recipe(conn, parse_recipe("a-b", source)))
        store.write_now(lambda conn: record_recipe(conn, parse_recipe("a_b", "{{document}}")))
        names = store.read_now(
            lambda conn: [row[0] for row in conn.execute("SELECT name FROM sqlite_master WHERE type = 'view'")]
        )
        assert names == ["result_a_b_v1", "result_a_b_v1_2"]
        columns = store.read_now(
            lambda conn: [one[0] for one in conn.execute("SELECT * FROM result_a_b_v1").description]
        )
    assert columns[4:9] == ["path_", "Path__", "select", "ok", "n"]
