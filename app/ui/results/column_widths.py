"""The widths of the result table's columns: fitted into the table, until a person has dragged one."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QGuiApplication

from app.ui.tables import PlainTable

_NARROWEST = 120
_RECIPE = 130


class ColumnWidths(QObject):
    """Fits the columns whenever the table's width changes. The last one follows the table by itself."""

    def __init__(self, table: PlainTable) -> None:
        super().__init__(table)
        self._table = table
        self._with_recipe = True
        self._dragged = False
        self._fitting = False
        table.horizontalHeader().sectionResized.connect(self._section_resized)
        table.viewport().installEventFilter(self)

    def begin_anew(self, *, with_recipe: bool) -> None:
        """Other columns are shown, the recipe's among them or not: what was dragged was for those before."""
        self._with_recipe = with_recipe
        self._dragged = False
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """See the table's width change."""
        if event.type() == QEvent.Type.Resize:  # of the viewport: nothing else is watched
            self._fit()
        return super().eventFilter(watched, event)

    def _fit(self) -> None:
        if self._dragged:
            return
        rest = [_RECIPE] if self._with_recipe else []
        columns = self._table.horizontalHeader().count()
        fields = max(1, columns - 2 - len(rest))
        width = self._table.viewport().width()
        first = max(150, min(250, width // 4))
        room = max(240, width - first - 112 - sum(rest))
        self._fitting = True
        self._table.setColumnWidth(columns - 1, _NARROWEST - 30)  # it was another column before
        self._table.set_widths([first, *[max(_NARROWEST, room // fields)] * fields, *rest])
        self._fitting = False

    def _section_resized(self, section: int, _before: int, _after: int) -> None:
        last = self._table.horizontalHeader().count() - 1
        if not self._fitting and section != last and QGuiApplication.mouseButtons():
            self._dragged = True
