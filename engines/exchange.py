"""What is asked of a server and what comes back, as plain data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Messages = Sequence[Mapping[str, Any]]
Finish = Literal["stop", "length"]


@dataclass(frozen=True, slots=True)
class ChatSampling:
    """How an answer is written. ``max_tokens`` None means up to the end of the context; the rest is greedy."""

    max_tokens: int | None = None
    temperature: float = 0.0
    top_p: float = 1.0
    top_k: int = 0
    min_p: float = 0.0
    repetition_penalty: float = 1.0
    seed: int | None = None
    stop: tuple[str, ...] = ()
    schema: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Completion:
    """A whole answer with its figures. ``ttft_s`` and the rate are None where the server does not tell."""

    text: str
    finish_reason: Finish
    prompt_tokens: int
    cached_tokens: int
    generated_tokens: int
    ttft_s: float | None
    seconds: float
    decode_tokens_per_s: float | None
    model: str
    reasoning: str = ""


@dataclass(frozen=True, slots=True)
class StreamPart:
    """The next piece of an answer; the last one has a finish reason and the whole completion."""

    text: str
    finish_reason: Finish | None = None
    completion: Completion | None = None
    reasoning: str = ""


@dataclass(frozen=True, slots=True)
class Tokenized:
    """A text in tokens. All None where the server cannot count."""

    count: int | None
    offsets: list[int] | None
    max_model_len: int | None


@dataclass(frozen=True, slots=True)
class ServedModel:
    """The model of a server; ``context`` in tokens, None where the server does not tell.

    ``engine`` names what computes it, as far as the server says so; ``rows`` is how many documents it writes at
    once, None where it does not tell.
    """

    id: str
    context: int | None
    engine: str = ""
    rows: int | None = None


@dataclass(frozen=True, slots=True)
class Health:
    """Whether the engine is there, and its counters. Of another server only ``status`` is known."""

    status: str
    steps: int = 0
    generated_tokens: int = 0
    running: int = 0
    waiting: int = 0
    progress: float = 1.0
    error: str | None = None
