"""A small plot of throughput over the last minutes; chat answers are marked on its time axis."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from time import monotonic

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.theme import Theme
from app.ui.wording import number

SPAN_S = 600.0
_SHORTEST_S = 60.0  # what the time axis spans when work begins; it grows until it spans SPAN_S
_STEP_S = 1.0


class ThroughputPlot(QWidget):
    """Draws generated tokens per second; at most one sample a second is kept, ten minutes are shown."""

    def __init__(self, clock: Callable[[], float] = monotonic, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self._samples: deque[tuple[float, float]] = deque(maxlen=round(SPAN_S / _STEP_S))
        self._chats: deque[float] = deque(maxlen=200)
        self.setMinimumHeight(64)
        self.setMinimumWidth(160)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolTip(self.tr("Generated tokens per second. Dotted lines are chat answers, which go first."))
        self.setAccessibleName(self.tr("Throughput of the last ten minutes"))
        Theme.current().changed.connect(self.update)

    @property
    def samples(self) -> list[tuple[float, float]]:
        """What is drawn: (time in seconds, tokens per second)."""
        return list(self._samples)

    def add(self, tokens_per_s: float) -> None:
        """Take a sample; a second one within a second replaces the first."""
        now = self._clock()
        if self._samples and now - self._samples[-1][0] < _STEP_S:
            self._samples[-1] = (self._samples[-1][0], tokens_per_s)
        else:
            self._samples.append((now, tokens_per_s))
        self.setAccessibleDescription(self.tr("{rate} tokens per second now").format(rate=number(tokens_per_s)))
        self.update()

    def span_s(self, now: float) -> float:
        """How much time is drawn: from the first sample on, and never more than the last ten minutes."""
        began = self._samples[0][0] if self._samples else now
        return min(SPAN_S, max(_SHORTEST_S, now - began))

    def mark_chat(self) -> None:
        """A chat answer began now."""
        self._chats.append(self._clock())
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground line, the chat marks, and the curve with its area."""
        theme = Theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(1, 16, -1, -2)
        painter.setPen(QPen(theme.colour("border"), 1))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        now = self._clock()
        span = self.span_s(now)
        for at in self._chats:
            x = area.right() - (now - at) / span * area.width()
            if x >= area.left():
                painter.setPen(QPen(theme.colour("ok"), 1.5, Qt.PenStyle.DotLine))
                painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        if len(self._samples) > 1:
            self._draw_curve(painter, area, now)
        painter.end()

    def _draw_curve(self, painter: QPainter, area: QRectF, now: float) -> None:
        theme, span = Theme.current(), self.span_s(now)
        most = max(max(rate for _, rate in self._samples), 1.0)
        points = [
            QPointF(area.right() - (now - at) / span * area.width(), area.bottom() - rate / most * area.height())
            for at, rate in self._samples
            if now - at <= span
        ]
        if len(points) < 2:
            return
        fill = theme.colour("accent")
        fill.setAlpha(38)
        ground = [QPointF(points[-1].x(), area.bottom()), QPointF(points[0].x(), area.bottom())]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        painter.drawPolygon(QPolygonF([*points, *ground]))
        painter.setPen(QPen(theme.colour("accent"), 1.8))
        painter.drawPolyline(QPolygonF(points))
        font = painter.font()
        font.setPointSizeF(max(7.0, font.pointSizeF() - 2))
        painter.setFont(font)
        painter.setPen(theme.colour("muted"))
        painter.drawText(
            QRectF(0, 0, self.width() - 2, 15),
            Qt.AlignmentFlag.AlignRight,
            self.tr("peak {rate} tok/s").format(rate=number(most)),
        )
