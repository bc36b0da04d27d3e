"""What became of a request, judged by its last delta."""

from __future__ import annotations

from engines.request import Delta, FinishReason


def failure_of(delta: Delta) -> tuple[int, str, str]:
    """HTTP status, sentence and OpenAI's type of a request that the engine gave up."""
    if delta.finish is FinishReason.CANCELLED:
        return 503, delta.error or "The engine is shutting down: send the request again later.", "service_unavailable"
    return 500, delta.error or "The engine could not finish this request: send it again.", "server_error"


def failed(delta: Delta) -> bool:
    """Whether the request ended without an answer."""
    return delta.finish in (FinishReason.ERROR, FinishReason.CANCELLED)
