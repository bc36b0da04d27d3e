"""What follows when results are chosen: their menu, copying them, and running their documents again."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtGui import QGuiApplication

from app.core.store.results import results_in
from app.ui.bridge import Bridge
from app.ui.notices import NoticeBar
from app.ui.queue.orders import JobOrders
from app.ui.results.actions import ResultActions, as_cells
from app.ui.results.result_list import ResultList

_MOST_COPIED = 20_000


class ChosenResults(QObject):
    """Carries out ``actions`` for the chosen rows; two of them are given to ``compare``."""

    def __init__(
        self, bridge: Bridge, notices: NoticeBar, results: ResultList, compare: Callable[[int, int], object]
    ) -> None:
        super().__init__(results)
        self._bridge = bridge
        self._results = results
        self._orders = JobOrders(bridge, notices, self)
        self.actions = ResultActions(results.table, results.chosen_rows, results.current_cell)
        self._connect(compare)

    def read_recipes(self) -> None:
        """Read which recipes the menus can offer."""
        self._orders.read_recipes(self.actions.offer_recipes)

    def _connect(self, compare: Callable[[int, int], object]) -> None:
        table, again, chosen = self._results.table, self._orders.run_results_again, self._results.chosen_ids
        table.selectionModel().selectionChanged.connect(lambda _on, _off: self._update())
        table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        table.customContextMenuRequested.connect(self._show_menu)
        self.actions.copy_asked.connect(self._copy_rows)
        self.actions.again_asked.connect(lambda recipe: again(chosen(), recipe))
        self.actions.model_asked.connect(lambda model: again(chosen(), None, model))
        self.actions.compare_asked.connect(compare)

    def _update(self) -> None:
        engine = self._bridge.last_engine
        self.actions.update(engine.model if engine.phase == "ready" else "")

    def _show_menu(self, at: QPoint) -> None:
        self.read_recipes()
        self._update()
        if self._results.table.selected_rows():
            self.actions.menu.popup(self._results.table.viewport().mapToGlobal(at))

    def _copy_rows(self) -> None:
        ids = self._results.chosen_ids()[:_MOST_COPIED]
        self._bridge.ask(
            lambda service: service.store.read(lambda conn: as_cells(results_in(conn, ids))),
            QGuiApplication.clipboard().setText,
            owner=self,
        )
