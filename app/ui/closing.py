"""What closing and quitting mean: close to the tray, say so once, and never lose work without a word."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from app.core.events import ProgressChanged

if TYPE_CHECKING:
    from app.core.service import Service


class Outcome(Enum):
    """What a wish to close or quit leads to."""

    HIDE = "hide"
    ASK = "ask"
    QUIT = "quit"


@dataclass
class Closing:
    """Decides. ``tray`` tells whether there is a tray to hide in; ``to_tray`` is the person's setting."""

    tray: Callable[[], bool]
    to_tray: Callable[[], bool]
    progress: Callable[[], ProgressChanged | None]
    quitting: bool = False

    def on_close(self) -> Outcome:
        """The window's close button: hide where there is a tray, else quit, asking first while work is going on."""
        if self.quitting:
            return Outcome.QUIT
        if self.tray() and self.to_tray():
            return Outcome.HIDE
        return self.on_quit()

    def on_quit(self) -> Outcome:
        """Quit from a menu or by key: asked once while documents are being worked on."""
        if self.quitting or not self.working():
            return Outcome.QUIT
        return Outcome.ASK

    def working(self) -> bool:
        """True while documents are being worked on; a paused queue has nothing to finish."""
        progress = self.progress()
        if progress is None or (progress.paused_reason is not None and not progress.running):
            return False
        return progress.running + progress.ready > 0

    def question(self, unfinished: int | None = None) -> str:
        """The sentence that asks; ``unfinished`` documents, or as many as were told of last."""
        progress = self.progress()
        waiting = unfinished or (progress.running + progress.ready if progress else 0)
        return QCoreApplication.translate(
            "Closing",
            "%Ln documents are not finished yet. If you quit, they are kept and go on at the next start.",
            "",
            waiting,
        )


async def unfinished_now(service: Service) -> int:
    """Documents that would be worked on now if we stayed."""
    now = await service.queue.look()
    resting = service.queue.paused_reason is not None and not now.running
    return 0 if resting else now.running + now.ready
