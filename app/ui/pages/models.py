"""The models page: what is on this machine, what it would take, what serves it, and more from the hub."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QShowEvent
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.core import events
from app.core.models.added import add
from app.core.models.overview import ModelView, Overview, overview
from app.ui.bridge import Bridge
from app.ui.controls import label, push_button
from app.ui.dropping import dropped_paths
from app.ui.pages.downloads import DownloadBox
from app.ui.pages.memory_bar import MemoryBar, memory_words
from app.ui.pages.model_lines import ModelLines, add_line
from app.ui.pages.split import SplitPage
from app.ui.spoken import said
from app.ui.wording import number, size
from engines.choice import ENGINES
from engines.models import ModelFile

if TYPE_CHECKING:
    from app.core.service import Service


class ModelsPage(SplitPage):
    """Lists models. Switching takes effect at once; requests in flight are sent again."""

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(QCoreApplication.translate("ModelsPage", "Models"), parent)
        self._bridge = bridge
        self._views: tuple[ModelView, ...] = ()
        self._free = 1
        self._reading = False
        self.title = label("", "title", wrap=True)
        self.facts = label("", "muted", wrap=True, selectable=True)
        self.place = label("", "muted", wrap=True, selectable=True)
        self.memory = MemoryBar()
        self.memory_text = label("", "muted", wrap=True)
        self.why = label("", "", wrap=True, selectable=True)
        self.faster = label("", "muted", wrap=True, selectable=True)
        self.problem = label("", "danger", wrap=True, selectable=True)
        self.engine = label(self.tr("No model is loaded."), "", wrap=True)
        self.use_button = push_button(self.tr("Use this model"), self._use, primary=True)
        self.load_button = push_button(self.tr("Load"), self._load)
        self.unload_button = push_button(self.tr("Unload"), self._unload)
        self.add_file_button = push_button(self.tr("Add a file…"), self._ask_file)
        self.add_folder_button = push_button(self.tr("Add a folder…"), self._ask_folder)
        self.hub = DownloadBox(bridge)
        self.search = QLineEdit()
        self._lay_out_side()
        self._lay_out()
        self.unload_button.setEnabled(False)
        self.setAcceptDrops(True)
        self.items.currentItemChanged.connect(lambda _new, _old: self._show())
        self.search.textChanged.connect(lambda _text: self._fill())
        self.hub.arrived.connect(self.refresh)
        bridge.core_ready.connect(self.refresh)
        bridge.engine_changed.connect(self._show_engine)
        bridge.settings_changed.connect(lambda _event: self._look_again())

    def refresh(self) -> None:
        """Look for models again; what is marked stays marked."""
        if not self._reading:
            self._reading = True
            self._bridge.ask(_look, self._show_models, self._not_read, owner=self)

    def add(self, paths: list[Path]) -> None:
        """Remember model files and folders that lie elsewhere."""
        self._bridge.ask(lambda service: _add(service, paths), lambda _none: self._added(), self._say, owner=self)

    def showEvent(self, event: QShowEvent) -> None:
        """What is free has changed since the page was last looked at."""
        super().showEvent(event)
        if self._bridge.ready:
            self.refresh()

    def _look_again(self) -> None:
        if self.isVisible():
            self.refresh()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Model files are added here; everything else is the window's to queue."""
        if any(path.suffix.lower() == ".gguf" for path in dropped_paths(event.mimeData())):
            event.acceptProposedAction()
        else:
            event.ignore()

    def dropEvent(self, event: QDropEvent) -> None:
        """Add what was dropped."""
        event.acceptProposedAction()
        self.add([path for path in dropped_paths(event.mimeData()) if path.suffix.lower() == ".gguf"])

    def _lay_out_side(self) -> None:
        self.search.setPlaceholderText(self.tr("Search"))
        self.search.setAccessibleName(self.tr("Search models"))
        self.search.setClearButtonEnabled(True)
        self.items.setItemDelegate(ModelLines(self.items))
        self.items.setUniformItemSizes(True)
        side = self.items.parentWidget()
        assert isinstance(side, QFrame)
        column = side.layout()
        assert isinstance(column, QVBoxLayout)
        inset = QHBoxLayout()
        inset.setContentsMargins(12, 0, 12, 0)
        inset.addWidget(self.search)
        column.insertLayout(1, inset)
        adding = QHBoxLayout()
        adding.setContentsMargins(12, 0, 12, 0)
        adding.addWidget(self.add_file_button)
        adding.addWidget(self.add_folder_button)
        column.addLayout(adding)

    def _lay_out(self) -> None:
        for widget in (self.title, self.facts, self.place, self.memory, self.memory_text):
            self.column.addWidget(widget)
        self.column.addWidget(self.problem)
        self.column.addSpacing(6)
        self._add_row(self.use_button)
        self._add_part(self.tr("Engine"), self.engine, self.why, self.faster)
        self._add_row(self.load_button, self.unload_button)
        self._add_part(self.tr("From the Hugging Face hub"), self.hub)

    def _add_row(self, *buttons: QWidget) -> None:
        row = QHBoxLayout()
        for button in buttons:
            row.addWidget(button)
        row.addStretch()
        self.column.addLayout(row)

    def _add_part(self, heading: str, *widgets: QWidget) -> None:
        self.column.addSpacing(18)
        self.column.addWidget(label(heading, "heading"))
        for widget in widgets:
            self.column.addWidget(widget)

    def _show_models(self, found: Overview) -> None:
        self._reading = False
        self._views, self._free = found.models, found.free
        self.hub.show_free(found.free)
        self._fill()

    def _not_read(self, text: str) -> None:
        self._reading = False
        self._say(text)

    def _fill(self) -> None:
        marked, words = self._chosen(), self.search.text().lower().split()
        wanted = marked.model.path if marked is not None else None
        self.items.blockSignals(True)
        self.items.clear()
        for view in self._views:
            line = f"{view.model.name} {view.model.quantisation} {view.model.source}".lower()
            if all(word in line for word in words):
                self._add_line(view)
        self.items.blockSignals(False)
        rows = range(self.items.count())
        self.items.setCurrentRow(next((row for row in rows if self._view_at(row).model.path == wanted), 0))
        self._show()

    def _add_line(self, view: ModelView) -> None:
        model = view.model
        name = self.tr("{name}  ✓").format(name=model.name) if view.chosen else model.name
        facts = self.tr("cannot be served here") if model.trouble else _facts(model.quantisation, size(model.bytes))
        needed = 0 if model.trouble else view.memory.total
        add_line(self.items, name, facts, view, needed=needed, free=view.memory.free, tip=str(model.path))

    def _view_at(self, row: int) -> ModelView:
        view = self.items.item(row).data(Qt.ItemDataRole.UserRole)
        assert isinstance(view, ModelView)
        return view

    def _show(self) -> None:
        view = self._chosen()
        served = view is not None and view.model.trouble is None
        for text in (self.facts, self.place):
            text.setVisible(view is not None)
        for widget in (self.memory, self.memory_text, self.why):
            widget.setVisible(served)
        self._show_use(view, served)
        if view is None:
            self.faster.hide()
            self.title.setText(self.tr("No model of this name"))
            self._say("")
            return
        model = view.model
        self.title.setText(model.name)
        self.facts.setText(self._facts_of(model))
        self.place.setText(self.tr("comes with Nightdesk") if model.source == "embedded" else str(model.path))
        self.memory.show_estimate(view.memory)
        self.memory_text.setText(memory_words(view.memory.total, view.memory.free))
        self.why.setText(f"{self._engine_words(view)}. {said(view.choice.why)}" if view.choice.engine else "")
        self.faster.setText(said(view.choice.faster))
        self.faster.setVisible(served and bool(view.choice.faster))
        self._say(said(model.trouble or ""))

    def _show_use(self, view: ModelView | None, served: bool) -> None:
        used = view is not None and view.chosen
        words = self.tr("In use") if used else self.tr("Use this model")
        self.use_button.setText(words)
        self.use_button.setAccessibleName(words)
        self.use_button.setEnabled(served and not used)

    def _engine_words(self, view: ModelView) -> str:
        engine, choice = view.choice.engine, view.choice
        return self.tr("{engine} on {where}").format(engine=ENGINES[engine], where=said(choice.where)) if engine else ""

    def _facts_of(self, model: ModelFile) -> str:
        parameters = number(model.parameters / 1e6) if model.parameters else ""
        return _facts(
            size(model.bytes),
            model.architecture,
            model.quantisation,
            self.tr("{count} million parameters").format(count=parameters) if parameters else "",
            self.tr("context {count}").format(count=number(model.train_context)) if model.train_context else "",
            model.source if model.source not in ("embedded", "file", "folder") else "",
        )

    def _chosen(self) -> ModelView | None:
        data = self.chosen()
        return data if isinstance(data, ModelView) else None

    def _show_engine(self, event: events.EngineChanged) -> None:
        detail = said(event.detail)
        restarted = self.tr("It was restarted %Ln times.", "", event.restarts) if event.restarts else ""
        self.engine.setText(f"{detail}  {restarted}" if restarted else detail)
        self.load_button.setEnabled(event.phase in ("stopped", "failed"))
        self.unload_button.setEnabled(event.phase == "ready")

    def _use(self) -> None:
        view = self._chosen()
        if view is not None:
            path = view.model.path
            self._bridge.ask(lambda service: service.switch_model(path), owner=self)

    def _load(self) -> None:
        self._bridge.ask(lambda service: service.engine.load(), owner=self)

    def _unload(self) -> None:
        self._bridge.ask(lambda service: service.engine.unload(), owner=self)

    def _ask_file(self) -> None:
        title, kinds = self.tr("Add a model file"), self.tr("Model files (*.gguf)")
        paths, _ = QFileDialog.getOpenFileNames(self, title, "", kinds)
        if paths:
            self.add([Path(path) for path in paths])

    def _ask_folder(self) -> None:
        path = QFileDialog.getExistingDirectory(self, self.tr("Add a folder with models"))
        if path:
            self.add([Path(path)])

    def _added(self) -> None:
        self._say("")
        self.refresh()

    def _say(self, problem: str) -> None:
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))


def _facts(*facts: str) -> str:
    return "  ·  ".join(fact for fact in facts if fact)


async def _look(service: Service) -> Overview:
    return await asyncio.to_thread(overview, service.engine.settings, service.paths.models)


async def _add(service: Service, paths: list[Path]) -> None:
    for path in paths:
        await asyncio.to_thread(add, service.paths.models, path)
