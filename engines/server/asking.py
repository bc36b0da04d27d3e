"""From the body of a chat request to requests of the engine."""

from __future__ import annotations

import uuid
from typing import Any

from engines.errors import RequestError
from engines.request import Priority, Request, SamplingParams
from engines.server.protocol import MAX_STOPS, ChatBody
from engines.template import Prompt

OPENAI_TEMPERATURE = 1.0
"""What OpenAI's protocol means when the field is absent."""

_SEEDS = 1 << 63


def requests_of(body: ChatBody, prompt: Prompt, vocab_size: int) -> list[Request]:
    """One request for each of the ``n`` choices; a given seed differs by choice, or all would be alike."""
    sampling = sampling_of(body, vocab_size)
    priority = Priority.BATCH if body.priority > 0 else Priority.INTERACTIVE
    name = f"chatcmpl-{uuid.uuid4().hex}"
    tokens = tuple(prompt.tokens)
    return [
        Request(
            id=name if index == 0 else f"{name}-{index}",
            prompt=tokens,
            sampling=_for_choice(sampling, index),
            priority=priority,
            deadline_s=body.deadline_s,
        )
        for index in range(body.n)
    ]


def sampling_of(body: ChatBody, vocab_size: int) -> SamplingParams:
    """OpenAI's fields as the engine's. Raises RequestError for what cannot be meant."""
    given: dict[str, Any] = {
        "top_p": body.top_p,
        "min_p": body.min_p,
        "presence_penalty": body.presence_penalty,
        "frequency_penalty": body.frequency_penalty,
        "repetition_penalty": body.repetition_penalty,
    }
    return SamplingParams(
        max_tokens=body.max_completion_tokens or body.max_tokens,
        temperature=OPENAI_TEMPERATURE if body.temperature is None else body.temperature,
        top_k=max(body.top_k or 0, 0),
        seed=None if body.seed is None else body.seed % _SEEDS,
        stop=_stops(body.stop),
        logit_bias=_biases(body.logit_bias, vocab_size),
        logprobs=_logprobs(body),
        schema=_schema(body),
        **{name: value for name, value in given.items() if value is not None},
    )


def _for_choice(sampling: SamplingParams, index: int) -> SamplingParams:
    if index == 0 or sampling.seed is None:
        return sampling
    values = {name: getattr(sampling, name) for name in sampling.__dataclass_fields__}
    return SamplingParams(**{**values, "seed": (sampling.seed + index) % _SEEDS})


def _stops(stop: str | list[str] | None) -> tuple[str, ...]:
    stops = (stop,) if isinstance(stop, str) else tuple(stop or ())
    if len(stops) > MAX_STOPS:
        raise RequestError(f"The field 'stop' holds {len(stops)} strings, and {MAX_STOPS} are the most.")
    return tuple(text for text in stops if text)


def _biases(biases: dict[str, float] | None, vocab_size: int) -> dict[int, float]:
    for token in biases or {}:
        if not (token.isascii() and token.isdigit() and int(token) < vocab_size):
            raise RequestError(
                f"The field 'logit_bias' names the token '{token}', and this model's tokens are 0 to {vocab_size - 1}."
            )
    return {int(token): bias for token, bias in (biases or {}).items()}


def _logprobs(body: ChatBody) -> int | None:
    if body.logprobs:
        return body.top_logprobs or 0
    if body.top_logprobs:
        raise RequestError("The field 'top_logprobs' needs 'logprobs' to be true.")
    return None


def _schema(body: ChatBody) -> dict[str, Any] | None:
    wanted = body.response_format
    if wanted is None or wanted.type == "text":
        return None
    if wanted.type == "json_object":
        return {}
    if wanted.json_schema is None:
        raise RequestError("The field 'response_format' is of type json_schema and holds no 'json_schema'.")
    return wanted.json_schema.body
