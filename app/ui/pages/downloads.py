"""Models from the Hugging Face hub: look at a repository, choose a file, watch it arrive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QListWidget, QProgressBar, QSizePolicy, QVBoxLayout, QWidget

from app.core.events import DownloadChanged
from app.core.models.hub import HubModel, Repository
from app.ui.bridge import Bridge
from app.ui.controls import label, push_button, tool_button
from app.ui.icons import bind_icon
from app.ui.pages.memory_bar import memory_words
from app.ui.pages.model_lines import ModelLines, add_line
from app.ui.spoken import said
from app.ui.wording import size
from engines.models import WORKING_BYTES

if TYPE_CHECKING:
    from app.core.service import Service

_STEPS = 1000
_LISTED_HEIGHT = 190


class Arriving(QWidget):
    """One download: its bar, and buttons to pause, go on and cancel."""

    def __init__(self, bridge: Bridge, event: DownloadChanged) -> None:
        super().__init__()
        self._bridge = bridge
        self._number = event.number
        self.state = event.state
        self.text = label("", "", wrap=True)
        self.bar = QProgressBar()
        self.bar.setRange(0, _STEPS)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Progress of {name}").format(name=event.name))
        self.pause_button = tool_button(self.tr("Pause"), "pause", self._pause_or_go_on)
        self.cancel_button = tool_button(self.tr("Cancel the download"), "close", self._cancel)
        above = QHBoxLayout()
        above.addWidget(self.text, 1)
        above.addWidget(self.pause_button)
        above.addWidget(self.cancel_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 6)
        column.setSpacing(4)
        column.addLayout(above)
        column.addWidget(self.bar)
        self.take(event)

    def take(self, event: DownloadChanged) -> None:
        """Show how far it is."""
        self.state = event.state
        self.text.setText(f"{event.name}  ·  {self._words(event)}")
        self.bar.setValue(round(_STEPS * event.done / max(event.total, 1)))
        over = event.state in ("done", "cancelled")
        self.bar.setVisible(not over)
        self.pause_button.setVisible(event.state in ("running", "paused", "failed"))
        self.cancel_button.setVisible(not over)
        going = event.state == "running"
        self.pause_button.setToolTip(self.tr("Pause") if going else self.tr("Go on"))
        self.pause_button.setAccessibleName(self.pause_button.toolTip())
        bind_icon(self.pause_button, "pause" if going else "play")

    def _words(self, event: DownloadChanged) -> str:
        far = self.tr("{done} of {total}").format(done=size(event.done), total=size(event.total))
        words = {
            "running": far,
            "paused": self.tr("Paused at {far}").format(far=far),
            "checking": self.tr("Comparing the checksum"),
            "done": self.tr("Here, and its checksum is right"),
            "cancelled": self.tr("Cancelled"),
        }
        return words.get(event.state) or said(event.detail)

    def _pause_or_go_on(self) -> None:
        number, going = self._number, self.state == "running"

        async def act(service: Service) -> None:
            service.downloads.pause(number) if going else service.downloads.resume(number)

        self._bridge.ask(act, owner=self)

    def _cancel(self) -> None:
        number = self._number

        async def act(service: Service) -> None:
            service.downloads.cancel(number)

        self._bridge.ask(act, owner=self)


class DownloadBox(QWidget):
    """Where a repository is named, its files are chosen, and downloads are watched. ``arrived``: one is complete."""

    arrived = Signal()

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._bridge = bridge
        self._repository: Repository | None = None
        self._free = 1
        self.downloads: dict[int, Arriving] = {}
        self.name = QLineEdit()
        self.name.setPlaceholderText(self.tr("OWNER/NAME, as the hub shows it"))
        self.name.setAccessibleName(self.tr("Repository on the Hugging Face hub"))
        self.name.returnPressed.connect(self.look)
        self.look_button = push_button(self.tr("Show files"), self.look)
        self.offered = QListWidget()
        self.offered.setItemDelegate(ModelLines(self.offered))
        self.offered.setAccessibleName(self.tr("Models in this repository"))
        self.offered.setObjectName("reader")
        self.offered.setFixedHeight(_LISTED_HEIGHT)
        self.offered.itemDoubleClicked.connect(lambda _item: self.begin())
        self.offered.currentItemChanged.connect(lambda _new, _old: self._show_fit())
        self.fit = label("", "muted", wrap=True)
        self.download_button = push_button(self.tr("Download"), self.begin, primary=True)
        self.problem = label("", "danger", wrap=True, selectable=True)
        self._lay_out()
        self._show_offered(False)
        self.problem.hide()
        bridge.download_changed.connect(self._take)

    def show_free(self, free: int) -> None:
        """Compare with this many bytes of free memory from now on."""
        self._free = free

    def look(self) -> None:
        """Ask the hub what the repository holds."""
        name = self.name.text()
        self.look_button.setEnabled(False)
        self._bridge.ask(lambda service: service.downloads.look(name), self._looked, self._failed, owner=self)

    def begin(self) -> None:
        """Download what is marked."""
        repository, model = self._repository, self._marked()
        if repository is None or model is None:
            return

        async def act(service: Service) -> int:
            return service.downloads.start(repository, model)

        self._bridge.ask(act, on_error=self._failed, owner=self)
        self._show_offered(False)

    def _lay_out(self) -> None:
        asking = QHBoxLayout()
        asking.addWidget(self.name, 1)
        asking.addWidget(self.look_button)
        taking = QHBoxLayout()
        taking.addWidget(self.fit, 1)
        taking.addWidget(self.download_button)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(8)
        self.column.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.column.addLayout(asking)
        self.column.addWidget(self.problem)
        self.column.addWidget(self.offered)
        self.column.addLayout(taking)

    def _looked(self, repository: Repository) -> None:
        self.look_button.setEnabled(True)
        self._repository = repository
        self._say("" if repository.models else self.tr("This repository holds no model that is known here."))
        self.offered.clear()
        for model in repository.models:
            add_line(
                self.offered,
                model.name,
                "  ·  ".join(fact for fact in (model.quantisation, size(model.bytes)) if fact),
                model,
                needed=model.bytes + WORKING_BYTES,
                free=self._free,
            )
        self._show_offered(bool(repository.models))
        self.offered.setCurrentRow(0)

    def _failed(self, text: str) -> None:
        self.look_button.setEnabled(True)
        self._show_offered(False)
        self._say(text)

    def _say(self, problem: str) -> None:
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))

    def _show_offered(self, visible: bool) -> None:
        for widget in (self.offered, self.fit, self.download_button):
            widget.setVisible(visible)

    def _show_fit(self) -> None:
        model = self._marked()
        if model is not None:
            self.fit.setText(memory_words(model.bytes + WORKING_BYTES, self._free))

    def _marked(self) -> HubModel | None:
        item = self.offered.currentItem()
        model = item.data(Qt.ItemDataRole.UserRole) if item is not None else None
        return model if isinstance(model, HubModel) else None

    def _take(self, event: DownloadChanged) -> None:
        line = self.downloads.get(event.number)
        if line is None:
            line = self.downloads[event.number] = Arriving(self._bridge, event)
            self.column.addWidget(line)
        before = line.state
        line.take(event)
        if event.state == "done" and before != "done":
            self.arrived.emit()
