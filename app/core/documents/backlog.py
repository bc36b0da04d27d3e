"""Documents that wait to be read, and what is asked of the child that reads them."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Answer = dict[str, Any]


@dataclass(eq=False, slots=True)
class Request:
    """One document to read within ``seconds``, only if its content is ``sha256`` where that is given.

    A ``small`` one is sent ahead to a child that is still busy with another: it waits in the pipe, not for a turn
    of our event loop.
    """

    path: Path
    seconds: float
    sha256: str | None
    small: bool
    answer: asyncio.Future[Answer] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    def line(self, limits: dict[str, Any], grace_s: float) -> bytes:
        """What the child is sent; its own clock runs ``grace_s`` longer than ours."""
        message = {"path": str(self.path), "sha256": self.sha256, "seconds": self.seconds + grace_s, "limits": limits}
        return json.dumps(message).encode() + b"\n"


class Backlog:
    """First come, first served; what nobody waits for any more is passed over."""

    def __init__(self) -> None:
        self._waiting: deque[Request] = deque()

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, request: Request) -> None:
        """Wait at the end."""
        self._waiting.append(request)

    def put_back(self, requests: Iterable[Request]) -> None:
        """These were sent to a child that is gone and were not read: they are first again, in their order."""
        self._waiting.extendleft(reversed(list(requests)))

    def next(self, *, small: bool = False) -> Request | None:
        """The one that is next, taken out; None when none waits, or with ``small`` when it is not small."""
        while self._waiting and self._waiting[0].answer.done():
            self._waiting.popleft()
        if not self._waiting or (small and not self._waiting[0].small):
            return None
        return self._waiting.popleft()

    def empty(self) -> list[Request]:
        """Everything that waits, taken out."""
        left = list(self._waiting)
        self._waiting.clear()
        return left
