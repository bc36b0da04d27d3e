"""What can be done with the chosen results: copy, compare, run again, open; and how cells are copied."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from app.core.store.export import as_record
from app.core.store.results import ResultRow
from app.ui.row_actions import open_document, reveal_document, row_action
from app.ui.wording import plain_number


class ResultActions(QObject):
    """Actions on a selection. ``chosen`` gives the rows that are known, ``cell`` the text under the cursor."""

    copy_asked = Signal()
    again_asked = Signal(str)  # the recipe's name
    compare_asked = Signal(int, int)  # two results of one document
    model_asked = Signal(str)  # run again under the same recipe with this model, which is loaded

    def __init__(self, table: QWidget, chosen: Callable[[], Sequence[ResultRow]], cell: Callable[[], str]) -> None:
        super().__init__(table)
        action = partial(row_action, self, table)
        self._chosen = chosen
        self._model = ""
        self.copy = action(self.tr("Copy the rows"), "copy", self.copy_asked.emit, QKeySequence.StandardKey.Copy)
        self.copy_cell = action(
            self.tr("Copy the cell"), "copy", lambda: QGuiApplication.clipboard().setText(cell()), "Ctrl+Shift+C"
        )
        self.with_model = action("", "models", lambda: self.model_asked.emit(self._model))
        self.compare = action(self.tr("Compare the two"), "results", self._compare)
        self.open = action(self.tr("Open the document"), "file", lambda: open_document(self._chosen()))
        self.reveal = action(self.tr("Show in its folder"), "folder", lambda: reveal_document(self._chosen()))
        self.menu = QMenu(table)
        self.again_menu = QMenu(self.tr("Run again"), self.menu)
        self._fill()

    def offer_recipes(self, recipes: Sequence[tuple[str, str]]) -> None:
        """Offer these recipes, as pairs of name and title."""
        self.again_menu.clear()
        for name, title in recipes:
            words = self.tr("With the recipe {title}").format(title=title.replace("&", "&&"))
            self.again_menu.addAction(words, partial(self.again_asked.emit, name)).setData(name)
        self.again_menu.addSeparator()
        self.again_menu.addAction(self.with_model)

    def update(self, model: str) -> None:
        """Allow what suits the chosen rows; ``model`` is the one that is loaded."""
        rows = self._chosen()
        self._model = model
        another = bool(rows) and bool(model) and any(row.model != model for row in rows)
        self.with_model.setText(self.tr("With the model {model}, which is loaded").format(model=model))
        self.with_model.setVisible(another)
        self.compare.setVisible(_are_of_one_document(rows))
        self.again_menu.setEnabled(bool(rows) and not self.again_menu.isEmpty())
        for action in (self.copy, self.copy_cell):
            action.setEnabled(bool(rows))
        for action in (self.open, self.reveal):
            action.setEnabled(len(rows) == 1 and rows[0].path is not None)

    def _fill(self) -> None:
        menu = self.menu
        menu.addAction(self.copy)
        menu.addAction(self.copy_cell)
        menu.addSeparator()
        menu.addAction(self.compare)
        menu.addMenu(self.again_menu)
        menu.addSeparator()
        menu.addAction(self.open)
        menu.addAction(self.reveal)

    def _compare(self) -> None:
        rows = self._chosen()
        if _are_of_one_document(rows):
            self.compare_asked.emit(rows[0].id, rows[1].id)


def _are_of_one_document(rows: Sequence[ResultRow]) -> bool:
    return len(rows) == 2 and rows[0].sha256 == rows[1].sha256


def as_cells(results: Iterable[ResultRow]) -> str:
    """Rows as a spreadsheet takes them from the clipboard: a head, then tabs between cells."""
    records = [as_record(result) for result in results]
    columns = list(dict.fromkeys(name for record in records for name in record))
    shown = [name for name in columns if name in ("name", "model", "path_text") or name not in _LEFT_OUT]
    text = io.StringIO()
    writer = csv.DictWriter(text, shown, restval="", dialect="excel-tab", extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _cell(value) for name, value in record.items()} for record in records)
    return text.getvalue()


def _cell(value: object) -> object:
    return plain_number(value) if isinstance(value, float) else value


_LEFT_OUT = frozenset(
    {"sha256", "engine", "prompt_tokens", "cached_tokens", "generated_tokens", "seconds", "created_at", "run_id"}
)
