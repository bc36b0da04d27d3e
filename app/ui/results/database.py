"""Where the results are for other programs: the database's path, its views, and how to look into it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.core.store.sqlite import Connection
from app.ui.chat.copy_button import CopyButton
from app.ui.controls import label, push_button
from app.ui.theme import fixed_font


def result_views(conn: Connection) -> list[str]:
    """The names of the views that show the answers of each recipe version as a table."""
    rows = conn.execute("SELECT name FROM sqlite_master WHERE type = 'view' AND name LIKE 'result\\_%' ESCAPE '\\'")
    return sorted(row[0] for row in rows)


class DatabasePage(QWidget):
    """For those who use Datasette, sqlite3 or a notebook."""

    back_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._path = Path()
        self.path = label("", "", wrap=True, selectable=True)
        self.back_button = push_button(self.tr("Back to the results"), self.back_asked.emit, icon="results")
        self.reveal_button = push_button(self.tr("Show in its folder"), self._reveal, icon="folder", primary=True)
        self.commands = QWidget()
        self._rows = QVBoxLayout(self.commands)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(4)
        self.lines: list[str] = []
        self._lay_out()

    def show_database(self, path: Path, views: Sequence[str]) -> None:
        """Show where the database is, and commands that can be pasted."""
        self._path = path
        self.path.setText(str(path))
        while self._rows.count():
            item = self._rows.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        view = views[-1] if views else "result"
        self.lines = []
        self._command(self.tr("In the browser, with Datasette"), f'datasette "{path}"')
        self._command(self.tr("In a terminal"), f'sqlite3 -readonly "{path}"')
        self._command(self.tr("The newest answers as a table"), f'SELECT * FROM "{view}" ORDER BY created_at DESC;')
        if views:
            self._rows.addWidget(label(self.tr("One view for each version of a recipe"), "muted"))
            self._rows.addWidget(_code("\n".join(views)))

    def _command(self, what: str, line: str) -> None:
        self.lines.append(line)
        self._rows.addWidget(label(what, "muted"))
        row = QWidget()
        inside = QHBoxLayout(row)
        inside.setContentsMargins(0, 0, 0, 8)
        inside.addWidget(_code(line), 1)
        inside.addWidget(CopyButton(self.tr("Copy: {what}").format(what=what), lambda: line), 0, _TOP)
        self._rows.addWidget(row)

    def _reveal(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._path.parent)))

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.back_button)
        head.addStretch()
        head.addWidget(CopyButton(self.tr("Copy the path"), lambda: str(self._path)))
        head.addWidget(self.reveal_button)
        sheet = QWidget()
        sheet.setObjectName("card")
        sheet.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        sheet.setMaximumWidth(820)
        inside = QVBoxLayout(sheet)
        inside.setContentsMargins(34, 26, 34, 26)
        inside.setSpacing(10)
        inside.addWidget(label(self.tr("The database"), "title"))
        inside.addWidget(
            label(
                self.tr(
                    "Everything is in one SQLite file. Reading it while Nightdesk works is safe; leave writing to "
                    "Nightdesk."
                ),
                "muted",
                wrap=True,
            )
        )
        inside.addWidget(self.path)
        inside.addSpacing(8)
        inside.addWidget(self.commands)
        inside.addStretch()
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setAccessibleName(self.tr("The database"))
        scroll.setWidget(sheet)
        scroll.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        scroll.viewport().setAutoFillBackground(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        column.addLayout(head)
        column.addWidget(scroll, 1)


def _code(text: str) -> QWidget:
    words = label(text, "", wrap=True, selectable=True)
    words.setFont(fixed_font(words.font().pointSizeF()))
    return words


_TOP = Qt.AlignmentFlag.AlignTop
