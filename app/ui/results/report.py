"""The morning report of a run as a page in the window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from app.core.events import SettingsChanged
from app.core.queue.costs import Prices
from app.core.store.runs import Course, RunRow, course_of
from app.ui.bridge import Bridge
from app.ui.chat.copy_button import CopyButton
from app.ui.controls import label, push_button
from app.ui.report_words import report_markdown
from app.ui.results.report_sheet import ReportSheet
from app.ui.wording import clock

if TYPE_CHECKING:
    from app.core.service import Service


class ReportPage(QWidget):
    """Shows one run's report; earlier runs are a choice away."""

    back_asked = Signal()
    retry_asked = Signal(int, str)  # the run, and the reason of the failures to be tried again

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._runs: list[RunRow] = []
        self.runs = QComboBox()
        self.runs.setAccessibleName(self.tr("Run"))
        self.runs.setMinimumWidth(180)
        self.sheet = ReportSheet()
        self.back_button = push_button(self.tr("Back to the results"), self.back_asked.emit, icon="results")
        self.copy_button = CopyButton(self.tr("Copy the report"), self._written)
        self.runs.currentIndexChanged.connect(self._show)
        self.sheet.retry_asked.connect(self._retry)
        self._lay_out()
        bridge.settings_changed.connect(self._follow_prices)

    @property
    def again_buttons(self) -> list[QPushButton]:
        """One button for each reason: a reason is mended for all its documents at once."""
        return self.sheet.again_buttons

    def show_runs(self, runs: Sequence[RunRow], run_id: int | None = None) -> None:
        """Show this run's report, or else the newest, and offer the others."""
        self._runs = [run for run in runs if run.report]
        blocked = self.runs.blockSignals(True)
        self.runs.clear()
        for run in self._runs:
            self.runs.addItem(clock(run.started_at))
        places = [place for place, run in enumerate(self._runs) if run.id == run_id]
        self.runs.setCurrentIndex(places[0] if places else 0)
        self.runs.blockSignals(blocked)
        self.runs.setEnabled(bool(self._runs))
        self._show(self.runs.currentIndex())

    def _shown(self) -> RunRow | None:
        place = self.runs.currentIndex()
        return self._runs[place] if 0 <= place < len(self._runs) else None

    def _show(self, _place: int) -> None:
        run = self._shown()
        if run is None:
            self.sheet.show_nothing()
            return
        self.sheet.show_run(run, Prices())

        async def read(service: Service) -> tuple[Prices, Course]:
            course = await service.store.read(lambda conn: course_of(conn, run))
            return Prices(**asdict(service.settings.prices)), course

        self._bridge.ask(read, lambda found: self._show_more(run, *found), owner=self)

    def _show_more(self, run: RunRow, prices: Prices, course: Course) -> None:
        if self._shown() == run:
            self.sheet.show_cost(run, prices)
            self.sheet.show_course(course)

    def _follow_prices(self, event: SettingsChanged) -> None:
        run = self._shown()
        if run is not None:
            self.sheet.show_cost(run, Prices(**asdict(event.settings.prices)))

    def _retry(self, error_class: str) -> None:
        run = self._shown()
        if run is not None:
            self.retry_asked.emit(run.id, error_class)

    def _written(self) -> str:
        run = self._shown()
        return report_markdown(run) if run is not None else ""

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(self.back_button)
        head.addStretch()
        head.addWidget(label(self.tr("Run of"), "muted"))
        head.addWidget(self.runs)
        head.addWidget(self.copy_button)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setAccessibleName(self.tr("Report"))
        scroll.setWidget(self.sheet)
        scroll.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        scroll.viewport().setAutoFillBackground(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        column.addLayout(head)
        column.addWidget(scroll, 1)
