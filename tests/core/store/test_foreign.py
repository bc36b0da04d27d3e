"""A file that is no database of Nightdesk is never moved, changed or written into."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from app.core.errors import StoreError
from app.core.store.store import Store


@pytest.mark.parametrize("owner", [True, False])
@pytest.mark.parametrize("content", [b"name,amount\nann,3\n", b"x" * 5000])
def test_a_file_of_another_kind_is_left_where_it_is(tmp_path: Path, owner: bool, content: bytes) -> None:
    file = tmp_path / "contracts.csv"
    file.write_bytes(content)
    with pytest.raises(StoreError, match=r"contracts\.csv is no database of Nightdesk.*--db"):
        Store.open(file, owner=owner)
    assert file.read_bytes() == content
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("owner", [True, False])
def test_a_database_of_another_program_gets_no_tables_of_ours(tmp_path: Path, owner: bool) -> None:
    file = tmp_path / "photos.db"
    with closing(sqlite3.connect(file)) as other:
        other.execute("CREATE TABLE photo (id INTEGER)")
        other.commit()
    before = file.read_bytes()
    with pytest.raises(StoreError, match=r"photos\.db is no database of Nightdesk"):
        Store.open(file, owner=owner)
    assert file.read_bytes() == before


@pytest.mark.parametrize("owner", [True, False])
def test_a_folder_is_named_as_what_it_is(tmp_path: Path, owner: bool) -> None:
    with pytest.raises(StoreError, match=r"is a folder; name a file in it"):
        Store.open(tmp_path, owner=owner)


def test_a_place_that_takes_no_files_is_not_said_to_be_in_use() -> None:
    with pytest.raises(StoreError, match=r"/proc takes no files.*--db"):
        Store.open(Path("/proc/night.db"))


@pytest.mark.parametrize("made", ["empty", "opened", "cut short"])
def test_an_empty_file_and_our_own_are_opened_even_when_damaged(tmp_path: Path, made: str) -> None:
    file = tmp_path / "night.db"
    if made == "empty":
        file.touch()
    else:
        Store.open(file).close()
    if made == "cut short":
        file.write_bytes(b"\0" * 100 + file.read_bytes()[100:])
    with Store.open(file) as store:
        assert bool(store.notice) == (made == "cut short")
