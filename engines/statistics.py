"""What the engine counts while it runs: totals, gauges and histograms, in the terms that vLLM uses."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from engines.generation import Generation
from engines.request import Priority

CLASSES = {Priority.INTERACTIVE: "interactive", Priority.BATCH: "batch"}

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

    ``interruptions`` are steps that were broken off for a chat. ``kv_used`` and ``kv_total`` are tokens; ``inside_s``
    is the time spent in the backend's steps, ``outside_s`` the time the engine spent around them.
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
    interruptions: int
    inside_s: float
    outside_s: float
    ttft: Mapping[str, Histogram]
    itl: Mapping[str, Histogram]
    step: Histogram


class Counts:
    """Totals since the engine started; written by the engine thread alone."""

    def __init__(self) -> None:
        self.finished: Counter[str] = Counter()
        self.interruptions = 0
        self._steps = self._prompt_tokens = self._cached_tokens = self._generated_tokens = 0
        self._inside_s = self._outside_s = 0.0
        self._ttft = {name: Histogram() for name in CLASSES.values()}
        self._itl = {name: Histogram() for name in CLASSES.values()}
        self._step = Histogram()

    def add_step(self, inside_s: float, outside_s: float) -> None:
        self._steps += 1
        self._inside_s += inside_s
        self._outside_s += outside_s
        self._step.add(inside_s)

    def add_token(self, generation: Generation, submitted: float, last: float | None, now: float) -> None:
        """Counts a token that came at ``now``, after the one at ``last`` or as the first since ``submitted``."""
        self._generated_tokens += 1
        name = CLASSES[generation.priority]
        if last is not None:
            self._itl[name].add(now - last)
            return
        self._ttft[name].add(now - submitted)
        self._prompt_tokens += generation.prompt
        self._cached_tokens += generation.cached or 0

    def snapshot(
        self,
        *,
        running: Mapping[str, int],
        waiting: Mapping[str, int],
        kv_used: int,
        kv_total: int,
        preemptions: int,
    ) -> EngineStats:
        """The totals together with the gauges given."""
        return EngineStats(
            steps=self._steps,
            prompt_tokens=self._prompt_tokens,
            cached_tokens=self._cached_tokens,
            generated_tokens=self._generated_tokens,
            running=running,
            waiting=waiting,
            finished=dict(self.finished),
            kv_used=kv_used,
            kv_total=kv_total,
            preemptions=preemptions,
            interruptions=self.interruptions,
            inside_s=self._inside_s,
            outside_s=self._outside_s,
            ttft={name: histogram.copy() for name, histogram in self._ttft.items()},
            itl={name: histogram.copy() for name, histogram in self._itl.items()},
            step=self._step.copy(),
        )
