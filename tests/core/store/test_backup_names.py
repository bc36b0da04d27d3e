"""Backups of several databases in one folder are not taken for each other."""

from __future__ import annotations

from pathlib import Path

from app.core.store.rescue import backups
from app.core.store.store import Store

OLD, NEW = "20260101-120000-000000001", "20260301-120000-000000001"


def lay(folder: Path, *names: str) -> None:
    (folder / "backups").mkdir(exist_ok=True)
    for name in names:
        (folder / "backups" / name).touch()


def named(database: Path) -> list[str]:
    return [file.name for file in backups(database)]


def test_a_database_whose_name_only_begins_alike_is_another(tmp_path: Path) -> None:
    lay(tmp_path, f"work-old-{NEW}.db", f"work-{OLD}.db", f"work.db-{NEW}.db", f"work-{NEW}.db.db", "work-notes.db")
    assert named(tmp_path / "work.db") == [f"work.db-{NEW}.db", f"work-{OLD}.db"], "as they are and were called"
    assert named(tmp_path / "work-old.db") == [f"work-old-{NEW}.db"]


def test_databases_that_differ_in_their_suffix_have_backups_of_their_own(tmp_path: Path) -> None:
    made = {}
    for name in ("work.db", "work.sqlite"):
        with Store.open(tmp_path / name) as store:
            made[name] = store.back_up_now()
    lay(tmp_path, f"work-{OLD}.db")
    assert named(tmp_path / "work.db") == [made["work.db"].name, f"work-{OLD}.db"]
    assert named(tmp_path / "work.sqlite") == [made["work.sqlite"].name]


def test_a_backup_from_before_is_still_found_where_it_can_be_nobody_elses(tmp_path: Path) -> None:
    lay(tmp_path, f"work-{OLD}.db")
    assert named(tmp_path / "work.sqlite") == [f"work-{OLD}.db"]
