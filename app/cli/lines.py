"""Lines that a person types, without blocking the event loop."""

from __future__ import annotations

import asyncio
import os
import sys
import threading


class Lines:
    """Reads standard input on a thread of its own, which nobody needs to wait for at the end."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._lines: asyncio.Queue[str | None] = asyncio.Queue()
        # os.read and not sys.stdin: a thread that sits in sys.stdin's lock keeps the interpreter from ending
        threading.Thread(target=self._read, args=(sys.stdin.fileno(),), name="stdin", daemon=True).start()

    async def next(self) -> str | None:
        """The next line without its end, or None when there are no more."""
        return await self._lines.get()

    def _read(self, descriptor: int) -> None:
        rest = b""
        while chunk := os.read(descriptor, 65_536):
            *whole, rest = (rest + chunk).split(b"\n")
            for line in whole:
                self._hand_over(line)
        if rest:
            self._hand_over(rest)
        self._hand_over(None)

    def _hand_over(self, line: bytes | None) -> None:
        text = None if line is None else line.decode("utf-8", "replace").rstrip("\r")
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._lines.put_nowait, text)
