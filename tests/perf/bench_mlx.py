"""How fast the MLX backend is, against mlx-lm's ``batch_generate`` and server; prints a table.

The work: documents of about 250 prompt tokens, 130 of them the recipe's, answered greedily, while chats of about
30 tokens arrive one after the other. All systems are loaded and warm, and take turns, each run with a recipe of its
own; the median of the runs counts. On Linux this runs on the CPU in 32-bit floats: only the ratios mean something.
"""

from __future__ import annotations

import itertools
import json
import os
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import click
import httpx
import platformdirs

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from engines.backends.mlx_slots.backend import MlxBackend
from engines.convert import convert
from engines.engine import Engine
from engines.options import EngineOptions
from engines.request import Delta, Priority, Request, SamplingParams

MODEL = Path(__file__).resolve().parents[2] / "resources" / "models" / "SmolLM2-135M-Instruct.Q4_1.gguf"
RECIPE = "You read one note at a time and retell it as a long story with names, places, dates and a moral. " * 6
THINGS = ("river", "baker", "choir", "bridge", "museum", "garden", "train", "wallet", "letter", "harbour")
CHAT_ANSWER = 4
# No chat is asked twice, or a system could answer it from memory.
NUMBERS = itertools.count()


def document(number: int, run: int) -> str:
    own = " ".join(
        f"The {THINGS[(number * 7 + i * 3) % 10]} of {1500 + 37 * number + i} stood open." for i in range(10)
    )
    return f"Rules of the {run}. night. {RECIPE}\n\n{own}\n\nStory:"


def chat(number: int) -> str:
    return f"Question {number}: what is a {THINGS[number % 10]} good for, and who was the first to have one?\nAnswer:"


class Calls:
    """Requests to our engine: how many tokens came, and when each first one did."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._changed = threading.Condition()
        self._open = 0
        self._sent: dict[str, float] = {}
        self.ttft_s: dict[str, float] = {}
        self.tokens = 0

    def ask(self, name: str, text: str, generated: int, priority: Priority) -> None:
        tokens = tuple(self._engine.tokenizer.encode(text, special=False))
        with self._changed:
            self._open += 1
            self._sent[name] = time.monotonic()
        self._engine.submit(Request(name, tokens, SamplingParams(max_tokens=generated), priority), self._hear)

    def _hear(self, delta: Delta) -> None:
        if delta.error:
            raise RuntimeError(delta.error)
        with self._changed:
            self.tokens += len(delta.tokens)
            if delta.tokens or delta.finish is not None:  # an answer may be nothing but its end
                self.ttft_s.setdefault(delta.request_id, time.monotonic() - self._sent[delta.request_id])
            self._open -= delta.finish is not None
            self._changed.notify_all()

    def until(self, condition: Callable[[], bool]) -> None:
        with self._changed:
            self._changed.wait_for(condition)

    def wait(self) -> None:
        self.until(lambda: self._open == 0)


def ours(engine: Engine, texts: Sequence[str], generated: int) -> float:
    """Generated tokens per second, prompts included in the time."""
    calls, began = Calls(engine), time.monotonic()
    for i, text in enumerate(texts):
        calls.ask(f"document {i}", text, generated, Priority.BATCH)
    calls.wait()
    return calls.tokens / (time.monotonic() - began)


def ours_ttft_s(engine: Engine, texts: Sequence[str], generated: int, chats: int) -> list[float]:
    calls = Calls(engine)
    for i, text in enumerate(texts):
        calls.ask(f"document {i}", text, generated, Priority.BATCH)
    calls.until(lambda: bool(calls.ttft_s))
    for i in range(chats):
        name = f"chat {i}"
        calls.ask(name, chat(next(NUMBERS)), CHAT_ANSWER, Priority.INTERACTIVE)
        calls.until(lambda name=name: name in calls.ttft_s)
    calls.wait()
    return [seconds for name, seconds in calls.ttft_s.items() if name.startswith("chat")]


def library(folder: Path) -> Callable[[Sequence[str], int], float]:
    """The same through ``batch_generate``."""
    from mlx_lm import batch_generate, load

    model, tokenizer = load(str(folder))

    def rate(texts: Sequence[str], generated: int) -> float:
        prompts = [tokenizer.encode(text, add_special_tokens=False) for text in texts]
        began = time.monotonic()
        answer = batch_generate(model, tokenizer, prompts, max_tokens=generated, return_token_ids=True)
        return sum(map(len, answer.token_ids or [])) / (time.monotonic() - began)

    return rate


@contextmanager
def peer_server(folder: Path) -> Iterator[httpx.Client]:
    """mlx_lm.server on a free port, with the same BLAS."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "mlx_lm", "server", "--model", str(folder), "--port", str(port)]
    environment = os.environ | ({"LD_PRELOAD": "libopenblas.so.0"} if sys.platform == "linux" else {})
    process = subprocess.Popen([*command, "--log-level", "ERROR"], env=environment, stderr=subprocess.DEVNULL)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=600) as client:
            await_ready(client, process)
            yield client
    finally:
        process.terminate()
        process.wait()


def await_ready(client: httpx.Client, process: subprocess.Popen[bytes]) -> None:
    body = {"prompt": "x", "max_tokens": 1}
    while process.poll() is None:
        try:
            client.post("/v1/completions", json=body).raise_for_status()
        except httpx.ConnectError:
            time.sleep(0.2)  # it has no way to say that it listens
        else:
            return
    raise SystemExit("mlx_lm.server did not start")


def complete(client: httpx.Client, text: str, generated: int) -> int:
    answer = client.post("/v1/completions", json={"prompt": text, "max_tokens": generated, "temperature": 0})
    return int(answer.raise_for_status().json()["usage"]["completion_tokens"])


def first_token_s(client: httpx.Client, text: str) -> float:
    """Seconds to the first streamed token."""
    began, found = time.monotonic(), 0.0
    body = {"prompt": text, "max_tokens": CHAT_ANSWER, "temperature": 0, "stream": True}
    with client.stream("POST", "/v1/completions", json=body) as answer:
        for line in answer.iter_lines():
            data = line.removeprefix("data: ")
            if not found and data.startswith("{") and json.loads(data)["choices"]:
                found = time.monotonic() - began
    return found


def theirs(client: httpx.Client, texts: Sequence[str], generated: int) -> float:
    began = time.monotonic()
    with ThreadPoolExecutor(len(texts)) as pool:
        tokens = sum(pool.map(lambda text: complete(client, text, generated), texts))
    return tokens / (time.monotonic() - began)


def theirs_ttft_s(client: httpx.Client, texts: Sequence[str], generated: int, chats: int) -> list[float]:
    with ThreadPoolExecutor(len(texts)) as pool:
        documents = [pool.submit(complete, client, text, generated) for text in texts]
        found = [first_token_s(client, chat(next(NUMBERS))) for _ in range(chats)]
        for answer in documents:
            answer.result()
    return found


@dataclass
class System:
    """One way to serve: its tokens per second without chats, its chats' first tokens beside documents."""

    name: str
    rate: Callable[[Sequence[str], int], float]
    ttft_s: Callable[[Sequence[str], int, int], list[float]] | None
    rates: list[float] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)

    def line(self, first: System) -> str:
        """Its row of the table; ``first`` is ours."""
        speed = statistics.median(self.rates)
        text = f"{self.name:24} {speed:8.1f} {statistics.median(first.rates) / speed:8.2f}"
        if not self.waits:
            return text
        late = p95(self.waits)
        return f"{text} {statistics.median(self.waits):8.2f} s {late:8.2f} s {p95(first.waits) / late:8.2f}"


def p95(values: Sequence[float]) -> float:
    return statistics.quantiles(values, n=20, method="inclusive")[-1]


@dataclass(frozen=True)
class Size:
    """How many documents, tokens of each, chats beside them, and runs."""

    documents: int
    generated: int
    chats: int
    runs: int

    def texts(self, run: int) -> list[str]:
        return [document(number, run) for number in range(self.documents)]


def measure(systems: Sequence[System], size: Size) -> None:
    """All systems take turns; each turn is a recipe that none of them has seen."""
    for system in systems:
        system.rate(Size(2, 2, 0, 0).texts(900), 2)
    for run in range(size.runs):
        for system in systems:
            system.rates.append(system.rate(size.texts(run), size.generated))
            click.echo(f"run {run}: {system.name} writes {system.rates[-1]:.1f} tok/s", err=True)
        for system in systems:
            if system.ttft_s:
                waits = system.ttft_s(size.texts(100 + run), size.generated, size.chats)
                click.echo(f"run {run}: {system.name} begins to answer after {waits}", err=True)
                system.waits += waits


@click.command(help=__doc__)
@click.option("--quick", is_flag=True, help="6 documents of 10 tokens and 3 chats, once: a minute on two cores.")
@click.option("--runs", type=int, help="Turns of each system; 3.")
@click.option("--model", type=click.Path(exists=True, path_type=Path), help="A folder; default the embedded model.")
def main(quick: bool, runs: int | None, model: Path | None) -> None:
    size = Size(6, 10, 3, runs or 1) if quick else Size(32, 48, 6, runs or 3)
    folder = model or convert(MODEL, platformdirs.user_cache_path("nightdesk", appauthor=False), "hf-float32")
    options = EngineOptions(context=1024, batch_rows=16)
    engine = Engine(MlxBackend(folder, options), options)
    engine.start()
    try:
        with peer_server(folder) as client:
            systems = [
                System("Nightdesk", partial(ours, engine), partial(ours_ttft_s, engine)),
                System("mlx-lm batch_generate", library(folder), None),
                System("mlx_lm.server", partial(theirs, client), partial(theirs_ttft_s, client)),
            ]
            measure(systems, size)
    finally:
        engine.close()
    click.echo(f"{size.documents} documents, {size.generated} tokens each, {size.runs} runs; ratios: ours to theirs")
    click.echo(f"{'':24} {'tok/s':>8} {'ratio':>8} {'chat ttft':>10} {'p95':>10} {'ratio':>8}")
    for system in systems:
        click.echo(system.line(systems[0]))


if __name__ == "__main__":
    main()
