"""Where results may be written: never where documents are read from."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.errors import UsageError
from app.core.intake import bind_folder
from app.core.recipes.parse import parse_recipe
from app.core.store.folders import get_folder, list_folders, remove_folder
from app.core.store.jobs import count_by_folder, count_jobs
from app.core.store.sqlite import Connection
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


async def taken_in(store: Store, folder: Path) -> int:
    folder_id = bind(store, folder)
    await scan_once(store, folder_id)
    return folder_id


@pytest.mark.anyio
async def test_a_folder_that_was_removed_and_is_added_again_has_its_documents_again(
    store: Store, letters: Path
) -> None:
    folder_id = await taken_in(store, letters)
    assert len(store.write_now(lambda db: remove_folder(db, folder_id))) == 1
    assert await taken_in(store, letters) == folder_id
    assert store.read_now(count_jobs) == {"ready": 1}


@pytest.mark.anyio
async def test_binding_a_folder_anew_leaves_what_a_person_has_cancelled(store: Store, letters: Path) -> None:
    await taken_in(store, letters)
    store.write_now(lambda db: db.execute("UPDATE job SET state = 'cancelled'"))
    await taken_in(store, letters)
    assert store.read_now(count_jobs) == {"cancelled": 1}


@pytest.mark.anyio
async def test_what_lies_in_another_folder_too_is_worked_on_for_that_one(
    store: Store, letters: Path, tmp_path: Path
) -> None:
    shutil.copytree(letters, tmp_path / "copies")
    (letters / "only here.txt").write_text("another letter")
    first, second = await taken_in(store, letters), await taken_in(store, tmp_path / "copies")
    store.write_now(_divide_the_first)
    assert len(store.write_now(lambda db: remove_folder(db, first))) == 1
    assert store.read_now(count_by_folder) == {first: {"cancelled": 1}, second: {"blocked": 1}}
    parts = store.read_now(lambda db: db.execute("SELECT state, folder_id FROM job WHERE kind = 'map'").fetchall())
    assert parts == [("ready", second)], "a document whose parts were cancelled would wait for ever"


def _divide_the_first(db: Connection) -> None:
    (job_id,) = db.execute("SELECT j.id FROM job j JOIN document d USING (sha256) WHERE d.name = 'a.txt'").fetchone()
    db.execute("UPDATE job SET state = 'blocked' WHERE id = ?", (job_id,))
    db.execute(
        "INSERT INTO job (recipe_id, sha256, folder_id, kind, seq, parent_id, created_at) "
        "SELECT recipe_id, sha256, folder_id, 'map', 0, id, created_at FROM job WHERE id = ?",
        (job_id,),
    )


@pytest.mark.anyio
async def test_what_ended_with_a_removed_folder_begins_anew_in_the_folder_that_has_it_next(
    store: Store, letters: Path, tmp_path: Path
) -> None:
    shutil.copytree(letters, tmp_path / "copies")
    first = await taken_in(store, letters)
    store.write_now(lambda db: remove_folder(db, first))
    second = await taken_in(store, tmp_path / "copies")
    assert store.read_now(count_by_folder) == {second: {"ready": 1}}
