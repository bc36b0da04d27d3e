"""The result table's model: one row per document, a column for each field of the recipe's schema."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, Qt

from app.core.store.results import ResultRow
from app.ui.paging import Index, Load, PagedModel
from app.ui.recipe_names import recipe_title
from app.ui.theme import Theme
from app.ui.wording import amount, day_and_time, plain_number

_SHOWN_CHARACTERS = 240


class ResultsModel(PagedModel[ResultRow]):
    """Document first, then the recipe's columns (or the answer), then when it was made."""

    def __init__(self, load: Load[ResultRow], parent: QObject | None = None) -> None:
        super().__init__(load, parent)
        self._fields: tuple[str, ...] = ()
        self._searching = False
        self._one_recipe = False

    @property
    def fields(self) -> tuple[str, ...]:
        """The recipe's columns; empty when the answer is free text."""
        return self._fields

    def set_shape(self, fields: Sequence[str], *, searching: bool, one_recipe: bool) -> None:
        """Show these columns; while searching, the words around the hit in place of the answer."""
        shape = (tuple(fields), searching, one_recipe)
        if shape == (self._fields, self._searching, self._one_recipe):
            return
        self.beginResetModel()
        self._fields, self._searching, self._one_recipe = shape
        self.endResetModel()

    def columnCount(self, parent: Index | None = None) -> int:
        """The number of columns."""
        return len(self._names())

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The names of the columns."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._names()[section]
        return None

    def cell(self, row: ResultRow, column: int, role: int) -> Any:
        """Text, tooltip, alignment and colour of a cell."""
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(row, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.path_text if column == 0 else None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            number = isinstance(self._value(row, column), int | float)
            return (_RIGHT if number else _LEFT) | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ForegroundRole and column >= self.columnCount() - (1 if self._one_recipe else 2):
            return Theme.current().colour("muted")
        return None

    def whole(self, row: ResultRow, column: int) -> str:
        """What the cell stands for, uncut: for the clipboard."""
        if column == 0 or column >= self.columnCount() - (1 if self._one_recipe else 2):
            return self._text(row, column)
        if self._fields and not self._searching:
            value = self._value(row, column)
            if isinstance(value, float):
                return plain_number(value)
            return value if isinstance(value, str) else as_text(value)
        return row.text

    def _names(self) -> list[str]:
        translate = QCoreApplication.translate
        answer = [translate("Results", "Found")] if self._searching else list(self._fields)
        return [
            translate("Results", "Document"),
            *(answer or [translate("Results", "Answer")]),
            *([] if self._one_recipe else [translate("Results", "Recipe")]),
            translate("Results", "Made"),
        ]

    def _value(self, row: ResultRow, column: int) -> Any:
        """The typed value of a schema column; None elsewhere."""
        place = column - 1
        if self._searching or not isinstance(row.data, dict) or not 0 <= place < len(self._fields):
            return None
        return row.data.get(self._fields[place])

    def _text(self, row: ResultRow, column: int) -> str:
        last = self.columnCount() - 1
        if column == 0:
            return row.name or row.sha256[:12]
        if column == last:
            return day_and_time(row.created_at)
        if column == last - 1 and not self._one_recipe:
            return recipe_title(row.recipe_name)
        if self._searching:
            return _one_line(row.snippet if row.data is None else _BRACES.sub(_without_brace, row.snippet))
        if self._fields:
            return as_text(self._value(row, column))
        return answer_line(row.text)


def as_text(value: Any) -> str:
    """Return a schema value as a cell shows it."""
    match value:
        case None:
            return ""
        case bool():
            return "✓" if value else "–"
        case float():
            return amount(value)
        case list():
            return "; ".join(as_text(one) for one in value)
        case dict():
            return "; ".join(f"{key}: {as_text(one)}" for key, one in value.items())
        case _:
            return _one_line(str(value))


def answer_line(text: str) -> str:
    """An answer in one line, without the signs of Markdown; of columns their names and values."""
    if text.startswith("{"):
        try:
            data = json.loads(text)
        except json.JSONDecodeError:
            return _one_line(text)
        return _one_line(as_text(data))
    return _one_line(text)


def _one_line(text: str) -> str:
    plain = _MARKS.sub("", text[: 2 * _SHOWN_CHARACTERS])
    return " ".join(plain.split())[:_SHOWN_CHARACTERS]


def _without_brace(found: re.Match[str]) -> str:
    return {":": ": ", ",": "; "}.get(found[0].strip(' "[]{}')[:1], "")


# what JSON puts around keys and values: '{"', '": "', '", "', '"]}'
_BRACES = re.compile(r'[\[{]*(?<!\\)"[\]}]*\s*[:,]?\s*(?:\[\]|[\[{]*"?)|[\]}]+$')
_MARKS = re.compile(r"^\s{0,3}#{1,6}\s+|\*\*", re.MULTILINE)


_LEFT = Qt.AlignmentFlag.AlignLeft
_RIGHT = Qt.AlignmentFlag.AlignRight
