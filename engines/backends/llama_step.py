"""What goes into one step of llama.cpp and what comes out of it, as arrays of numpy."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import Any

import llama_cpp as lib
import numpy as np
from numpy.typing import NDArray

from engines.backends.base import Logits, Row


class LlamaOutput:
    """A view of llama.cpp's own logits buffer, overwritten by the next step; ``places`` says where each row lies."""

    def __init__(self, values: Logits, places: Sequence[int]) -> None:
        self._values = values
        self._places = places

    def argmax(self) -> list[int]:
        tokens: list[int] = self._values.argmax(axis=1).tolist()
        return [tokens[place] for place in self._places]

    def logits(self, rows: Sequence[int]) -> Logits:
        return self._values[[self._places[row] for row in rows]]


def places_of(rows: Sequence[Row], order: Sequence[int]) -> list[int]:
    """Where the logits of every row that wants some lie, when the rows have been laid out in ``order``."""
    places: dict[int, int] = {}
    for i in order:
        if rows[i].wants_logits:
            places[i] = len(places)
    return [places[i] for i in range(len(rows)) if rows[i].wants_logits]


class StepBatch:
    """A ``llama_batch`` whose arrays are numpy's, so that a step is filled by slices and not token by token."""

    def __init__(self, capacity: int) -> None:
        self._token = np.zeros(capacity, np.int32)
        self._position = np.zeros(capacity, np.int32)
        self._count = np.ones(capacity, np.int32)
        self._slot = np.zeros(capacity, np.int32)
        self._output = np.zeros(capacity, np.int8)
        self._slot_pointers = self._slot.ctypes.data + 4 * np.arange(capacity, dtype=np.uint64)
        self._ramp = np.arange(1 << 20, dtype=np.int32) if capacity > 1 << 20 else np.arange(capacity, dtype=np.int32)
        self.struct = lib.llama_batch()
        self.struct.token = pointer_to(self._token, ctypes.c_int32)
        self.struct.pos = pointer_to(self._position, ctypes.c_int32)
        self.struct.n_seq_id = pointer_to(self._count, ctypes.c_int32)
        self.struct.seq_id = pointer_to(self._slot_pointers, ctypes.POINTER(ctypes.c_int32))
        self.struct.logits = pointer_to(self._output, ctypes.c_int8)

    def fill(self, rows: Sequence[Row]) -> int:
        """Lays the rows out one after the other; returns how many of them want logits."""
        at = 0
        self._output[: self.struct.n_tokens] = 0
        wanted = 0
        for row in rows:
            count = len(row.tokens)
            end = at + count
            if count == 1:
                self._token[at], self._position[at], self._slot[at] = row.tokens[0], row.start, row.slot
            else:
                self._token[at:end] = row.tokens
                np.add(self._ramp[:count], row.start, out=self._position[at:end])
                self._slot[at:end] = row.slot
            if row.wants_logits:
                self._output[end - 1] = 1
                wanted += 1
            at = end
        self.struct.n_tokens = at
        return wanted


def pointer_to(array: NDArray[Any], kind: Any) -> Any:
    return ctypes.cast(array.ctypes.data, ctypes.POINTER(kind))
