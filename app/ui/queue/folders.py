"""The folders bound to a recipe, with their counts, their state in words, and a way to stop watching."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.core.queue.states import DEAD_LETTERS
from app.core.store.folders import FolderRow
from app.ui.chat.elided import ElidedLabel
from app.ui.controls import push_button, tool_button
from app.ui.icons import icon_label
from app.ui.recipe_names import recipe_title
from app.ui.spoken import said
from app.ui.wording import clock, number

Counts = Mapping[int, Mapping[str, int]]
_MOST_SHOWN = 3  # more of them scroll: the jobs below are what the page is for
_ROW = 34


class FolderList(QFrame):
    """One line for each folder; folders that are only worked off once leave the list by themselves."""

    removed = Signal(object)  # the FolderRow
    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self._most = _MOST_SHOWN
        self._inside = QWidget()
        self._column = QVBoxLayout(self._inside)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._words: dict[int, tuple[FolderRow, ElidedLabel]] = {}
        self._counts: Counts = {}
        self.rows: list[QWidget] = []
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(self._inside)
        self._scroll.viewport().setAutoFillBackground(False)
        self._inside.setAutoFillBackground(False)
        outside = QVBoxLayout(self)
        outside.setContentsMargins(16, 6, 10, 6)
        outside.addWidget(self._scroll)
        self.hide()

    def show_rows(self, folders: Sequence[FolderRow]) -> None:
        """Show the watched folders. Where they are the same ones, their rows stay, and the focus with them."""
        watched = [folder for folder in folders if folder.kind == "watched"]
        if [folder.id for folder in watched] == list(self._words):
            self._words = {folder.id: (folder, self._words[folder.id][1]) for folder in watched}
            self._say()
            return
        for row in self.rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._words = {}
        self.rows = [self._row(folder) for folder in watched]
        for row in self.rows:
            self._column.addWidget(row)
        self._fit()
        self.setVisible(bool(self.rows))

    def show_counts(self, counts: Counts) -> None:
        """Show how far each folder is."""
        self._counts = counts
        self._say()

    def _say(self) -> None:
        for folder, words in self._words.values():
            words.show_text(self._said(folder))

    def set_compact(self, compact: bool) -> None:
        """Show only one folder at a time, where there is little room."""
        self._most = 1 if compact else _MOST_SHOWN
        self._fit()

    def _fit(self) -> None:
        self._scroll.setFixedHeight(_ROW * min(len(self.rows), self._most) + 2)

    def _row(self, folder: FolderRow) -> QWidget:
        widget = QWidget()
        widget.setFixedHeight(_ROW)
        row = QHBoxLayout(widget)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(icon_label("folder", "muted", 18))
        name = folder.path.name or folder.path_text
        button = push_button(name.replace("&", "&&"), lambda: self.chosen.emit(folder.id))
        button.setProperty("quiet", True)
        button.setObjectName("heading")
        button.setToolTip(self.tr("Show the jobs of {folder}").format(folder=folder.path_text))
        row.addWidget(button)
        words = ElidedLabel(self._said(folder), "muted", Qt.TextElideMode.ElideRight)
        self._words[folder.id] = (folder, words)
        row.addWidget(words, 1)
        stop = self.tr("Stop watching {folder}").format(folder=name)
        row.addWidget(tool_button(stop, "close", lambda: self.removed.emit(folder), widget), 0, _RIGHT)
        return widget

    def _said(self, folder: FolderRow) -> str:
        counts = self._counts.get(folder.id, {})
        states = {state: count for state, count in counts.items() if state != "settling"}
        counted, settling = self._counted(states), self._settling(counts.get("settling", 0))
        parts = (recipe_title(folder.recipe_name), counted, settling, self._state(folder))
        return "  ·  ".join(part for part in parts if part)

    def _counted(self, states: Mapping[str, int]) -> str:
        total = sum(states.values())
        if not total:
            return ""
        failed = sum(states.get(state, 0) for state in DEAD_LETTERS)
        if states.get("done", 0) == total:
            return self.tr("all {total} done").format(total=number(total))
        done = self.tr("{done} of {total} done").format(done=number(states.get("done", 0)), total=number(total))
        return done if not failed else self.tr("{done}, {failed} failed").format(done=done, failed=number(failed))

    def _settling(self, count: int) -> str:
        """Files that are just being copied, downloaded or saved."""
        return self.tr("{count} found, queued once they are complete").format(count=number(count)) if count else ""

    def _state(self, folder: FolderRow) -> str:
        if folder.reason:
            return said(folder.reason)
        if folder.scanned_at is None:
            return self.tr("looking through it")
        return self.tr("watched, last looked at {time}").format(time=clock(folder.scanned_at))


_RIGHT = Qt.AlignmentFlag.AlignRight
