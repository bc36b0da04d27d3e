"""What the engine's own choices are worth on this machine: each against its alternative, taken in turn.

The form of the weights (engines/weights.py), the layout of the memory and the order of its slots
(engines/backends/llama_cpp.py), and how long OpenMP's threads spin (engines/__init__.py), which is felt only beside
another busy program: one is started for that, and ended.
"""

from __future__ import annotations

import contextlib
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from engines.backends.base import Row  # noqa: E402
from engines.backends.llama_cpp import LlamaCppBackend  # noqa: E402
from engines.options import EngineOptions, KvLayout, WeightForm  # noqa: E402

MODEL = ROOT / "resources" / "models" / "SmolLM2-135M-Instruct.Q4_1.gguf"
ROWS, DEPTH, CHUNK, ROUNDS = 16, 400, 256, 3
OPTIONS = EngineOptions(context=1024)
FORMS: tuple[WeightForm, ...] = ("packed", "q8_0", "bf16")
LAYOUTS: tuple[KvLayout, ...] = ("partitioned", "unified")
SPINS = {"GNU OpenMP's default": None, "GOMP_SPINCOUNT=1000": "1000"}


class Bench:
    """A loaded model with ``ROWS`` sequences of ``DEPTH`` tokens, each computed for itself."""

    def __init__(self, model: Path, options: EngineOptions = OPTIONS) -> None:
        self.backend = LlamaCppBackend(model, options)
        for slot in range(ROWS):
            self.backend.step([Row(slot, [3000 + 31 * slot + i for i in range(DEPTH)], 0, False)])

    def decode_s(self, slots: list[int]) -> float:
        """Seconds of a step of one token for each of ``slots``."""
        rows = [Row(slot, [4000 + slot], DEPTH, True) for slot in slots]
        return self._timed(rows, [(slot, DEPTH) for slot in slots])

    def prefill_s(self) -> float:
        """Seconds of a chunk of ``CHUNK`` prompt tokens at the beginning of the next sequence."""
        return self._timed([Row(ROWS, list(range(5000, 5000 + CHUNK)), 0, True)], [(ROWS, 0)])

    def _timed(self, rows: list[Row], back: list[tuple[int, int]]) -> float:
        began = time.monotonic()
        self.backend.step(rows).argmax()
        seconds = time.monotonic() - began
        for slot, length in back:
            self.backend.trim(slot, length)
        return seconds


def median_ms(measure: Callable[[], float], times: int = 7) -> float:
    return 1000 * statistics.median(measure() for _ in range(times))


@contextlib.contextmanager
def loaded(model: Path, options: EngineOptions = OPTIONS) -> Iterator[Bench]:
    bench = Bench(model, options)
    try:
        yield bench
    finally:
        bench.backend.close()


def in_turn(measures: dict[str, Callable[[], list[float]]]) -> dict[str, list[float]]:
    """The median of every figure over ``ROUNDS`` rounds, in which every choice has its turn."""
    found: dict[str, list[list[float]]] = {name: [] for name in measures}
    for _ in range(ROUNDS):
        for name, measure in measures.items():
            found[name].append(measure())
            click.echo(f"{name}: {', '.join(f'{value:.1f} ms' for value in found[name][-1])}", err=True)
    return {name: [statistics.median(column) for column in zip(*values, strict=True)] for name, values in found.items()}


def weights(model: Path) -> None:
    """Prompts and rows with each form of the weights."""

    def measure(form: WeightForm) -> list[float]:
        with loaded(model, replace(OPTIONS, weights=form)) as bench:
            every = list(range(ROWS))
            return [median_ms(lambda: bench.decode_s([0])), median_ms(lambda: bench.decode_s(every)),
                    median_ms(bench.prefill_s)]  # fmt: skip

    found = in_turn({form: lambda form=form: measure(form) for form in FORMS})  # type: ignore[misc]
    table(
        f"form of the weights, {DEPTH} tokens behind each row", "1 row, tok/s", f"{ROWS} rows, tok/s", "prompt, tok/s"
    )
    for form, (one, many, prompt) in found.items():
        row(form, f"{1000 / one:.0f}", f"{1000 * ROWS / many:.0f}", f"{1000 * CHUNK / prompt:.0f}")


def memory(model: Path) -> None:
    """A step of all rows with each layout of the memory, and with its rows out of order."""

    def measure(layout: KvLayout) -> list[float]:
        with loaded(model, replace(OPTIONS, kv_layout=layout)) as bench:
            return [median_ms(lambda: bench.decode_s(list(range(ROWS))))]

    def gaps() -> list[float]:
        """Half of the rows, scattered, as llama.cpp would meet them, with the engine's fillers and without."""
        with loaded(model) as bench:
            slots = list(range(0, ROWS, 2))
            with_fillers = median_ms(lambda: bench.decode_s(slots))
            bench.backend._fills_gaps = False
            return [with_fillers, median_ms(lambda: bench.decode_s(slots))]

    found = in_turn({layout: lambda layout=layout: measure(layout) for layout in LAYOUTS})  # type: ignore[misc]
    table("memory", "step, ms")
    for layout, (step,) in found.items():
        row(f"{ROWS} rows, {layout}", f"{step:.0f}")
    filled, bare = in_turn({"every other slot": gaps})["every other slot"]
    row(f"{ROWS // 2} rows in every other slot, gaps filled", f"{filled:.0f}")
    row(f"{ROWS // 2} rows in every other slot, as llama.cpp splits them", f"{bare:.0f}")


def spinning(model: Path) -> None:
    """A step of all rows alone and beside a busy program, with each way of waiting."""

    def measure(spins: str | None, *, busy: bool) -> list[float]:
        environment = {name: value for name, value in os.environ.items() if name != "GOMP_SPINCOUNT"}
        # The empty word stands for the library's default: engines/__init__.py sets only what is not set.
        environment["GOMP_SPINCOUNT"] = spins if spins is not None else ""
        with busy_program() if busy else contextlib.nullcontext():
            command = [sys.executable, __file__, "--step", "--model", str(model)]
            done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        return [float(value) for value in json.loads(done.stdout)]

    names = {f"{name}, {'beside a busy program' if busy else 'alone'}": (spins, busy)
             for name, spins in SPINS.items() for busy in (False, True)}  # fmt: skip
    found = in_turn(
        {name: lambda spins=spins, busy=busy: measure(spins, busy=busy) for name, (spins, busy) in names.items()}  # type: ignore[misc]
    )
    table(f"waiting of OpenMP's threads, {ROWS} rows", "step, ms", "slowest of twenty, ms")
    for name, (step, slowest) in found.items():
        row(name, f"{step:.0f}", f"{slowest:.0f}")


@contextlib.contextmanager
def busy_program() -> Iterator[None]:
    child = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        yield
    finally:
        child.kill()
        child.wait()


def table(*titles: str) -> None:
    click.echo()
    row(*titles)
    row("---", *["---:"] * (len(titles) - 1))


def row(*cells: str) -> None:
    click.echo("| " + " | ".join(cells) + " |")


@click.command()
@click.option("--model", type=click.Path(path_type=Path, exists=True), default=MODEL, show_default=False)
@click.option("--step", is_flag=True, help="Only print the milliseconds of a step: the median, and one of twenty.")
def main(model: Path, step: bool) -> None:
    """Measure the engine's choices on this machine."""
    if step:
        with loaded(model) as bench:
            steps = sorted(1000 * bench.decode_s(list(range(ROWS))) for _ in range(60))
            click.echo(json.dumps([statistics.median(steps), steps[-len(steps) // 20]]))
        return
    weights(model)
    memory(model)
    spinning(model)


if __name__ == "__main__":
    main()
