"""Actions on the chosen rows of a list of documents: how one is made, and those that every such list has."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, Qt, QUrl
from PySide6.QtGui import QAction, QDesktopServices, QKeySequence
from PySide6.QtWidgets import QWidget

from app.ui.desktop import key_sequences
from app.ui.icons import bind_icon

Key = str | QKeySequence.StandardKey


class WithPath(Protocol):
    """A row of a document; one without a path has no file to show."""

    @property
    def path(self) -> Path | None: ...


def row_action(
    owner: QObject, table: QWidget, text: str, icon: str, act: Callable[[], object], key: Key | None = None
) -> QAction:
    """An action of ``table``, which ``key`` starts while the table has the focus."""
    action = QAction(text, owner)
    if key is not None:
        action.setShortcuts(key_sequences(key) if isinstance(key, str) else [QKeySequence(key)])
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
    action.triggered.connect(lambda _on: act())
    bind_icon(action, icon, "text", 16)
    table.addAction(action)
    return action


def open_document(rows: Sequence[WithPath]) -> None:
    """Open the first row's file in the program that the system has for it."""
    for row in rows[:1]:
        if row.path is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(row.path)))


def reveal_document(rows: Sequence[WithPath]) -> None:
    """Open the folder of the first row's file."""
    for row in rows[:1]:
        if row.path is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(row.path.parent)))
