"""What a run's tokens would have cost at a service, at prices that a person has set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Prices:
    """For a million tokens read and written, at a service's batch interface and its usual one; 0 is not set."""

    batch_in: float = 0.0
    batch_out: float = 0.0
    stream_in: float = 0.0
    stream_out: float = 0.0
    currency: str = "USD"


def costs(prices: Prices, prompt_tokens: int, generated_tokens: int) -> dict[str, Any] | None:
    """``batch`` and ``stream`` in ``currency``, those that have a price; None when no price is set."""
    pairs = {"batch": (prices.batch_in, prices.batch_out), "stream": (prices.stream_in, prices.stream_out)}
    found = {
        name: round((per_read * prompt_tokens + per_written * generated_tokens) / MILLION, 4)
        for name, (per_read, per_written) in pairs.items()
        if per_read or per_written
    }
    return {**found, "currency": prices.currency} if found else None
