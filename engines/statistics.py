"""What the engine counts while it runs: totals, gauges and histograms, in the terms that vLLM uses."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field

LATENCY_BOUNDS_S = (
    0.001, 0.005, 0.01, 0.015, 0.02, 0.025, 0.03, 0.04, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 0.75, 1.0,
    2.5, 5.0, 7.5, 10.0, 20.0, 40.0, 80.0, 160.0, 640.0, 2560.0,
)  # fmt: skip


@dataclass(slots=True)
class Histogram:
    """Counts of values in seconds; ``counts[i]`` is the number at or below ``bounds[i]``, the last those above."""

    bounds: tuple[float, ...] = LATENCY_BOUNDS_S
    counts: list[int] = field(default_factory=lambda: [0] * (len(LATENCY_BOUNDS_S) + 1))
    total: float = 0.0

    def add(self, value: float) -> None:
        self.counts[bisect_left(self.bounds, value)] += 1
        self.total += value

    def copy(self) -> Histogram:
        return Histogram(self.bounds, list(self.counts), self.total)


@dataclass(frozen=True, slots=True)
class EngineStats:
    """A snapshot. The mappings by class have the keys "interactive" and "batch"; histograms are in seconds.

    ``kv_used`` and ``kv_total`` are tokens; ``inside_s`` is the time spent in the backend's steps, ``outside_s``
    the time the engine spent around them.
    """

    steps: int
    prompt_tokens: int
    cached_tokens: int
    generated_tokens: int
    running: Mapping[str, int]
    waiting: Mapping[str, int]
    finished: Mapping[str, int]
    kv_used: int
    kv_total: int
    preemptions: int
    inside_s: float
    outside_s: float
    ttft: Mapping[str, Histogram]
    itl: Mapping[str, Histogram]
    step: Histogram
