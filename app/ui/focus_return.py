"""Gives the focus back to whoever had it before a sheet or a notice took it."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid


class FocusReturn(QObject):
    """Remembers who in the window had the focus before something in ``area`` got it."""

    def __init__(self, area: QWidget) -> None:
        super().__init__(area)
        self._area = area
        self._before: QWidget | None = None
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._moved)

    def remember(self) -> None:
        """Whoever has the focus now gets it back: for a window that is not active, and tells of no change."""
        self._moved(self._area.window().focusWidget(), self._area)

    def give_back(self, leaving: QWidget) -> None:
        """Call when ``leaving`` goes: if the focus is in it, or nowhere, it goes back."""
        focus, before = leaving.window().focusWidget(), self._before
        if before is None or not isValid(before) or not before.isVisible():
            return
        if focus is None or _is_in(focus, leaving):
            before.setFocus()

    def _moved(self, old: QWidget | None, new: QWidget | None) -> None:
        if old is None or new is None or not _is_in(new, self._area) or _is_in(old, self._area):
            return
        if old.window() is self._area.window():
            self._before = old


def _is_in(widget: QWidget, area: QWidget) -> bool:
    return widget is area or area.isAncestorOf(widget)
