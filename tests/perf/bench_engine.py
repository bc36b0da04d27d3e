"""How fast the engine works, against what the same library does without it; prints tables, changes nothing.

The work: 64 documents (about 400 prompt tokens, 150 of them the recipe's, 64 generated, greedy), and a chat of
about 30 new tokens every 3 seconds. Systems run in turn, so that other load meets all of them alike. Our engine may
unpack the weights of the same file (engines/weights.py); so it also runs with the packed ones, and llama-server also
with the unpacked file.

What runs in this process is loaded for each of its runs and freed after it. Two loaded models keep two pools of OpenMP
threads, more than a small machine has processors, and GNU OpenMP then lets all of them wait in another way: the engine
alone took 10.6 s for what it did in 11.6 to 13.2 s beside others that were idle.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

sys.path[:0] = [str(Path(__file__).resolve().parents[2]), str(Path(__file__).resolve().parent)]

from llama_server_build import llama_server as peer_program  # noqa: E402
from peers import Server, llama_server, our_server  # noqa: E402
from work import CHAT_ANSWER, CHAT_EVERY_S, Call, Prompt, Work  # noqa: E402

from engines.backends.base import Row  # noqa: E402
from engines.backends.llama_cpp import LlamaCppBackend, choose_weights, thread_count  # noqa: E402
from engines.engine import Engine  # noqa: E402
from engines.load import load_engine  # noqa: E402
from engines.options import EngineOptions  # noqa: E402
from engines.request import Delta, Priority, Request, SamplingParams  # noqa: E402

MODEL = Path(__file__).resolve().parents[2] / "resources" / "models" / "SmolLM2-135M-Instruct.Q4_1.gguf"
ENGINE, HTTP, PACKED, BARE = "engine", "engine, HTTP", "engine, packed", "bare llama_decode loop"
DEFAULT, TUNED, TUNED_BF16 = "llama-server, defaults", "llama-server, tuned", "llama-server, tuned, unpacked"
LOOP = "Llama in a for-loop"
WARM = 1000
"""Added to a run's number: documents of no run that is measured."""

SYSTEMS = (ENGINE, HTTP, PACKED, BARE, DEFAULT, TUNED, TUNED_BF16, LOOP)


class InProcess:
    """The engine without a server in between."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def documents(self, work: Work, run: int) -> float:
        """Seconds for all documents."""
        began = time.monotonic()
        prompts = [work.prompt(i, run) for i in range(work.documents)]
        for call in [self._ask(work, prompt, work.generated, Priority.BATCH) for prompt in prompts]:
            times = call.result().times
            assert len(times) == work.generated, "an answer ended early: the work is not equal"
        return time.monotonic() - began

    def chat_call(self, work: Work, number: int) -> Call:
        """One chat; the times of its tokens."""
        return self._ask(work, work.chat(number), CHAT_ANSWER, Priority.INTERACTIVE).result()

    def warm(self, work: Work, run: int) -> None:
        """Full rows for a few steps: a server that has run before has touched its memory and knows its step times."""
        for call in [
            self._ask(work, work.prompt(i, run + WARM), 8, Priority.BATCH) for i in range(work.documents // 2)
        ]:
            call.result()

    def _ask(self, work: Work, prompt: Prompt, generated: int, priority: Priority) -> Future[Call]:
        call, answered = Call(time.monotonic()), Future[Call]()

        def hear(delta: Delta) -> None:
            if delta.tokens:
                call.times.append(time.monotonic())
            if delta.error:
                answered.set_exception(RuntimeError(delta.error))
            elif delta.finish is not None:
                answered.set_result(call)

        sampling = SamplingParams(max_tokens=generated, logit_bias=work.bias)
        self.engine.submit(Request(f"{id(call)}-{call.sent}", tuple(prompt.tokens), sampling, priority), hear)
        return answered


class Alone:
    """A system of this process, in memory only while it works; ``steps`` are its seconds outside and inside a backend,
    and their number."""

    def __init__(self, load: Callable[[], contextlib.AbstractContextManager[Any]]) -> None:
        self.load = load
        self.steps = [0.0, 0.0, 0]

    def documents(self, work: Work, run: int) -> float:
        """Seconds for all documents, on a thread that takes its OpenMP threads with it when it ends."""
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(self._run, work, run).result()

    def _run(self, work: Work, run: int) -> float:
        with self.load() as system:
            if not isinstance(system, InProcess):
                return float(system.documents(work, run))
            system.warm(work, run)
            before = system.engine.stats()
            seconds = system.documents(work, run)
            after = system.engine.stats()
            self.steps[0] += after.outside_s - before.outside_s
            self.steps[1] += after.inside_s - before.inside_s
            self.steps[2] += after.steps - before.steps
            return seconds


class Bare:
    """The ceiling: a loop that knows all the work beforehand, shares the prefix, and does nothing but decode."""

    def __init__(self, backend: LlamaCppBackend, rows: int, step_tokens: int) -> None:
        self._backend, self._rows, self._step_tokens = backend, rows, step_tokens

    def documents(self, work: Work, run: int) -> float:
        """Seconds for all documents."""
        began, backend = time.monotonic(), self._backend
        waiting = [list(work.prompt(i, run).tokens) for i in range(work.documents)]
        shared, store = shared_length(waiting), self._rows
        for slot in range(self._rows + 1):
            backend.trim(slot, 0)
        backend.step([Row(store, waiting[0][:shared], 0, False)])
        free, active = list(range(self._rows)), dict[int, tuple[list[int], int]]()
        while waiting or active:
            step = [Row(slot, tokens[-1:], len(tokens) - 1, True) for slot, (tokens, _) in active.items()]
            room = self._step_tokens - len(step)
            while free and waiting and room >= len(waiting[0]) - shared:
                prompt, slot = waiting.pop(0), free.pop(0)
                backend.copy(store, slot, shared)
                step.append(Row(slot, prompt[shared:], shared, True))
                active[slot] = (prompt, len(prompt) + work.generated)
                room -= len(prompt) - shared
            for row, token in zip(step, backend.step(step).argmax(), strict=True):
                tokens, most = active[row.slot]
                tokens.append(token)
                if len(tokens) >= most:
                    del active[row.slot]
                    free.append(row.slot)
        return time.monotonic() - began


def shared_length(prompts: list[list[int]]) -> int:
    first, last = min(prompts), max(prompts)
    return next((i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first) - 1)


class Loop:
    """llama-cpp-python's own class, one document after the other; it keeps the common beginning."""

    def __init__(self, model: Any) -> None:
        self._model = model

    def documents(self, work: Work, run: int) -> float:
        """Seconds for all documents."""
        began = time.monotonic()
        for i in range(work.documents):
            for count, _ in enumerate(self._model.generate(work.prompt(i, run).tokens, temp=0.0, top_k=1), 1):
                if count >= work.generated:
                    break
        return time.monotonic() - began


@contextlib.contextmanager
def in_process(model: Path, options: EngineOptions) -> Iterator[InProcess]:
    engine = load_engine(model, options)
    try:
        yield InProcess(engine)
    finally:
        engine.close()


@contextlib.contextmanager
def bare(model: Path, options: EngineOptions) -> Iterator[Bare]:
    backend = LlamaCppBackend(model, options)
    try:
        yield Bare(backend, options.batch_rows, options.step_tokens)
    finally:
        backend.close()


@contextlib.contextmanager
def loop(model: Path, context: int, threads: int) -> Iterator[Loop]:
    import llama_cpp

    with contextlib.closing(llama_cpp.Llama(str(model), verbose=False, n_ctx=context, n_threads=threads)) as loaded:
        yield Loop(loaded)


@contextlib.contextmanager
def systems(model: Path, options: EngineOptions, only: set[str]) -> Iterator[tuple[Engine, dict[str, Any]]]:
    """The engine, and every system that was asked for, loaded and idle."""
    context, threads = options.context or 1024, thread_count(options)
    with contextlib.ExitStack() as stack:
        engine = load_engine(model, options)
        stack.callback(engine.close)
        found: dict[str, Any] = {ENGINE: Alone(lambda: in_process(model, options))}
        if HTTP in only:
            found[HTTP] = stack.enter_context(our_server(model, context, changed(options)))
        if PACKED in only:
            found[PACKED] = Alone(lambda: in_process(model, replace(options, weights="packed")))
        if BARE in only:
            found[BARE] = Alone(lambda: bare(model, options))
        for name, tuned, form in ((DEFAULT, False, "packed"), (TUNED, True, "packed"), (TUNED_BF16, True, None)):
            if name in only:
                file = choose_weights(model, replace(options, weights=form))[1]  # type: ignore[arg-type]
                peer = llama_server(peer_program(), file, context, tuned=tuned, threads=threads)
                found[name] = stack.enter_context(peer)
        if LOOP in only:
            found[LOOP] = Alone(lambda: loop(model, context, threads))
        yield engine, found


def changed(options: EngineOptions) -> dict[str, Any]:
    """The options that differ from the defaults, for the engine process."""
    default = EngineOptions()
    values = {name: getattr(options, name) for name in EngineOptions.__dataclass_fields__ if name != "context"}
    return {name: value for name, value in values.items() if value != getattr(default, name)}


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")


def measure_documents(found: dict[str, Any], work: Work, runs: int) -> dict[str, list[float]]:
    """Seconds of every run of every system, taken in turn."""
    work.prepare([*range(runs), *range(WARM, WARM + runs)])
    seconds: dict[str, list[float]] = {name: [] for name in found}
    for run, (name, system) in itertools.product(range(runs), found.items()):
        seconds[name].append(system.documents(work, run))
        click.echo(f"{name}: {seconds[name][-1]:.1f} s", err=True)
    report(work, seconds)
    if HTTP in seconds:
        pairs = [alone / served for alone, served in zip(seconds[ENGINE], seconds[HTTP], strict=True)]
        click.echo(f"\nOver HTTP against in process, run by run: {', '.join(f'{pair:.2f}' for pair in pairs)}.")
    outside, inside, steps = found[ENGINE].steps
    whole = outside + inside
    click.echo(f"\nOutside the backend: {100 * outside / whole:.2f} % of a step, {1000 * outside / steps:.2f} ms of "
               f"{1000 * whole / steps:.1f} ms.\n")  # fmt: skip
    return seconds


def report(work: Work, seconds: dict[str, list[float]]) -> None:
    ours = statistics.median(seconds[ENGINE])
    size = statistics.mean(len(work.prompt(i, 0).tokens) for i in range(work.documents))
    row(f"{work.documents} documents of {size:.0f} + {work.generated} tokens", "median s", "least", "most", "tokens/s",
        "engine against it")  # fmt: skip
    row("---", *["---:"] * 5)
    for name, values in seconds.items():
        median = statistics.median(values)
        rate = work.documents * work.generated / median
        row(name, f"{median:.1f}", f"{min(values):.1f}", f"{max(values):.1f}", f"{rate:.0f}", f"{ours / median:.2f}")


def row(*cells: str) -> None:
    click.echo("| " + " | ".join(cells) + " |")


def measure_chats(found: dict[str, Any], work: Work, seconds: dict[str, list[float]], runs: int) -> None:
    """Chats with each idle system, then beside the documents."""
    row("chats, ms", "TTFT p50", "TTFT p95", "between tokens p50", "p95", "batch keeps")
    row("---", *["---:"] * 5)
    for name, system in found.items():
        if name not in (ENGINE, HTTP, TUNED, TUNED_BF16):
            continue
        with system.load() if isinstance(system, Alone) else contextlib.nullcontext(system) as asked:
            row(f"{name}, idle", *latencies([asked.chat_call(work, i) for i in range(6)]), "")
            calls, took = beside(asked, work, 100 + runs)
        row(f"{name}, beside documents", *latencies(calls), f"{100 * statistics.median(seconds[name]) / took:.0f} %")


def beside(system: InProcess | Server, work: Work, run: int) -> tuple[list[Call], float]:
    """A chat every few seconds until the documents are done; the chats, and the documents' seconds."""
    work.prepare([run])
    done = threading.Event()
    calls = []
    with ThreadPoolExecutor(1) as pool:
        batch = pool.submit(system.documents, work, run)
        batch.add_done_callback(lambda _: done.set())
        number = 1000
        while not done.wait(CHAT_EVERY_S if number > 1000 else 1.0):
            calls.append(system.chat_call(work, number))
            number += 1
        return calls, batch.result()


def latencies(calls: list[Call]) -> list[str]:
    first = [call.ttft_s for call in calls]
    between = [gap for call in calls for gap in call.itl_s()]
    return [f"{1000 * percentile(values, share):.0f}" for values in (first, between) for share in (0.5, 0.95)]


def measure_growth(model: Path, options: EngineOptions) -> None:
    """Step time of 32 rows against the tokens that each of them looks back on."""
    rows = 32
    backend = LlamaCppBackend(model, replace(options, context=1088, batch_rows=rows, chat_rows=0, resident_slots=0))
    try:
        steps = {depth: depth_step_s(backend, rows, depth) for depth in (250, 1000)}
    finally:
        backend.close()
    near, far = 1000 * steps[250], 1000 * steps[1000]
    click.echo(
        f"\nA step of {rows} rows takes {near:.0f} ms after 250 tokens each and {far:.0f} ms after 1,000, "
        f"{far / near:.2f} times as long: only attention reads more."
    )


def depth_step_s(backend: LlamaCppBackend, rows: int, depth: int) -> float:
    backend.trim(0, 0)
    for at in range(0, depth, 250):
        backend.step([Row(0, [3000 + at + i for i in range(250)], at, False)])
    for slot in range(1, rows):
        backend.copy(0, slot, depth)
    seconds = []
    for _ in range(5):
        began = time.monotonic()
        backend.step([Row(slot, [4000 + slot], depth, True) for slot in range(rows)]).argmax()
        seconds.append(time.monotonic() - began)
        for slot in range(rows):
            backend.trim(slot, depth)
    return statistics.median(seconds)


@click.command()
@click.option("--model", type=click.Path(path_type=Path, exists=True), default=MODEL, show_default=False)
@click.option("--quick", is_flag=True, help="16 documents, one run, without the servers.")
@click.option("--documents", default=64, help="Documents in the batch.")
@click.option("--runs", default=3, help="Runs of every system, taken in turn.")
@click.option("--only", help=f"Systems beside the engine, separated by semicolons: {'; '.join(SYSTEMS[1:])}.")
@click.option("--chats/--no-chats", default=True)
@click.option("--options", default="{}", help="Options of the engine as a JSON object.")
def main(model: Path, quick: bool, documents: int, runs: int, only: str | None, chats: bool, options: str) -> None:
    """Measure the engine on this machine."""
    documents, runs = (min(documents, 16), 1) if quick else (documents, runs)
    chosen = {name.strip() for name in only.split(";")} if only is not None else set(SYSTEMS)
    chosen = {BARE, LOOP} if quick and only is None else chosen
    with systems(model, EngineOptions(**({"context": 1024} | json.loads(options))), chosen) as (engine, found):
        click.echo(f"{engine.model.name}: {', '.join(f'{k} {v}' for k, v in engine.model.settings.items())}\n")
        work = Work(engine, documents)
        seconds = measure_documents(found, work, runs)
        if chats:
            measure_chats(found, work, seconds, runs)
    if not quick:
        measure_growth(model, EngineOptions(**json.loads(options)))


if __name__ == "__main__":
    main()
