"""``nightdesk watch``: what is changed of a watched folder, and what stays as it was."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from app.core.intake import bind_folder
from app.core.recipes.parse import load_recipe
from app.core.store.jobs import list_jobs
from app.core.store.store import Store
from app.core.watch.scan import scan_once
from tests.cli.conftest import Nightdesk


@pytest.fixture
def watched(nightdesk: Nightdesk, documents: Path, recipe: Path, database: Path) -> int:
    """The letters are watched, with an option of their own, and wait in the queue; the folder's number."""
    added = nightdesk("watch", "add", documents, "--recipe", recipe, "--include", "**/*.txt", "--db", database)
    assert added.exit_code == 0, added.output
    with Store.open(database) as store:
        asyncio.run(scan_once(store, 1))
    return 1


def folders(nightdesk: Nightdesk, database: Path) -> list[dict[str, Any]]:
    return json.loads(nightdesk("watch", "list", "--json", "--db", database).stdout)


def priorities(database: Path) -> set[int]:
    with Store.open(database, owner=False) as store:
        return {row.priority for row in store.read_now(list_jobs)}


def test_a_folders_priority_is_set_listed_and_holds_for_what_waits(
    nightdesk: Nightdesk, documents: Path, watched: int, database: Path
) -> None:
    plain = nightdesk("watch", "list", "--db", database).stdout.splitlines()
    assert dict(zip(plain[0].split("\t"), plain[1].split("\t"), strict=True))["priority"] == ""
    changed = nightdesk("watch", "change", documents, "--priority", "high", "--db", database)
    assert changed.exit_code == 0, changed.output
    plain = nightdesk("watch", "list", "--db", database).stdout.splitlines()
    assert dict(zip(plain[0].split("\t"), plain[1].split("\t"), strict=True))["priority"] == "high"
    assert priorities(database) == {-1}
    nightdesk("watch", "change", watched, "--priority", "low", "--db", database)
    assert priorities(database) == {1}
    assert [one["priority"] for one in folders(nightdesk, database)] == ["low"]


def test_what_is_not_named_stays_as_it_was(
    nightdesk: Nightdesk, documents: Path, watched: int, database: Path, tmp_path: Path
) -> None:
    def change(*options: object) -> dict[str, Any]:
        changed = nightdesk("watch", "change", documents, *options, "--db", database)
        assert changed.exit_code == 0, changed.output
        return folders(nightdesk, database)[0]

    row = change("--output", tmp_path / "out", "--no-subfolders")
    assert (row["include"], row["recursive"], row["output"]) == (["**/*.txt"], False, str(tmp_path / "out"))
    row = change("--exclude", "draft*", "--network", "--output-kind", "json")
    assert (row["include"], row["exclude"], row["recursive"]) == (["**/*.txt"], ["draft*"], False)
    assert (row["network"], row["output_kind"]) == (True, "json")
    row = change("--include", "", "--subfolders", "--no-network", "--no-output")
    assert (row["include"], row["exclude"], row["recursive"]) == ([], ["draft*"], True)
    assert (row["network"], row["output"]) == (False, None)


def test_a_folder_keeps_its_priority_when_it_is_handed_over_again(
    documents: Path, recipe: Path, watched: int, nightdesk: Nightdesk, database: Path
) -> None:
    nightdesk("watch", "change", watched, "--priority", "high", "--db", database)
    with Store.open(database) as store:
        store.write_now(bind_folder(documents, load_recipe(recipe), watch=False))
    assert [one["priority"] for one in folders(nightdesk, database)] == ["high"]


def test_a_folder_can_be_watched_with_a_priority_from_the_start(
    nightdesk: Nightdesk, documents: Path, recipe: Path, database: Path
) -> None:
    added = nightdesk("watch", "add", documents, "--recipe", recipe, "--priority", "low", "--db", database)
    assert added.exit_code == 0, added.output
    with Store.open(database) as store:
        asyncio.run(scan_once(store, 1))
    assert priorities(database) == {1}


def test_what_was_put_first_stays_before_the_rest_of_its_folder(
    nightdesk: Nightdesk, documents: Path, watched: int, database: Path
) -> None:
    from app.core.store.jobs import put_first

    with Store.open(database) as store:
        store.write_now(lambda db: put_first(db, [7]))
    nightdesk("watch", "change", watched, "--priority", "high", "--db", database)
    with Store.open(database, owner=False) as store:
        first = min(store.read_now(list_jobs), key=lambda row: row.priority)
        assert (first.id, first.priority) == (7, -2)


def test_only_the_named_binding_of_a_folder_is_changed(
    nightdesk: Nightdesk, documents: Path, watched: int, database: Path
) -> None:
    nightdesk("watch", "add", documents, "--recipe", "summary", "--db", database)
    nightdesk("watch", "change", documents, "--recipe", "summary", "--priority", "high", "--db", database)
    assert [(one["recipe"], one["priority"]) for one in folders(nightdesk, database)] == [
        ("word", "normal"),
        ("summary", "high"),
    ]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ([], "Say what to change"),
        (["--output", "IN THE DOCUMENTS"], "Choose another folder"),
        (["--output", "out", "--no-output"], "--no-output"),
        (["--priority", "highest"], "highest"),
    ],
)
def test_a_change_that_is_none_is_a_sentence_and_changes_nothing(
    nightdesk: Nightdesk, documents: Path, watched: int, database: Path, options: list[str], words: str
) -> None:
    before = folders(nightdesk, database)
    given = [str(documents) if one == "IN THE DOCUMENTS" else one for one in options]
    refused = nightdesk("watch", "change", documents, *given, "--db", database)
    assert refused.exit_code == 2, refused.output
    assert words in refused.stderr
    assert folders(nightdesk, database) == before
    assert "is not watched" in nightdesk("watch", "change", "/none", "--priority", "low", "--db", database).stderr
