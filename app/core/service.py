"""The one object the window and the command line hold: starts and stops the store, engine, queue, chat and watcher."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from app.core.chat.chat import Chat
from app.core.documents.extractor import Extractor
from app.core.errors import UsageError
from app.core.events import EventBus, FoldersChanged
from app.core.models.life import EngineLife, SourceMaker, make_source
from app.core.paths import Paths, user_paths
from app.core.queue.queue import Queue, QueueOptions
from app.core.recipes.shelf import RecipeShelf
from app.core.settings import Settings
from app.core.store.store import Store
from app.core.watch.watcher import Watcher


@dataclass(frozen=True, slots=True)
class Parts:
    """Which parts ``Service.start`` starts. The window wants all; ``nightdesk run`` watches nothing."""

    engine: bool = True
    queue: bool = True
    watcher: bool = True


class Service:
    """The core. Everything but the constructor and ``stop`` belongs to the event loop ``start`` ran on."""

    def __init__(
        self,
        settings: Settings,
        database: Path,
        *,
        parts: Parts = Parts(),
        paths: Paths | None = None,
        make_engine: SourceMaker = make_source,
    ) -> None:
        self.settings = settings
        self.database = database
        self.paths = paths or user_paths()
        self.parts = parts
        self.events = EventBus()
        self.engine = EngineLife(settings.model, self.events, database=database, make=make_engine)
        self.store: Store
        self.recipes: RecipeShelf
        self.extractor: Extractor
        self.queue: Queue
        self.chat: Chat
        self.watcher: Watcher

    async def start(self) -> None:
        """Open the database, then start everything; the engine loads in the background. Raises NightdeskError."""

    async def stop(self) -> None:
        """Stop everything in reverse order, within seconds; jobs in flight go back to ready. Safe to call twice."""

    async def add_folder(
        self,
        path: Path,
        recipe: str,
        *,
        watch: bool = True,
        recursive: bool = True,
        include: Sequence[str] = (),
        exclude: Sequence[str] = (),
        network: bool = False,
    ) -> int:
        """Bind a folder to a recipe and queue its documents; returns the folder's id. Raises UsageError."""
        raise NotImplementedError

    async def add_files(self, paths: Sequence[Path], recipe: str) -> int:
        """Queue single files for a recipe; returns the id of the folder row that holds them. Raises UsageError."""
        raise NotImplementedError

    async def remove_folder(self, folder_id: int) -> None:
        """Stop watching a folder; its results stay, its waiting jobs are cancelled."""
        raise NotImplementedError

    def pause(self, reason: str = "Paused by you.") -> None:
        """Let jobs in flight finish and start no more; the chat goes on."""

    def resume(self) -> None:
        """Go on after ``pause``."""

    async def change_settings(self, settings: Settings) -> None:
        """Save and use new settings; the engine is loaded again when its model settings changed."""
        raise NotImplementedError
