"""The head of the queue page: done of total, rates, ETA, the pause button with its reason, and the plot."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from app.core.events import ProgressChanged
from app.ui.controls import label, push_button, restyle
from app.ui.icons import bind_icon
from app.ui.queue.plot import ThroughputPlot
from app.ui.wording import duration, number


class Overview(QFrame):
    """Shows the queue as a whole. ``pause_asked`` carries True for pause, False for resume."""

    pause_asked = Signal(bool)
    add_asked = Signal()
    failed_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self._paused = False
        self.headline = label(self.tr("Nothing is waiting"), "title")
        self.sentence = label(self.tr("Drop files or a folder anywhere on this window."), "muted", wrap=True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 1)
        self.bar.setValue(0)
        self.bar.setAccessibleName(self.tr("Share of the documents that are finished"))
        self.figures = {name: label("–", "figure") for name in ("done", "failed", "rate", "speed", "eta")}
        self.failed_button = push_button(self.tr("failed"), self.failed_asked.emit)
        self.failed_button.setObjectName("way")
        self.failed_button.setToolTip(self.tr("Show the documents that failed"))
        self.failed_button.setAccessibleName(self.failed_button.toolTip())
        self.failed_button.setEnabled(False)
        self.plot = ThroughputPlot()
        self.brief = label("", "muted")
        self.brief.hide()
        self.pause_button = push_button(self.tr("Pause"), lambda: self.pause_asked.emit(not self._paused), icon="pause")
        self.add_button = push_button(self.tr("Add…"), self.add_asked.emit, icon="add")
        self._lay_out()

    @property
    def paused(self) -> bool:
        """True while the queue is paused, whatever for."""
        return self._paused

    def show_progress(self, progress: ProgressChanged) -> None:
        """Show the newest figures."""
        finished = progress.done + progress.failed
        waiting = progress.running + progress.ready
        self._paused = progress.paused_reason is not None
        self.headline.setText(_headline(progress))
        self.sentence.setText(self._sentence(progress))
        self.bar.setRange(0, max(1, progress.total))
        self.bar.setValue(finished)
        self._figure("done", number(progress.done))
        self._figure("failed", number(progress.failed))
        self._mark_failed(progress.failed)
        self._figure("rate", number(progress.documents_per_hour) if progress.documents_per_hour else "–")
        self._figure("speed", number(progress.tokens_per_s) if progress.tokens_per_s else "–")
        known = progress.eta_s is not None and waiting and not self._paused
        self._figure("eta", duration(progress.eta_s) if known and progress.eta_s is not None else "–")
        self.pause_button.setText(self.tr("Resume") if self._paused else self.tr("Pause"))
        self.pause_button.setAccessibleName(self.tr("Resume the queue") if self._paused else self.tr("Pause the queue"))
        bind_icon(self.pause_button, "play" if self._paused else "pause", "text", 16)
        self.brief.setText(self._in_one_line())
        if waiting:
            self.plot.add(progress.tokens_per_s)

    def set_compact(self, compact: bool) -> None:
        """The figures in one line and no plot, where there is little room."""
        self._figures.setVisible(not compact)
        self.brief.setVisible(compact)

    def _in_one_line(self) -> str:
        shown = [(self.figures[name].text(), caption) for name, caption in self._captions().items()]
        return "   ".join(f"{text} {caption}" for text, caption in shown if text != "–")

    def _sentence(self, progress: ProgressChanged) -> str:
        if progress.paused_reason is not None:
            return progress.paused_reason
        if progress.running:
            return self.tr("{running} in the batch, {ready} waiting. Chat answers go first.").format(
                running=number(progress.running), ready=number(progress.ready)
            )
        if progress.ready:
            return self.tr("{ready} waiting for the engine.").format(ready=number(progress.ready))
        if progress.total:
            return self.tr("Everything that was queued is finished.")
        return self.tr("Drop files or a folder anywhere on this window.")

    def _figure(self, name: str, text: str) -> None:
        widget = self.figures[name]
        if widget.text() != text:
            widget.setText(text)

    def _mark_failed(self, failed: int) -> None:
        """Failures are red, and a way to the jobs that failed."""
        self.failed_button.setEnabled(bool(failed))
        figure, style = self.figures["failed"], "badFigure" if failed else "figure"
        if figure.objectName() != style:
            figure.setObjectName(style)
            restyle(figure)

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(3)
        words.addWidget(self.headline)
        words.addWidget(self.sentence)
        head = QHBoxLayout()
        head.addLayout(words, 1)
        head.addWidget(self.add_button, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self.pause_button, 0, Qt.AlignmentFlag.AlignTop)
        self._figures = QWidget()
        lower = QHBoxLayout(self._figures)
        lower.setContentsMargins(0, 0, 0, 0)
        lower.setSpacing(30)
        lower.addLayout(self._figure_grid())
        lower.addWidget(self.plot, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(22, 18, 22, 16)
        column.setSpacing(13)
        column.addLayout(head)
        column.addWidget(self.bar)
        column.addWidget(self._figures)
        column.addWidget(self.brief)

    def _captions(self) -> dict[str, str]:
        return {
            "done": self.tr("done"),
            "failed": self.tr("failed"),
            "rate": self.tr("documents/h"),
            "speed": self.tr("tok/s"),
            "eta": self.tr("left"),
        }

    def _figure_grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(26)
        grid.setVerticalSpacing(1)
        for place, (name, caption) in enumerate(self._captions().items()):
            words = self.failed_button if name == "failed" else label(caption, "caption")
            self.figures[name].setAccessibleDescription(caption)
            self.figures[name].setMinimumWidth(46)
            grid.addWidget(self.figures[name], 0, place)
            grid.addWidget(words, 1, place, Qt.AlignmentFlag.AlignLeft)
        grid.setRowStretch(2, 1)
        return grid


def _headline(progress: ProgressChanged) -> str:
    if not progress.total:
        return QCoreApplication.translate("Overview", "Nothing is waiting")
    return QCoreApplication.translate("Overview", "{finished} of {total} finished").format(
        finished=number(progress.done + progress.failed), total=number(progress.total)
    )
