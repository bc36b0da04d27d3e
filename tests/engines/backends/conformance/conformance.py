"""The backends that must conform, a caller of their engines, and a judge of what those write."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import platformdirs

from engines.backends.base import Backend, Logits, Row
from engines.engine import Engine
from engines.errors import RequestError
from engines.models import Kind
from engines.options import EngineOptions
from engines.request import Delta, Priority, Request, SamplingParams

if TYPE_CHECKING:
    from engines.convert import Form

PATIENCE_S = 100
INSTRUCTIONS = (
    "You read one short note at a time. Say in one plain sentence what the note is about, name the people and the "
    "places in it, and do not add anything that the note does not say."
)


@dataclass(frozen=True)
class Candidate:
    """A backend under test. ``near_tie`` is how far below the likeliest a token may be that a batch chose."""

    name: str
    kind: Kind
    form: Form | None
    module: str
    extra: str
    near_tie: float

    @property
    def missing(self) -> str | None:
        """Why it cannot be tested here, None when it can."""
        if find_spec(self.module) is None:
            return f"the extra '{self.extra}' is not installed"
        if self.form is not None and find_spec("gguf") is None:
            return "the extra 'convert' is not installed"
        return None


# llama.cpp rounds activations to eight bits, so a batch's texts differ from single ones more than floats explain.
CANDIDATES = [
    Candidate("llama_cpp", "gguf", None, "llama_cpp", "", near_tie=1.0),
    Candidate("mlx", "mlx", "mlx-4bit", "mlx_lm", "mlx", near_tie=0.02),
    Candidate("torch", "hf", "hf-float32", "torch", "torch", near_tie=0.02),
]
OPTIONS = EngineOptions(context=512, batch_rows=4, chat_rows=1, resident_slots=1, threads=2, kv_memory_bytes=1 << 28)
SMALL = EngineOptions(context=512, batch_rows=2, chat_rows=1, resident_slots=1, threads=2, kv_memory_bytes=1 << 28)


def weights_of(candidate: Candidate, model_path: Path) -> Path:
    """The embedded model in the form that the candidate takes, converted once for each machine."""
    if candidate.form is None:
        return model_path
    from engines.convert import convert

    return convert(model_path, platformdirs.user_cache_path("nightdesk", appauthor=False), candidate.form)


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
        """Each token must be the likeliest after those before it, or all but as likely."""
        assert answer, "there is no answer to judge"
        logits = self.logits(prompt, answer)
        behind = logits.max(axis=1) - logits[np.arange(len(answer)), list(answer)]
        assert behind.max() < self.near_tie, f"token {int(behind.argmax())} is {behind.max():.3f} below the likeliest"


class Caller:
    """Sends requests and collects their deltas."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.deltas: dict[str, list[Delta]] = {}
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
