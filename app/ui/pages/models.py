"""The models page: what is on this machine, what is loaded, and a switch between them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.core import events
from app.core.models.choice import ModelFile, models_here
from app.ui.bridge import Bridge
from app.ui.controls import label, push_button
from app.ui.pages.split import SplitPage
from app.ui.wording import size

if TYPE_CHECKING:
    from app.core.service import Service


class ModelsPage(SplitPage):
    """Lists model files. Switching takes effect at once; requests in flight are sent again."""

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(QCoreApplication.translate("ModelsPage", "Models"), parent)
        self._bridge = bridge
        self.title = label("", "title", wrap=True, selectable=True)
        self.facts = label("", "muted", wrap=True, selectable=True)
        self.problem = label("", "danger", wrap=True)
        self.engine = label("", "", wrap=True)
        self.use_button = push_button(self.tr("Use this model"), self._use, primary=True)
        self.load_button = push_button(self.tr("Load"), self._load)
        self.unload_button = push_button(self.tr("Unload"), self._unload)
        for widget in (self.title, self.facts, self.problem):
            self.column.addWidget(widget)
        buttons = QHBoxLayout()
        for button in (self.use_button, self.load_button, self.unload_button):
            buttons.addWidget(button)
        buttons.addStretch()
        self.column.addSpacing(6)
        self.column.addLayout(buttons)
        self.column.addSpacing(18)
        self.column.addWidget(label(self.tr("Engine"), "heading"))
        self.column.addWidget(self.engine)
        self.items.currentItemChanged.connect(lambda _new, _old: self._show())
        bridge.core_ready.connect(self.refresh)
        bridge.engine_changed.connect(self._show_engine)

    def refresh(self) -> None:
        """Look for model files again."""
        self._bridge.ask(_look, self._show_models, owner=self)

    def _show_models(self, models: list[ModelFile]) -> None:
        self.items.clear()
        for model in models:
            self.add_item(f"{model.name}  ✓" if model.chosen else model.name, model, str(model.path))
        self.items.setCurrentRow(0)

    def _show(self) -> None:
        model = self.chosen()
        if not isinstance(model, ModelFile):
            return
        self.title.setText(model.name)
        origin = self.tr("comes with Nightdesk") if model.embedded else str(model.path)
        self.facts.setText(f"{size(model.bytes)}  ·  {origin}")
        self.problem.setText(model.problem or "")
        self.problem.setVisible(bool(model.problem))
        self.use_button.setEnabled(not model.chosen and model.problem is None)

    def _show_engine(self, event: events.EngineChanged) -> None:
        restarts = self.tr("  It was restarted {count} times.").format(count=event.restarts) if event.restarts else ""
        self.engine.setText(f"{event.detail}{restarts}")
        self.load_button.setEnabled(event.phase in ("stopped", "failed"))
        self.unload_button.setEnabled(event.phase == "ready")

    def _use(self) -> None:
        model = self.chosen()
        if isinstance(model, ModelFile):
            path = model.path
            self._bridge.ask(lambda service: service.engine.switch(path), lambda _none: self.refresh(), owner=self)

    def _load(self) -> None:
        self._bridge.ask(lambda service: service.engine.load(), owner=self)

    def _unload(self) -> None:
        self._bridge.ask(lambda service: service.engine.unload(), owner=self)


async def _look(service: Service) -> list[ModelFile]:
    return await asyncio.to_thread(models_here, service.engine.settings)
