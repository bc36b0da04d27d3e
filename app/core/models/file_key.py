"""An API key that stands in the settings file in clear text: who it is for, and its way into the system's keyring."""

from __future__ import annotations

import asyncio
from pathlib import Path

from app.core.errors import UsageError
from app.core.models.keys import keep_key
from app.core.settings import load_settings, store_changes


class FileKey:
    """Moves the key only when somebody asks for it: a run without a desktop session may depend on the file.

    ``changing`` guards the file.
    """

    def __init__(self, file: Path, changing: asyncio.Lock) -> None:
        self._file = file
        self._changing = changing

    async def server(self) -> str:
        """The server whose key stands in the file; empty when there is none. Raises NightdeskError."""
        return (await asyncio.to_thread(self._in_file))[0]

    async def move(self) -> None:
        """Put the key into the keyring and take it out of the file. Raises UsageError when there is no keyring."""
        url, key = await asyncio.to_thread(self._in_file)
        if not url:
            return
        if not await asyncio.to_thread(keep_key, url, key):
            raise UsageError(f"This system has no keyring that keeps the key of {url}; it stays in {self._file.name}.")
        async with self._changing:
            if await asyncio.to_thread(self._in_file) == (url, key):  # else somebody has written another one meanwhile
                await asyncio.to_thread(store_changes, {"model": {"api_key": ""}}, self._file)

    def _in_file(self) -> tuple[str, str]:
        model = load_settings(self._file, {}).model
        return (model.base_url, model.api_key) if model.base_url and model.api_key else ("", "")
