"""A backend without a model: it checks every call against its own book, and writes text that depends on every token."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from engines.backends.base import NEVER, Limits, Logits, NoRoom, Row, Stop
from engines.tokenizer import ModelCard

VOCABULARY = 64
END = 63


class FakeClock:
    """Seconds that pass only when the backend computes."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class FakeTokenizer:
    """Token n is the n-th letter; the last token ends an answer."""

    vocab_size = VOCABULARY
    bos: int | None = None
    eos: int | None = END

    def encode(self, text: str, *, special: bool) -> list[int]:
        return [ord(letter) % (END - 1) for letter in text]

    def decode(self, tokens: Sequence[int]) -> bytes:
        return b"".join(map(self.piece, tokens))

    def piece(self, token: int) -> bytes:
        return b"" if token == END else bytes([48 + token])

    def is_end(self, token: int) -> bool:
        return token == END

    def constrained(self) -> object:
        raise AssertionError("the fake vocabulary has no grammar")


def next_token(tokens: Sequence[int]) -> int:
    """The greedy continuation of ``tokens``: any changed, missing or repeated token changes it."""
    return zlib.crc32(bytes(tokens)) % (END - 1)


def alone(prompt: Sequence[int], count: int) -> list[int]:
    """What ``prompt`` is continued with when nothing else runs."""
    tokens = list(prompt)
    for _ in range(count):
        tokens.append(next_token(tokens))
    return tokens[len(prompt) :]


class FakeOutput:
    def __init__(self, tokens: list[int]) -> None:
        self._tokens = tokens

    def argmax(self) -> list[int]:
        return list(self._tokens)

    def logits(self, rows: Sequence[int]) -> Logits:
        values = np.zeros((len(rows), VOCABULARY), np.float32)
        for at, row in enumerate(rows):
            values[at, self._tokens[row]] = 5.0
        return values


class FakeBackend:
    """Holds the very tokens of every slot. ``refuse`` makes the next steps fail for want of memory."""

    def __init__(
        self, limits: Limits, clock: FakeClock | None = None, *, row_s: float = 0.003, token_s: float = 0.001
    ) -> None:
        self.limits = limits
        self.tokenizer = FakeTokenizer()
        self.model = ModelCard("fake", Path("fake"), "fake", 0, "none", limits.slot_tokens, limits.slot_tokens, None)
        self.clock = clock or FakeClock()
        self.slots: list[list[int]] = [[] for _ in range(limits.slots)]
        self.steps: list[list[Row]] = []
        self.refuse = 0
        self.computed = 0
        self.closed = False
        self._row_s = row_s
        self._token_s = token_s

    def step(self, rows: Sequence[Row], stop: Stop = NEVER) -> FakeOutput:
        assert rows, "an empty step"
        assert len({row.slot for row in rows}) == len(rows), "two rows of a step share a slot"
        assert sum(len(row.tokens) for row in rows) <= self.limits.step_tokens, "the step is larger than it may be"
        if self.refuse:
            self.refuse -= 1
            raise NoRoom("The fake memory is full.")
        for row in rows:
            assert len(self.slots[row.slot]) == row.start, "a row does not start where its slot ends"
            self.slots[row.slot].extend(row.tokens)
            assert len(self.slots[row.slot]) <= self.limits.slot_tokens, "a slot overflows"
            self.computed += len(row.tokens)
        assert sum(map(len, self.slots)) <= self.limits.pool_tokens, "the pool overflows"
        decode = sum(len(row.tokens) == 1 for row in rows)
        prefill = sum(len(row.tokens) for row in rows) - decode
        self.clock.now += 0.005 + self._row_s * decode + self._token_s * prefill
        self.steps.append(list(rows))
        return FakeOutput([next_token(self.slots[row.slot]) for row in rows if row.wants_logits])

    def copy(self, source: int, target: int, length: int) -> None:
        assert source != target
        assert len(self.slots[source]) >= length
        self.slots[target] = self.slots[source][:length]

    def trim(self, slot: int, length: int) -> None:
        assert len(self.slots[slot]) >= length
        del self.slots[slot][length:]

    def close(self) -> None:
        self.closed = True
