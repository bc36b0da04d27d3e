"""Bars to look at instead of numbers to read: the course of a night, and quantities side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.core.store.runs import Course
from app.ui.theme import Theme
from app.ui.wording import clock, day_and_time, duration, number

_AXIS = 20
_LONG_S = 180  # a shorter run would have the same minute at both ends
_TOP = 8


class NightBars(QWidget):
    """Documents that ended in each stretch of a run; failures stand on top, chat answers are dots above."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._course: Course | None = None
        self.setFixedHeight(120)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Documents over the run"))
        Theme.current().changed.connect(self.update)

    def show_course(self, course: Course) -> None:
        """Draw this run."""
        self._course = course
        most = max((one + other for one, other in zip(course.done, course.failed, strict=True)), default=0)
        self.setAccessibleDescription(
            self.tr("{done} done and {failed} without a result, at most {most} in {span} minutes").format(
                done=number(sum(course.done)),
                failed=number(sum(course.failed)),
                most=number(most),
                span=number(course.slice_s / 60, 1),
            )
        )
        self.update()

    def words_at(self, x: float) -> str:
        """What the bar at ``x`` stands for."""
        course = self._course
        if course is None or not course.done or self.width() <= 0:
            return ""
        place = min(len(course.done) - 1, max(0, int(x / self.width() * len(course.done))))
        begin = course.started_at + place * course.slice_s
        words = self.tr("{begin} to {end}: {done} done").format(
            begin=clock(begin), end=clock(begin + course.slice_s), done=number(course.done[place])
        )
        if course.failed[place]:
            words = self.tr("{words}, {failed} without a result").format(
                words=words, failed=number(course.failed[place])
            )
        return words

    def event(self, event: QEvent) -> bool:
        """Say what a bar stands for when the pointer rests on it."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.words_at(event.pos().x()), self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw bars, dots and the hours."""
        course = self._course
        if course is None or not course.done:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(0, _TOP, 0, -_AXIS)
        self._draw_bars(painter, area, course)
        self._draw_chats(painter, area, course)
        self._draw_hours(painter, area, course)
        painter.end()

    def _draw_bars(self, painter: QPainter, area: QRectF, course: Course) -> None:
        theme = Theme.current()
        most = max(1, *(one + other for one, other in zip(course.done, course.failed, strict=True)))
        step = area.width() / len(course.done)
        gap = min(2.0, step / 4)
        painter.setPen(Qt.PenStyle.NoPen)
        for place, (done, failed) in enumerate(zip(course.done, course.failed, strict=True)):
            bottom = area.bottom()
            for count, colour in ((done, "accent"), (failed, "danger")):
                if count:
                    height = max(2.0, count / most * area.height())
                    painter.setBrush(theme.colour(colour))
                    bar = QRectF(area.left() + place * step + gap / 2, bottom - height, step - gap, height)
                    painter.drawRoundedRect(bar, min(2.0, bar.width() / 3), 2)
                    bottom -= height + 1
        painter.setPen(QPen(theme.colour("border"), 1))
        painter.drawLine(area.bottomLeft(), area.bottomRight())

    def _draw_chats(self, painter: QPainter, area: QRectF, course: Course) -> None:
        whole = course.slice_s * len(course.done)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(Theme.current().colour("ok"))
        for at in course.chats:
            x = area.left() + (at - course.started_at) / whole * area.width()
            painter.drawEllipse(QPointF(x, 4), 2.5, 2.5)

    def _draw_hours(self, painter: QPainter, area: QRectF, course: Course) -> None:
        whole = course.slice_s * len(course.done)
        font = painter.font()
        font.setPointSizeF(max(7.0, font.pointSizeF() - 1))
        painter.setFont(font)
        painter.setPen(Theme.current().colour("muted"))
        line = QRectF(area.left(), area.bottom() + 3, area.width(), _AXIS - 3)
        for share, side in ((0.0, Qt.AlignmentFlag.AlignLeft), (0.5, _MIDDLE), (1.0, Qt.AlignmentFlag.AlignRight)):
            words = day_and_time(course.started_at + share * whole) if whole >= _LONG_S else duration(share * whole)
            painter.drawText(line, side, words)


@dataclass(frozen=True, slots=True)
class Bar:
    """One quantity: its name, its words, its size compared with the others, and a theme colour."""

    name: str
    words: str
    size: float
    colour: str = "muted"


class SideBySide(QWidget):
    """Horizontal bars of a few quantities; each says its own words, so nothing is told by length or colour alone."""

    _ROW = 28
    _NAME = 170
    _WORDS = 210

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bars: tuple[Bar, ...] = ()
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        Theme.current().changed.connect(self.update)

    def show_bars(self, bars: Sequence[Bar]) -> None:
        """Draw these quantities; none hides the widget."""
        self.bars = tuple(bars)
        self.setFixedHeight(self._ROW * max(1, len(self.bars)))
        self.setAccessibleDescription("; ".join(f"{bar.name}: {bar.words}" for bar in self.bars))
        self.setVisible(bool(self.bars))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw name, bar and words of each."""
        theme = Theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        most = max((bar.size for bar in self.bars), default=0.0) or 1.0
        room = max(20.0, self.width() - self._NAME - self._WORDS)
        for place, bar in enumerate(self.bars):
            top = place * self._ROW
            painter.setPen(theme.colour("text"))
            painter.drawText(QRectF(0, top, self._NAME - 12, self._ROW), _LEFT_MIDDLE, bar.name)
            length = max(3.0, bar.size / most * room)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour(bar.colour))
            painter.drawRoundedRect(QRectF(self._NAME, top + 8, length, self._ROW - 16), 4, 4)
            painter.setPen(theme.colour("muted"))
            words = QRectF(self._NAME + length + 10, top, self.width() - self._NAME - length - 10, self._ROW)
            painter.drawText(words, _LEFT_MIDDLE, bar.words)
        painter.end()


_MIDDLE = Qt.AlignmentFlag.AlignHCenter
_LEFT_MIDDLE = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
