"""An API key that stands in the settings file in clear text: moved to the system's keyring where there is one."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

from app.core.errors import NightdeskError
from app.core.events import EventBus, Notice
from app.core.models.keys import keep_key
from app.core.settings import load_settings, store_changes

log = logging.getLogger(__name__)


class FileKey:
    """Looks once, at the start and beside it: a keyring may ask its owner first. ``changing`` guards the file."""

    def __init__(self, file: Path, events: EventBus, changing: asyncio.Lock) -> None:
        self._file = file
        self._events = events
        self._changing = changing
        self._moving: asyncio.Task[str] | None = None

    def start(self) -> None:
        """Begin to move the key, if there is one."""
        self._moving = asyncio.create_task(self._move(), name="file-key")

    async def stop(self) -> None:
        """End; what has not been moved stays in the file."""
        if self._moving is not None:
            self._moving.cancel()
            await asyncio.wait([self._moving])

    async def left(self) -> str:
        """The server whose key had to stay in the file; empty when there is none."""
        return await asyncio.shield(self._moving) if self._moving is not None else ""

    async def _move(self) -> str:
        try:
            url, key = await asyncio.to_thread(self._in_file)
            if not key or not url:
                return ""
            if not await asyncio.to_thread(keep_key, url, key):
                return url
            async with self._changing:
                await asyncio.to_thread(store_changes, {"model": {"api_key": ""}}, self._file)
        except (NightdeskError, OSError) as error:  # a mistake in the file has been told by who started us
            log.warning("the key in %s stays there: %s", self._file, error)
            return ""
        words = f"The API key of {url} lies in the system's keyring now, and no longer in {self._file.name}."
        self._events.publish(Notice("info", words))
        return ""

    def _in_file(self) -> tuple[str, str]:
        model = load_settings(self._file, {}).model
        return model.base_url, model.api_key
