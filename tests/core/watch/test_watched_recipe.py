"""A watched folder asks what its recipe's file says today: an edit counts from the next document on."""

from __future__ import annotations

from pathlib import Path

import pytest
from watch_place import until

from app.core.events import EventBus
from app.core.intake import bind_folder
from app.core.recipes.shelf import RecipeShelf
from app.core.store.store import Store
from app.core.watch.watcher import Watcher, WatchOptions

pytestmark = pytest.mark.anyio

QUICK = WatchOptions(settle_s=0.1, rescan_s=0.3, check_s=0.1, hints=False)


def recipe(question: str) -> str:
    return f"+++\ndescription = 'A question'\n+++\n{question}\n\n{{{{document}}}}\n"


class Desk:
    """A watched folder, the shelf with its recipe, and what was asked of each document."""

    def __init__(self, home: Path) -> None:
        self.shelf = RecipeShelf(home / "builtin", home / "own")
        self.inbox = home / "inbox"
        for folder in (home / "builtin", home / "own", self.inbox):
            folder.mkdir()
        self.store = Store.open(home / "desk.db")

    def asked(self) -> list[str]:
        """The prompts' first lines, in the order of the documents."""
        rows = self.store.read_now(
            lambda db: db.execute(
                "SELECT r.source FROM job j JOIN recipe r ON r.id = j.recipe_id WHERE j.kind = 'document' ORDER BY j.id"
            ).fetchall()
        )
        return [row[0].split("+++\n")[2].split("\n")[0] for row in rows]

    async def takes(self, name: str) -> None:
        """A document arrives and becomes a job."""
        before = len(self.asked())
        (self.inbox / name).write_text(f"This is {name}.", encoding="utf-8")
        await until(lambda: len(self.asked()) == before + 1)


async def test_an_edited_recipe_counts_from_the_next_document_on_and_so_does_taking_the_edit_back(
    tmp_path: Path,
) -> None:
    desk = Desk(tmp_path)
    desk.shelf.save("ask", recipe("Who?"))
    await desk.store.write(bind_folder(desk.inbox, desk.shelf.get("ask"), watch=True))
    watcher = Watcher(desk.store, EventBus(), QUICK, desk.shelf.current)
    await watcher.start()
    try:
        for number, question in enumerate(("Who?", "When?", "Who?")):
            desk.shelf.save("ask", recipe(question))
            await desk.takes(f"letter-{number}.txt")
        assert desk.asked() == ["Who?", "When?", "Who?"]
        (tmp_path / "own" / "ask.md").write_text("+++\nno end", encoding="utf-8")
        await desk.takes("letter-3.txt")
        assert desk.asked()[-1] == "Who?", "a recipe with a mistake asks what it asked before"
    finally:
        await watcher.stop()
        desk.store.close()


async def test_a_folder_bound_to_a_file_elsewhere_keeps_to_it_though_the_shelf_has_its_name(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.shelf.save("ask", recipe("Who?"))
    mine = tmp_path / "ask.md"
    mine.write_text(recipe("How much?"), encoding="utf-8")
    await desk.store.write(bind_folder(desk.inbox, desk.shelf.get("ask"), watch=False))
    await desk.store.write(bind_folder(desk.inbox, RecipeShelf(tmp_path / "none").get(str(mine)), watch=True))
    watcher = Watcher(desk.store, EventBus(), QUICK, desk.shelf.current)
    await watcher.start()
    try:
        await desk.takes("bill-0.txt")
        mine.write_text(recipe("How much, and for what?"), encoding="utf-8")
        await desk.takes("bill-1.txt")
        assert desk.asked() == ["How much?", "How much, and for what?"]
    finally:
        await watcher.stop()
        desk.store.close()
