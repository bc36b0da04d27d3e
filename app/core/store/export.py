"""Results as files for other programs: CSV, JSON lines, Markdown, and Parquet where pyarrow is installed."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, Any

from app.core.errors import UsageError
from app.core.store.results import ResultRow

FORMATS = ("csv", "jsonl", "md", "parquet")
PROVENANCE = (
    "path_text", "sha256", "recipe_name", "recipe_version", "model", "engine", "prompt_tokens", "cached_tokens",
    "generated_tokens", "seconds", "created_at", "run_id",
)  # fmt: skip
# A spreadsheet runs a cell that begins like this as a formula; a document must not be able to write one.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def export_results(results: Iterable[ResultRow], kind: str, path: Path) -> int:
    """Write results to ``path``, whole or not at all; returns how many. Raises UsageError with a sentence."""
    if kind not in FORMATS:
        raise UsageError(f"There is no export as {kind}. There are: {', '.join(FORMATS)}.")
    unfinished = path.with_name(f".{path.name}.part")
    try:
        if kind == "parquet":
            count = _parquet(results, unfinished)
        else:
            with unfinished.open("w", encoding="utf-8", errors="replace", newline="") as handle:
                count = write_results(results, kind, handle)
        unfinished.replace(path)
    except OSError as error:
        raise UsageError(f"The results cannot be written to {path}: {error.strerror or error}.") from error
    finally:
        unfinished.unlink(missing_ok=True)
    return count


def write_results(results: Iterable[ResultRow], kind: str, handle: IO[str]) -> int:
    """Write results as ``csv``, ``jsonl`` or ``md`` to an open text file; returns how many."""
    writers: dict[str, Callable[[Iterator[ResultRow], IO[str]], int]] = {"csv": _csv, "jsonl": _jsonl, "md": _markdown}
    if kind not in writers:
        raise UsageError(f"There is no export as {kind} here. There are: {', '.join(writers)}.")
    return writers[kind](iter(results), handle)


def as_record(result: ResultRow) -> dict[str, Any]:
    """One result as a flat record: name, the recipe's columns (or ``answer``), then the provenance."""
    answer = result.data if isinstance(result.data, dict) else {"answer": result.text}
    provenance = {name: getattr(result, name) for name in PROVENANCE}
    columns = {
        name if name not in provenance and name != "name" else f"{name}_": value for name, value in answer.items()
    }
    return {"name": result.name, **columns, **provenance}


def _csv(results: Iterator[ResultRow], handle: IO[str]) -> int:
    records = [{name: _cell(value) for name, value in as_record(result).items()} for result in results]
    writer = csv.DictWriter(handle, _columns_of(records), restval="")
    writer.writeheader()
    writer.writerows(records)
    return len(records)


def _cell(value: Any) -> Any:
    if isinstance(value, (list, dict)):
        value = json.dumps(value, ensure_ascii=False)
    if isinstance(value, str) and value.startswith(FORMULA):
        return "'" + value
    return value


def _jsonl(results: Iterator[ResultRow], handle: IO[str]) -> int:
    count = 0
    for result in results:
        handle.write(json.dumps(as_record(result), ensure_ascii=False) + "\n")
        count += 1
    return count


def _markdown(results: Iterator[ResultRow], handle: IO[str]) -> int:
    count = 0
    for result in results:
        handle.write(f"## {result.name}\n\n{result.text}\n\n")
        handle.write(
            f"*{result.recipe_name} version {result.recipe_version}, {result.model}, {result.generated_tokens} tokens "
            f"in {result.seconds:.1f} s, {result.path_text}, SHA-256 {result.sha256}*\n\n"
        )
        count += 1
    return count


def _parquet(results: Iterable[ResultRow], path: Path) -> int:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise UsageError("Parquet needs pyarrow: `pip install pyarrow`, or export as csv.") from error
    records = [as_record(result) for result in results]
    columns = {
        name: _parquet_column([record.get(name) for record in records], pyarrow) for name in _columns_of(records)
    }
    pyarrow.parquet.write_table(pyarrow.table(columns), str(path))
    return len(records)


def _parquet_column(values: list[Any], pyarrow: Any) -> Any:
    """The values with their own type; as text where versions of a recipe disagree about it, or it has no name."""
    if {} not in values:
        try:
            return pyarrow.array(values)
        except (pyarrow.ArrowException, OverflowError):
            pass
    return pyarrow.array([value if value is None else _as_text(value) for value in values], pyarrow.string())


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _columns_of(records: list[dict[str, Any]]) -> list[str]:
    """Recipes and their versions have different columns: all of them, and the provenance last."""
    return [*dict.fromkeys(name for record in records for name in record if name not in PROVENANCE), *PROVENANCE]
