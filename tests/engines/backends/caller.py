"""A caller of an engine who keeps what it says, and a judge of the texts, for every backend's tests."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import numpy as np

from engines.backends.base import Backend, Logits, Row
from engines.engine import Engine
from engines.errors import RequestError
from engines.request import Delta, Priority, Request, SamplingParams

PATIENCE_S = 200
INSTRUCTIONS = (
    "You read one short note at a time. Say in one plain sentence what the note is about, name the people and the "
    "places in it, and do not add anything that the note does not say."
)
NOTES = [
    "The baker in Lyon closes on Mondays because the oven must rest.",
    "Anna sold her bicycle to Karl and walks to the office in Bern now.",
    "The river rose by two metres in the night and the bridge was closed.",
    "Tickets for the museum cost eight euros, children pay nothing.",
    "Our train stands in Vienna; the driver is looking for his glasses.",
    "The choir meets on Friday at seven, bring the blue book with you.",
    "Mr Ito found a wallet with forty dollars and brought it back.",
    "In the garden behind the school grow beans, onions and one old pear tree.",
]


class Judge:
    """Computes texts alone, one token at a time."""

    def __init__(self, backend: Backend, near_tie: float) -> None:
        self.backend = backend
        self.near_tie = near_tie

    def logits(self, prompt: Sequence[int], answer: Sequence[int]) -> Logits:
        """The logits from which each token of ``answer`` is chosen, one row for each."""
        self.backend.trim(0, 0)
        found = [self.backend.step([Row(0, list(prompt), 0, True)]).logits([0])]
        for i, token in enumerate(answer[:-1]):
            found.append(self.backend.step([Row(0, [token], len(prompt) + i, True)]).logits([0]))
        return np.concatenate(found)

    def assert_greedy(self, prompt: Sequence[int], answer: Sequence[int]) -> None:
        """Each token must be the likeliest after those before it, or, now and then, all but as likely."""
        assert answer, "there is no answer to judge"
        logits = self.logits(prompt, answer)
        behind = logits.max(axis=1) - logits[np.arange(len(answer)), list(answer)]
        assert behind.max() < self.near_tie, f"token {int(behind.argmax())} is {behind.max():.3f} below the likeliest"
        assert np.sum(behind > 0) <= max(3, len(answer) // 6), (
            "more tokens than roundings explain are not the likeliest"
        )


class Caller:
    """Sends requests and collects their deltas. ``on_delta`` is called after each, on the engine's thread."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.deltas: dict[str, list[Delta]] = {}
        self.on_delta: Callable[[], None] = lambda: None
        self._changed = threading.Condition()

    def prompt(self, user: str, system: str = INSTRUCTIONS) -> tuple[int, ...]:
        encode = self.engine.tokenizer.encode
        return (
            *encode(f"<|im_start|>system\n{system}<|im_end|>\n<|im_start|>user\n", special=True),
            *encode(user, special=False),
            *encode("<|im_end|>\n<|im_start|>assistant\n", special=True),
        )

    def ask(
        self, name: str, prompt: Sequence[int], sampling: SamplingParams, priority: Priority = Priority.BATCH
    ) -> None:
        self.deltas[name] = []
        try:
            self.engine.submit(Request(name, tuple(prompt), sampling, priority), self.hear)
        except RequestError:
            del self.deltas[name]
            raise

    def hear(self, delta: Delta) -> None:
        with self._changed:
            self.deltas[delta.request_id].append(delta)
            self._changed.notify_all()
        self.on_delta()

    def endless(self, most: int) -> SamplingParams:
        """An answer that only its length ends, whatever the model would say."""
        ends = self.engine.tokenizer.encode("<|im_end|><|endoftext|>", special=True)
        return SamplingParams(max_tokens=most, logit_bias=dict.fromkeys(ends, -100.0))

    def begun(self, name: str) -> None:
        """Waits for the first token."""
        with self._changed:
            assert self._changed.wait_for(lambda: bool(self.deltas[name]), PATIENCE_S), f"{name} does not begin"

    def end(self, name: str) -> Delta:
        """Waits for the last delta, which must be the only one that ends the request."""
        with self._changed:
            done = self._changed.wait_for(lambda: any(d.finish for d in self.deltas[name]), PATIENCE_S)
            assert done, f"{name} does not end"
            assert [d.finish is not None for d in self.deltas[name]] == [False] * (len(self.deltas[name]) - 1) + [True]
            return self.deltas[name][-1]

    def running(self) -> list[str]:
        """The requests that have not ended."""
        with self._changed:
            return [name for name, deltas in self.deltas.items() if not any(d.finish for d in deltas)]

    def tokens(self, name: str) -> list[int]:
        return [token for delta in self.deltas[name] for token in delta.tokens]

    def text(self, name: str) -> str:
        return "".join(delta.text for delta in self.deltas[name])
