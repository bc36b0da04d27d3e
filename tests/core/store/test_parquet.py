"""Results as a Parquet file, where pyarrow is installed; and what is said where it is not."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest
from test_store_tables import answered

from app.core.errors import UsageError
from app.core.store import export
from app.core.store.results import ResultRow, all_results
from app.core.store.store import Store


@pytest.fixture
def rows(tmp_path: Path) -> list[ResultRow]:
    with Store.open(tmp_path / "n.db") as store:
        store.write_now(lambda conn: answered(conn, {"a": "one", "b": "=1+1"}))
        return store.read_now(lambda conn: list(all_results(conn, recipe_name="table")))


def test_a_parquet_file_has_the_columns_with_their_types(rows: list[ResultRow], tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    path = tmp_path / "out.parquet"
    assert export.export_results(rows, "parquet", path) == 2
    table = parquet.read_table(path)
    assert table.column("word").to_pylist() == ["one", "=1+1"]
    assert str(table.schema.field("n").type) == "int64"
    assert {"path_text", "sha256", "model", "seconds", "run_id"} <= set(table.column_names)
    assert list(tmp_path.glob("*.part")) == []


def test_without_pyarrow_the_way_out_is_named(
    rows: list[ResultRow], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(UsageError, match="Parquet needs pyarrow"):
        export.export_results(rows, "parquet", tmp_path / "out.parquet")
    assert not (tmp_path / "out.parquet").exists()


def test_columns_that_only_later_rows_have_are_there_too(rows: list[ResultRow], tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    older = replace(rows[0], data={"word": "one"})
    export.export_results(
        [older, replace(rows[1], data={"word": "two", "sum": 1.5})], "parquet", tmp_path / "o.parquet"
    )
    table = parquet.read_table(tmp_path / "o.parquet")
    assert table.column("sum").to_pylist() == [None, 1.5]
    assert table.column_names[-1] == "run_id"


def test_a_column_of_which_versions_disagree_is_text(rows: list[ResultRow], tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    kinds = [{"n": "about ten", "more": {}}, {"n": 10, "more": {"a": 1}}, {"n": None, "more": None}]
    mixed = [replace(rows[0], data=data) for data in kinds]
    export.export_results(mixed, "parquet", tmp_path / "o.parquet")
    table = parquet.read_table(tmp_path / "o.parquet")
    assert table.column("n").to_pylist() == ["about ten", "10", None]
    assert table.column("more").to_pylist() == ["{}", '{"a": 1}', None]
