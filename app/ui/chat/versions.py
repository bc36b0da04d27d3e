"""Walks through the versions of a question or an answer: < 2/3 >."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.ui.controls import label, tool_button


class Versions(QWidget):
    """Hidden while there is only one version. ``walk`` is called with the step to take."""

    def __init__(self, walk: Callable[[int], object], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self.earlier = tool_button(self.tr("Earlier version"), "left", lambda: walk(-1), self)
        self.place = label("", "caption")
        self.later = tool_button(self.tr("Later version"), "right", lambda: walk(1), self)
        for widget in (self.earlier, self.place, self.later):
            row.addWidget(widget)
        self.show_place(1, 1)

    def show_place(self, version: int, versions: int) -> None:
        """Show which of how many this is."""
        self.place.setText(f"{version}/{versions}")
        self.earlier.setEnabled(version > 1)
        self.later.setEnabled(version < versions)
        self.setVisible(versions > 1)
