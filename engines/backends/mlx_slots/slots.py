"""Keys and values of one sequence in mlx-lm's own caches, cut and copied."""

from __future__ import annotations

import mlx.core as mx
from mlx.nn.layers.base import Module
from mlx_lm.models.cache import KVCache, make_prompt_cache

Slot = list[KVCache]
"""One cache for each layer."""

BLOCK = KVCache.step
"""Caches grow by so many tokens."""


def new_slot(model: Module) -> Slot:
    """An empty slot."""
    slot: Slot = make_prompt_cache(model)
    return slot


def copy_of(slot: Slot, length: int) -> Slot:
    """A slot that holds the first ``length`` tokens of ``slot``, in as few blocks as that takes."""
    copies = [copy_layer(layer, length) for layer in slot]
    mx.eval([arrays_of(layer) for layer in copies])
    return copies


def copy_layer(layer: KVCache, length: int) -> KVCache:
    size = BLOCK * blocks(length)
    made = KVCache()
    # A view would keep all of the original alive.
    made.keys, made.values = (mx.contiguous(array[..., :size, :]) for array in arrays_of(layer))
    made.offset = length
    return made


def arrays_of(layer: KVCache) -> tuple[mx.array, mx.array]:
    """The keys and values of a layer that holds some, with the room behind them."""
    assert layer.keys is not None, "the slot is empty"
    assert layer.values is not None, "the slot is empty"
    return layer.keys, layer.values


def blocks(tokens: int) -> int:
    """Blocks that ``tokens`` take."""
    return -(-tokens // BLOCK)


def token_bytes(slot: Slot) -> int:
    """Bytes that each token takes, told from a slot that holds some."""
    return sum(array.nbytes // array.shape[2] for layer in slot for array in arrays_of(layer))
