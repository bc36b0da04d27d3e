"""What one choice of settings can do: how fast prompts are read, and how long a step of so many rows takes.

The document mix behind the goal: a document of 268 tokens behind instructions of 150 that are in memory already,
answered with 64 tokens, computed by ``rows`` at a time.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from engines.backends.base import Backend, BackendFailed, NoRoom, Row
from engines.errors import ModelError
from engines.options import EngineOptions

log = logging.getLogger(__name__)

INSTRUCTIONS, DOCUMENT, ANSWER = 150, 268, 64
DEPTH = INSTRUCTIONS + DOCUMENT
CHAT_TARGET_S = 0.025
WIDTHS = (1, 2, 4, 8, 16, 24, 32, 48, 64)
TRIES = 3
TOKEN = 1000


@dataclass(frozen=True, slots=True)
class Measured:
    """``steps`` holds the seconds of a step in which so many rows go on by a token; ``prefill`` is tokens/s."""

    prefill: float
    steps: dict[int, float] = field(default_factory=dict)

    def throughput(self, rows: int) -> float:
        """Generated tokens per second over the document mix, ``rows`` documents at a time, or as many as fit."""
        rows = max((width for width in self.steps if width <= rows), default=min(self.steps))
        return ANSWER / (DOCUMENT / self.prefill + ANSWER * self.steps[rows] / rows)

    @property
    def chat_step_s(self) -> float:
        """Seconds between two tokens of a chat that is alone in its step."""
        return self.steps[min(self.steps)]

    @property
    def keeps_pace(self) -> bool:
        """Whether a chat can have its tokens within the target."""
        return self.chat_step_s <= CHAT_TARGET_S


class CannotMeasure(ModelError):
    """The model can be served, but how fast cannot be found out this way; nor then which settings are fastest."""


Opener = Callable[[Path, EngineOptions], Backend]


def measure(open_backend: Opener, path: Path, options: EngineOptions, widths: Sequence[int]) -> Measured | None:
    """Measures one choice; None when the model cannot be served that way on this machine.

    Raises CannotMeasure for a model that cannot forget a step, so that none could be done a second time.
    """
    slots = max(*widths, 2)
    chosen = replace(options, context=512, batch_rows=slots, chat_rows=0, resident_slots=0)
    try:
        backend = open_backend(path, chosen)
    except ModelError:
        return None
    try:
        if not backend.limits.partial_reuse:
            raise CannotMeasure(
                f"{path.name} cannot be measured, nor tuned: its memory cannot be cut back to an earlier position "
                "(a hybrid or recurrent model). It is served with the usual settings."
            )
        return measured_on(backend, min(slots, backend.limits.slots), widths)  # fewer where there is no memory for more
    except (BackendFailed, NoRoom) as error:
        log.info("%s cannot compute with these settings: %s", path.name, error)
        return None
    finally:
        backend.close()


def measured_on(backend: Backend, slots: int, widths: Sequence[int]) -> Measured:
    """Measures a backend with ``slots`` empty slots. Raises what its steps raise."""
    fill(backend, 0, INSTRUCTIONS)
    chunk = min(backend.limits.step_tokens, DOCUMENT)
    prompt = [Row(0, [TOKEN] * chunk, INSTRUCTIONS, True)]
    prefill = chunk / least(lambda: backend.step(prompt).argmax(), lambda: backend.trim(0, INSTRUCTIONS))
    fill(backend, INSTRUCTIONS, DOCUMENT)
    for slot in range(1, slots):
        backend.copy(0, slot, DEPTH)
    return Measured(prefill, {rows: step_s(backend, rows) for rows in widths if rows <= slots})


def fill(backend: Backend, start: int, count: int) -> None:
    """``count`` tokens into slot 0 from ``start`` on, in as many steps as they need."""
    for at in range(start, start + count, backend.limits.step_tokens):
        tokens = [TOKEN] * min(backend.limits.step_tokens, start + count - at)
        backend.step([Row(0, tokens, at, False)])


def step_s(backend: Backend, rows: int) -> float:
    """Seconds of a step in which ``rows`` answers go on by one token each."""
    step = [Row(slot, [TOKEN + slot], DEPTH, True) for slot in range(rows)]

    def forget() -> None:
        for slot in range(rows):
            backend.trim(slot, DEPTH)

    return least(lambda: backend.step(step).argmax(), forget)


def least(work: Callable[[], object], undo: Callable[[], None]) -> float:
    """The shortest of some tries in seconds: other programs make a step longer, never shorter."""
    seconds = []
    for _ in range(1 + TRIES):  # the first one warms up, and counts all the same
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
        undo()
    return min(seconds)
