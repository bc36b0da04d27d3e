"""Attention over pages, put in place of Hugging Face's: the model code stays theirs, the memory is ours.

Their attention layers call the function registered here with the queries, keys and values of all tokens of a step
in one line. It stores keys and values in the pool and lets every row attend to its own pages.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Protocol

import torch
from torch import Tensor
from torch.nn.functional import scaled_dot_product_attention
from transformers import AttentionInterface

from engines.backends.torch_paged.batch import Batch
from engines.backends.torch_paged.pool import KvPool

NAME = "nightdesk_paged"
# What an attention layer may ask for besides plain attention; each changes the numbers, so none may be overlooked.
EXTRAS = ("sliding_window", "softcap", "s_aux", "position_bias")


class UnservedAttentionError(Exception):
    """The model's attention is more than plain causal attention; ``str()`` names what it asked for."""


class Attend(Protocol):
    """Lets every row of a step attend to its pages."""

    def __call__(self, layer: int, query: Tensor, scale: float) -> Tensor:
        """Attention of ``query`` (tokens, heads, width) in ``layer``, in the same shape."""


@dataclass(frozen=True, slots=True)
class PagedStep:
    """What every attention layer of a step needs; it travels through the model as one keyword argument."""

    pool: KvPool
    places: Tensor
    attend: Attend


def paged_attention(
    module: torch.nn.Module,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    _mask: Tensor | None,
    *,
    scaling: float | None = None,
    paged: PagedStep,
    **extras: Any,
) -> tuple[Tensor, None]:
    """What their layers call: tensors come as (1, heads, tokens, width), the answer has the heads after the tokens."""
    asked = [name for name in EXTRAS if extras.get(name) is not None]
    if asked:
        raise UnservedAttentionError(asked[0])
    layer: int = module.layer_idx  # type: ignore[assignment]
    paged.pool.write(layer, paged.places, key[0].transpose(0, 1), value[0].transpose(0, 1))
    scale = query.shape[-1] ** -0.5 if scaling is None else scaling
    return paged.attend(layer, query[0].transpose(0, 1), scale).unsqueeze(0), None


# Only the attention is registered. For a name without a mask function transformers builds no mask at all, which is
# what pages need; registering one would make it look for packed sequences first, and wait for the GPU to answer.
AttentionInterface.register(NAME, paged_attention)


@dataclass(frozen=True, slots=True)
class Chunk:
    """A row of several tokens: its tokens in the line, its pages, its length, and who may see whom."""

    first: int
    last: int
    pages: Tensor
    length: int
    mask: Tensor | None


class GatheredAttention:
    """Pages gathered into one piece, then torch's own attention: for every device and type of number."""

    def __init__(self, pool: KvPool, batch: Batch) -> None:
        self._pool = pool
        starts, lengths = batch.query_starts.tolist(), batch.lengths.tolist()
        counts = [end - start for start, end in pairwise(starts)]
        page_tokens = pool.keys[0].shape[1]
        single = [row for row, count in enumerate(counts) if count == 1]
        self._single = torch.tensor([starts[row] for row in single], device=batch.table.device)
        if single:
            pages = -(-max(lengths[row] for row in single) // page_tokens)
            self._pages = batch.table[single, :pages].flatten()
            ramp = torch.arange(pages * page_tokens, device=batch.table.device)
            self._mask = (ramp < batch.lengths[single].unsqueeze(1))[:, None, None, :]
        self._chunks = [
            Chunk(
                starts[row],
                starts[row + 1],
                batch.table[row, : -(-lengths[row] // page_tokens)],
                lengths[row],
                causal(count, lengths[row], batch.table.device),
            )
            for row, count in enumerate(counts)
            if count > 1
        ]

    def __call__(self, layer: int, query: Tensor, scale: float) -> Tensor:
        keys, values = self._pool.keys[layer], self._pool.values[layer]
        if not self._chunks:
            return self._one_each(query, keys, values, scale)
        output = torch.empty_like(query)
        if len(self._single):
            output[self._single] = self._one_each(query[self._single], keys, values, scale)
        for chunk in self._chunks:
            part = slice(chunk.first, chunk.last)
            output[part] = attend_chunk(query[part], keys, values, chunk, scale)
        return output

    def _one_each(self, query: Tensor, keys: Tensor, values: Tensor, scale: float) -> Tensor:
        rows, heads = query.shape[0], keys.shape[2]
        # Query heads that share a key head stand in for several queries, so that keys need not be repeated.
        packed = query.view(rows, heads, -1, query.shape[-1])
        key = keys.index_select(0, self._pages).view(rows, -1, *keys.shape[2:]).transpose(1, 2)
        value = values.index_select(0, self._pages).view(rows, -1, *values.shape[2:]).transpose(1, 2)
        answer = scaled_dot_product_attention(packed, key, value, attn_mask=self._mask, scale=scale)
        return answer.reshape(query.shape)


def attend_chunk(query: Tensor, keys: Tensor, values: Tensor, chunk: Chunk, scale: float) -> Tensor:
    """Attention of consecutive tokens of one row."""
    heads = keys.shape[2]
    # (key heads, query heads of each, tokens, width): a key head is seen by its query heads without being copied.
    split = query.view(query.shape[0], heads, -1, query.shape[-1]).permute(1, 2, 0, 3)
    key = gathered(keys, chunk).expand(-1, split.shape[1], -1, -1)
    value = gathered(values, chunk).expand(-1, split.shape[1], -1, -1)
    answer = scaled_dot_product_attention(
        split, key, value, attn_mask=chunk.mask, is_causal=chunk.mask is None, scale=scale
    )
    return answer.permute(2, 0, 1, 3).reshape(query.shape)


def gathered(tensor: Tensor, chunk: Chunk) -> Tensor:
    """The row's keys or values as (heads, 1, tokens, width)."""
    whole = tensor.index_select(0, chunk.pages).flatten(0, 1)[: chunk.length]
    return whole.transpose(0, 1).unsqueeze(1)


def causal(count: int, length: int, device: torch.device) -> Tensor | None:
    """Which of ``length`` tokens each of the last ``count`` may see; None where torch's own causal mask is right."""
    if count == length:
        return None
    return torch.ones(count, length, dtype=torch.bool, device=device).tril(length - count)
