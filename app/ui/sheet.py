"""A card over the window: Escape closes it, Tab stays in it, what lies behind is dimmed and goes on."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QColor, QHideEvent, QKeySequence, QPainter, QPaintEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QFrame, QWidget

from app.ui.focus_return import FocusReturn

_DIMMED = QColor(0, 0, 0, 64)


class Sheet(QFrame):
    """Never a dialog: nothing waits for it. The focus goes back where it was when it is closed."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("sheet")
        self._shade = _Shade(parent)
        self._focus = FocusReturn(self)
        escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        escape.activated.connect(self.hide)
        self.hide()

    def showEvent(self, event: QShowEvent) -> None:
        """Dim what lies behind, and remember who had the focus."""
        super().showEvent(event)
        self._focus.remember()
        self._shade.cover()
        self.raise_()

    def hideEvent(self, event: QHideEvent) -> None:
        """Give the focus back; not when only the window was hidden, with the sheet in it."""
        super().hideEvent(event)
        if self.isHidden():
            self._shade.hide()
            self._focus.give_back(self)

    def focusNextPrevChild(self, next: bool) -> bool:
        """Tab goes round in the sheet."""
        stops = self._stops()
        if not stops:
            return False
        focus = self.window().focusWidget()
        place = stops.index(focus) if focus in stops else (-1 if next else 0)
        reason = Qt.FocusReason.TabFocusReason if next else Qt.FocusReason.BacktabFocusReason
        stops[(place + (1 if next else -1)) % len(stops)].setFocus(reason)
        return True

    def _stops(self) -> list[QWidget]:
        """What Tab stops at here, in Qt's order."""
        stops: list[QWidget] = []
        widget = self.nextInFocusChain()
        while widget is not None and widget is not self:
            if self.isAncestorOf(widget) and _takes_tab(widget):
                stops.append(widget)
            widget = widget.nextInFocusChain()
        return stops


def _takes_tab(widget: QWidget) -> bool:
    tabbed = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
    return tabbed and widget.isVisible() and widget.isEnabled() and widget.focusProxy() is None


class _Shade(QWidget):
    """Lies between the window and a sheet, and lets the mouse through."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._covered = parent
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def cover(self) -> None:
        """Lie over everything that is there now."""
        self.setGeometry(self._covered.rect())
        self.show()
        self.raise_()

    def showEvent(self, event: QShowEvent) -> None:
        """Follow the window's size while it is covered."""
        super().showEvent(event)
        self._covered.installEventFilter(self)

    def hideEvent(self, event: QHideEvent) -> None:
        """There is nothing to follow any more."""
        super().hideEvent(event)
        self._covered.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The window was resized."""
        if event.type() == QEvent.Type.Resize:
            self.setGeometry(self._covered.rect())
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        """A quiet shadow."""
        QPainter(self).fillRect(event.rect(), _DIMMED)
