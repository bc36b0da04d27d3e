"""A Copy button that says that it has copied, and moves nothing on the page."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QToolButton, QWidget

from app.ui.icons import bind_icon

_SHOWN_MS = 1500


class CopyButton(QToolButton):
    """Puts ``source()`` on the clipboard; the icon turns into a tick for a moment."""

    def __init__(self, name: str, source: Callable[[], str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._source = source
        self.setProperty("quiet", True)
        self.setToolTip(name)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._back = QTimer(self)
        self._back.setSingleShot(True)
        self._back.setInterval(_SHOWN_MS)
        self._back.timeout.connect(self._rest)
        self.clicked.connect(self._copy)
        self._rest()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._source())
        bind_icon(self, "check", "ok")
        self._back.start()

    def _rest(self) -> None:
        bind_icon(self, "copy", "muted")
