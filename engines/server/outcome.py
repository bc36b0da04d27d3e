"""What became of a request, judged by its last delta."""

from __future__ import annotations

from engines.errors import DEADLINE_EXCEEDED, ENGINE_STOPPING
from engines.request import Delta, FinishReason

ENGINE_FAILED = "engine_failed"


def failure_of(delta: Delta) -> tuple[int, str, str, str]:
    """HTTP status, sentence, OpenAI's type, and code of a request that the engine gave up."""
    if delta.finish is FinishReason.CANCELLED:
        sentence = delta.error or "The engine is shutting down: send the request again later."
        return 503, sentence, "service_unavailable", ENGINE_STOPPING
    sentence = delta.error or "The engine could not finish this request: send it again."
    if delta.code == DEADLINE_EXCEEDED:
        return 504, sentence, "timeout_error", DEADLINE_EXCEEDED
    return 500, sentence, "server_error", delta.code or ENGINE_FAILED


def failed(delta: Delta) -> bool:
    """Whether the request ended without an answer."""
    return delta.finish in (FinishReason.ERROR, FinishReason.CANCELLED)
