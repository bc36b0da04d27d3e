"""What can be done with the chosen jobs: the buttons' menu, the context menu, and the keys."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from app.core.failures import FailureClass
from app.core.queue.states import RETRYABLE
from app.core.store.jobs import JobRow
from app.ui.queue.filters import OPEN as CANCELLABLE
from app.ui.queue.orders import Recipes
from app.ui.row_actions import open_document, reveal_document, row_action


class JobActions(QObject):
    """Actions on a selection. ``chosen`` gives the rows that are known; the signals say what is wished for."""

    first_asked = Signal()
    retry_asked = Signal()
    again_asked = Signal(str)  # the recipe's name
    larger_asked = Signal()
    cancel_asked = Signal()
    result_asked = Signal()

    def __init__(self, table: QWidget, chosen: Callable[[], Sequence[JobRow]]) -> None:
        super().__init__(table)
        action = partial(row_action, self, table)
        self._chosen = chosen
        self.first = action(self.tr("Put first"), "first", self.first_asked.emit, "Ctrl+Shift+Up")
        self.retry = action(self.tr("Try again"), "regenerate", self.retry_asked.emit, "Ctrl+R")
        self.larger = action(self.tr("Try again with a larger context"), "regenerate", self.larger_asked.emit)
        self.cancel = action(self.tr("Cancel"), "cancel", self.cancel_asked.emit, "Delete")
        self.result = action(self.tr("Open the result"), "results", self.result_asked.emit, "Ctrl+Return")
        self.open = action(self.tr("Open the document"), "file", lambda: open_document(self._chosen()))
        self.reveal = action(self.tr("Show in its folder"), "folder", lambda: reveal_document(self._chosen()))
        self.copy = action(self.tr("Copy the paths"), "copy", self._copy_paths, QKeySequence.StandardKey.Copy)
        self.menu = QMenu(table)
        self.again_menu = QMenu(self.tr("Also with the recipe"), self.menu)
        self._fill()

    def offer_recipes(self, recipes: Recipes) -> None:
        """Offer these recipes, as pairs of name and title."""
        self.again_menu.clear()
        for name, title in recipes:
            self.again_menu.addAction(title.replace("&", "&&"), partial(self.again_asked.emit, name))

    def update(self) -> None:
        """Allow what suits the chosen jobs."""
        rows = self._chosen()
        states = {row.state for row in rows}
        self.retry.setEnabled(bool(states & RETRYABLE))
        self.larger.setVisible(any(row.error_class == FailureClass.TOO_LONG and row.state in RETRYABLE for row in rows))
        self.first.setEnabled("ready" in states)
        self.cancel.setEnabled(bool(states & set(CANCELLABLE)))
        self.result.setEnabled("done" in states)
        self.again_menu.setEnabled(bool(rows) and not self.again_menu.isEmpty())
        one = len(rows) == 1 and rows[0].path is not None
        self.open.setEnabled(one)
        self.reveal.setEnabled(one)
        self.copy.setEnabled(bool(rows))

    def _fill(self) -> None:
        menu = self.menu
        for action in (self.first, self.retry, self.larger):
            menu.addAction(action)
        menu.addMenu(self.again_menu)
        menu.addAction(self.cancel)
        menu.addSeparator()
        for action in (self.result, self.open, self.reveal, self.copy):
            menu.addAction(action)

    def _copy_paths(self) -> None:
        QGuiApplication.clipboard().setText("\n".join(row.path_text or row.name for row in self._chosen()))
