"""Keys and values of all slots, one pair of arrays for each layer: (slots, heads, tokens, width).

Neighbouring slots are a view of these arrays, so that rows in many of them attend in one call without a copy.
Updates are in place as long as nothing else holds the array: MLX then writes into the old buffer.
"""

from __future__ import annotations

from dataclasses import dataclass

import mlx.core as mx

from engines.backends.mlx_slots.layout import Layout

SMALLEST_ROOM = 256


@dataclass(frozen=True, slots=True)
class KvShape:
    """What one layer keeps of one token."""

    heads: int
    key_width: int
    value_width: int
    dtype: mx.Dtype

    @property
    def token_bytes(self) -> int:
        return self.heads * (self.key_width + self.value_width) * self.dtype.size


class KvPool:
    """The memory of all slots. It grows with the longest of them, up to ``slot_tokens`` each."""

    def __init__(self, shapes: list[KvShape], slots: int, slot_tokens: int) -> None:
        self._shapes = shapes
        self._slots = slots
        self._most = slot_tokens
        self.clear()

    def clear(self) -> None:
        """Forgets everything and gives the memory back."""
        self._room = 0
        self._keys = [self._empty(shape.heads, 0, shape.key_width, shape.dtype) for shape in self._shapes]
        self._values = [self._empty(shape.heads, 0, shape.value_width, shape.dtype) for shape in self._shapes]
        mx.eval(self._keys, self._values)

    def _empty(self, heads: int, tokens: int, width: int, dtype: mx.Dtype) -> mx.array:
        return mx.zeros((self._slots, heads, tokens, width), dtype)

    def reserve(self, tokens: int) -> None:
        """Makes room for ``tokens`` in each slot. Raises ``RuntimeError``, with everything as before."""
        if tokens <= self._room:
            return
        room = min(max(SMALLEST_ROOM, 2 * self._room), self._most)
        while room < tokens:
            room = min(2 * room, self._most)
        keys = [self._widened(array, room) for array in self._keys]
        values = [self._widened(array, room) for array in self._values]
        self._keys, self._values, self._room = keys, values, room

    def _widened(self, array: mx.array, room: int) -> mx.array:
        slots, heads, had, width = array.shape
        made = mx.concatenate([array, mx.zeros((slots, heads, room - had, width), array.dtype)], axis=2)
        mx.eval(made)  # one after the other, so that never more than one array exists twice
        return made

    def store(self, layer: int, layout: Layout, keys: mx.array, values: mx.array) -> tuple[mx.array, mx.array]:
        """Writes the step's own keys and values, (tokens, heads, 1, width), and gives the layer's arrays."""
        # All updates before any view: a view of an array in between would make the next update copy all of it.
        self._keys[layer] = updated(self._keys[layer], layout, keys)
        self._values[layer] = updated(self._values[layer], layout, values)
        return self._keys[layer], self._values[layer]

    def copy(self, source: int, target: int, length: int) -> None:
        """Makes ``target`` begin with the first ``length`` tokens of ``source``."""
        if source == target or length == 0:
            return
        for arrays in (self._keys, self._values):
            parts = [mx.contiguous(array[source : source + 1, :, :length]) for array in arrays]
            # Evaluated first, for the same reason as above.
            mx.eval(parts)
            for layer, part in enumerate(parts):
                arrays[layer][target : target + 1, :, :length] = part
            mx.eval(arrays)

    @property
    def last(self) -> tuple[mx.array, mx.array]:
        """The last layer's arrays, which follow from all the others'."""
        return self._keys[-1], self._values[-1]


def updated(array: mx.array, layout: Layout, tokens: mx.array) -> mx.array:
    singles = len(layout.single_slots)
    if singles:
        array[layout.slot_numbers, :, layout.single_positions] = tokens[:singles, :, 0]
    for prompt in layout.prompts:
        row = tokens[prompt.begin : prompt.end].transpose(2, 1, 0, 3)
        array[prompt.slot : prompt.slot + 1, :, prompt.start : prompt.stop] = row
    return array
