"""The morning report of a run as a page in the window."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from app.core.store.runs import RunRow
from app.ui.chat.copy_button import CopyButton
from app.ui.chat.text_view import TextView
from app.ui.controls import label, push_button
from app.ui.report_words import report_markdown
from app.ui.spoken import said
from app.ui.wording import clock


class ReportPage(QWidget):
    """Shows one run's report; earlier runs are a choice away."""

    back_asked = Signal()
    retry_asked = Signal(int, str)  # the run, and the reason of the failures to be tried again

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._runs: list[RunRow] = []
        self.runs = QComboBox()
        self.runs.setAccessibleName(self.tr("Run"))
        self.runs.setMinimumWidth(220)
        self.text = TextView()
        self.text.setAccessibleName(self.tr("Report"))
        self.back_button = push_button(self.tr("Back to the results"), self.back_asked.emit, icon="results")
        self.copy_button = CopyButton(self.tr("Copy the report"), lambda: self.text.written)
        self.again = QWidget()
        self._again_row = QVBoxLayout(self.again)
        self._again_row.setContentsMargins(0, 12, 0, 0)
        self.again_buttons: list[QPushButton] = []
        self.runs.currentIndexChanged.connect(self._show)
        self._lay_out()

    def show_runs(self, runs: Sequence[RunRow]) -> None:
        """Show the newest run's report, and offer the others."""
        self._runs = [run for run in runs if run.report]
        blocked = self.runs.blockSignals(True)
        self.runs.clear()
        for run in self._runs:
            self.runs.addItem(clock(run.started_at))
        self.runs.blockSignals(blocked)
        self.runs.setEnabled(bool(self._runs))
        self._show(0)

    def _show(self, place: int) -> None:
        self._offer_again(self._runs[place] if 0 <= place < len(self._runs) else None)
        if 0 <= place < len(self._runs):
            self.text.show_markdown(report_markdown(self._runs[place]))
        else:
            self.text.show_plain(
                self.tr("There is no report yet. One is written whenever the queue has been worked off.")
            )

    def _offer_again(self, run: RunRow | None) -> None:
        """One button for each reason: a reason is mended for all its documents at once, such as a missing password."""
        for button in self.again_buttons:
            self._again_row.removeWidget(button)
            button.hide()
            button.deleteLater()
        failures = run.figures.get("failures", []) if run is not None else []
        self.again_buttons = [self._again_button(run.id, one) for one in failures] if run is not None else []
        for button in self.again_buttons:
            self._again_row.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        self.again.setVisible(bool(self.again_buttons))

    def _again_button(self, run_id: int, failure: dict[str, Any]) -> QPushButton:
        words = self.tr("Try again: {count} × {sentence}").format(
            count=failure["count"], sentence=said(failure["sentence"])
        )
        return push_button(words, lambda: self.retry_asked.emit(run_id, failure["class"]), icon="regenerate")

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(self.back_button)
        head.addStretch()
        head.addWidget(label(self.tr("Run of"), "muted"))
        head.addWidget(self.runs)
        head.addWidget(self.copy_button)
        sheet = QWidget()
        sheet.setObjectName("card")
        sheet.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        sheet.setMaximumWidth(820)
        inside = QVBoxLayout(sheet)
        inside.setContentsMargins(34, 26, 34, 26)
        inside.addWidget(self.text)
        inside.addWidget(self.again)
        inside.addStretch()
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setAccessibleName(self.tr("Report"))
        scroll.setWidget(sheet)
        scroll.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        scroll.viewport().setAutoFillBackground(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        column.addLayout(head)
        column.addWidget(scroll, 1)
