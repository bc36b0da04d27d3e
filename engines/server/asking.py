"""From the body of a chat request to requests of the engine."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from engines.errors import RequestError
from engines.request import Priority, Request, SamplingParams
from engines.server.protocol import MAX_STOPS, ChatBody
from engines.template import Prompt
from engines.tokenizer import Tokenizer

OPENAI_TEMPERATURE = 1.0
"""What OpenAI's protocol means when the field is absent."""

_SEEDS = 1 << 63


def requests_of(
    body: ChatBody, prompt: Prompt, tokenizer: Tokenizer, schema: Mapping[str, Any] | None, markers: Sequence[str]
) -> list[Request]:
    """One request for each of the ``n`` choices; a given seed differs by choice, or all would be alike.

    ``markers`` are seen in the text even where the vocabulary has control tokens for them.
    """
    sampling = sampling_of(body, tokenizer.vocab_size, schema)
    shown = shown_by(tokenizer, markers)
    priority = Priority.BATCH if body.priority > 0 else Priority.INTERACTIVE
    name = f"chatcmpl-{uuid.uuid4().hex}"
    tokens = tuple(prompt.tokens)
    return [
        Request(
            id=name if index == 0 else f"{name}-{index}",
            prompt=tokens,
            sampling=_for_choice(sampling, index),
            priority=priority,
            shown=shown,
            deadline_s=body.deadline_s,
        )
        for index in range(body.n)
    ]


def shown_by(tokenizer: Tokenizer, markers: Sequence[str]) -> dict[int, bytes]:
    """The tokens that stand for ``markers`` and have no text of their own."""
    encoded = {marker: tokenizer.encode(marker, special=True) for marker in markers}
    return {
        tokens[0]: marker.encode()
        for marker, tokens in encoded.items()
        if len(tokens) == 1 and not tokenizer.piece(tokens[0])
    }


def sampling_of(body: ChatBody, vocab_size: int, schema: Mapping[str, Any] | None) -> SamplingParams:
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
        schema=schema,
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


def schema_of(body: ChatBody) -> dict[str, Any] | None:
    """The schema that an answer must satisfy, ``{}`` for any object. Raises RequestError when it is missing."""
    wanted = body.response_format
    if wanted is None or wanted.type == "text":
        return None
    if wanted.type == "json_object":
        return {}
    if wanted.json_schema is None:
        raise RequestError("The field 'response_format' is of type json_schema and holds no 'json_schema'.")
    return wanted.json_schema.body
