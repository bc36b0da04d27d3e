"""Folders, documents, jobs, conversations, results: what goes in comes out, whatever it is called."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path

import pytest

from app.core.errors import UsageError
from app.core.queue import moves
from app.core.queue.claim import Turns, claim
from app.core.queue.enqueue import enqueue_document
from app.core.queue.moves import Answer
from app.core.recipes.parse import parse_recipe
from app.core.recipes.shelf import record_recipe
from app.core.store import conversations, documents, export, folders, jobs, results
from app.core.store.sqlite import Connection
from app.core.store.store import Store

TABLE = parse_recipe("table", '+++\ncolumns = "word, n int"\n+++\n{{document}}')


@pytest.fixture
def store(tmp_path: Path):
    with Store.open(tmp_path / "n.db") as opened:
        yield opened


def answered(conn: Connection, texts: dict[str, str]) -> None:
    """Documents that are done."""
    record_recipe(conn, TABLE)
    folder = folders.add_folder(conn, Path("/somewhere"), "table")
    for name, text in texts.items():
        documents.save_blob(conn, name, len(text))
        documents.save_document(conn, folder, Path("/somewhere") / name, state="ready", sha256=name)
        enqueue_document(conn, folder, name, 1.0)
        [one] = claim(conn, Turns(9), None, 1, 2.0)
        answer = Answer(text, {"word": text, "n": len(text)}, "model", "", "stop", 5, 2, 3, 0.1, 0.2)
        assert moves.finish(conn, one, answer, 3.0)


def test_a_name_that_is_not_text_comes_back_byte_for_byte(store: Store) -> None:
    path = Path(os.fsdecode(b"/in/\xff\xfe\n.txt"))

    def save(conn: Connection) -> list[documents.DocumentRow]:
        folder = folders.add_folder(conn, path.parent, "r")
        documents.save_document(conn, folder, path, state="seen", inode=2**64 - 1, device=2**63)
        return documents.documents_of(conn, folder)

    [row] = store.write_now(save)
    assert row.path == path
    assert row.path_text == "/in/��\n.txt"
    assert (row.inode, row.device) == (2**64 - 1, 2**63)


def test_the_same_folder_and_recipe_is_one_row_and_comes_back_when_it_was_removed(store: Store) -> None:
    first = store.write_now(lambda conn: folders.add_folder(conn, Path("/in"), "r", include=["*.pdf"]))
    store.write_now(lambda conn: folders.remove_folder(conn, first))
    assert store.read_now(folders.list_folders) == []
    assert store.write_now(lambda conn: folders.add_folder(conn, Path("/in"), "r", exclude=["a b"])) == first
    [row] = store.read_now(folders.list_folders)
    assert (row.state, row.include, row.exclude) == ("active", (), ("a b",))


def test_an_unknown_recipe_is_one_sentence(store: Store) -> None:
    folder = store.write_now(lambda conn: folders.add_folder(conn, Path("/in"), "nope"))
    with pytest.raises(UsageError, match="no recipe called nope"):
        store.write_now(lambda conn: enqueue_document(conn, folder, "00", 1.0))


def test_removing_a_folder_cancels_what_waits_and_keeps_what_is_done(store: Store) -> None:
    store.write_now(lambda conn: answered(conn, {"a": "one"}))
    [folder] = store.read_now(folders.list_folders)

    def more(conn: Connection) -> list[int]:
        documents.save_blob(conn, "b", 1)
        enqueue_document(conn, folder.id, "b", 1.0)
        return folders.remove_folder(conn, folder.id)

    assert len(store.write_now(more)) == 1
    assert store.read_now(jobs.count_jobs) == {"done": 1, "cancelled": 1}


def test_pages_of_jobs_follow_each_other_without_a_gap(store: Store) -> None:
    store.write_now(lambda conn: answered(conn, {f"{n:03}": "x" for n in range(25)}))
    seen: list[str] = []
    after = None
    while page := store.read_now(lambda conn, after=after: jobs.list_jobs(conn, after=after, limit=10)):
        seen += [one.name for one in page]
        after = page[-1].id
    assert seen == [f"{n:03}" for n in range(25)]
    newest = store.read_now(lambda conn: jobs.list_jobs(conn, states=["done"], newest_first=True, limit=1))
    assert newest[0].name == "024"


def test_a_search_takes_what_people_type_as_plain_words(store: Store) -> None:
    store.write_now(lambda conn: answered(conn, {"a": 'say "hello" AND (goodbye)', "b": "nothing"}))
    for words in ('"hello', "goodbye) AND", "hel", "say hello", "NEAR(say) OR"):
        found = store.read_now(lambda conn, words=words: results.search_results(conn, words))
        assert [one.name for one in found] == ([] if "OR" in words else ["a"])


@pytest.mark.parametrize("kind", ["csv", "jsonl", "md"])
def test_an_export_holds_every_result_with_its_columns_and_provenance(store: Store, tmp_path: Path, kind: str) -> None:
    store.write_now(lambda conn: answered(conn, {"a": "one", "b": "=1+1"}))
    path = tmp_path / f"out.{kind}"
    rows = store.read_now(lambda conn: list(results.all_results(conn, recipe_name="table")))
    assert export.export_results(rows, kind, path) == 2
    text = path.read_text(encoding="utf-8")
    if kind == "csv":
        first, second = csv.DictReader(text.splitlines())
        assert (first["word"], first["n"], first["sha256"], first["model"]) == ("one", "3", "a", "model")
        assert second["word"] == "'=1+1"  # a spreadsheet must not run what a document says
    elif kind == "jsonl":
        assert [json.loads(line)["word"] for line in text.splitlines()] == ["one", "=1+1"]
    else:
        assert text.count("## ") == 2


def test_an_export_that_cannot_be_written_leaves_the_old_file(store: Store, tmp_path: Path) -> None:
    store.write_now(lambda conn: answered(conn, {"a": "one"}))
    rows = store.read_now(results.list_results)
    with pytest.raises(UsageError, match="cannot be written"):
        export.export_results(rows, "csv", tmp_path / "not" / "there.csv")
    with pytest.raises(UsageError, match="no export as xml"):
        export.export_results(rows, "xml", tmp_path / "a.xml")
    assert list(tmp_path.glob("*.part")) == []


def test_a_deleted_result_is_not_found_any_more(store: Store) -> None:
    store.write_now(lambda conn: answered(conn, {"a": "heron"}))
    store.write_now(lambda conn: conn.execute("DELETE FROM result"))
    assert store.read_now(lambda conn: results.search_results(conn, "heron")) == []


def test_messages_are_found_until_their_conversation_is_deleted(store: Store) -> None:
    def talk(conn: Connection) -> int:
        one = conversations.add_conversation(conn, "Birds")
        conversations.add_message(conn, one, "user", "What does a heron eat?")
        return one

    one = store.write_now(talk)
    assert store.read_now(lambda conn: conversations.search_messages(conn, "heron"))[0].conversation_id == one
    store.write_now(lambda conn: conversations.change_conversation(conn, one, deleted_at=5.0))
    assert store.read_now(lambda conn: conversations.search_messages(conn, "heron")) == []
    assert store.write_now(lambda conn: conversations.purge_conversations(conn, 6.0)) == 1
    assert store.read_now(lambda conn: conversations.list_messages(conn, one)) == []
