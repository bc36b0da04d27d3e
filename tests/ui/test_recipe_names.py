"""What the window calls a recipe: the same everywhere, its title."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytestqt.qtbot import QtBot

from app.core.queue.costs import Prices
from app.core.store.runs import RunRow
from app.ui.chat.elided import ElidedLabel
from app.ui.main_window import QUEUE, RECIPES
from app.ui.queue.jobs_model import COLUMNS
from app.ui.queue.page import QueuePage
from app.ui.recipe_names import recipe_title

if TYPE_CHECKING:
    from tests.ui.conftest import Opened

RECIPE = '+++\ntitle = "{title}"\n+++\nSay one word.\n{{{{document}}}}'
_NAME, _RECIPE = COLUMNS.index("document"), COLUMNS.index("recipe")


def write(folder: Path, name: str, title: str) -> None:
    recipes = folder / "config" / "recipes"
    recipes.mkdir(parents=True, exist_ok=True)
    (recipes / f"{name}.md").write_text(RECIPE.format(title=title), encoding="utf-8")


def queue(qtbot: QtBot, opened: Opened, folder: Path, *recipes: str) -> QueuePage:
    """A folder for each recipe with one document in it; the queue is paused."""
    page = opened.window.queue
    opened.window.go_to(QUEUE)
    page.set_paused(True)
    for recipe in recipes:
        (folder / recipe).mkdir()
        (folder / recipe / f"{recipe}.txt").write_text(f"For {recipe}.", encoding="utf-8")
        add = (folder / recipe, recipe)
        opened.bridge.ask(lambda service, add=add: service.add_folder(*add, watch=False))
    qtbot.waitUntil(lambda: len(page.model.ids) == len(recipes) and page.model.row(0) is not None, timeout=15_000)
    return page


def called(page: QueuePage) -> list[tuple[str, str]]:
    cell = page.model.index
    return [
        (str(cell(place, _NAME).data()), str(cell(place, _RECIPE).data())) for place in range(page.model.rowCount())
    ]


def texts(box: Any) -> list[str]:
    return [box.itemText(place) for place in range(box.count())]


def test_a_recipe_has_its_title_for_a_name_in_the_jobs_the_folders_and_the_filter(
    qtbot: QtBot, opened: Opened, tmp_path: Path
) -> None:
    page = queue(qtbot, opened, tmp_path, "key-facts", "summary")
    qtbot.waitUntil(
        lambda: sorted(called(page)) == [("key-facts.txt", "Key facts"), ("summary.txt", "Summary")], timeout=10_000
    )
    qtbot.waitUntil(lambda: texts(page.filter.recipe)[1:] == ["Key facts", "Summary"], timeout=10_000)
    opened.bridge.ask(lambda service: service.add_folder(tmp_path / "summary", "classify", watch=True))
    qtbot.waitUntil(lambda: bool(page.folders.rows), timeout=10_000)
    [line] = [one.whole for one in page.folders.rows[0].findChildren(ElidedLabel)]
    assert line.startswith("Classify  ·  ")
    page.table.selectRow([name for name, _ in called(page)].index("key-facts.txt"))
    qtbot.waitUntil(lambda: "recipe Key facts, version 1" in page.details.state.text(), timeout=10_000)


def test_a_report_names_recipes_by_their_titles(qtbot: QtBot, opened: Opened) -> None:
    qtbot.waitUntil(lambda: recipe_title("key-facts") == "Key facts", timeout=10_000)
    figures = {"done": 1, "failed": 0, "duplicates": 0, "wall_s": 2.0, "busy_s": 1.0, "documents_per_h": 1.0,
               "tokens_per_s": 1.0, "prompt_tokens": 1, "cached_tokens": 0, "generated_tokens": 1, "recoveries": 0,
               "parts": 0, "cut_answers": 0, "left": 0, "eta": None, "width": 16, "alone": None, "failures": [],
               "failed_documents": [], "costs": None, "recipes": ["key-facts"]}  # fmt: skip
    sheet = opened.window.results.report.sheet
    sheet.show_run(RunRow(1, "finished", 0.0, 2.0, ("key-facts",), figures, ""), Prices())
    assert sheet.sentence.text().endswith("Key facts")


def test_two_recipes_with_the_same_title_are_told_apart_by_their_files(
    qtbot: QtBot, opened: Opened, tmp_path: Path
) -> None:
    for name in ("short", "shorter"):
        write(tmp_path, name, "In short")
    page = queue(qtbot, opened, tmp_path, "short", "shorter")
    expected = [("short.txt", "In short (short)"), ("shorter.txt", "In short (shorter)")]
    qtbot.waitUntil(lambda: sorted(called(page)) == expected, timeout=10_000)


def test_a_new_title_is_shown_in_the_list_of_jobs_as_soon_as_it_is_saved(
    qtbot: QtBot, opened: Opened, tmp_path: Path
) -> None:
    write(tmp_path, "word", "One word")
    page = queue(qtbot, opened, tmp_path, "word")
    qtbot.waitUntil(lambda: called(page) == [("word.txt", "One word")], timeout=10_000)
    opened.window.go_to(RECIPES)
    recipes = opened.window.recipes
    recipes.refresh()
    qtbot.waitUntil(lambda: "One word" in [recipes.items.item(n).text() for n in range(recipes.items.count())])
    names = [recipes.items.item(n).text() for n in range(recipes.items.count())]
    recipes.items.setCurrentRow(names.index("One word"))
    recipes.source.replace_all(RECIPE.format(title="A single word").replace("{{{{", "{{").replace("}}}}", "}}"))
    recipes.save()
    qtbot.waitUntil(lambda: called(page) == [("word.txt", "A single word")], timeout=10_000)


def test_a_recipe_whose_file_is_gone_keeps_the_title_it_had(qtbot: QtBot, opened: Opened, tmp_path: Path) -> None:
    write(tmp_path, "word", "One word")
    page = queue(qtbot, opened, tmp_path, "word")
    (tmp_path / "config" / "recipes" / "word.md").unlink()
    opened.window.recipe_names.read()
    qtbot.waitUntil(lambda: called(page) == [("word.txt", "One word")], timeout=10_000)


def test_jobs_are_sorted_by_what_their_recipes_are_called(qtbot: QtBot, opened: Opened, tmp_path: Path) -> None:
    write(tmp_path, "a", "Zebra")
    write(tmp_path, "z", "apple")
    page = queue(qtbot, opened, tmp_path, "a", "z", "summary")
    qtbot.waitUntil(lambda: recipe_title("z") == "apple", timeout=10_000)
    page.table.horizontalHeader().sectionClicked.emit(_RECIPE)
    qtbot.waitUntil(lambda: [title for _, title in called(page)] == ["apple", "Summary", "Zebra"], timeout=10_000)
    page.table.horizontalHeader().sectionClicked.emit(_RECIPE)
    qtbot.waitUntil(lambda: [title for _, title in called(page)] == ["Zebra", "Summary", "apple"], timeout=10_000)
