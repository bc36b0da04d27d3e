"""The work of the engine's benchmark: documents of one recipe, and a chat now and then, for every system alike.

No answer may end early, or systems that stop at the model's end token would have less to do: end tokens are
forbidden everywhere (``logit_bias`` here, ``ignore_eos`` at llama-server).
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from engines.engine import Engine
from engines.server.host import template_of

INSTRUCTION_WORDS, DOCUMENT_WORDS, GENERATED = 136, 250, 64
CHAT_WORDS, CHAT_ANSWER, CHAT_EVERY_S = 12, 24, 3.0
FORBIDDEN = -100.0
WORDS = (  # noqa: SIM905  (fifty quoted words would be no clearer)
    "river stone house letter market winter garden paper station morning kitchen window bridge harvest"
    " village doctor teacher number silver mountain engine ticket record summer forest office captain village"
    " history question answer report weather travel country evening music water bread north south carried"
    " opened closed found wrote painted"
).split()


@dataclass(frozen=True)
class Prompt:
    """One request as messages and as tokens, which are the same for all systems."""

    messages: list[dict[str, str]]
    tokens: list[int]


@dataclass
class Call:
    """When a request was sent and when its tokens came."""

    sent: float
    times: list[float] = field(default_factory=list)

    @property
    def ttft_s(self) -> float:
        return self.times[0] - self.sent

    def itl_s(self) -> list[float]:
        return [later - earlier for earlier, later in itertools.pairwise(self.times)]


class Work:
    """``documents`` prompts, new ones in every run, so that no system finds an old document in its cache."""

    def __init__(self, engine: Engine, documents: int, generated: int = GENERATED) -> None:
        self.documents, self.generated = documents, generated
        self._template = template_of(engine.model, engine.tokenizer)
        self._tokenizer = engine.tokenizer
        self.end_tokens = [t for t in range(engine.tokenizer.vocab_size) if engine.tokenizer.is_end(t)]
        self._made: dict[tuple[int, int], Prompt] = {}

    def prompt(self, number: int, run: int) -> Prompt:
        """Document ``number`` of run ``run``; runs differ from the first word of their instructions on."""
        if (number, run) not in self._made:
            system = f"Run {run}. {text(INSTRUCTION_WORDS, 7)}"
            self._made[number, run] = self._encode(system, text(DOCUMENT_WORDS, 1000 * run + number + 100))
        return self._made[number, run]

    def chat(self, number: int) -> Prompt:
        return self._encode("", text(CHAT_WORDS, number + 10_000_000))

    def _encode(self, system: str, user: str) -> Prompt:
        messages = [{"role": "system", "content": system or "Answer."}, {"role": "user", "content": user}]
        return Prompt(messages, list(self._template.encode(self._tokenizer, messages).tokens))

    def prepare(self, runs: Sequence[int]) -> None:
        """Makes the prompts before anything is timed."""
        for run, number in itertools.product(runs, range(self.documents)):
            self.prompt(number, run)

    @property
    def bias(self) -> dict[int, float]:
        return dict.fromkeys(self.end_tokens, FORBIDDEN)

    def body(self, path: str, number: int, run: int) -> dict[str, Any]:
        return self._body(path, self.prompt(number, run), self.generated)

    def chat_body(self, path: str, number: int) -> dict[str, Any]:
        return self._body(path, self.chat(number), CHAT_ANSWER)

    def _body(self, path: str, prompt: Prompt, generated: int) -> dict[str, Any]:
        if path == "/completion":
            return {"prompt": prompt.tokens, "n_predict": generated}
        bias = {str(token): FORBIDDEN for token in self.end_tokens}
        return {"messages": prompt.messages, "max_tokens": generated, "logit_bias": bias}


def text(words: int, seed: int) -> str:
    """Words without sense, always the same for the same seed."""
    chosen = random.Random(seed).choices(WORDS, k=words)
    return " ".join(word if i % 9 else word.capitalize() for i, word in enumerate(chosen)) + "."
