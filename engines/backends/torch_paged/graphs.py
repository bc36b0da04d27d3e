"""Decode steps as CUDA graphs: one recording per number of rows replaces a thousand kernel launches.

Never run by us: there was no card. The fixed batch that a recording reads is tested on the CPU; recording is not.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from engines.backends.base import Row
from engines.backends.torch_paged.batch import Batch, Shape, lay_out
from engines.backends.torch_paged.pages import PageTable

log = logging.getLogger(__name__)

Forward = Callable[[Batch], Tensor]
WARM_UPS = 2


def buckets(most: int) -> list[int]:
    """The numbers of rows that are recorded: powers of two, then steps of 16, up to ``most``."""
    sizes = {size for size in (1, 2, 4, 8) if size < most}
    return sorted(sizes | set(range(16, most, 16)) | {most})


class FixedBatch:
    """A batch of ``rows`` single tokens at addresses that never change; unused rows are padding."""

    def __init__(self, rows: int, width: int, page_tokens: int, device: torch.device) -> None:
        self.shape = Shape(rows, rows, rows, width)
        self._longs = torch.zeros(sum(self.shape.longs), dtype=torch.int64, device=device)
        self._ints = torch.zeros(sum(self.shape.ints), dtype=torch.int32, device=device)
        # The kernel plans for the longest row there may ever be, since a recording cannot plan anew.
        self.batch = Batch.over(self._longs, self._ints, self.shape, 1, width * page_tokens)

    def fill(self, rows: Sequence[Row], pages: PageTable) -> None:
        """Puts ``rows`` in place, padded to the full number."""
        layout = lay_out(rows, pages, padding=self.shape.rows - len(rows), width=self.shape.width)
        self._longs.copy_(layout.longs)
        self._ints.copy_(layout.ints)


class DecodeGraphs:
    """Recordings of ``forward`` for every bucket of rows. Raises ``RuntimeError`` when the model cannot be recorded."""

    def __init__(self, forward: Forward, pages: PageTable, slots: int, width: int, device: torch.device) -> None:
        self._pages = pages
        self._graphs: dict[int, tuple[FixedBatch, torch.cuda.CUDAGraph, Tensor]] = {}
        memory = None
        # The largest first, so that the smaller ones fit into its memory.
        for rows in reversed(buckets(slots)):
            fixed = FixedBatch(rows, width, pages.page_tokens, device)
            fixed.fill([], pages)
            graph, logits = record(forward, fixed.batch, device, memory)
            memory = memory or graph.pool()
            self._graphs[rows] = (fixed, graph, logits)
        self._sizes = sorted(self._graphs)

    def replay(self, rows: Sequence[Row]) -> Tensor | None:
        """The logits of ``rows``, valid until the next replay; None when they are no decode step."""
        if not all(row.wants_logits and len(row.tokens) == 1 for row in rows) or len(rows) > self._sizes[-1]:
            return None
        fixed, graph, logits = self._graphs[next(size for size in self._sizes if size >= len(rows))]
        fixed.fill(rows, self._pages)
        graph.replay()
        return logits[: len(rows)]


def record(forward: Forward, batch: Batch, device: torch.device, memory: Any) -> tuple[torch.cuda.CUDAGraph, Tensor]:
    """Runs ``forward`` a few times, so that libraries set themselves up, then records it."""
    aside: torch.cuda.Stream = torch.cuda.Stream(device)  # type: ignore[no-untyped-call]
    aside.wait_stream(torch.cuda.current_stream(device))
    with torch.cuda.stream(aside):
        for _ in range(WARM_UPS):
            forward(batch)
    torch.cuda.current_stream(device).wait_stream(aside)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph, pool=memory):
        logits = forward(batch)
    return graph, logits
