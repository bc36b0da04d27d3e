"""How fast the engine works, against what the same library does without it; prints a table, changes nothing.

The work: 64 documents (about 400 prompt tokens, 150 of them the recipe's, 64 generated, greedy), and a chat of
about 30 new tokens every 3 seconds. Peers run in turn with the engine, so that other load meets all of them alike.
"""

from __future__ import annotations

import statistics
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import click

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import itertools

from engines.backends.base import Row
from engines.backends.llama_cpp import LlamaCppBackend
from engines.engine import Engine
from engines.load import load_engine
from engines.options import EngineOptions
from engines.request import Delta, Priority, Request, SamplingParams

MODEL = Path(__file__).resolve().parents[2] / "resources" / "models" / "SmolLM2-135M-Instruct.Q4_1.gguf"
SHARED, OWN, GENERATED = 150, 268, 64
CHAT_TOKENS, CHAT_ANSWER, CHAT_EVERY_S = 30, 24, 3.0


@dataclass(frozen=True)
class Work:
    """Prompts of one recipe over many documents."""

    prompts: list[list[int]]
    generated: int


def make_work(documents: int) -> Work:
    shared = [3000 + (i * 37) % 20000 for i in range(SHARED)]
    own = [[3000 + (i * 61 + d * 977) % 20000 for i in range(OWN)] for d in range(documents)]
    return Work([shared + document for document in own], GENERATED)


class Calls:
    """Times of the deltas of every request."""

    def __init__(self) -> None:
        self.sent: dict[str, float] = {}
        self.times: dict[str, list[float]] = {}
        self._open = 0
        self._changed = threading.Condition()

    def ask(self, engine: Engine, name: str, prompt: list[int], generated: int, priority: Priority) -> None:
        with self._changed:
            self._open += 1
            self.sent[name], self.times[name] = time.monotonic(), []
        sampling = SamplingParams(max_tokens=generated)
        engine.submit(Request(name, tuple(prompt), sampling, priority), self._hear)

    def _hear(self, delta: Delta) -> None:
        self.times[delta.request_id].append(time.monotonic())
        if delta.finish is not None:
            if delta.error:
                raise RuntimeError(delta.error)
            with self._changed:
                self._open -= 1
                self._changed.notify_all()

    def wait(self, timeout: float | None = None) -> bool:
        """Waits until all have ended, or for ``timeout`` seconds; says whether they have."""
        with self._changed:
            return self._changed.wait_for(lambda: self._open == 0, timeout)

    def ttft_s(self) -> list[float]:
        return [times[0] - self.sent[name] for name, times in self.times.items() if times]

    def itl_s(self) -> list[float]:
        return [b - a for times in self.times.values() for a, b in itertools.pairwise(times)]


def engine_run(engine: Engine, work: Work, run: int) -> float:
    """Seconds for all documents through the engine; the first tokens differ per run, so nothing is left to reuse."""
    calls, began = Calls(), time.monotonic()
    for i, prompt in enumerate(work.prompts):
        calls.ask(engine, f"d{run}.{i}", [4000 + run, *prompt], work.generated, Priority.BATCH)
    calls.wait()
    return time.monotonic() - began


def bare_run(backend: LlamaCppBackend, work: Work, rows: int, step_tokens: int) -> float:
    """The ceiling: a loop that knows all the work beforehand, shares the prefix, and does nothing but decode."""
    began = time.monotonic()
    for slot in range(rows + 1):
        backend.trim(slot, 0)
    waiting = [list(prompt) for prompt in work.prompts]
    store = rows
    backend.step([Row(store, waiting[0][:SHARED], 0, False)])
    free, active = list(range(rows)), dict[int, tuple[list[int], int]]()
    while waiting or active:
        step = [Row(slot, tokens[-1:], len(tokens) - 1, True) for slot, (tokens, _) in active.items()]
        room = step_tokens - len(step)
        while free and waiting and room >= len(waiting[0]) - SHARED:
            prompt, slot = waiting.pop(0), free.pop()
            backend.copy(store, slot, SHARED)
            step.append(Row(slot, prompt[SHARED:], SHARED, True))
            active[slot] = (prompt, len(prompt) + work.generated)
            room -= len(prompt) - SHARED
        for row, token in zip(step, backend.step(step).argmax(), strict=True):
            tokens, most = active[row.slot]
            tokens.append(token)
            if len(tokens) >= most:
                del active[row.slot]
                free.append(row.slot)
    return time.monotonic() - began


def loop_run(model: object, work: Work) -> float:
    """llama-cpp-python's own class, one document after the other; it keeps the common beginning."""
    began = time.monotonic()
    for prompt in work.prompts:
        for count, _ in enumerate(model.generate(prompt, temp=0.0, top_k=1), 1):  # type: ignore[attr-defined]
            if count >= work.generated:
                break
    return time.monotonic() - began


def chats(engine: Engine, count: int, label: str, until: Callable[[float], bool]) -> Calls:
    """A chat every few seconds, ``count`` of them or until ``until`` says that the documents are done."""
    calls = Calls()
    for i in range(count):
        prompt = [5000 + i, *(6000 + (i * 131 + t * 17) % 9000 for t in range(CHAT_TOKENS))]
        calls.ask(engine, f"chat {label} {i}", prompt, CHAT_ANSWER, Priority.INTERACTIVE)
        if until(CHAT_EVERY_S):
            break
    calls.wait()
    return calls


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")


def line(name: str, *values: str) -> None:
    click.echo(f"{name:<44}" + "".join(f"{value:>14}" for value in values))


def in_ms(values: list[float]) -> tuple[str, str]:
    return f"{1000 * percentile(values, 0.5):.0f} ms", f"{1000 * percentile(values, 0.95):.0f} ms"


@click.command()
@click.option("--model", type=click.Path(path_type=Path, exists=True), default=MODEL, show_default=False)
@click.option("--quick", is_flag=True, help="16 documents and one run each; under three minutes.")
@click.option("--documents", default=64, help="Documents in the batch.")
@click.option("--runs", default=3, help="Runs of every peer, taken in turn.")
@click.option("--rows", default=16, help="Documents generated at once.")
@click.option("--context", default=1024, help="Tokens of one request.")
@click.option("--layout", type=click.Choice(["partitioned", "unified"]), default="partitioned")
@click.option("--kv", type=click.Choice(["f16", "bf16", "q8_0"]), default=None)
@click.option("--flash/--no-flash", default=None)
@click.option("--step-tokens", default=512)
@click.option("--step-ms", default=None, type=float, help="Target of a step with documents alone.")
@click.option("--chat-step-ms", default=None, type=float, help="Target of a step beside a chat.")
@click.option("--peers/--no-peers", default=True)
@click.option("--with-chats/--no-chats", default=True)
def main(
    model: Path, quick: bool, documents: int, runs: int, rows: int, context: int, layout: str, kv: str | None,
    flash: bool | None, step_tokens: int, step_ms: float | None, chat_step_ms: float | None, peers: bool,
    with_chats: bool,
) -> None:  # fmt: skip
    """Measure the engine on this machine."""
    documents, runs = (min(documents, 16), 1) if quick else (documents, runs)
    options = EngineOptions(
        context=context, batch_rows=rows, kv_layout=layout, kv_type=kv, flash_attention=flash,  # type: ignore[arg-type]
        step_tokens=step_tokens,
    )  # fmt: skip
    if step_ms is not None:
        options = replace(options, batch_step_s=step_ms / 1000)
    if chat_step_ms is not None:
        options = replace(options, chat_step_s=chat_step_ms / 1000)
    work = make_work(documents)
    engine = load_engine(model, options)
    try:
        measure(engine, model, options, work, runs, peers=peers, with_chats=with_chats)
    finally:
        engine.close()


def measure(
    engine: Engine, model: Path, options: EngineOptions, work: Work, runs: int, *, peers: bool, with_chats: bool
) -> None:
    click.echo(f"{engine.model.name}: {engine.model.settings}")
    seconds: dict[str, list[float]] = {"engine": []}
    runners: dict[str, Callable[[], float]] = {}
    backend = LlamaCppBackend(model, options) if peers else None
    if backend is not None:
        import llama_cpp

        settings = {"n_ctx": options.context or 1024, "n_threads": options.threads, "n_batch": options.step_tokens}
        loop = llama_cpp.Llama(str(model), verbose=False, **settings)  # type: ignore[arg-type]
        runners["bare llama_decode loop"] = lambda: bare_run(backend, work, options.batch_rows, options.step_tokens)
        runners["llama-cpp-python's Llama in a for-loop"] = lambda: loop_run(loop, work)
    before = engine.stats()
    for run in range(runs):
        seconds["engine"].append(engine_run(engine, work, run))
        for name, runner in runners.items():
            seconds.setdefault(name, []).append(runner())
    after = engine.stats()
    if backend is not None:
        backend.close()
    report(work, seconds)
    outside, inside = after.outside_s - before.outside_s, after.inside_s - before.inside_s
    line("outside the backend", f"{100 * outside / (outside + inside):.2f} %",
         f"{1000 * outside / (after.steps - before.steps):.2f} ms/step")  # fmt: skip
    if with_chats:
        measure_chats(engine, work, statistics.median(seconds["engine"]))


def report(work: Work, seconds: dict[str, list[float]]) -> None:
    line(f"{len(work.prompts)} documents", "median", "least", "most", "generated", "engine takes")
    ours = statistics.median(seconds["engine"])
    for name, values in seconds.items():
        median = statistics.median(values)
        rate = len(work.prompts) * work.generated / median
        line(name, f"{median:.1f} s", f"{min(values):.1f} s", f"{max(values):.1f} s", f"{rate:.0f} tok/s",
             f"{ours / median:.2f} of it")  # fmt: skip


def measure_chats(engine: Engine, work: Work, alone_s: float) -> None:
    idle = threading.Event()
    quiet = chats(engine, 5, "idle", lambda _: idle.wait(0.3))
    calls, began = Calls(), time.monotonic()
    for i, prompt in enumerate(work.prompts):
        calls.ask(engine, f"beside {i}", [4999, *prompt], work.generated, Priority.BATCH)
    beside = chats(engine, 1000, "beside", lambda seconds: calls.wait(seconds))
    wall = time.monotonic() - began
    line("chats", "TTFT p50", "TTFT p95", "ITL p50", "ITL p95", "batch keeps")
    line("with an idle engine", *in_ms(quiet.ttft_s()), *in_ms(quiet.itl_s()))
    line("beside the documents", *in_ms(beside.ttft_s()), *in_ms(beside.itl_s()), f"{100 * alone_s / wall:.0f} %")


if __name__ == "__main__":
    main()
