"""Errors that leave the engine. Each message is one sentence that a person can act on."""

from __future__ import annotations

CONTEXT_EXCEEDED = "context_length_exceeded"
DEADLINE_EXCEEDED = "deadline_exceeded"
ENGINE_STOPPING = "engine_stopping"
OUT_OF_MEMORY = "out_of_memory"
BACKEND_FAILED = "backend_failed"


class EngineError(Exception):
    """Base of every error that ``engines`` raises on purpose; ``str()`` is a sentence for people.

    ``code`` tells a program in one word what happened, where there is such a word.
    """

    code: str | None = None

    def __init__(self, message: str, code: str | None = None) -> None:
        super().__init__(message)
        self.code = code or self.code


class ModelError(EngineError):
    """The model file is missing, is of another format, is cut short, or cannot be served."""


class RequestError(EngineError):
    """The request itself cannot be served (HTTP 400). ``code`` is OpenAI's word where it has one."""


class EngineBusy(EngineError):
    """The engine has no room for another request now (HTTP 429 or 503); trying later can help.

    ``retry_after_s`` is how long the server asks to wait, None where it does not say.
    """

    def __init__(self, message: str, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class EngineStopping(EngineBusy):
    """The engine is being ended in order, for another model or at the end of the day: it is full of nothing."""


class EngineAway(EngineBusy):
    """The server was not reached for a long while, whatever it was asked: no request is to blame for that."""


class EngineGone(EngineError):
    """The engine process ended or cannot be reached; the request can be sent again once it is back."""


class KeyRefused(EngineGone):
    """The server is there and does not let us in; nothing helps but another key."""
