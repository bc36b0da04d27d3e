"""Saving a recipe as one's own; when that replaces another one, it is told and can be taken back."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from app.core.recipes.drafts import Draft
from app.core.recipes.recipe import Recipe
from app.ui.bridge import Bridge
from app.ui.notices import NoticeBar
from app.ui.pages.recipe_drafts import Drafts


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be saved: ``key`` is the recipe that was open, ``before`` the text of its file."""

    key: str
    before: str
    draft: Draft


class Saving(QObject):
    """``saved`` and ``taken_back`` carry the recipe to be shown next, ``refused`` a sentence."""

    saved = Signal(str)
    taken_back = Signal(str)
    refused = Signal(str)

    def __init__(self, bridge: Bridge, notices: NoticeBar, drafts: Drafts, parent: QObject) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._notices = notices
        self._drafts = drafts

    def save(self, wish: Wish) -> None:
        """Write the person's own file."""
        name, source = wish.draft.name, wish.draft.source
        self._bridge.ask(
            lambda service: asyncio.to_thread(service.recipes.replace, name, source),
            lambda done: self._saved(wish, *done),
            self.refused.emit,
            owner=self,
        )

    def _saved(self, wish: Wish, recipe: Recipe, replaced: str | None) -> None:
        name = recipe.name
        other = self._drafts.of(name) if wish.key != name else None
        written = self._drafts.of(wish.key)
        going_on = written is not None and written.source != wish.draft.source  # typed while the file was written
        self._drafts.put(wish.key, None)
        self._drafts.put(name, written if going_on else None)
        known = {wish.draft.source} | ({wish.before} if wish.key == name else set())
        if replaced is not None and (replaced not in known or other is not None):
            self._offer_undo(wish, replaced, other)
        self.saved.emit(name)

    def _offer_undo(self, wish: Wish, replaced: str, other: Draft | None) -> None:
        name = wish.draft.name

        def put_back(now: str | None) -> None:
            if now is not None and now != wish.draft.source:
                self._drafts.put(name, Draft(name, now))  # it has been saved again since
            else:
                self._drafts.put(name, other)
            self._drafts.put(wish.key, wish.draft)
            self.taken_back.emit(wish.key)

        def undo() -> None:
            self._bridge.ask(
                lambda service: asyncio.to_thread(service.recipes.put_back, name, replaced),
                put_back,
                self.refused.emit,
                owner=self,
            )

        text = self.tr("Your recipe “{name}” was replaced by this one.").format(name=name)
        self._notices.show_notice("warning", text, actions=[(self.tr("Undo"), undo)])
