"""Attention on an NVIDIA card: the flash kernel that torch ships, reading the pages where they lie.

Never run by us: written from torch 2.13's ``torch/nn/attention/varlen.py``; its calls are tested against that
documentation on the CPU, its numbers are not.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.attention.varlen import varlen_attn

from engines.backends.torch_paged.batch import Batch
from engines.backends.torch_paged.pool import KvPool

PAGE_TOKENS = 256
"""The kernel takes pages of multiples of 256 tokens only."""
SMALLEST_CAPABILITY = (8, 0)
LARGEST_WIDTH = 256


def flash_serves(device: torch.device, dtype: torch.dtype, width: int) -> bool:
    """Whether torch's flash kernel computes this: NVIDIA from Ampere on, two-byte numbers, heads of up to 256."""
    return (
        device.type == "cuda"
        and torch.version.hip is None
        and torch.cuda.get_device_capability(device) >= SMALLEST_CAPABILITY
        and dtype in (torch.bfloat16, torch.float16)
        and width <= LARGEST_WIDTH
        and width % 8 == 0
    )


class FlashAttention:
    """All rows of a step in one kernel, prompts and single tokens together."""

    def __init__(self, pool: KvPool, batch: Batch) -> None:
        self._pool = pool
        self._batch = batch

    def __call__(self, layer: int, query: Tensor, scale: float) -> Tensor:
        keys, values, batch = self._pool.keys[layer], self._pool.values[layer], self._batch
        answer = varlen_attn(
            query.contiguous(),
            keys,
            values,
            batch.query_starts,
            # With pages only ``seqused_k`` counts, but the kernel wants both or neither of these.
            batch.key_starts,
            batch.longest_query,
            batch.longest_key,
            scale=scale,
            # Causal counts from the end, so a single token sees everything either way; saying that it does lets the
            # kernel read a key head once for all its query heads.
            window_size=(-1, -1) if batch.longest_query == 1 else (-1, 0),
            enable_gqa=True,
            seqused_k=batch.lengths,
            block_table=batch.table,
        )
        assert isinstance(answer, Tensor)  # a pair only when asked for more than the answer
        return answer
