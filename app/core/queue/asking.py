"""One request to the engine, and whether its answer can be kept."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from jsonschema import Draft202012Validator

from app.core.failures import FailureClass, WorkFailed
from app.core.queue.door import Engine
from app.core.queue.moves import Answer
from app.core.queue.planning import Ask
from app.core.recipes.recipe import Recipe
from engines.client import ChatSampling, Completion
from engines.request import Priority

RETRY_TEMPERATURE = 0.4  # greedy decoding would give the same bad answer again


async def ask(engine: Engine, recipe: Recipe, request: Ask, attempt: int, timeout_s: float) -> Answer:
    """Send the request at batch priority and check the answer.

    Raises WorkFailed (TIMED_OUT, NO_ANSWER, BAD_OUTPUT) and what the client raises.
    """
    sampling = sampling_for(recipe, request, attempt)
    limit = recipe.timeout_s or timeout_s
    try:
        async with asyncio.timeout(limit):
            completion = await engine.client.complete(request.messages, sampling=sampling, priority=Priority.BATCH)
    except TimeoutError as error:
        raise WorkFailed(FailureClass.TIMED_OUT, f"There was no answer within {limit:g} seconds.") from error
    return answer_of(engine.name, completion, checked(recipe, completion, request.max_tokens))


def sampling_for(recipe: Recipe, request: Ask, attempt: int) -> ChatSampling:
    """How the answer to this request is written; after a bad answer, by chance."""
    again = attempt > 1
    return ChatSampling(
        max_tokens=request.max_tokens,
        temperature=max(recipe.temperature, RETRY_TEMPERATURE) if again else recipe.temperature,
        repetition_penalty=recipe.repetition_penalty,
        seed=attempt if again or recipe.temperature else None,
        schema=recipe.schema,
    )


def checked(recipe: Recipe, completion: Completion, max_tokens: int) -> Any | None:
    """The answer as data, None for free text. Raises WorkFailed (NO_ANSWER, BAD_OUTPUT) for one not to be kept."""
    if not completion.text.strip():
        raise WorkFailed(FailureClass.NO_ANSWER)
    if recipe.schema is None:
        return None
    if completion.finish_reason == "length":
        raise WorkFailed(FailureClass.BAD_OUTPUT, f"The answer was cut off after {max_tokens} tokens.")
    try:
        data = json.loads(completion.text)
    except json.JSONDecodeError as error:
        raise WorkFailed(FailureClass.BAD_OUTPUT, f"The answer is not JSON ({error.msg}).") from error
    for problem in Draft202012Validator(recipe.schema).iter_errors(data):
        where = "/".join(map(str, problem.absolute_path)) or "the answer"
        raise WorkFailed(FailureClass.BAD_OUTPUT, f"{where}: {problem.message[:200]}")
    return data


def answer_of(engine: str, completion: Completion, data: Any | None) -> Answer:
    """What is kept of a completion; ``engine`` names who computed it."""
    return Answer(
        text=completion.text.strip(),
        data=data,
        model=completion.model,
        engine=engine,
        finish_reason=completion.finish_reason,
        prompt_tokens=completion.prompt_tokens,
        cached_tokens=completion.cached_tokens,
        generated_tokens=completion.generated_tokens,
        ttft_s=completion.ttft_s,
        seconds=completion.seconds,
    )
