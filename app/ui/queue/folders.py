"""The folders bound to a recipe, with their state in words and a way to stop watching."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.core.store.folders import FolderRow
from app.ui.controls import label, tool_button
from app.ui.icons import icon_label
from app.ui.wording import clock


class FolderList(QFrame):
    """One line for each folder; folders that are only worked off once leave the list by themselves."""

    removed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(18, 10, 10, 10)
        self._column.setSpacing(2)
        self.rows: list[QWidget] = []
        self.hide()

    def show_rows(self, folders: Sequence[FolderRow]) -> None:
        """Show the watched folders."""
        for row in self.rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = [self._row(folder) for folder in folders if folder.kind == "watched"]
        for row in self.rows:
            self._column.addWidget(row)
        self.setVisible(bool(self.rows))

    def _row(self, folder: FolderRow) -> QWidget:
        widget = QWidget()
        row = QHBoxLayout(widget)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(icon_label("folder", "muted", 18))
        row.addWidget(label(folder.path.name or folder.path_text, "heading"))
        where = label(f"{folder.recipe_name}  ·  {self._state(folder)}", "muted")
        where.setToolTip(folder.path_text)
        row.addWidget(where, 1)
        name = self.tr("Stop watching {folder}").format(folder=folder.path.name or folder.path_text)
        row.addWidget(tool_button(name, "close", lambda: self.removed.emit(folder.id), widget), 0, _RIGHT)
        return widget

    def _state(self, folder: FolderRow) -> str:
        if folder.reason:
            return folder.reason
        if folder.scanned_at is None:
            return self.tr("looking through it")
        return self.tr("watched, last looked at {time}").format(time=clock(folder.scanned_at))


_RIGHT = Qt.AlignmentFlag.AlignRight
