"""One step as the scheduler wants it, and what the scheduler goes by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from engines.backends.base import Row
from engines.generation import Generation
from engines.prefix import Operation


@dataclass(frozen=True, slots=True)
class SchedulerOptions:
    """Rows, and the seconds that a step should take: while a chat is answered, while one is read, and of documents."""

    batch_rows: int = 16
    chat_rows: int = 2
    chat_step_s: float = 0.020
    batch_step_s: float = 0.100
    document_step_s: float = 0.100
    share_tokens: int = 32


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """``count`` further tokens of ``generation`` are computed; the last of all wants logits."""

    generation: Generation
    count: int

    @property
    def wants_logits(self) -> bool:
        return self.count == self.generation.remaining


@dataclass(slots=True)
class Plan:
    """One step: what to do with the memory first, and the rows to compute."""

    operations: Sequence[Operation] = ()
    rows: list[PlannedRow] = field(default_factory=list)
    decode_rows: int = 0
    prefill_tokens: int = 0

    def add(self, generation: Generation, count: int) -> None:
        self.rows.append(PlannedRow(generation, count))
        if count == 1:
            self.decode_rows += 1
        else:
            self.prefill_tokens += count

    @property
    def tokens(self) -> int:
        return self.decode_rows + self.prefill_tokens

    @property
    def reads_documents(self) -> bool:
        """Whether it computes nothing but prompts of documents, so that it can be done later just as well."""
        return not self.decode_rows and not any(row.generation.chat for row in self.rows)


def rows_of(plan: Plan) -> list[Row]:
    """The plan's rows as the backend computes them."""
    return [
        Row(g.slot or 0, g.tokens[g.computed : g.computed + row.count], g.computed, row.wants_logits)
        for row in plan.rows
        for g in (row.generation,)
    ]
