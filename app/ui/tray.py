"""The tray icon: what Nightdesk is doing at a glance, with pause, last report and quit in its menu."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QRectF, Qt, Signal
from PySide6.QtGui import QAction, QColor, QIcon, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from app.core.events import ProgressChanged
from app.ui import desktop
from app.ui.icons import app_icon, pixmap

_SIZES = (22, 44, 64)
_RING = QColor("#7f8cff")
_TRACK = QColor(127, 140, 255, 70)
_PAUSED = QColor("#d9a441")
_ATTENTION = QColor("#e0645c")


class Tray(QObject):
    """Exists only where the desktop has a tray; see ``available``."""

    open_asked = Signal()
    pause_asked = Signal(bool)
    report_asked = Signal()
    quit_asked = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state = "idle"
        self._shown: tuple[str, int] | None = None
        self.icon = QSystemTrayIcon(app_icon(), self)
        self.menu = QMenu()
        self.status = QAction(self.tr("Idle"), self)
        self.status.setEnabled(False)
        self.open_action = QAction(self.tr("Open Nightdesk"), self)
        self.pause_action = QAction(self.tr("Pause the queue"), self)
        self.report_action = QAction(self.tr("Last report"), self)
        self.quit_action = QAction(self.tr("Quit"), self)
        self._paused = False
        self._fill()
        self.icon.activated.connect(self._activated)
        self._on_balloon: Callable[[], object] = self.open_asked.emit
        self.icon.messageClicked.connect(lambda: self._on_balloon())

    @staticmethod
    def available() -> bool:
        """Whether this desktop shows tray icons; plain GNOME does not."""
        return QSystemTrayIcon.isSystemTrayAvailable()

    def show(self) -> None:
        """Appear in the tray."""
        self.icon.show()

    def hide(self) -> None:
        """Leave the tray."""
        self.icon.hide()

    def say(self, title: str, text: str, on_click: Callable[[], object] | None = None) -> None:
        """Show a balloon; a click on it calls ``on_click``, or opens the window."""
        self._on_balloon = on_click or self.open_asked.emit
        self.icon.showMessage(title, text, app_icon())

    def show_progress(self, progress: ProgressChanged) -> None:
        """Draw the state: idle, working with its share done, paused, or in need of attention."""
        state, percent = tray_state(progress)
        self.state = state
        self._paused = progress.paused_reason is not None
        self.pause_action.setText(self.tr("Resume the queue") if self._paused else self.tr("Pause the queue"))
        text = self._words(state, percent, progress)
        self.status.setText(text)
        self.icon.setToolTip(f"Nightdesk – {text}")
        if (state, percent) != self._shown:
            self._shown = (state, percent)
            self.icon.setIcon(state_icon(state, percent))

    def _words(self, state: str, percent: int, progress: ProgressChanged) -> str:
        if state == "paused":
            return progress.paused_reason or self.tr("Paused")
        if state == "working":
            return self.tr("{done} of {total} documents ({percent} %)").format(
                done=progress.done + progress.failed, total=progress.total, percent=percent
            )
        if state == "attention":
            return self.tr("%Ln documents failed", "", progress.failed)
        return self.tr("Idle")

    def _fill(self) -> None:
        self.open_action.triggered.connect(self.open_asked)
        self.pause_action.triggered.connect(lambda: self.pause_asked.emit(not self._paused))
        self.report_action.triggered.connect(self.report_asked)
        self.quit_action.triggered.connect(self.quit_asked)
        self.menu.addAction(self.status)
        self.menu.addSeparator()
        self.menu.addActions([self.open_action, self.pause_action, self.report_action])
        self.menu.addSeparator()
        self.menu.addAction(self.quit_action)
        self.icon.setContextMenu(self.menu)

    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        # On a Mac the same click opens the menu, which offers the window too.
        if reason == QSystemTrayIcon.ActivationReason.Trigger and not desktop.is_mac():
            self.open_asked.emit()


def tray_state(progress: ProgressChanged) -> tuple[str, int]:
    """Return ``idle``, ``working``, ``paused`` or ``attention``, and the per cent that are finished."""
    finished = progress.done + progress.failed
    percent = 100 * finished // progress.total if progress.total else 0
    waiting = progress.running + progress.ready
    if progress.paused_reason is not None and waiting:
        return "paused", percent
    if waiting:
        return "working", percent
    if progress.failed:
        return "attention", percent
    return "idle", percent


def state_icon(state: str, percent: int) -> QIcon:
    """Return the tray icon for a state: a ring for the share done, two bars when paused, a dot for attention."""
    result = QIcon()
    for size in _SIZES:
        result.addPixmap(_state_pixmap(state, percent, size))
    return result


def _state_pixmap(state: str, percent: int, size: int) -> QPixmap:
    picture = QPixmap(size, size)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    inset = size * 0.16 if state == "working" else 0.0
    whole = QRectF(0, 0, size, size)
    moon = whole.adjusted(inset, inset, -inset, -inset)
    painter.drawPixmap(moon.toRect(), pixmap("nightdesk", round(moon.width())))
    if state == "working":
        _draw_ring(painter, whole, percent)
    elif state == "paused":
        _draw_badge(painter, size, _PAUSED, bars=True)
    elif state == "attention":
        _draw_badge(painter, size, _ATTENTION, bars=False)
    painter.end()
    return picture


def _draw_ring(painter: QPainter, whole: QRectF, percent: int) -> None:
    width = max(2.0, whole.width() * 0.11)
    place = whole.adjusted(width / 2, width / 2, -width / 2, -width / 2)
    painter.setPen(QPen(_TRACK, width))
    painter.drawEllipse(place)
    painter.setPen(QPen(_RING, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawArc(place, 90 * 16, -round(360 * 16 * percent / 100))


def _draw_badge(painter: QPainter, size: int, colour: QColor, *, bars: bool) -> None:
    side = size * 0.5
    badge = QRectF(size - side, size - side, side, side)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawEllipse(badge)
    painter.setBrush(Qt.GlobalColor.white)
    if bars:
        for offset in (0.3, 0.56):
            painter.drawRect(QRectF(badge.x() + side * offset, badge.y() + side * 0.28, side * 0.14, side * 0.44))
    else:
        painter.drawRect(QRectF(badge.x() + side * 0.43, badge.y() + side * 0.2, side * 0.14, side * 0.36))
        painter.drawRect(QRectF(badge.x() + side * 0.43, badge.y() + side * 0.64, side * 0.14, side * 0.15))
