"""How fast the MLX backend is, against mlx-lm's ``batch_generate`` and server in the same run; prints a table.

The work: documents of about 250 prompt tokens, 130 of them the recipe's, answered greedily, while chats of about
30 tokens arrive one after the other. On Linux this runs on the CPU in 32-bit floats: only the ratios mean something.
"""

from __future__ import annotations

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


def document(number: int) -> str:
    own = " ".join(
        f"The {THINGS[(number * 7 + i * 3) % 10]} of {1500 + 37 * number + i} stood open." for i in range(10)
    )
    return f"{RECIPE}\n\n{own}\n\nStory:"


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
            if delta.tokens:
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
        calls.ask(name, chat(i), CHAT_ANSWER, Priority.INTERACTIVE)
        calls.until(lambda name=name: name in calls.ttft_s)
    calls.wait()
    return [seconds for name, seconds in calls.ttft_s.items() if name.startswith("chat")]


def library(folder: Path, texts: Sequence[str], generated: int) -> float:
    """The same through ``batch_generate``."""
    from mlx_lm import batch_generate, load

    model, tokenizer = load(str(folder))
    prompts = [tokenizer.encode(text, add_special_tokens=False) for text in texts]
    began = time.monotonic()
    answer = batch_generate(model, tokenizer, prompts, max_tokens=generated, return_token_ids=True)
    return sum(map(len, answer.token_ids or [])) / (time.monotonic() - began)


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
        found = [first_token_s(client, chat(i)) for i in range(chats)]
        for answer in documents:
            answer.result()
    return found


def line(name: str, tokens_per_s: float, ttft_s: Sequence[float]) -> None:
    waits = f"{statistics.median(ttft_s):8.2f} s {max(ttft_s):8.2f} s" if ttft_s else ""
    click.echo(f"{name:24} {tokens_per_s:8.1f} {waits}")


@click.command(help=__doc__)
@click.option("--quick", is_flag=True, help="8 documents of 12 tokens and 2 chats: two minutes on two cores.")
@click.option("--model", type=click.Path(exists=True, path_type=Path), help="A folder; default the embedded model.")
def main(quick: bool, model: Path | None) -> None:
    count, generated, chats = (8, 12, 2) if quick else (32, 48, 6)
    folder = model or convert(MODEL, platformdirs.user_cache_path("nightdesk", appauthor=False), "hf-float32")
    texts = [document(i) for i in range(2 * count)]
    click.echo(f"{count} documents, {generated} tokens each\n{'':24} {'tok/s':>8} {'chat ttft':>10} {'worst':>10}")
    options = EngineOptions(context=1024, batch_rows=16)
    engine = Engine(MlxBackend(folder, options), options)
    engine.start()
    try:
        speed = ours(engine, texts[:count], generated)
        line("Nightdesk", speed, ours_ttft_s(engine, texts[count:], generated, chats))
    finally:
        engine.close()
    line("mlx-lm batch_generate", library(folder, texts[:count], generated), [])
    with peer_server(folder) as client:
        speed = theirs(client, texts[:count], generated)
        line("mlx_lm.server", speed, theirs_ttft_s(client, texts[count:], generated, chats))


if __name__ == "__main__":
    main()
