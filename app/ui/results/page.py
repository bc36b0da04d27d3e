"""The results page: a table per recipe, full-text search, detail beside the source, export, and the report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt, QTimer
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.core.events import ResultsChanged
from app.core.store.documents import get_blob
from app.core.store.export import export_results
from app.core.store.jobs import failed_job_ids
from app.core.store.results import (
    ResultRow,
    all_results,
    get_results,
    list_results,
    recipes_with_results,
    result_ids,
    result_of_job,
    search_results,
)
from app.core.store.runs import list_runs
from app.core.store.sqlite import Connection
from app.ui.bridge import Bridge
from app.ui.controls import label, push_button
from app.ui.notices import NoticeBar
from app.ui.results.detail import ResultDetail
from app.ui.results.model import ResultsModel
from app.ui.results.report import ReportPage
from app.ui.tables import PlainTable
from app.ui.wording import number

if TYPE_CHECKING:
    from app.core.service import Service

_REFRESH_MS = 500
_SEARCH_DELAY_MS = 180
_MOST_HITS = 1_000
_SAMPLE = 20
_KINDS = (("CSV", "csv"), ("JSON Lines", "jsonl"), ("Markdown", "md"))


@dataclass(frozen=True, slots=True)
class Listing:
    """What the table shows: every id, the recipe's columns, and the rows themselves where a search found them."""

    ids: list[int]
    fields: tuple[str, ...]
    hits: dict[int, ResultRow] | None


class ResultsPage(QWidget):
    """Reads by key in pages: a jump anywhere in half a million results takes milliseconds."""

    def __init__(self, bridge: Bridge, notices: NoticeBar, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._notices = notices
        self._hits: dict[int, ResultRow] | None = None
        self.recipe = QComboBox()
        self.recipe.setAccessibleName(self.tr("Recipe"))
        self.recipe.setMinimumWidth(190)
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search in all answers"))
        self.search.setAccessibleName(self.tr("Search in all answers"))
        self.search.setClearButtonEnabled(True)
        self.count = label("", "muted")
        self.export_button = self._build_export()
        self.report_button = push_button(self.tr("Report"), self.show_last_report, icon="report")
        self.model = ResultsModel(self._load, self)
        self.table = PlainTable(self.tr("Results"), self.model)
        self.detail = ResultDetail()
        self.report = ReportPage()
        self.pages = QStackedWidget()
        self._body = QStackedWidget()
        self._refresh_timer = self._timer(_REFRESH_MS, self.refresh)
        self._search_timer = self._timer(_SEARCH_DELAY_MS, self.refresh)
        self._lay_out()
        self._connect()

    def refresh(self) -> None:
        """Read the recipes that have results, then what the table shows."""
        self._bridge.ask(lambda service: service.store.read(recipes_with_results), self._show_recipes, owner=self)
        recipe, words = self._chosen_recipe(), self.search.text().strip()
        self._bridge.ask(
            lambda service: service.store.read(lambda conn: _listing(conn, recipe, words)),
            lambda listing: self._show(recipe, words, listing),
            owner=self,
        )

    def show_job(self, job_id: int) -> None:
        """Go to the result of a job, whatever is shown now."""

        def show(found: ResultRow | None) -> None:
            if found is not None:
                self._wanted = found.id
                self.pages.setCurrentIndex(0)
                self.search.clear()
                self.recipe.setCurrentIndex(max(0, self.recipe.findData(found.recipe_name)))
                self.refresh()

        self._bridge.ask(lambda service: service.store.read(lambda conn: result_of_job(conn, job_id)), show, owner=self)

    def show_last_report(self) -> None:
        """Open the newest run's report."""
        self.pages.setCurrentWidget(self.report)
        self._bridge.ask(lambda service: service.store.read(list_runs), self.report.show_runs, owner=self)

    def export_to(self, path: Path, kind: str) -> None:
        """Write the results of the chosen recipe to ``path`` as ``csv``, ``jsonl`` or ``md``."""
        recipe = self._chosen_recipe()
        self._bridge.ask(
            lambda service: service.store.read(
                lambda conn: export_results(all_results(conn, recipe_name=recipe), kind, path)
            ),
            lambda count: self._notices.show_notice(
                "info", self.tr("Wrote %Ln results to {path}.", "", count).format(path=path)
            ),
            owner=self,
        )

    def _build_export(self) -> QPushButton:
        button = push_button(self.tr("Export"), lambda: None, icon="export")
        menu = QMenu(button)
        for name, kind in _KINDS:
            menu.addAction(self.tr("{format} file…").format(format=name), lambda kind=kind: self._ask_file(kind))
        button.setMenu(menu)
        return button

    def _ask_file(self, kind: str) -> None:
        dialog = QFileDialog(self.window(), self.tr("Export the results"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(kind)
        dialog.selectFile(f"{self._chosen_recipe() or 'results'}.{kind}")
        dialog.fileSelected.connect(lambda name: self.export_to(Path(name), kind))
        dialog.open()

    def _timer(self, milliseconds: int, act: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(milliseconds)
        timer.timeout.connect(act)
        return timer

    def _lay_out(self) -> None:
        bar = QHBoxLayout()
        bar.setSpacing(10)
        bar.addWidget(self.recipe)
        bar.addWidget(self.search, 1)
        bar.addWidget(self.count)
        bar.addWidget(self.report_button)
        bar.addWidget(self.export_button)
        splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(12)
        splitter.addWidget(self.table)
        splitter.addWidget(self.detail)
        splitter.setSizes([420, 300])
        splitter.setStretchFactor(0, 1)
        nothing = label("", "muted", wrap=True)
        nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.nothing = nothing
        self._body.addWidget(splitter)
        self._body.addWidget(nothing)
        listing = QWidget()
        column = QVBoxLayout(listing)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        column.addLayout(bar)
        column.addWidget(self._body, 1)
        self.pages.addWidget(listing)
        self.pages.addWidget(self.report)
        page = QVBoxLayout(self)
        page.setContentsMargins(26, 22, 26, 22)
        page.addWidget(self.pages)
        self._body.setCurrentIndex(1)
        self._say_nothing("")

    def _connect(self) -> None:
        self.recipe.currentIndexChanged.connect(lambda _index: self.refresh())
        self.search.textChanged.connect(lambda _text: self._search_timer.start())
        self.table.selectionModel().currentRowChanged.connect(self._current_changed)
        self.report.back_asked.connect(lambda: self.pages.setCurrentIndex(0))
        self.report.retry_asked.connect(self._retry)
        self._bridge.core_ready.connect(self.refresh)
        self._bridge.results_changed.connect(self._results_changed)

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

    def _chosen_recipe(self) -> str | None:
        data = self.recipe.currentData()
        return data if isinstance(data, str) else None

    def _show_recipes(self, recipes: list[tuple[str, int]]) -> None:
        chosen = self._chosen_recipe()
        blocked = self.recipe.blockSignals(True)
        self.recipe.clear()
        self.recipe.addItem(self.tr("All recipes ({count})").format(count=number(sum(n for _, n in recipes))), None)
        for name, count in recipes:
            self.recipe.addItem(f"{name} ({number(count)})", name)
        self.recipe.setCurrentIndex(max(0, self.recipe.findData(chosen)) if chosen else 0)
        self.recipe.blockSignals(blocked)
        self.export_button.setEnabled(bool(recipes))

    def _show(self, recipe: str | None, words: str, listing: Listing) -> None:
        if (recipe, words) != (self._chosen_recipe(), self.search.text().strip()):
            return  # the person has gone on typing
        self._hits = listing.hits
        self.model.set_shape(listing.fields, searching=listing.hits is not None, one_recipe=recipe is not None)
        self.model.set_ids(listing.ids)
        self._set_widths()
        self.count.setText(self.tr("%Ln results", "", len(listing.ids)) if listing.ids else "")
        self._body.setCurrentIndex(0 if listing.ids else 1)
        self._say_nothing(words)

    def _say_nothing(self, words: str) -> None:
        self.nothing.setText(
            self.tr("No answer holds “{words}”.").format(words=words)
            if words
            else self.tr("No results yet. Each document that is worked off becomes a row here.")
        )

    def _set_widths(self) -> None:
        rest = [] if self._chosen_recipe() else [130]
        fields = max(1, self.model.columnCount() - 2 - len(rest))
        room = max(300, self.table.viewport().width() - 250 - 110 - sum(rest))
        self.table.set_widths([250, *[max(120, room // fields)] * fields, *rest])

    def _load(self, ids: Sequence[int], deliver: Callable[[Sequence[ResultRow]], None]) -> None:
        wanted, hits = list(ids), self._hits
        if hits is not None:
            deliver([hits[row_id] for row_id in wanted if row_id in hits])
            return
        self._bridge.ask(
            lambda service: service.store.read(lambda conn: get_results(conn, wanted)), deliver, owner=self
        )

    def _current_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        row = self.model.row(current.row())
        if row is None:
            return
        self.detail.show_result(row)
        result_id, sha256 = row.id, row.sha256

        def show(blob: object) -> None:
            if self.detail.result_id == result_id:
                self.detail.show_source(blob)  # type: ignore[arg-type]

        self._bridge.ask(lambda service: service.store.read(lambda conn: get_blob(conn, sha256)), show, owner=self)


def _listing(conn: Connection, recipe: str | None, words: str) -> Listing:
    """Runs on a reader thread of the store."""
    if words:
        hits = search_results(conn, words, recipe_name=recipe, limit=_MOST_HITS)
        return Listing([hit.id for hit in hits], (), {hit.id: hit for hit in hits})
    fields: dict[str, None] = {}
    if recipe is not None:
        for row in list_results(conn, recipe_name=recipe, newest_first=True, limit=_SAMPLE):
            fields.update(dict.fromkeys(row.data if isinstance(row.data, dict) else ()))
    return Listing(result_ids(conn, recipe_name=recipe), tuple(fields), None)
