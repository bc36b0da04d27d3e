"""The results page: a table per recipe, full-text search, detail beside the source, export, and the report."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QLineEdit, QSizePolicy, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from app.core.events import ResultsChanged
from app.core.store.documents import get_blob
from app.core.store.jobs import failed_job_ids
from app.core.store.results import (
    ANSWER,
    DOCUMENT,
    MADE,
    RECIPE,
    ResultRow,
    get_results,
    recipes_with_results,
    result_of_job,
    results_in,
    results_of_content,
)
from app.core.store.runs import list_runs
from app.ui.bridge import Bridge
from app.ui.controls import label, push_button
from app.ui.flow import FlowLayout
from app.ui.marks import MarkedDelegate
from app.ui.notices import NoticeBar
from app.ui.queue.orders import JobOrders
from app.ui.results.actions import ResultActions, as_cells
from app.ui.results.compare import differences
from app.ui.results.database import DatabasePage, result_views
from app.ui.results.detail import ResultDetail
from app.ui.results.exports import Exports
from app.ui.results.listing import Listing, Wish, read_listing
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
_MOST_COPIED = 20_000
_NARROWEST = 120


class ResultsPage(QWidget):
    """Reads by key in pages: a jump anywhere in half a million results takes milliseconds."""

    def __init__(self, bridge: Bridge, notices: NoticeBar, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._notices = notices
        self._hits: dict[int, ResultRow] | None = None
        self._order: tuple[str, bool, bool] = (MADE, False, False)  # column, whether it is a field, descending
        self._wanted: int | None = None
        self._shape: tuple[object, ...] = ()
        self._dragged = False
        self._fitting = False
        self.recipe = QComboBox()
        self.recipe.setAccessibleName(self.tr("Recipe"))
        self.recipe.setMinimumWidth(160)
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search in all answers"))
        self.search.setAccessibleName(self.tr("Search in all answers"))
        self.search.setClearButtonEnabled(True)
        self.search.setMinimumWidth(210)
        self.search.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.count = label("", "muted")
        self.exports = Exports(bridge, notices, lambda: list(self.model.ids), self._file_name, self)
        self.export_button = self.exports.button
        self.report_button = push_button(self.tr("Report"), self.show_last_report, icon="report")
        self.model = ResultsModel(self._load, self)
        self.table = PlainTable(self.tr("Results"), self.model)
        self.table.setItemDelegate(MarkedDelegate(self.table))
        self._orders = JobOrders(bridge, notices, self)
        self.actions_ = ResultActions(self.table, self._chosen_rows, self._current_cell)
        self.detail = ResultDetail()
        self.detail.again_button.setMenu(self.actions_.again_menu)
        self.report = ReportPage(bridge)
        self.database = DatabasePage()
        self.pages = QStackedWidget()
        self._body = QStackedWidget()
        self._refresh_timer = self._timer(_REFRESH_MS, self.refresh)
        self._search_timer = self._timer(_SEARCH_DELAY_MS, self.refresh)
        self._lay_out()
        self._connect()

    @property
    def wish(self) -> Wish:
        """What the table is to show now."""
        return Wish(self._chosen_recipe(), self.search.text().strip(), *self._order)

    def refresh(self) -> None:
        """Read the recipes that have results, then what the table shows."""
        self._bridge.ask(lambda service: service.store.read(recipes_with_results), self._show_recipes, owner=self)
        wish = self.wish
        self._bridge.ask(
            lambda service: service.store.read(lambda conn: read_listing(conn, wish)),
            lambda listing: self._show(wish, listing),
            owner=self,
        )

    def show_job(self, job_id: int) -> None:
        """Go to the result of a job, whatever is shown now."""

        def show(found: ResultRow | None) -> None:
            if found is None:
                return
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
        """Sort by a column; the second click turns it round, the third gives back the order they came in."""
        by, field = self._column(section)
        head = self.table.horizontalHeader()
        if self._order == (by, field, True) or self._hits is not None:
            self._order = (MADE, False, False)
            head.setSortIndicatorShown(False)
        else:
            self._order = (by, field, self._order == (by, field, False) and head.isSortIndicatorShown())
            way = Qt.SortOrder.DescendingOrder if self._order[2] else Qt.SortOrder.AscendingOrder
            head.setSortIndicatorShown(True)
            head.setSortIndicator(section, way)
        self.refresh()

    def _column(self, section: int) -> tuple[str, bool]:
        last = self.model.columnCount() - 1
        if section == 0:
            return DOCUMENT, False
        if section == last:
            return MADE, False
        if section == last - 1 and self._chosen_recipe() is None:
            return RECIPE, False
        return (self.model.fields[section - 1], True) if self.model.fields else (ANSWER, False)

    def _timer(self, milliseconds: int, act: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(milliseconds)
        timer.timeout.connect(act)
        return timer

    def _lay_out(self) -> None:
        bar = QWidget()
        flow = FlowLayout(bar, spacing=10)
        for widget in (self.recipe, self.search, self.count):
            flow.addWidget(widget)
        for button in (self.report_button, self.export_button):
            flow.push(button)
        splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(12)
        splitter.addWidget(self.table)
        splitter.addWidget(self.detail)
        splitter.setSizes([420, 320])
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
        column.addWidget(bar)
        column.addWidget(self._body, 1)
        for page_of_ours in (listing, self.report, self.database):
            self.pages.addWidget(page_of_ours)
        page = QVBoxLayout(self)
        page.setContentsMargins(26, 22, 26, 22)
        page.addWidget(self.pages)
        self._body.setCurrentIndex(1)
        self._say_nothing("")

    def _connect(self) -> None:
        self.recipe.currentIndexChanged.connect(lambda _index: self._other_recipe())
        self.search.textChanged.connect(lambda _text: self._search_timer.start())
        table = self.table
        table.selectionModel().currentRowChanged.connect(self._current_changed)
        table.selectionModel().selectionChanged.connect(lambda _on, _off: self._update_actions())
        table.sort_with(self.sort_by)
        table.horizontalHeader().sectionResized.connect(self._section_resized)
        table.viewport().installEventFilter(self)
        table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        table.customContextMenuRequested.connect(self._show_menu)
        self.actions_.copy_asked.connect(self._copy_rows)
        again = self._orders.run_results_again
        self.actions_.again_asked.connect(lambda recipe: again(self._chosen_ids(), recipe))
        self.actions_.model_asked.connect(lambda model: again(self._chosen_ids(), None, model))
        self.actions_.compare_asked.connect(self._compare_rows)
        self.detail.compare_asked.connect(self._compare)
        self.exports.database_asked.connect(self.show_database)
        self.database.back_asked.connect(lambda: self.pages.setCurrentIndex(0))
        self.report.back_asked.connect(lambda: self.pages.setCurrentIndex(0))
        self.report.retry_asked.connect(self._retry)
        self._bridge.core_ready.connect(self._start)
        self._bridge.results_changed.connect(self._results_changed)

    def _start(self) -> None:
        self.refresh()
        self._orders.read_recipes(self.actions_.offer_recipes)

    def _other_recipe(self) -> None:
        self._order = (MADE, False, False)
        self.table.horizontalHeader().setSortIndicatorShown(False)
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

    def _chosen_recipe(self) -> str | None:
        data = self.recipe.currentData()
        return data if isinstance(data, str) else None

    def _file_name(self) -> str:
        return self._chosen_recipe() or "results"

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

    def _show(self, wish: Wish, listing: Listing) -> None:
        if wish != self.wish:
            return  # the person has gone on typing
        self._hits = listing.hits
        shape = (listing.fields, listing.hits is not None, wish.recipe is not None)
        self.model.set_shape(listing.fields, searching=listing.hits is not None, one_recipe=wish.recipe is not None)
        self.model.set_ids(listing.ids)
        if shape != self._shape:
            self._shape = shape
            self._dragged = False
            self._set_widths()
        self.count.setText(self.tr("%Ln results", "", len(listing.ids)) if listing.ids else "")
        self._body.setCurrentIndex(0 if listing.ids else 1)
        self._say_nothing(wish.words)
        self._go_to_wanted()

    def _go_to_wanted(self) -> None:
        place = self.model.place_of(self._wanted) if self._wanted is not None else None
        if place is None:
            return
        self._wanted = None
        self.table.selectRow(place)
        self.table.scrollTo(self.model.index(place, 0), PlainTable.ScrollHint.PositionAtCenter)
        self.table.setFocus()

    def _say_nothing(self, words: str) -> None:
        self.nothing.setText(
            self.tr("No answer holds “{words}”.").format(words=words)
            if words
            else self.tr("No results yet. Each document that is worked off becomes a row here.")
        )

    def _set_widths(self) -> None:
        """Fit the columns into the table, until a person has dragged one."""
        if self._dragged:
            return
        rest = [] if self._chosen_recipe() else [130]
        fields = max(1, self.model.columnCount() - 2 - len(rest))
        width = self.table.viewport().width()
        first = max(150, min(250, width // 4))
        room = max(240, width - first - 112 - sum(rest))
        self._fitting = True
        self.table.setColumnWidth(self.model.columnCount() - 1, _NARROWEST - 30)  # it was another column before
        self.table.set_widths([first, *[max(_NARROWEST, room // fields)] * fields, *rest])
        self._fitting = False

    def _section_resized(self, section: int, _before: int, _after: int) -> None:
        """A column was dragged; the last one follows the table by itself."""
        if not self._fitting and section != self.model.columnCount() - 1 and QGuiApplication.mouseButtons():
            self._dragged = True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Fit the columns whenever the table's width changes."""
        if watched is self.table.viewport() and event.type() == QEvent.Type.Resize:
            self._set_widths()
        return super().eventFilter(watched, event)

    def _load(self, ids: Sequence[int], deliver: Callable[[Sequence[ResultRow]], None]) -> None:
        wanted, hits = list(ids), self._hits
        if hits is not None:
            deliver([hits[row_id] for row_id in wanted if row_id in hits])
            return

        def read(rows: Sequence[ResultRow]) -> None:
            deliver(rows)
            self._current_changed(self.table.currentIndex(), QModelIndex())

        self._bridge.ask(lambda service: service.store.read(lambda conn: get_results(conn, wanted)), read, owner=self)

    def _compare_rows(self, left: int, right: int) -> None:
        """Put the one beside the other, whichever is shown now."""
        other = left if self.detail.result_id == right else right
        self.detail.compare_with(other)

    def _current_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        row = self.model.row(current.row())
        if row is None or (row.id == self.detail.result_id and not self.search.text().strip()):
            return
        self.detail.show_result(row, self.search.text().strip())
        result_id, sha256 = row.id, row.sha256

        def show_source(blob: object) -> None:
            if self.detail.result_id == result_id:
                self.detail.show_source(blob)  # type: ignore[arg-type]

        def offer(results: list[ResultRow]) -> None:
            if self.detail.result_id == result_id:
                self.detail.offer(results)

        ask = self._bridge.ask
        ask(lambda service: service.store.read(lambda conn: get_blob(conn, sha256)), show_source, owner=self)
        ask(lambda service: service.store.read(lambda conn: results_of_content(conn, sha256)), offer, owner=self)

    def _compare(self, left: str, right: str) -> None:
        self._bridge.ask(
            lambda _service: asyncio.to_thread(differences, left, right), self.detail.show_differences, owner=self
        )

    def _chosen_rows(self) -> list[ResultRow]:
        rows = [self.model.row(place) for place in self.table.selected_rows(500)]
        return [row for row in rows if row is not None]

    def _chosen_ids(self) -> list[int]:
        return [self.model.ids[place] for place in self.table.selected_rows()]

    def _current_cell(self) -> str:
        index = self.table.currentIndex()
        row = self.model.row(index.row())
        return self.model.whole(row, index.column()) if row is not None else ""

    def _update_actions(self) -> None:
        self.actions_.update(self._bridge.last_engine.model if self._bridge.last_engine.phase == "ready" else "")

    def _show_menu(self, at: QPoint) -> None:
        self._orders.read_recipes(self.actions_.offer_recipes)
        self._update_actions()
        if self.table.selected_rows():
            self.actions_.menu.popup(self.table.viewport().mapToGlobal(at))

    def _copy_rows(self) -> None:
        ids = self._chosen_ids()[:_MOST_COPIED]
        self._bridge.ask(
            lambda service: service.store.read(lambda conn: as_cells(results_in(conn, ids))),
            QGuiApplication.clipboard().setText,
            owner=self,
        )
