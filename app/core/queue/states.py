"""The states of a job and the moves between them. The database refuses nothing here; every move is fenced by code."""

from __future__ import annotations

from enum import StrEnum


class JobState(StrEnum):
    """Where a job stands. The value is what the database keeps."""

    BLOCKED = "blocked"
    READY = "ready"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    POISON = "poison"
    CANCELLED = "cancelled"
    NEEDS_OCR = "needs_ocr"
    NEEDS_PASSWORD = "needs_password"
    AWAY = "away"  # in a batch file for another server: nobody here works on it


OPEN = frozenset({JobState.BLOCKED, JobState.READY, JobState.RUNNING})
DEAD_LETTERS = frozenset({JobState.FAILED, JobState.POISON, JobState.NEEDS_OCR, JobState.NEEDS_PASSWORD})
RETRYABLE = DEAD_LETTERS | {JobState.CANCELLED}

MOVES: dict[JobState, frozenset[JobState]] = {
    JobState.BLOCKED: frozenset({JobState.READY, JobState.CANCELLED} | DEAD_LETTERS),
    JobState.READY: frozenset({JobState.RUNNING, JobState.CANCELLED, JobState.AWAY}),
    JobState.AWAY: frozenset({JobState.READY, JobState.RUNNING, JobState.CANCELLED}),
    JobState.RUNNING: frozenset({JobState.READY, JobState.BLOCKED, JobState.DONE, JobState.CANCELLED} | DEAD_LETTERS),
    JobState.DONE: frozenset(),
    **{state: frozenset({JobState.READY, JobState.BLOCKED}) for state in RETRYABLE},
    JobState.CANCELLED: frozenset({JobState.READY, JobState.BLOCKED, JobState.AWAY}),  # an undo makes it what it was
}

MAX_ATTEMPTS = 3
ATTEMPTS_TO_POISON = 4  # the engine died under it in the batch, and then three times under it alone
DEATHS_TO_POISON = 3  # of Nightdesk itself, the last one while it worked on nothing else
FIRST_BACKOFF_S = 2.0
LONGEST_BACKOFF_S = 300.0


def backoff_s(attempts: int, jitter: float, first_s: float = FIRST_BACKOFF_S) -> float:
    """Seconds to wait before the attempt after ``attempts``; ``jitter`` from 0 to 1 spreads them by half."""
    longest = min(first_s * 4.0 ** max(attempts - 1, 0), LONGEST_BACKOFF_S)
    return longest * (0.5 + 0.5 * jitter)
