"""The order of a step's tokens in the flat batch: single tokens by slot, then prompts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import mlx.core as mx

from engines.backends.base import Row

MOST_HOLES = 2
"""Slots between two rows that attend for nothing, rather than in a call of their own."""
MOST_PADDING = 512
"""Tokens by which the rows of one call may differ in length."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """Several tokens of one row: places ``begin`` to ``end`` of the flat batch, ``start`` to ``stop`` of its slot."""

    begin: int
    end: int
    slot: int
    start: int
    stop: int


class Run:
    """Single tokens of rows in neighbouring slots, which attend in one call."""

    def __init__(self, begin: int, slots: Sequence[int], lengths: Sequence[int]) -> None:
        """``begin`` is the first one's place in the flat batch; ``lengths`` count the new tokens too."""
        self.begin, self.end = begin, begin + len(slots)
        self.low, self.high = slots[0], slots[-1] + 1
        self.longest = max(lengths)
        holes = self.high - self.low > len(slots)
        self.places = mx.array([slot - self.low for slot in slots]) if holes else None
        self.mask: mx.array | None = None
        if holes or min(lengths) < self.longest:
            # A hole attends to one token: attending to none would divide by zero.
            counts = dict.fromkeys(range(self.low, self.high), 1) | dict(zip(slots, lengths, strict=True))
            valid = mx.array(list(counts.values()))[:, None] > mx.arange(self.longest)
            self.mask = valid[:, None, None, :]

    def spread(self, queries: mx.array) -> mx.array:
        """The run's part of ``queries``, one for each slot of the range."""
        own = queries[self.begin : self.end]
        if self.places is None:
            return own
        return mx.zeros((self.high - self.low, *own.shape[1:]), own.dtype).at[self.places].add(own)

    def gather(self, given: mx.array) -> mx.array:
        """What belongs to the run's rows, without the holes."""
        return given if self.places is None else given[self.places]


class Layout:
    """Where every token of a step goes."""

    def __init__(self, rows: Sequence[Row]) -> None:
        singles = sorted((row for row in rows if len(row.tokens) == 1), key=lambda row: row.slot)
        prompts = [row for row in rows if len(row.tokens) > 1]
        self.single_slots = [row.slot for row in singles]
        self.slot_numbers = mx.array(self.single_slots)
        self.single_positions = mx.array([row.start for row in singles])
        self.runs = list(runs_of(singles))
        self.prompts: list[Prompt] = []
        at = len(singles)
        for row in prompts:
            count = len(row.tokens)
            self.prompts.append(Prompt(at, at + count, row.slot, row.start, row.start + count))
            at += count
        self.count = at
        ordered = [*singles, *prompts]
        self.tokens = mx.array([token for row in ordered for token in row.tokens])
        self.positions = mx.array([row.start + i for row in ordered for i in range(len(row.tokens))])
        ends = {row.slot: i for i, row in enumerate(singles)} | {p.slot: p.end - 1 for p in self.prompts}
        self.outputs = [ends[row.slot] for row in rows if row.wants_logits]
        self.longest = max(row.start + len(row.tokens) for row in rows)

    @cached_property
    def wanted(self) -> mx.array:
        """Places whose hidden state goes on to the vocabulary; never none, which MLX could not index."""
        return mx.array(self.outputs or [0])


def runs_of(singles: Sequence[Row]) -> list[Run]:
    """Groups rows, sorted by slot, that may attend together."""
    groups: list[list[Row]] = []
    for row in singles:
        group = groups[-1] if groups else None
        near = group is not None and row.slot - group[-1].slot <= MOST_HOLES + 1
        if group is not None and near and abs(row.start - group[0].start) <= MOST_PADDING:
            group.append(row)
        else:
            groups.append([row])
    runs, at = [], 0
    for group in groups:
        runs.append(Run(at, [row.slot for row in group], [row.start + 1 for row in group]))
        at += len(group)
    return runs
