"""The key-value memory itself: for every layer one tensor of pages for the keys and one for the values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, slots=True)
class KvShape:
    """What one token needs in every layer."""

    layers: int
    heads: int
    width: int
    dtype: torch.dtype

    @property
    def token_bytes(self) -> int:
        """Memory of one token in all layers, keys and values together."""
        return 2 * self.layers * self.heads * self.width * self.dtype.itemsize


class KvPool:
    """``count`` pages of ``page_tokens`` tokens; shape of each layer (pages, tokens, heads, width)."""

    def __init__(self, shape: KvShape, count: int, page_tokens: int, device: torch.device) -> None:
        size = (count, page_tokens, shape.heads, shape.width)
        # Zeros, not whatever lies there: a masked place counts zero times its value, and zero times NaN is NaN.
        self.keys = [torch.zeros(size, dtype=shape.dtype, device=device) for _ in range(shape.layers)]
        self.values = [torch.zeros(size, dtype=shape.dtype, device=device) for _ in range(shape.layers)]

    def write(self, layer: int, places: Tensor, keys: Tensor, values: Tensor) -> None:
        """Stores (tokens, heads, width) at ``places``, which count tokens over all pages."""
        self.keys[layer].flatten(0, 1).index_copy_(0, places, keys)
        self.values[layer].flatten(0, 1).index_copy_(0, places, values)

    def copy(self, pages: Sequence[tuple[int, int]]) -> None:
        """Copies whole pages, given as (from, to), in every layer."""
        if not pages:
            return
        device = self.keys[0].device
        sources, targets = torch.tensor(pages, device=device).unbind(1)
        for tensor in (*self.keys, *self.values):
            tensor.index_copy_(0, targets, tensor.index_select(0, sources))
