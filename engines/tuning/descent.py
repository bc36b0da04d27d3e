"""The search: from the guess, one setting after the other, keeping what is better; no full grid."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from engines.options import EngineOptions
from engines.tuning.probe import WIDTHS, Measured

# A gain below this is noise, and a setting that differs from the guess should be worth it.
WORTH = 1.03
GOAL = (
    "most generated tokens per second over the document mix (268 new tokens behind 150 shared ones, 64 answered), "
    "among the settings that give a lone chat a token at least every 25 ms, if any does"
)
Probe = Callable[[EngineOptions, Sequence[int]], Measured | None]


@dataclass(frozen=True, slots=True)
class Trial:
    """One choice of one setting and what it came to; None where it cannot be served."""

    setting: str
    value: str
    throughput: float | None
    chat_step_s: float | None
    kept: bool


@dataclass(frozen=True, slots=True)
class Tuning:
    """The best settings found, the way there, and throughput against batch width with them."""

    values: dict[str, Any]
    trials: tuple[Trial, ...]
    measured: Measured
    seconds: float
    complete: bool


def axes(*, unpackable: bool, physical: int) -> list[tuple[str, list[dict[str, Any]]]]:
    """The settings in the order in which they matter, with what is tried for each."""
    forms = ["packed", "bf16", "f16", "q8_0"] if unpackable else []
    attention = [("f16", True), ("f16", False), ("bf16", False), ("q8_0", True)]
    threads = sorted({physical, max(1, physical // 2), os.cpu_count() or physical})
    found: list[tuple[str, list[dict[str, Any]]]] = [
        ("attention", [{"kv_type": kind, "flash_attention": flash} for kind, flash in attention]),
        ("weights", [{"weights": form} for form in forms]),
        ("kv_layout", [{"kv_layout": layout} for layout in ("partitioned", "unified")]),
        ("threads", [{"threads": count} for count in threads]),
        ("step_tokens", [{"step_tokens": tokens} for tokens in (64, 128, 256, 512)]),
    ]
    return [(name, values) for name, values in found if len(values) > 1]


class Descent:
    """One search. ``seconds`` is the time after which nothing new is begun."""

    def __init__(
        self, probe: Probe, guess: EngineOptions, seconds: float, clock: Callable[[], float] = time.monotonic,
        on_trial: Callable[[Trial], None] | None = None,
    ) -> None:  # fmt: skip
        self._probe, self._clock, self._on_trial = probe, clock, on_trial
        self._began, self._seconds = clock(), seconds
        self._best, self._values = guess, dict[str, Any]()
        self._trials: list[Trial] = []
        self._complete = True

    def run(self, found: Sequence[tuple[str, list[dict[str, Any]]]], widths: Sequence[int] = WIDTHS) -> Tuning | None:
        """The tuning, or None when not even the guess can be served."""
        rows = self._best.batch_rows
        best = self._probe(self._best, (1, rows))
        if best is None:
            return None
        self._note("as it is", "", best, rows, kept=True)
        for name, values in found:
            for value in values:
                best = self._try(name, value, best, rows)
        curve = self._probe(self._best, [width for width in widths if width <= self._most_rows(widths)]) or best
        self._choose_width(curve)
        return Tuning(self._values, tuple(self._trials), curve, self._clock() - self._began, self._complete)

    def _try(self, name: str, value: dict[str, Any], best: Measured, rows: int) -> Measured:
        changed = replace(self._best, **value)
        if changed == self._best:
            return best
        if self._clock() - self._began > self._seconds:
            self._complete = False
            return best
        measured = self._probe(changed, (1, rows))
        kept = measured is not None and better(measured, best, rows)
        self._note(name, label(value), measured, rows, kept=kept)
        if measured is None or not kept:
            return best
        self._best = changed
        self._values |= value
        return measured

    def _most_rows(self, widths: Sequence[int]) -> int:
        late = self._clock() - self._began > self._seconds
        return self._best.batch_rows if late else max(widths)

    def _choose_width(self, curve: Measured) -> None:
        """The narrowest batch within the noise of the fastest, of those that leave half of a step to prompts.

        A newcomer waits for the step that is under way, so that a wider batch would be paid for by every chat.
        """
        half = self._best.batch_step_s / 2
        short = [rows for rows, seconds in curve.steps.items() if seconds <= half] or [min(curve.steps)]
        fastest = max(curve.throughput(rows) for rows in short)
        enough = min(rows for rows in short if curve.throughput(rows) * WORTH >= fastest)
        for rows in curve.steps:
            self._note("batch_rows", str(rows), curve, rows, kept=rows == enough)
        self._values["batch_rows"] = enough

    def _note(self, setting: str, value: str, measured: Measured | None, rows: int, *, kept: bool) -> None:
        speed = None if measured is None else measured.throughput(rows)
        trial = Trial(setting, value, speed, None if measured is None else measured.chat_step_s, kept)
        self._trials.append(trial)
        if self._on_trial is not None:
            self._on_trial(trial)


def label(value: dict[str, Any]) -> str:
    """One choice in words."""
    words = {True: "with flash attention", False: "without flash attention"}
    return " ".join(words[part] if isinstance(part, bool) else str(part) for part in value.values())


def better(new: Measured, old: Measured, rows: int) -> bool:
    """The goal: a chat's pace first, as far as it is missed, and then the documents' throughput."""
    if new.keeps_pace != old.keeps_pace:
        return new.keeps_pace
    if not new.keeps_pace and new.chat_step_s > old.chat_step_s * WORTH:
        return False
    return new.throughput(rows) > old.throughput(rows) * WORTH
