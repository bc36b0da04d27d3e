"""Changes what a recipe's answer is made of, in the recipe's own text: everything else in the file stays as it is."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import Any

from app.core.recipes.columns import TYPES
from app.core.recipes.parse import FENCE

_KEYS = ("columns", "schema")
CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of an answer. ``kind`` is text, int, float, bool, list or choice (then ``choices``, with ``|``)."""

    name: str
    kind: str = "text"
    choices: str = ""

    @property
    def written(self) -> str:
        """The column in the short form."""
        kind = self.choices if self.kind == CHOICE else self.kind
        return f"{self.name} {kind}".strip() if kind != "text" else self.name


def columns_of(schema: dict[str, Any] | None) -> list[Column] | None:
    """The columns a schema stands for, or None when the short form cannot say what it says."""
    if schema is None or set(schema) - {"type", "properties", "required", "additionalProperties"}:
        return None
    columns = [_column(name, kind) for name, kind in schema.get("properties", {}).items()]
    found = [column for column in columns if column is not None]
    return found if len(found) == len(columns) else None


def with_free_text(source: str) -> str:
    """The recipe with an answer in free text."""
    return _with(source, None)


def with_columns(source: str, columns: list[Column]) -> str:
    """The recipe with these columns for its answer; without any it is free text."""
    written = ", ".join(column.written for column in columns)
    return _with(source, f"columns = {_quoted(written)}" if columns else None)


def with_schema(source: str, schema: str) -> str:
    """The recipe with this JSON schema, as it is written, for its answer."""
    return _with(source, f"schema = '''\n{schema.strip()}\n'''")


def schema_text(source: str) -> str:
    """The schema as it is written in the recipe, empty when it has none as JSON text."""
    front = _front(source)
    try:
        value = tomllib.loads("\n".join(front)).get("schema", "") if front is not None else ""
    except tomllib.TOMLDecodeError:
        return ""
    return value.strip() if isinstance(value, str) else ""


def _with(source: str, line: str | None) -> str:
    lines = source.replace("\r\n", "\n").split("\n")
    front = _front(source)
    if front is None:
        return source if line is None else "\n".join([FENCE, line, FENCE, *lines])
    kept, place = _without_answer(front)
    if line is not None:
        kept.insert(place, line)
    return "\n".join([lines[0], *kept, *lines[1 + len(front) :]])


def _front(source: str) -> list[str] | None:
    """The lines between the fences, None when there are none."""
    lines = source.replace("\r\n", "\n").split("\n")
    if lines[0].strip() != FENCE:
        return None
    for number, line in enumerate(lines[1:], 1):
        if line.strip() == FENCE:
            return lines[1:number]
    return None


def _without_answer(front: list[str]) -> tuple[list[str], int]:
    """The lines without the keys that shape the answer, and where the first of those stood."""
    kept: list[str] = []
    place: int | None = None
    number = 0
    while number < len(front):
        length = _length(front, number)
        if length:
            place = len(kept) if place is None else place
            number += length
        else:
            kept.append(front[number])
            number += 1
    return kept, len(kept) if place is None else place


def _length(front: list[str], first: int) -> int:
    """How many lines the key in this line takes, 0 when it is another key."""
    line = front[first].strip()
    if re.match(r"\[\[?\s*schema\b", line):
        rest = front[first + 1 :]
        other = (n for n, one in enumerate(rest, 1) if re.match(r"\s*\[\[?(?!\s*schema\b)", one))
        return next(other, len(rest) + 1)
    if not re.match(rf"[\"']?({'|'.join(_KEYS)})[\"']?\s*[=.]", line):
        return 0
    for last in range(first + 1, len(front) + 1):
        try:
            tomllib.loads("\n".join(front[first:last]))
        except tomllib.TOMLDecodeError:
            continue
        return last - first
    return 1


def _column(name: str, kind: Any) -> Column | None:
    if isinstance(kind, dict) and set(kind) == {"type", "enum"} and kind["type"] == "string":
        return Column(name, CHOICE, "|".join(map(str, kind["enum"])))
    return next((Column(name, short) for short, known in TYPES.items() if known == kind), None)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
