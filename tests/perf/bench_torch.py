"""How fast the torch backend is, against transformers' own batching in the same run; prints a table, changes nothing.

On a CPU with the embedded model: ``python tests/perf/bench_torch.py --quick``. On a machine with an NVIDIA card, with
random weights of a realistic shape, which are enough to time: ``python tests/perf/bench_torch.py --random 8b``.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import threading
import time
from pathlib import Path
from typing import Any

import click
import platformdirs

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import torch
from transformers import AutoConfig, AutoModelForCausalLM, GenerationConfig, PreTrainedModel
from transformers.utils import logging

from engines.backends.hf_tokenizer import HuggingFaceTokenizer
from engines.backends.torch_paged.backend import TorchBackend
from engines.convert import convert
from engines.engine import Engine
from engines.options import EngineOptions
from engines.request import Delta, Priority, Request, SamplingParams

MODEL = Path(__file__).resolve().parents[2] / "resources" / "models" / "SmolLM2-135M-Instruct.Q4_1.gguf"
CACHE = platformdirs.user_cache_path("nightdesk", appauthor=False)
SHAPES: dict[str, dict[str, Any]] = {
    "1b": {"hidden_size": 2048, "intermediate_size": 8192, "num_hidden_layers": 16, "num_attention_heads": 32},
    "8b": {"hidden_size": 4096, "intermediate_size": 14336, "num_hidden_layers": 32, "num_attention_heads": 32},
}
CHAT_TOKENS, CHAT_ANSWER = 30, 8


class EndlessTokenizer(HuggingFaceTokenizer):
    """No answer ends before its length, so that every system does the same work."""

    def is_end(self, token: int) -> bool:
        return False


def random_folder(shape: str) -> Path:
    """Random weights in the shape of Llama 3 with the embedded model's tokenizer, written once."""
    folder = CACHE / "random" / shape
    if not (folder / "tokenizer.json").is_file():
        config = AutoConfig.for_model(
            "llama", vocab_size=128256, num_key_value_heads=8, max_position_embeddings=8192, **SHAPES[shape]
        )
        AutoModelForCausalLM.from_config(config, dtype=torch.bfloat16).save_pretrained(folder)
        shutil.copy(convert(MODEL, CACHE, "hf-float32") / "tokenizer.json", folder)
    return folder


def prompt(length: int, seed: int) -> list[int]:
    return [3000 + (i * 61 + seed * 977) % 20000 for i in range(length)]


class Calls:
    """Requests in flight and when their first tokens came."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._sent: dict[str, float] = {}
        self._open: set[str] = set()
        self._changed = threading.Condition()
        self.ttft_s: dict[str, float] = {}

    def ask(self, name: str, tokens: list[int], generated: int, priority: Priority = Priority.BATCH) -> None:
        with self._changed:
            self._open.add(name)
            self._sent[name] = time.monotonic()
        self._engine.submit(Request(name, tuple(tokens), SamplingParams(max_tokens=generated), priority), self._hear)

    def _hear(self, delta: Delta) -> None:
        if delta.error:
            raise RuntimeError(delta.error)
        with self._changed:
            if delta.tokens:
                self.ttft_s.setdefault(delta.request_id, time.monotonic() - self._sent[delta.request_id])
            if delta.finish is not None:
                self._open.discard(delta.request_id)
            self._changed.notify_all()

    def begun(self, count: int) -> None:
        """Waits until ``count`` requests have their first token."""
        with self._changed:
            self._changed.wait_for(lambda: len(self.ttft_s) >= count)

    def wait(self, name: str | None = None) -> None:
        """Waits for one request, or for all."""
        with self._changed:
            self._changed.wait_for(lambda: not self._open if name is None else name not in self._open)


def ours(engine: Engine, rows: int, length: int, generated: int, run: int) -> float:
    """Generated tokens per second, prompts included in the time."""
    calls, began = Calls(engine), time.monotonic()
    for row in range(rows):
        # No beginning that an earlier run has left in memory: the peer has none either.
        calls.ask(f"{run}.{row}", prompt(length, 1000 * (run + 1) + row), generated)
    calls.wait()
    return rows * generated / (time.monotonic() - began)


def theirs(model: PreTrainedModel, rows: int, length: int, generated: int, run: int) -> float:
    """The same through ``generate``, all rows in one batch of equal lengths, which is its best case."""
    tokens = torch.tensor([prompt(length, 1000 * (run + 1) + row) for row in range(rows)], device=model.device)
    began = time.monotonic()
    answer = model.generate(
        tokens,
        attention_mask=torch.ones_like(tokens),
        max_new_tokens=generated,
        do_sample=False,
        eos_token_id=-1,
        pad_token_id=0,
    )
    assert answer.shape[1] == length + generated
    return rows * generated / (time.monotonic() - began)


def continuous(model: PreTrainedModel, rows: int, length: int, generated: int, run: int) -> float:
    """The same through transformers' continuous batching."""
    prompts = [prompt(length, 1000 * (run + 1) + row) for row in range(rows)]
    how = GenerationConfig(max_new_tokens=generated, do_sample=False, eos_token_id=-1, pad_token_id=0)
    began = time.monotonic()
    answers = model.generate_batch(inputs=prompts, generation_config=how, progress_bar=False)
    assert sum(len(answer.generated_tokens) for answer in answers.values()) == rows * generated
    return rows * generated / (time.monotonic() - began)


def chat_ttft_s(engine: Engine, rows: int, length: int, generated: int, chats: int) -> list[float]:
    """Seconds to the first token of chats that arrive one after the other while ``rows`` documents are written."""
    calls = Calls(engine)
    for row in range(rows):
        calls.ask(f"document {row}", prompt(length, 500_000 + row), generated)
    calls.begun(rows)
    for chat in range(chats):
        calls.ask(f"chat {chat}", prompt(CHAT_TOKENS, 900_000 + chat), CHAT_ANSWER, Priority.INTERACTIVE)
        calls.wait(f"chat {chat}")
    calls.wait()
    return [seconds for name, seconds in calls.ttft_s.items() if name.startswith("chat")]


def bandwidth_bytes_per_s(device: torch.device) -> float:
    """What the memory reads and writes in a second, by copying a quarter of a gigabyte a few times."""
    source = torch.ones(1 << 26, dtype=torch.float32, device=device)
    target = torch.empty_like(source)
    target.copy_(source)
    rates = []
    for _ in range(5):
        synchronise(device)
        began = time.monotonic()
        target.copy_(source)
        synchronise(device)
        rates.append(2 * source.nbytes / (time.monotonic() - began))
    return max(rates)


def read_each_step(model: PreTrainedModel) -> int:
    """Bytes of the weights that one token needs: all but a table of words that serves the input alone."""
    words = model.get_input_embeddings().weight
    shared = model.get_output_embeddings().weight is words
    return sum(parameter.nbytes for parameter in model.parameters()) - (0 if shared else words.nbytes)


def synchronise(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1] if len(values) > 1 else values[0]


@click.command(help=__doc__)
@click.option("--quick", is_flag=True, help="Short texts and two runs each: a minute on two cores.")
@click.option(
    "--model", type=click.Path(exists=True, path_type=Path), help="A Hugging Face folder; the embedded model."
)
@click.option("--random", type=click.Choice(list(SHAPES)), help="Random weights of this size instead (bf16 on disk).")
@click.option("--rows", default="", help="Numbers of rows; 1,8,16 on a CPU and 1,8,32,128 on a card.")
@click.option("--threads", type=int, help="Threads of torch on a CPU; the number of cores.")
@click.option("--continuous-batching/--no-continuous-batching", "beside", default=None, help="Time that peer as well.")
def main(
    quick: bool, model: Path | None, random: str | None, rows: str, threads: int | None, beside: bool | None
) -> None:
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    cuda = torch.cuda.is_available()
    counts = [int(text) for text in (rows or ("1,8,32,128" if cuda else "1,8,16")).split(",")]
    length, generated, runs = (96, 24, 2) if quick else (400, 64, 3)
    folder = model or (random_folder(random) if random else convert(MODEL, CACHE, "hf-float32"))
    dtype = torch.bfloat16 if cuda else torch.float32
    peer = AutoModelForCausalLM.from_pretrained(folder, dtype=dtype).to("cuda" if cuda else "cpu").eval()
    chat_context = length + 4 * generated + CHAT_TOKENS
    backend = TorchBackend(folder, EngineOptions(context=chat_context, batch_rows=max(counts), threads=threads))
    backend.tokenizer = EndlessTokenizer(folder, backend.tokenizer.vocab_size)
    engine = Engine(backend, EngineOptions(context=chat_context, batch_rows=max(counts)))
    engine.start()
    try:
        click.echo(f"{backend.model.name}: {backend.model.settings}, {length} prompt tokens, {generated} generated")
        throughput(engine, peer, counts, length, generated, runs, cuda if beside is None else beside)
        seconds = chat_ttft_s(engine, max(counts), length, 4 * generated, 4 if quick else 20)
        click.echo(
            f"first token of a chat beside {max(counts)} documents: median {statistics.median(seconds) * 1e3:.0f} ms, "
            f"p95 {p95(seconds) * 1e3:.0f} ms"
        )
        weights = read_each_step(peer)
        best = max(ours(engine, 1, 8, generated, 5000 + run) for run in range(runs))
        share = best * weights / bandwidth_bytes_per_s(peer.device)
        click.echo(f"one row reads its weights at {share:.0%} of what this memory copies")
    finally:
        engine.close()


def throughput(
    engine: Engine, peer: PreTrainedModel, counts: list[int], length: int, generated: int, runs: int, beside: bool
) -> None:
    """Prints generated tokens per second; the systems take turns, and the best run of each counts."""
    systems = {"nightdesk": lambda *work: ours(engine, *work), "generate()": lambda *work: theirs(peer, *work)}
    if beside:
        systems["continuous"] = lambda *work: continuous(peer, *work)
    ours(engine, 1, length, 4, 7)
    theirs(peer, 1, length, 4, 7)
    click.echo("rows" + "".join(f"{name:>14}" for name in systems) + f"{'ratio':>8}{'gain':>8}")
    alone = 0.0
    for count in counts:
        rates = dict.fromkeys(systems, 0.0)
        for run in range(runs):
            for name, measure in systems.items():
                rates[name] = max(rates[name], measure(count, length, generated, 10 * count + run))
        alone = alone or rates["nightdesk"]
        ratio, gain = rates["nightdesk"] / rates["generate()"], rates["nightdesk"] / alone
        click.echo(f"{count:>4}" + "".join(f"{rate:>14.1f}" for rate in rates.values()) + f"{ratio:>8.2f}{gain:>8.1f}")


if __name__ == "__main__":
    main()
