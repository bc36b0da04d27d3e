"""What the store promises: whole transactions, no lost writes, readers that cannot write."""

from __future__ import annotations

import asyncio
import os
import stat
from pathlib import Path

import pytest
from sqlite_utils import Database

from app.core.store import log, rescue, schema
from app.core.store.sqlite import Connection, sqlite3
from app.core.store.store import Store, StoreError


@pytest.fixture
def store(tmp_path: Path):
    with Store.open(tmp_path / "deep" / "er" / "n.db") as opened:
        yield opened


def note(text: str):
    return lambda conn: log.add_event(conn, "test", "info", text)


def texts(store: Store) -> list[str]:
    return [one.text for one in store.read_now(log.list_events)]


@pytest.mark.anyio
async def test_writes_that_wait_together_are_all_kept(store: Store) -> None:
    ids = await asyncio.gather(*(store.write(note(str(n))) for n in range(500)))
    assert len(set(ids)) == 500
    assert len(await store.read(lambda conn: log.list_events(conn, limit=1000))) == 500


@pytest.mark.anyio
async def test_a_write_that_raises_takes_back_only_its_own_changes(store: Store) -> None:
    def bad(conn: Connection) -> None:
        log.add_event(conn, "test", "info", "half")
        raise LookupError("after half of it")

    outcomes = await asyncio.gather(
        store.write(note("one")), store.write(bad), store.write(note("two")), return_exceptions=True
    )
    assert isinstance(outcomes[1], LookupError)
    assert sorted(texts(store)) == ["one", "two"]


@pytest.mark.anyio
async def test_a_write_whose_caller_left_is_whole_or_not_at_all(store: Store) -> None:
    def two(conn: Connection) -> None:
        log.add_event(conn, "test", "info", "first")
        log.add_event(conn, "test", "info", "second")

    tasks = [asyncio.create_task(store.write(two)) for _ in range(20)]
    await asyncio.sleep(0)
    for task in tasks[::2]:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    found = texts(store)
    assert found.count("first") == found.count("second") >= 10


def test_a_reader_cannot_write(store: Store) -> None:
    with pytest.raises(StoreError, match="cannot be written"):
        store.read_now(note("never"))


def test_a_mistake_in_our_sql_is_not_dressed_up(store: Store) -> None:
    with pytest.raises(sqlite3.OperationalError):
        store.write_now(lambda conn: conn.execute("SELEKT"))
    store.write_now(note("goes on"))
    assert texts(store) == ["goes on"]


def test_every_commit_is_on_the_disk_and_foreign_keys_hold(store: Store) -> None:
    pragmas = ("journal_mode", "synchronous", "foreign_keys")
    found = store.write_now(lambda conn: [conn.execute(f"PRAGMA {name}").fetchone()[0] for name in pragmas])
    assert found == ["wal", 2, 1]
    orphan = (
        "INSERT INTO document (folder_id, path, path_text, name, state, first_seen_at, seen_at) "
        "VALUES (99, x'61', 'a', 'a', 'ready', 1, 1)"
    )
    with pytest.raises(sqlite3.IntegrityError):
        store.write_now(lambda conn: conn.execute(orphan))


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")
def test_nobody_else_may_read_the_database(store: Store) -> None:
    store.write_now(note("secret"))
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in store.path.parent.glob("n.db*")}
    assert set(modes.values()) == {0o600}


def test_a_closed_store_says_so(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "n.db")
    store.close()
    store.close()
    for ask in (store.write_now, store.read_now):
        with pytest.raises(StoreError, match="closed"):
            ask(note("late"))


def test_a_migration_is_preceded_by_a_backup_of_which_three_are_kept(tmp_path: Path, monkeypatch) -> None:
    path = tmp_path / "n.db"
    with Store.open(path) as store:
        store.write_now(note("old"))
    assert rescue.backups(path) == []
    before = list(schema.migrations._migrations)
    monkeypatch.setattr(schema.migrations, "_migrations", before)
    for number in range(4):

        def grow(db: Database, number: int = number) -> None:
            db.execute(f"CREATE TABLE more{number} (id INTEGER PRIMARY KEY) STRICT")

        schema.migrations(name=f"m90{number}")(grow)
        with Store.open(path) as store:
            assert texts(store) == ["old"]
    kept = rescue.backups(path)
    assert len(kept) == 3
    assert all(rescue.damage(one) is None for one in kept)


def test_a_migration_that_fails_leaves_the_database_as_it_was(tmp_path: Path, monkeypatch) -> None:
    path = tmp_path / "n.db"
    with Store.open(path) as store:
        store.write_now(note("old"))
    monkeypatch.setattr(schema.migrations, "_migrations", list(schema.migrations._migrations))

    def broken(db: Database) -> None:
        db.execute("CREATE TABLE half (id INTEGER PRIMARY KEY) STRICT")
        db.execute("INSERT INTO half (id) VALUES (1), (1)")

    schema.migrations(name="m900")(broken)
    with pytest.raises(StoreError, match="could not be brought to this version"):
        Store.open(path)
    monkeypatch.undo()
    with Store.open(path) as store:
        assert texts(store) == ["old"]
        assert (
            store.read_now(lambda conn: conn.execute("SELECT 1 FROM sqlite_master WHERE name = 'half'").fetchall())
            == []
        )


def test_a_guest_makes_the_database_when_there_is_none(tmp_path: Path) -> None:
    with Store.open(tmp_path / "n.db", owner=False) as guest:
        guest.write_now(note("from a guest"))
    with Store.open(tmp_path / "n.db") as store:
        assert texts(store) == ["from a guest"]
