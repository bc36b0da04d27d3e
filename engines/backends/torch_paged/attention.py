"""Attention over pages, put in place of Hugging Face's: the model code stays theirs, the memory is ours.

Their attention layers call the function registered here with the queries, keys and values of all tokens of a step
in one line. It stores keys and values in the pool and lets every row attend to its own pages.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
    """What every attention layer of a step needs; it travels through the model as one keyword argument.

    ``go_on`` is called in every layer and raises ``Interrupted`` when the step is not wanted any more.
    """

    pool: KvPool
    places: Tensor
    attend: Attend
    go_on: Callable[[], None]


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
    paged.go_on()
    asked = [name for name in EXTRAS if extras.get(name) is not None]
    if asked:
        raise UnservedAttentionError(asked[0])
    if getattr(module, "is_causal", True) is False:
        raise UnservedAttentionError("a view of what comes later")
    layer: int = module.layer_idx  # type: ignore[assignment]
    paged.pool.write(layer, paged.places, key[0].transpose(0, 1), value[0].transpose(0, 1))
    scale = query.shape[-1] ** -0.5 if scaling is None else scaling
    return paged.attend(layer, query[0].transpose(0, 1), scale).unsqueeze(0), None


# Only the attention is registered. For a name without a mask function transformers builds no mask at all, which is
# what pages need; registering one would make it look for packed sequences first, and wait for the GPU to answer.
AttentionInterface.register(NAME, paged_attention)


@dataclass(frozen=True, slots=True)
class Singles:
    """Rows of one token that are about equally long: their tokens in the line, all their pages, who sees what."""

    tokens: Tensor
    pages: Tensor
    mask: Tensor


@dataclass(frozen=True, slots=True)
class Chunk:
    """A row of several tokens: its tokens in the line, its pages, its length, and who may see whom."""

    tokens: slice
    pages: Tensor
    length: int
    mask: Tensor | None


class GatheredAttention:
    """Pages gathered into one piece, then torch's own attention: for every device and type of number."""

    def __init__(self, pool: KvPool, batch: Batch) -> None:
        self._pool = pool
        starts, lengths = batch.query_starts.tolist(), batch.lengths.tolist()
        size = pool.keys[0].shape[1]
        held = [-(-length // size) for length in lengths]
        single = [row for row, (first, last) in enumerate(pairwise(starts)) if last - first == 1]
        self._singles = [singles(batch, group, max(held[row] for row in group), size) for group in alike(single, held)]
        self._chunks = [
            Chunk(
                slice(first, last),
                batch.table[row, : held[row]],
                lengths[row],
                causal(last - first, lengths[row], batch.table.device),
            )
            for row, (first, last) in enumerate(pairwise(starts))
            if last - first > 1
        ]

    def __call__(self, layer: int, query: Tensor, scale: float) -> Tensor:
        keys, values = self._pool.keys[layer], self._pool.values[layer]
        output = torch.empty_like(query)
        for group in self._singles:
            output[group.tokens] = attend_singles(query[group.tokens], keys, values, group, scale)
        for chunk in self._chunks:
            output[chunk.tokens] = attend_chunk(query[chunk.tokens], keys, values, chunk, scale)
        return output


def alike(rows: Sequence[int], held: Sequence[int]) -> list[list[int]]:
    """``rows`` in groups in which none holds more than twice the pages of another: all are padded to the longest."""
    groups: list[list[int]] = []
    for row in sorted(rows, key=lambda row: held[row]):
        if not groups or held[row] > 2 * held[groups[-1][0]]:
            groups.append([])
        groups[-1].append(row)
    return groups


def singles(batch: Batch, rows: list[int], pages: int, page_tokens: int) -> Singles:
    ramp = torch.arange(pages * page_tokens, device=batch.table.device)
    mask = ramp < batch.lengths[rows].unsqueeze(1)
    return Singles(batch.query_starts[rows].long(), batch.table[rows, :pages].flatten(), mask[:, None, None, :])


def attend_singles(query: Tensor, keys: Tensor, values: Tensor, group: Singles, scale: float) -> Tensor:
    """Attention of one token in each of several rows."""
    rows, heads = query.shape[0], keys.shape[2]
    # Query heads that share a key head stand in for several queries, so that keys need not be repeated.
    packed = query.view(rows, heads, -1, query.shape[-1])
    key = keys.index_select(0, group.pages).view(rows, -1, *keys.shape[2:]).transpose(1, 2)
    value = values.index_select(0, group.pages).view(rows, -1, *values.shape[2:]).transpose(1, 2)
    answer = scaled_dot_product_attention(packed, key, value, attn_mask=group.mask, scale=scale)
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
