"""What goes into the engine and what comes out of it: plain data, no behaviour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Any


class Priority(IntEnum):
    """The two classes of request; lower goes first, as in vLLM's ``priority``."""

    INTERACTIVE = 0
    BATCH = 1


class FinishReason(StrEnum):
    """Why a request ended. The first two are OpenAI's words; the others never reach a finished answer."""

    STOP = "stop"
    LENGTH = "length"
    CANCELLED = "cancelled"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class SamplingParams:
    """How the next token is chosen. The defaults are greedy decoding.

    ``max_tokens`` None means: up to the end of the context. ``schema`` is a JSON schema that the answer
    must satisfy (``{}`` for any JSON object); None leaves the text free.
    """

    max_tokens: int | None = None
    temperature: float = 0.0
    top_k: int = 0
    top_p: float = 1.0
    min_p: float = 0.0
    presence_penalty: float = 0.0
    frequency_penalty: float = 0.0
    repetition_penalty: float = 1.0
    seed: int | None = None
    stop: tuple[str, ...] = ()
    logit_bias: Mapping[int, float] = field(default_factory=dict)
    logprobs: int | None = None
    schema: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """One prompt to be continued. ``prompt`` holds token ids, the template already applied.

    ``deadline_s`` is the longest time from submission to the end of the answer, in seconds. ``shown`` are control
    tokens that count as text in this answer.
    """

    id: str
    prompt: tuple[int, ...]
    sampling: SamplingParams = SamplingParams()
    priority: Priority = Priority.INTERACTIVE
    deadline_s: float | None = None
    shown: Mapping[int, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one request. ``cached`` of the ``prompt`` tokens were taken from the prefix cache."""

    prompt: int
    cached: int
    generated: int


@dataclass(frozen=True, slots=True)
class Timings:
    """Seconds of one request, measured on the engine's monotonic clock."""

    queued_s: float
    ttft_s: float
    total_s: float
    prefill_tokens_per_s: float
    decode_tokens_per_s: float


@dataclass(frozen=True, slots=True)
class TokenLogprob:
    """The log probability of a generated token and of the likeliest alternatives, natural logarithm."""

    token: int
    logprob: float
    top: tuple[tuple[int, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Delta:
    """What one step added to a request. Exactly one delta of a request carries ``finish``.

    ``code`` says in one word, one of those in errors.py, why the finish is an error.
    """

    request_id: str
    text: str = ""
    tokens: tuple[int, ...] = ()
    logprobs: tuple[TokenLogprob, ...] = ()
    finish: FinishReason | None = None
    error: str | None = None
    usage: Usage | None = None
    timings: Timings | None = None
    code: str | None = None
