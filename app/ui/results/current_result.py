"""The result under the cursor: shown beside its document, and beside other results of the same document."""

from __future__ import annotations

import asyncio

from PySide6.QtCore import QObject

from app.core.store.documents import BlobRow, get_blob
from app.core.store.results import ResultRow, results_of_content
from app.ui.bridge import Bridge
from app.ui.results.compare import differences
from app.ui.results.detail import ResultDetail
from app.ui.results.filter import ResultFilter
from app.ui.results.result_list import ResultList


class CurrentResult(QObject):
    """Keeps ``detail`` in step with the row where the cursor is in the list."""

    def __init__(self, bridge: Bridge, results: ResultList, result_filter: ResultFilter, detail: ResultDetail) -> None:
        super().__init__(results)
        self._bridge = bridge
        self._results = results
        self._filter = result_filter
        self._detail = detail
        table = results.table
        table.selectionModel().currentRowChanged.connect(lambda now, _before: self._show(results.model.row(now.row())))
        results.rows_read.connect(lambda: self._show(results.current_row()))
        detail.compare_asked.connect(self._compare)

    def put_beside(self, left: int, right: int) -> None:
        """Compare two results, whichever of them is shown now."""
        self._detail.compare_with(left if self._detail.result_id == right else right)

    def _show(self, row: ResultRow | None) -> None:
        words = self._filter.words
        if row is None or (row.id == self._detail.result_id and not words):
            return
        self._detail.show_result(row, words)
        self._read_source(row)
        self._read_others(row)

    def _read_source(self, row: ResultRow) -> None:
        def show(blob: BlobRow | None) -> None:
            if self._detail.result_id == row.id:
                self._detail.show_source(blob)

        read = self._bridge.ask
        read(lambda service: service.store.read(lambda conn: get_blob(conn, row.sha256)), show, owner=self)

    def _read_others(self, row: ResultRow) -> None:
        def offer(results: list[ResultRow]) -> None:
            if self._detail.result_id == row.id:
                self._detail.offer(results)

        read = self._bridge.ask
        read(lambda service: service.store.read(lambda conn: results_of_content(conn, row.sha256)), offer, owner=self)

    def _compare(self, left: str, right: str) -> None:
        self._bridge.ask(
            lambda _service: asyncio.to_thread(differences, left, right), self._detail.show_differences, owner=self
        )
