"""What follows when jobs are chosen: the buttons above them, the menus, and the orders they give."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtWidgets import QWidget

from app.core.store.folders import FolderRow
from app.ui.bridge import Bridge
from app.ui.controls import push_button, tool_button
from app.ui.notices import NoticeBar
from app.ui.queue.actions import JobActions
from app.ui.queue.job_list import JobList
from app.ui.queue.orders import JobOrders


class ChosenJobs(QObject):
    """The buttons are for the page to lay out. ``result_asked``: a finished job's result is to be shown."""

    result_asked = Signal(int)

    def __init__(self, bridge: Bridge, notices: NoticeBar, jobs: JobList, page: QWidget) -> None:
        super().__init__(page)
        self._jobs = jobs
        self._orders = JobOrders(bridge, notices, page)
        self.actions = JobActions(jobs.table, jobs.chosen_rows)
        self.first_button = push_button(self.tr("Put first"), self._put_first, icon="first")
        self.retry_button = push_button(self.tr("Retry"), self.actions.retry.trigger, icon="regenerate")
        self.cancel_button = push_button(self.tr("Cancel jobs"), self.actions.cancel.trigger, icon="cancel")
        self.more_button = tool_button(self.tr("More for the chosen jobs"), "more", self._show_more, page)
        self._connect()
        self._update()

    def read_recipes(self) -> None:
        """Read which recipes the menus can offer."""
        self._orders.read_recipes(self.actions.offer_recipes)

    def retry(self, job_id: int) -> None:
        """Give one job a fresh start, chosen or not."""
        self._orders.retry([job_id])

    def stop_watching(self, folder: FolderRow) -> None:
        """Watch a folder no longer; its waiting jobs go with it, until the person wants them back."""
        self._orders.stop_watching(folder)

    def _connect(self) -> None:
        table, actions, orders, chosen = self._jobs.table, self.actions, self._orders, self._jobs.chosen_ids
        table.selectionModel().selectionChanged.connect(lambda _on, _off: self._update())
        self._jobs.model.dataChanged.connect(lambda *_: self._update())
        table.doubleClicked.connect(lambda _index: self._open_result())
        table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        table.customContextMenuRequested.connect(self._show_menu)
        actions.first_asked.connect(self._put_first)
        actions.retry_asked.connect(lambda: orders.retry(chosen()))
        actions.larger_asked.connect(lambda: orders.retry_larger(chosen()))
        actions.cancel_asked.connect(lambda: orders.cancel(chosen()))
        actions.again_asked.connect(lambda recipe: orders.run_again(chosen(), recipe))
        actions.result_asked.connect(self._open_result)

    def _update(self) -> None:
        self.actions.update()
        self.retry_button.setEnabled(self.actions.retry.isEnabled())
        self.first_button.setEnabled(self.actions.first.isEnabled())
        self.cancel_button.setEnabled(self.actions.cancel.isEnabled())
        self.more_button.setEnabled(self.actions.copy.isEnabled())

    def _show_menu(self, at: QPoint) -> None:
        self.read_recipes()
        if self._jobs.table.selected_rows():
            self.actions.menu.popup(self._jobs.table.viewport().mapToGlobal(at))

    def _show_more(self) -> None:
        self.read_recipes()
        self.actions.menu.popup(self.more_button.mapToGlobal(self.more_button.rect().bottomLeft()))

    def _put_first(self) -> None:
        jobs = self._jobs.chosen_ids()
        self._orders.put_first(jobs, lambda: self._jobs.model.mark_dirty(jobs))

    def _open_result(self) -> None:
        done = [row.id for row in self._jobs.chosen_rows() if row.state == "done"]
        if done:
            self.result_asked.emit(done[0])
