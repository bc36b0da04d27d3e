"""The rows of a step laid out in one line, as two blocks of integers that reach the device in two copies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import torch
from torch import Tensor

from engines.backends.base import Row
from engines.backends.torch_paged.pages import SCRATCH, PageTable


@dataclass(frozen=True, slots=True)
class Shape:
    """How much of everything a batch has; ``width`` is the number of pages in the page table's rows."""

    tokens: int
    rows: int
    outputs: int
    width: int

    @property
    def longs(self) -> list[int]:
        """Parts of the block of 64-bit integers."""
        return [self.tokens, self.tokens, self.tokens, self.outputs]

    @property
    def ints(self) -> list[int]:
        """Parts of the block of 32-bit integers, the only kind that the attention kernels take."""
        return [self.rows + 1, self.rows + 1, self.rows, self.rows * self.width]


@dataclass(frozen=True, slots=True)
class Batch:
    """The tokens of one step, and where each row's keys and values lie.

    Row i has the tokens from ``query_starts[i]`` to ``query_starts[i + 1]``. They are the last of its ``lengths[i]``
    tokens, whose keys and values lie in the pages ``table[i]``. ``outputs`` are the tokens that want logits.
    """

    tokens: Tensor
    positions: Tensor
    places: Tensor
    outputs: Tensor
    query_starts: Tensor
    key_starts: Tensor
    lengths: Tensor
    table: Tensor
    longest_query: int
    longest_key: int

    @classmethod
    def over(cls, longs: Tensor, ints: Tensor, shape: Shape, longest_query: int, longest_key: int) -> Batch:
        """A batch whose tensors are parts of the two blocks."""
        tokens, positions, places, outputs = torch.split(longs, shape.longs)
        query_starts, key_starts, lengths, table = torch.split(ints, shape.ints)
        table = table.view(shape.rows, shape.width)
        # Hugging Face wants a first dimension for the batch; here everything is one line.
        line, at = tokens.unsqueeze(0), positions.unsqueeze(0)
        return cls(line, at, places, outputs, query_starts, key_starts, lengths, table, longest_query, longest_key)


@dataclass(frozen=True, slots=True)
class Layout:
    """A batch still in the main memory."""

    shape: Shape
    longs: Tensor
    ints: Tensor
    longest_query: int
    longest_key: int

    def on(self, device: torch.device) -> Batch:
        """The batch on ``device``."""
        longs, ints = self.longs.to(device), self.ints.to(device)
        return Batch.over(longs, ints, self.shape, self.longest_query, self.longest_key)


def lay_out(rows: Sequence[Row], pages: PageTable, *, padding: int = 0, width: int = 0) -> Layout:
    """Lays out rows whose pages are reserved, then ``padding`` rows of one token that nobody reads.

    ``width`` is the least width of the page table.
    """
    lengths = [row.start + len(row.tokens) for row in rows]
    counts = [len(row.tokens) for row in rows]
    held = [pages.pages(row.slot) for row in rows]
    width = max([width, *map(len, held)])
    last = [end - 1 for end in accumulate(counts)]
    outputs = [at for at, row in zip(last, rows, strict=True) if row.wants_logits]
    outputs += range(sum(counts), sum(counts) + padding)
    tokens = [token for row in rows for token in row.tokens] + [0] * padding
    positions = [at for row in rows for at in range(row.start, row.start + len(row.tokens))] + [0] * padding
    places = [place for row in rows for place in places_of(row, pages)] + [SCRATCH * pages.page_tokens] * padding
    lengths += [1] * padding
    counts += [1] * padding
    table = [page for row in held for page in (*row, *[SCRATCH] * (width - len(row)))] + [SCRATCH] * width * padding
    ints = [0, *accumulate(counts), 0, *accumulate(lengths), *lengths, *table]
    return Layout(
        Shape(len(tokens), len(counts), len(outputs), width),
        torch.tensor([*tokens, *positions, *places, *outputs], dtype=torch.int64),
        torch.tensor(ints, dtype=torch.int32),
        max(counts),
        max(lengths),
    )


def places_of(row: Row, pages: PageTable) -> list[int]:
    """Where in the pool the row's tokens go, counted in tokens over all pages."""
    held, size = pages.pages(row.slot), pages.page_tokens
    return [held[at // size] * size + at % size for at in range(row.start, row.start + len(row.tokens))]
