"""Where results may be written: never where documents are read from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.errors import UsageError
from app.core.intake import bind_folder
from app.core.recipes.parse import parse_recipe
from app.core.store.folders import get_folder, list_folders, remove_folder
from app.core.store.store import Store
from app.core.watch.scan import scan_once

RECIPE = parse_recipe("plain", "Say it again: {{document}}")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "data" / "n.db") as opened:
        yield opened


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    folder = tmp_path / "letters"
    (folder / "old").mkdir(parents=True)
    (folder / "a.txt").write_text("a letter")
    return folder


def bind(store: Store, folder: Path, output: Path | None = None) -> int:
    return store.write_now(bind_folder(folder, RECIPE, watch=True, output=output))


def test_the_folder_itself_or_one_around_it_is_refused_for_results(store: Store, letters: Path) -> None:
    for output in (letters, letters.parent, letters / "old" / ".."):
        with pytest.raises(UsageError, match="could not be told from them"):
            bind(store, letters, output)
    assert store.read_now(lambda db: db.execute("SELECT count(*) FROM folder").fetchone()) == (0,)


def test_a_link_to_the_folder_is_the_folder(store: Store, letters: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(letters)
    with pytest.raises(UsageError, match="could not be told"):
        bind(store, letters, tmp_path / "link")


def test_another_folders_documents_must_not_lie_among_results(store: Store, letters: Path, tmp_path: Path) -> None:
    bind(store, letters / "old", tmp_path / "results")
    with pytest.raises(UsageError, match="could not be told"):
        bind(store, letters, letters / "old")
    (tmp_path / "results" / "more").mkdir(parents=True)
    with pytest.raises(UsageError, match="could not be told"):
        bind(store, tmp_path / "results" / "more")


def test_a_file_is_no_place_for_results(store: Store, letters: Path) -> None:
    with pytest.raises(UsageError, match="results are written into a folder"):
        bind(store, letters, letters / "a.txt")


@pytest.mark.anyio
async def test_results_inside_the_folder_of_documents_are_no_documents(store: Store, letters: Path) -> None:
    folder_id = bind(store, letters, letters / "results")
    (letters / "results").mkdir()
    (letters / "results" / "a.txt.plain.12345678.nightdesk.md").write_text("# a result")
    (letters / "results" / "notes.txt").write_text("also there")
    (letters / "a copy of a result.nightdesk.json").write_text("{}")
    report = await scan_once(store, folder_id)
    assert report.jobs == 1
    row = store.read_now(lambda db: get_folder(db, folder_id))
    assert row is not None
    assert row.output == letters / "results"


def test_a_watched_folder_that_is_worked_off_once_stays_watched_until_removed(store: Store, letters: Path) -> None:
    folder_id = bind(store, letters)
    assert store.write_now(bind_folder(letters, RECIPE, watch=False)) == folder_id
    assert [row.kind for row in store.read_now(list_folders)] == ["watched"]
    store.write_now(lambda db: remove_folder(db, folder_id))
    store.write_now(bind_folder(letters, RECIPE, watch=False))
    assert [row.kind for row in store.read_now(list_folders)] == ["once"]
