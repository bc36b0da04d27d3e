"""The results page: a table per recipe, full-text search, detail beside the source, export, and the report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from app.core.events import ResultsChanged
from app.core.store.jobs import failed_job_ids
from app.core.store.results import ResultRow, recipes_with_results, result_of_job
from app.core.store.runs import list_runs
from app.ui.bridge import Bridge
from app.ui.controls import label, push_button
from app.ui.flow import FlowLayout
from app.ui.notices import NoticeBar
from app.ui.results.chosen_results import ChosenResults
from app.ui.results.current_result import CurrentResult
from app.ui.results.database import DatabasePage, result_views
from app.ui.results.detail import ResultDetail
from app.ui.results.exports import Exports
from app.ui.results.filter import ResultFilter
from app.ui.results.listing import Wish
from app.ui.results.report import ReportPage
from app.ui.results.result_list import ResultList
from app.ui.wording import number

if TYPE_CHECKING:
    from app.core.service import Service

_REFRESH_MS = 500


class ResultsPage(QWidget):
    """Puts the parts together: the list with its detail, the report, and the way into the database."""

    report_opened = Signal()

    def __init__(self, bridge: Bridge, notices: NoticeBar, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._notices = notices
        self.filter = ResultFilter(self)
        self.recipe = self.filter.recipe
        self.search = self.filter.search
        self.count = label("", "muted")
        self.exports = Exports(bridge, notices, lambda: list(self.model.ids), self._file_name, self)
        self.export_button = self.exports.button
        self.report_button = push_button(self.tr("Report"), self.show_report, icon="report")
        self._results = ResultList(bridge, self.filter, self)
        self.model = self._results.model
        self.table = self._results.table
        self.detail = ResultDetail()
        self._current = CurrentResult(bridge, self._results, self.filter, self.detail)
        self._chosen = ChosenResults(bridge, notices, self._results, self._current.put_beside)
        self.actions_ = self._chosen.actions
        self.detail.again_button.setMenu(self.actions_.again_menu)
        self.report = ReportPage(bridge)
        self.database = DatabasePage()
        self.pages = QStackedWidget()
        self._body = QStackedWidget()
        self.nothing = label("", "muted", wrap=True)
        self._refresh_timer = QTimer(self)
        self._refresh_timer.setSingleShot(True)
        self._refresh_timer.setInterval(_REFRESH_MS)
        self._lay_out()
        self._connect()

    @property
    def wish(self) -> Wish:
        """What the table is to show now."""
        return self._results.wish

    def refresh(self) -> None:
        """Read the recipes that have results, then what the table shows."""
        self._bridge.ask(lambda service: service.store.read(recipes_with_results), self._show_recipes, owner=self)
        self._results.refresh()

    def show_recipe_names(self) -> None:
        """Recipes are called something else now."""
        self.model.show_anew()
        self.refresh()

    def show_job(self, job_id: int) -> None:
        """Go to the result of a job, whatever is shown now."""

        def show(found: ResultRow | None) -> None:
            if found is None:
                return
            self._results.go_to(found.id)
            self._show_list()
            self.filter.show_all_of(found.recipe_name)
            self.refresh()

        self._bridge.ask(lambda service: service.store.read(lambda conn: result_of_job(conn, job_id)), show, owner=self)

    def show_report(self, run_id: int | None = None) -> None:
        """Open the report of a run, or of the newest."""
        self.pages.setCurrentWidget(self.report)
        self.report_opened.emit()
        self._bridge.ask(
            lambda service: service.store.read(list_runs),
            lambda runs: self.report.show_runs(runs, run_id),
            owner=self,
        )

    def show_database(self) -> None:
        """Say where the database is and how to look into it."""
        self.pages.setCurrentWidget(self.database)

        async def read(service: Service) -> tuple[Path, list[str]]:
            return service.database, await service.store.read(result_views)

        self._bridge.ask(read, lambda found: self.database.show_database(*found), owner=self)

    def export_to(self, path: Path, kind: str) -> None:
        """Write what is listed to ``path`` as ``csv``, ``jsonl`` or ``md``."""
        self.exports.export_to(path, kind)

    def sort_by(self, section: int) -> None:
        """Sort the results by a column, as a click on its head does."""
        self._results.sort_by(section)

    def _lay_out(self) -> None:
        self._fill_body()
        listing = QWidget()
        column = QVBoxLayout(listing)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        column.addWidget(self._bar())
        column.addWidget(self._body, 1)
        for page_of_ours in (listing, self.report, self.database):
            self.pages.addWidget(page_of_ours)
        page = QVBoxLayout(self)
        page.setContentsMargins(26, 22, 26, 22)
        page.addWidget(self.pages)
        self._show_count(0, "")

    def _bar(self) -> QWidget:
        bar = QWidget()
        flow = FlowLayout(bar, spacing=10)
        for widget in (self.recipe, self.search, self.count):
            flow.addWidget(widget)
        for button in (self.report_button, self.export_button):
            flow.push(button)
        return bar

    def _fill_body(self) -> None:
        """The list above the detail of one result; or a sentence when nothing is listed."""
        splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(12)
        splitter.addWidget(self.table)
        splitter.addWidget(self.detail)
        splitter.setSizes([420, 320])
        splitter.setStretchFactor(0, 1)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._body.addWidget(splitter)
        self._body.addWidget(self.nothing)

    def _connect(self) -> None:
        self.filter.recipe_changed.connect(self._other_recipe)
        self.filter.words_changed.connect(self.refresh)
        self._results.listed.connect(self._show_count)
        self._refresh_timer.timeout.connect(self.refresh)
        self.exports.database_asked.connect(self.show_database)
        self.database.back_asked.connect(self._show_list)
        self.report.back_asked.connect(self._show_list)
        self.report.retry_asked.connect(self._retry)
        self._bridge.core_ready.connect(self._start)
        self._bridge.results_changed.connect(self._results_changed)

    def _start(self) -> None:
        self.refresh()
        self._chosen.read_recipes()

    def _show_list(self) -> None:
        self.pages.setCurrentIndex(0)

    def _other_recipe(self) -> None:
        self._results.sort_as_made()
        self.refresh()

    def _retry(self, run_id: int, error_class: str) -> None:
        async def retry(service: Service) -> int:
            return await service.queue.retry(
                await service.store.read(lambda conn: failed_job_ids(conn, run_id, error_class))
            )

        def say(count: int) -> None:
            self._notices.show_notice("info", self.tr("Documents queued again: {count}.").format(count=number(count)))

        self._bridge.ask(retry, say, owner=self)

    def _results_changed(self, _event: ResultsChanged) -> None:
        if not self._refresh_timer.isActive():
            self._refresh_timer.start()

    def _file_name(self) -> str:
        return self.filter.chosen_recipe or "results"

    def _show_recipes(self, recipes: list[tuple[str, int]]) -> None:
        if self.filter.offer(recipes):
            self._results.refresh()
        self.export_button.setEnabled(bool(recipes))

    def _show_count(self, count: int, words: str) -> None:
        self.count.setText(self.tr("%Ln results", "", count) if count else "")
        self._body.setCurrentIndex(0 if count else 1)
        self.nothing.setText(
            self.tr("No answer holds “{words}”.").format(words=words)
            if words
            else self.tr("No results yet. Each document that is worked off becomes a row here.")
        )
