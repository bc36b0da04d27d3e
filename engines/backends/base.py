"""The protocol that every backend fulfils: slots of key-value memory, and one step over many of them."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from engines.errors import BACKEND_FAILED, OUT_OF_MEMORY, EngineError
from engines.tokenizer import ModelCard, Tokenizer

Logits = NDArray[np.float32]


class NoRoom(EngineError):
    """The backend found no key-value memory for this step; nothing of it counts."""

    code = OUT_OF_MEMORY


class Interrupted(EngineError):
    """The step was broken off because its ``Stop`` was asked to; nothing of it counts."""


class BackendFailed(EngineError):
    """The backend could not compute this step; nothing of it counts."""

    code = BACKEND_FAILED


class BackendLost(EngineError):
    """Nothing can be computed in this process any more, as after a graphics card's failure; a new one may serve."""


class Stop:
    """Made for one step, to tell it that it is not wanted any more. ``ask`` may be called from any thread.

    ``text`` is a C string, empty until then: a library can look at it without Python, whose interpreter another
    thread may hold at the time.
    """

    __slots__ = ("text",)

    def __init__(self) -> None:
        self.text = ctypes.create_string_buffer(2)

    def ask(self) -> None:
        """The step raises ``Interrupted`` soon, if it is still under way."""
        self.text[0] = b"x"

    @property
    def asked(self) -> bool:
        return self.text[0] != b"\0"


NEVER = Stop()
"""For a step that goes to its end."""


@dataclass(frozen=True, slots=True)
class Row:
    """One sequence's share of a step: ``tokens`` go into ``slot`` at positions from ``start`` on."""

    slot: int
    tokens: Sequence[int]
    start: int
    wants_logits: bool


@dataclass(frozen=True, slots=True)
class Limits:
    """What a backend can hold, in tokens except for ``slots``.

    ``pool_tokens`` is smaller than ``slots * slot_tokens`` where slots share one memory.
    ``partial_reuse`` is False for models whose state cannot be cut back to an earlier position. ``joint_steps`` is
    False where prompts and single tokens of one step are computed one after the other, so that they save nothing.
    ``interruptible`` is True where a step under way heeds its ``Stop``.
    """

    slots: int
    slot_tokens: int
    pool_tokens: int
    step_tokens: int
    partial_reuse: bool = True
    joint_steps: bool = True
    interruptible: bool = False


class StepOutput(Protocol):
    """What a step computed, one row for each ``Row`` that wanted logits, in their order. Valid until the next step."""

    def argmax(self) -> list[int]:
        """The likeliest token of every row."""

    def logits(self, rows: Sequence[int]) -> Logits:
        """The logits of the chosen rows as a new array of shape (rows, vocabulary)."""


@runtime_checkable
class Shortlisting(Protocol):
    """An output that need not hand over all logits of a row, where they lie far away, as on a graphics card."""

    def likeliest(self, rows: Sequence[int], count: int) -> tuple[NDArray[np.int64], Logits]:
        """The ``count`` likeliest tokens of each chosen row and their logits, the likeliest first."""


class Backend(Protocol):
    """A model in memory. Every call comes from one thread."""

    @property
    def limits(self) -> Limits: ...

    @property
    def tokenizer(self) -> Tokenizer: ...

    @property
    def model(self) -> ModelCard: ...

    def step(self, rows: Sequence[Row], stop: Stop = NEVER) -> StepOutput:
        """Computes the rows together and returns when that is done.

        Raises ``NoRoom``, ``BackendFailed`` or, where ``stop`` is heeded, ``Interrupted``; the slots are then as
        before. ``BackendLost`` where nothing can be computed any more.
        """

    def copy(self, source: int, target: int, length: int) -> None:
        """Makes ``target`` hold the first ``length`` tokens of ``source`` and nothing else."""

    def trim(self, slot: int, length: int) -> None:
        """Forgets all but the first ``length`` tokens of ``slot``."""

    def close(self) -> None:
        """Frees the model and its memory; nothing may be called afterwards."""
