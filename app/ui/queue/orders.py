"""What a person orders for chosen jobs, handed to the core; what came of it is said in a notice."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QObject

from app.core.again import Again, Larger, retry_larger, run_again, run_results_again
from app.core.store.folders import FolderRow
from app.core.store.jobs import put_first
from app.ui.bridge import Bridge
from app.ui.notices import NoticeBar
from app.ui.recipe_names import recipe_title
from app.ui.wording import number

if TYPE_CHECKING:
    from app.core.service import Service

Recipes = Sequence[tuple[str, str]]
_UNDO_SECONDS = 30.0


class JobOrders(QObject):
    """Each order takes the jobs it is for; no jobs are no order."""

    def __init__(self, bridge: Bridge, notices: NoticeBar, parent: QObject) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._notices = notices

    def retry(self, jobs: Sequence[int]) -> None:
        """Give ended jobs a fresh start."""
        if jobs:
            self._bridge.ask(lambda service: service.queue.retry(jobs), owner=self)

    def retry_larger(self, jobs: Sequence[int]) -> None:
        """The same after the model was loaded with a larger context."""

        def say(done: Larger) -> None:
            words = self.tr("Tried again with a context of {context} tokens; it stays so.")
            self._notices.show_notice("info", words.format(context=number(done.context)))

        if jobs:
            self._bridge.ask(lambda service: retry_larger(service, jobs), say, owner=self)

    def cancel(self, jobs: Sequence[int]) -> None:
        """End jobs that are not finished; one click brings them back."""

        def say(cancelled: list[int]) -> None:
            if cancelled:
                self._offer_undo(
                    self.tr("%Ln documents were cancelled.", "", len(cancelled)),
                    lambda service: service.queue.uncancel(cancelled),
                )

        if jobs:
            self._bridge.ask(lambda service: service.queue.cancel(jobs), say, owner=self)

    def stop_watching(self, folder: FolderRow) -> None:
        """Watch a folder no longer; one click brings it and its documents back."""

        def say(cancelled: list[int]) -> None:
            name = folder.path.name or folder.path_text
            words = self.tr("{folder} is no longer watched.").format(folder=name)
            if cancelled:
                words += " " + self.tr("%Ln waiting documents were cancelled.", "", len(cancelled))
            self._offer_undo(words, lambda service: service.restore_folder(folder.id, cancelled))

        self._bridge.ask(lambda service: service.remove_folder(folder.id), say, owner=self)

    def put_first(self, jobs: Sequence[int], on_done: Callable[[], object]) -> None:
        """Have waiting jobs worked off before all others."""

        async def put(service: Service) -> None:
            await service.store.write(lambda conn: put_first(conn, jobs))
            service.queue.wake()

        if jobs:
            self._bridge.ask(put, lambda _none: on_done(), owner=self)

    def run_again(self, jobs: Sequence[int], recipe: str) -> None:
        """Work on the documents of these jobs under another recipe too."""
        if jobs:
            self._bridge.ask(lambda service: run_again(service, jobs, recipe), self._say_again, owner=self)

    def run_results_again(self, results: Sequence[int], recipe: str | None, model: str = "") -> None:
        """Work on the documents of results again: under ``recipe``, or under their own by the model that is loaded."""
        if results:
            self._bridge.ask(
                lambda service: run_results_again(service, results, recipe, model=model), self._say_again, owner=self
            )

    def read_recipes(self, deliver: Callable[[Recipes], object]) -> None:
        """Read which recipes there are, as pairs of name and title."""

        async def read(service: Service) -> Recipes:
            recipes = await asyncio.to_thread(service.recipes.recipes)
            return [(recipe.name, recipe_title(recipe.name, recipe.title)) for recipe in recipes]

        self._bridge.ask(read, deliver, owner=self)

    def _offer_undo(self, words: str, undo: Callable[[Service], Coroutine[Any, Any, object]]) -> None:
        act = (self.tr("Undo"), lambda: self._bridge.ask(undo, owner=self))
        self._notices.show_notice("info", words, actions=[act], seconds=_UNDO_SECONDS)

    def _say_again(self, again: Again) -> None:
        self._notices.show_notice("info", again_sentence(again))


def again_sentence(again: Again) -> str:
    """What running documents again came to, in words."""
    translate = QCoreApplication.translate
    queued = translate("Again", "%Ln documents are queued again.", "", again.queued)
    if not again.kept:
        return queued
    kept = translate("Again", "%Ln documents have or await such a result already.", "", again.kept)
    return f"{queued} {kept}" if again.queued else kept
