"""What only the runner knows of a run: recoveries, busy time, and how fast one document alone was."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from app.core.queue.moves import Answer


@dataclass(slots=True)
class Alone:
    """Documents that were worked one at a time, as a yardstick; ``seconds`` the engine was busy with them."""

    documents: int = 0
    generated_tokens: int = 0
    seconds: float = 0.0


@dataclass(slots=True)
class Tally:
    """One run as it goes on. ``*_s`` in seconds; ``together_*`` is everything that was not run alone."""

    run_id: int
    began: float = field(default_factory=time.monotonic)
    recoveries: int = 0
    alone: Alone = field(default_factory=Alone)
    together_documents: int = 0
    together_tokens: int = 0
    recipe_names: set[str] = field(default_factory=set)
    first_eta_s: float | None = None
    eta_from: float = 0.0

    @property
    def wall_s(self) -> float:
        """Seconds since the run began."""
        return time.monotonic() - self.began

    def add(self, answer: Answer, *, alone: bool, document: bool) -> None:
        """Count an answer that was committed."""
        if alone:
            self.alone.documents += document
            self.alone.generated_tokens += answer.generated_tokens
        else:
            self.together_documents += document
            self.together_tokens += answer.generated_tokens

    def note_eta(self, eta_s: float | None, done: int) -> None:
        """Keep the first estimate that rests on enough documents, to tell in the morning how good it was."""
        if self.first_eta_s is None and eta_s and done >= 10:
            self.first_eta_s = eta_s
            self.eta_from = self.wall_s
