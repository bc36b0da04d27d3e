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
        # Zeros, not whatever lies there: a masked place counts zero times its value, and zero times NaN is NaN.
        size = (2, shape.layers, count, page_tokens, shape.heads, shape.width)
        self._whole = torch.zeros(size, dtype=shape.dtype, device=device)
        self.keys, self.values = (list(half.unbind(0)) for half in self._whole.unbind(0))

    def write(self, layer: int, places: Tensor, keys: Tensor, values: Tensor) -> None:
        """Stores (tokens, heads, width) at ``places``, which count tokens over all pages."""
        self.keys[layer].flatten(0, 1).index_copy_(0, places, keys)
        self.values[layer].flatten(0, 1).index_copy_(0, places, values)

    def copy(self, pages: Sequence[tuple[int, int]]) -> None:
        """Copies whole pages, given as (from, to), in every layer; takes no memory of its own."""
        for source, target in pages:
            self._whole[:, :, target].copy_(self._whole[:, :, source])
