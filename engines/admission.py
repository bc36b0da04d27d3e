"""What may be asked of an engine, and how its options bound what goes on in it."""

from __future__ import annotations

from engines.backends.base import Limits
from engines.errors import RequestError
from engines.options import EngineOptions
from engines.plan import SchedulerOptions
from engines.request import Request
from engines.sampling import check_sampling


def check(request: Request, context: int, vocab_size: int) -> None:
    """Raises ``RequestError`` for what cannot be served in ``context`` tokens or makes no sense."""
    size = len(request.prompt)
    if size == 0:
        raise RequestError("The prompt is empty.", "empty_prompt")
    if size >= context:
        raise RequestError(
            f"The prompt has {size} tokens, but this model's context is {context} tokens for prompt and "
            "answer together; shorten the prompt or load the model with a larger context.",
            "context_length_exceeded",
        )
    check_sampling(request.sampling, vocab_size)
    if min(request.prompt) < 0 or max(request.prompt) >= vocab_size:
        raise RequestError("The prompt holds a token that the model does not have.", "invalid_token")


def rows_within(slots: int, options: EngineOptions) -> int:
    """Rows for documents: as asked for, or what the backend found memory for beside the rows of chats."""
    return max(1, min(options.batch_rows, slots - options.chat_rows))


def scheduling(options: EngineOptions, limits: Limits) -> SchedulerOptions:
    """The scheduler's part of the options; steps of documents may be longer where they can be broken off."""
    return SchedulerOptions(
        batch_rows=options.batch_rows,
        chat_rows=options.chat_rows,
        chat_step_s=options.chat_step_s,
        batch_step_s=options.batch_step_s,
        document_step_s=options.document_step_s if limits.interruptible else options.batch_step_s,
        share_tokens=options.share_tokens,
    )
