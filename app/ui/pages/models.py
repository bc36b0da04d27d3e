"""The models page: what is on this machine, what is loaded, and a switch between them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.core import events
from app.core.models.choice import is_chosen, models_here
from app.ui.bridge import Bridge
from app.ui.controls import label, push_button
from app.ui.pages.split import SplitPage
from app.ui.wording import size
from engines.models import ModelFile

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
        self.engine = label(self.tr("No model is loaded."), "", wrap=True)
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
        self.unload_button.setEnabled(False)
        self.items.currentItemChanged.connect(lambda _new, _old: self._show())
        bridge.core_ready.connect(self.refresh)
        bridge.engine_changed.connect(self._show_engine)

    def refresh(self) -> None:
        """Look for model files again."""
        self._bridge.ask(_look, self._show_models, owner=self)

    def _show_models(self, models: list[tuple[ModelFile, bool]]) -> None:
        self.items.clear()
        for model, chosen in models:
            self.add_item(f"{model.name}  ✓" if chosen else model.name, (model, chosen), str(model.path))
        self.items.setCurrentRow(next((place for place, (_, chosen) in enumerate(models) if chosen), 0))

    def _show(self) -> None:
        model, chosen = self._chosen()
        if model is None:
            return
        self.title.setText(model.name)
        origin = self.tr("comes with Nightdesk") if model.source == "embedded" else str(model.path)
        facts = [size(model.bytes), model.architecture, model.quantisation, self._parameters(model), origin]
        self.facts.setText("  ·  ".join(fact for fact in facts if fact))
        self.problem.setText(model.trouble or "")
        self.problem.setVisible(bool(model.trouble))
        self.use_button.setEnabled(not chosen and model.trouble is None)

    def _chosen(self) -> tuple[ModelFile | None, bool]:
        data = self.chosen()
        return data if isinstance(data, tuple) else (None, False)

    def _parameters(self, model: ModelFile) -> str:
        if not model.parameters:
            return ""
        return self.tr("{count} million parameters").format(count=f"{model.parameters / 1e6:,.0f}")

    def _show_engine(self, event: events.EngineChanged) -> None:
        restarts = self.tr("  It was restarted {count} times.").format(count=event.restarts) if event.restarts else ""
        self.engine.setText(f"{event.detail}{restarts}")
        self.load_button.setEnabled(event.phase in ("stopped", "failed"))
        self.unload_button.setEnabled(event.phase == "ready")

    def _use(self) -> None:
        model, _ = self._chosen()
        if model is not None:
            path = model.path
            self._bridge.ask(lambda service: service.switch_model(path), lambda _none: self.refresh(), owner=self)

    def _load(self) -> None:
        self._bridge.ask(lambda service: service.engine.load(), owner=self)

    def _unload(self) -> None:
        self._bridge.ask(lambda service: service.engine.unload(), owner=self)


async def _look(service: Service) -> list[tuple[ModelFile, bool]]:
    settings = service.engine.settings
    return await asyncio.to_thread(lambda: [(model, is_chosen(model, settings)) for model in models_here()])
