"""When an engine has had nothing to do for so long that its memory is better given back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

SHORTEST_LOOK_S = 0.05


async def idle_for(after_s: float, idle_s: Callable[[], float | None]) -> None:
    """Return once ``idle_s`` (seconds without work, None while that cannot be said) has reached ``after_s``.

    Between two looks it sleeps for as long as it must still take at least, so it costs nothing.
    """
    while True:
        idle = idle_s()
        if idle is not None and idle >= after_s:
            return
        await asyncio.sleep(max(after_s - (idle or 0.0), SHORTEST_LOOK_S))
