"""One request as the scheduler sees it: tokens, how many of them are computed, and where."""

from __future__ import annotations

from dataclasses import dataclass, field

from engines.request import Priority


@dataclass(eq=False, slots=True)
class Generation:
    """Tokens of prompt and answer, of which the first ``computed`` lie in the memory of ``slot``.

    ``most`` is the length that prompt and answer may reach together. ``cached`` is the number of prompt
    tokens found in memory at the first admission, None before it. ``order`` is its place in the line,
    ``rode`` the last step it took part in; ``chat`` says its priority, and is asked many times in every step.
    """

    id: str
    priority: Priority
    tokens: list[int]
    prompt: int
    most: int
    order: int = 0
    slot: int | None = None
    computed: int = 0
    cached: int | None = None
    rode: int = 0
    preemptions: int = 0
    chat: bool = field(init=False)

    def __post_init__(self) -> None:
        self.chat = self.priority is Priority.INTERACTIVE

    @property
    def remaining(self) -> int:
        """Tokens to be computed before the next one can be chosen."""
        return len(self.tokens) - self.computed
