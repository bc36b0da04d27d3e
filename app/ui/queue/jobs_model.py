"""The job table's model: one row per document and recipe."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, Qt

from app.core.store.jobs import JobRow
from app.ui.icons import icon
from app.ui.paging import Index, Load, PagedModel
from app.ui.recipe_names import recipe_title
from app.ui.results.model import answer_line
from app.ui.spoken import said
from app.ui.theme import Theme
from app.ui.wording import day_and_time, number, state_word

COLUMNS = ("document", "state", "recipe", "finished", "took", "outcome")
STATE = COLUMNS.index("state")
# What a click on a column's head sorts by; what came of a document has no order.
ORDER_OF = {"document": "name", "state": "state", "recipe": "recipe", "finished": "finished", "took": "took"}
_ICONS = {
    "ready": ("clock", "muted"),
    "blocked": ("clock", "accent"),
    "done": ("check", "ok"),
    "running": ("play", "accent"),
    "failed": ("error", "danger"),
    "poison": ("warning", "danger"),
    "needs_ocr": ("eye", "warning"),
    "needs_password": ("warning", "warning"),
    "cancelled": ("cancel", "muted"),
    "away": ("export", "muted"),
}


class JobsModel(PagedModel[JobRow]):
    """Shows jobs in the order that was asked for, which does not change under the reader."""

    def __init__(self, load: Load[JobRow], parent: QObject | None = None) -> None:
        super().__init__(load, parent)
        self._icons: dict[str, Any] = {}
        Theme.current().changed.connect(self._icons.clear)

    def columnCount(self, parent: Index | None = None) -> int:
        """The number of columns."""
        return len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The names of the columns."""
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        translate = QCoreApplication.translate
        return {
            "document": translate("Jobs", "Document"),
            "state": translate("Jobs", "State"),
            "recipe": translate("Jobs", "Recipe"),
            "finished": translate("Jobs", "Finished"),
            "took": translate("Jobs", "Took"),
            "outcome": translate("Jobs", "Outcome"),
        }[COLUMNS[section]]

    def cell(self, row: JobRow, column: int, role: int) -> Any:
        """Text, icon, tooltip, alignment and colour of a cell."""
        name = COLUMNS[column]
        if role == Qt.ItemDataRole.DisplayRole:
            return _text(row, name)
        if role == Qt.ItemDataRole.ToolTipRole:
            return _tip(row, name)
        if role == Qt.ItemDataRole.DecorationRole and name == "state":
            return self._icon(row.state)
        if role == Qt.ItemDataRole.ForegroundRole and name in ("recipe", "finished", "took", "outcome"):
            return Theme.current().colour("danger" if name == "outcome" and row.error else "muted")
        return None

    def _icon(self, state: str) -> Any:
        if state in _ICONS and state not in self._icons:
            self._icons[state] = icon(*_ICONS[state])
        return self._icons.get(state)


def _text(row: JobRow, name: str) -> str:
    match name:
        case "document":
            return row.name or row.sha256[:12]
        case "state":
            return _state(row)
        case "recipe":
            return recipe_title(row.recipe_name)
        case "finished":
            return day_and_time(row.finished_at) if row.finished_at else ""
        case "took":
            return _seconds(row.seconds)
        case _:
            return said(row.error) if row.error else answer_line(row.answer)


def _tip(row: JobRow, name: str) -> str | None:
    if name == "document":
        return row.path_text
    if name == "took" and row.seconds:
        return QCoreApplication.translate("Jobs", "{read} tokens read, {written} written, {rate} a second").format(
            read=number(row.prompt_tokens or 0),
            written=number(row.generated_tokens or 0),
            rate=number((row.generated_tokens or 0) / row.seconds, 1),
        )
    if name == "outcome" and row.error:
        return f"{said(row.error)} {said(row.way_out or '')}".strip()
    return _text(row, name) or None


def _state(row: JobRow) -> str:
    word = state_word(row.state)
    if row.parts and row.state in ("running", "ready", "blocked"):
        return QCoreApplication.translate("Jobs", "{word}, part {done} of {parts}").format(
            word=word, done=row.parts_done, parts=row.parts
        )
    if row.state == "ready" and row.attempts:
        return QCoreApplication.translate("Jobs", "{word}, attempt {number}").format(word=word, number=row.attempts + 1)
    return word


def _seconds(seconds: float | None) -> str:
    if seconds is None:
        return ""
    return QCoreApplication.translate("Jobs", "{seconds} s").format(seconds=number(seconds, 1))
