"""The job table's model: one row per document and recipe."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, Qt

from app.core.store.jobs import JobRow
from app.ui.icons import icon
from app.ui.paging import Index, Load, PagedModel
from app.ui.theme import Theme
from app.ui.wording import clock, state_word

COLUMNS = ("document", "state", "recipe", "attempts", "finished", "detail")
STATE = COLUMNS.index("state")
_ICONS = {
    "done": ("check", "ok"),
    "running": ("play", "accent"),
    "failed": ("error", "danger"),
    "poison": ("warning", "danger"),
    "needs_ocr": ("eye", "warning"),
    "needs_password": ("warning", "warning"),
    "cancelled": ("cancel", "muted"),
}


class JobsModel(PagedModel[JobRow]):
    """Shows jobs in the order they were made, which never changes under the reader."""

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
            "attempts": translate("Jobs", "Attempts"),
            "finished": translate("Jobs", "Finished"),
            "detail": translate("Jobs", "Reason"),
        }[COLUMNS[section]]

    def cell(self, row: JobRow, column: int, role: int) -> Any:
        """Text, icon, tooltip and colour of a cell."""
        name = COLUMNS[column]
        if role == Qt.ItemDataRole.DisplayRole:
            return _text(row, name)
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.path_text if name == "document" else _text(row, name) or None
        if role == Qt.ItemDataRole.DecorationRole and name == "state":
            return self._icon(row.state)
        if role == Qt.ItemDataRole.ForegroundRole and name in ("recipe", "attempts", "finished", "detail"):
            return Theme.current().colour("muted")
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
            return row.recipe_name
        case "attempts":
            return str(row.attempts) if row.attempts > 1 else ""
        case "finished":
            return clock(row.finished_at) if row.finished_at else ""
        case _:
            return row.error or ""


def _state(row: JobRow) -> str:
    word = state_word(row.state)
    if row.parts and row.state in ("running", "ready", "blocked"):
        return QCoreApplication.translate("Jobs", "{word}, part {done} of {parts}").format(
            word=word, done=row.parts_done, parts=row.parts
        )
    return word
