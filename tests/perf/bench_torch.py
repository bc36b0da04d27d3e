"""How fast the torch backend is, against transformers' own batching in the same run; prints a table, changes nothing.

On a CPU with the embedded model: ``python tests/perf/bench_torch.py --quick``. On a machine with an NVIDIA card, with
random weights of a realistic shape, which are enough to time: ``python tests/perf/bench_torch.py --random 8b``.

The work: for every number of rows three times as many documents, whose prompts share their first three eighths as those
of one recipe do. "engine" is the whole engine; "backend" computes the documents in waves of so many rows, as generate()
does, shares nothing and schedules nothing.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import platformdirs

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import torch
from transformers import AutoConfig, AutoModelForCausalLM, GenerationConfig, PreTrainedModel
from transformers.utils import logging

from engines.backends.base import Row
from engines.backends.hf_tokenizer import HuggingFaceTokenizer
from engines.backends.torch_paged.backend import TorchBackend
from engines.convert import convert
from engines.engine import Engine
from engines.options import EngineOptions, WeightForm
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


@dataclass(frozen=True)
class Work:
    """Documents of one recipe; no two runs share a beginning."""

    prompts: list[list[int]]
    generated: int
    rows: int

    @property
    def tokens(self) -> int:
        return len(self.prompts) * self.generated

    def waves(self) -> list[list[list[int]]]:
        return [self.prompts[at : at + self.rows] for at in range(0, len(self.prompts), self.rows)]


def make_work(rows: int, length: int, generated: int, run: int, documents: int) -> Work:
    shared = prompt(length * 3 // 8, 1000 * (run + 1))
    own = [prompt(length - len(shared), 1000 * (run + 1) + 1 + document) for document in range(documents)]
    return Work([shared + text for text in own], generated, rows)


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


def engine_rate(engine: Engine, work: Work, run: int) -> float:
    """Generated tokens per second, prompts included in the time."""
    calls, began = Calls(engine), time.monotonic()
    for i, tokens in enumerate(work.prompts):
        calls.ask(f"{run}.{i}", tokens, work.generated)
    calls.wait()
    return work.tokens / (time.monotonic() - began)


def backend_rate(backend: TorchBackend, work: Work) -> float:
    """The same without a scheduler: a wave's prompts in steps as large as they may be, then its tokens."""
    began = time.monotonic()
    for wave in work.waves():
        for slot in range(len(wave)):
            backend.trim(slot, 0)
        last: list[int] = []
        each = max(1, backend.limits.step_tokens // len(wave[0]))
        for at in range(0, len(wave), each):
            rows = [Row(slot, wave[slot], 0, True) for slot in range(at, min(at + each, len(wave)))]
            last += backend.step(rows).argmax()
        for done in range(work.generated - 1):
            last = backend.step([Row(i, [t], len(wave[i]) + done, True) for i, t in enumerate(last)]).argmax()
    for slot in range(work.rows):
        backend.trim(slot, 0)
    return work.tokens / (time.monotonic() - began)


def generate_rate(model: PreTrainedModel, work: Work) -> float:
    """The same through ``generate``, in batches of equal lengths, which is its best case."""
    began = time.monotonic()
    for wave in work.waves():
        tokens = torch.tensor(wave, device=model.device)
        answer = model.generate(
            tokens,
            attention_mask=torch.ones_like(tokens),
            max_new_tokens=work.generated,
            do_sample=False,
            eos_token_id=-1,
            pad_token_id=0,
        )
        assert answer.shape[1] == len(wave[0]) + work.generated
    return work.tokens / (time.monotonic() - began)


def continuous_rate(model: PreTrainedModel, work: Work) -> float:
    """The same through transformers' continuous batching."""
    how = GenerationConfig(max_new_tokens=work.generated, do_sample=False, eos_token_id=-1, pad_token_id=0)
    began = time.monotonic()
    answers = model.generate_batch(inputs=work.prompts, generation_config=how, progress_bar=False)
    assert sum(len(answer.generated_tokens) for answer in answers.values()) == work.tokens
    return work.tokens / (time.monotonic() - began)


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


@dataclass(frozen=True)
class Size:
    """How long the texts are, and how often each measurement is repeated."""

    length: int
    generated: int
    runs: int
    chats: int


@click.command(help=__doc__)
@click.option("--quick", is_flag=True, help="Short texts, once each: two minutes on two cores.")
@click.option(
    "--model", type=click.Path(exists=True, path_type=Path), help="A Hugging Face folder; the embedded model."
)
@click.option("--random", type=click.Choice(list(SHAPES)), help="Random weights of this size instead (bf16 on disk).")
@click.option("--rows", default="", help="Numbers of rows; 1,8,16 on a CPU and 1,8,32,128 on a card.")
@click.option("--weights", type=click.Choice(["bf16", "f16", "packed"]), help="Their numbers; what suits the machine.")
@click.option("--threads", type=int, help="Threads of torch on a CPU; the number of cores.")
@click.option("--continuous-batching/--no-continuous-batching", "beside", default=None, help="Time that peer as well.")
def main(
    quick: bool,
    model: Path | None,
    random: str | None,
    rows: str,
    weights: WeightForm | None,
    threads: int | None,
    beside: bool | None,
) -> None:
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    cuda = torch.cuda.is_available()
    counts = [int(text) for text in (rows or ("1,8,32,128" if cuda else "1,8,16")).split(",")]
    size = Size(96, 24, 1, 4) if quick else Size(400, 64, 3, 20)
    folder = model or (random_folder(random) if random else convert(MODEL, CACHE, "hf-float32"))
    context = size.length + 4 * size.generated + CHAT_TOKENS
    options = EngineOptions(context=context, batch_rows=max(counts), threads=threads, weights=weights)
    backend = TorchBackend(folder, options)
    # In the same numbers as ours, or the type would be timed and not the batching.
    dtype = getattr(torch, backend.model.settings["dtype"])
    peer = AutoModelForCausalLM.from_pretrained(folder, dtype=dtype).to("cuda" if cuda else "cpu").eval()
    backend.tokenizer = EndlessTokenizer(folder, backend.tokenizer.vocab_size)
    click.echo(f"{backend.model.name}: {backend.model.settings}, {size.length} prompt tokens, {size.generated} written")
    # Before there is an engine, which would not know what has become of its slots.
    bare = bare_rates(backend, counts, size)
    engine = Engine(backend, options)
    engine.start()
    try:
        throughput(engine, peer, bare, size, cuda if beside is None else beside)
        seconds = chat_ttft_s(engine, max(counts), size.length, 4 * size.generated, size.chats)
        click.echo(
            f"first token of a chat beside {max(counts)} documents: median {statistics.median(seconds) * 1e3:.0f} ms, "
            f"p95 {p95(seconds) * 1e3:.0f} ms"
        )
        best = max(engine_rate(engine, make_work(1, 8, size.generated, 500 + run, 1), 500 + run) for run in range(3))
        share = best * read_each_step(peer) / bandwidth_bytes_per_s(peer.device)
        click.echo(f"one row reads its weights at {share:.0%} of what this memory copies")
    finally:
        engine.close()


def bare_rates(backend: TorchBackend, counts: list[int], size: Size) -> dict[int, float]:
    """The backend alone at each number of rows, the best run of each."""
    backend_rate(backend, make_work(1, size.length, 4, 7, 1))
    return {
        count: max(
            backend_rate(backend, make_work(count, size.length, size.generated, run, 3 * count))
            for run in range(size.runs)
        )
        for count in counts
    }


def throughput(engine: Engine, peer: PreTrainedModel, bare: dict[int, float], size: Size, beside: bool) -> None:
    """Prints generated tokens per second; engine and peers take turns, and the best run of each counts."""
    systems: dict[str, Callable[[Work, int], float]] = {
        "engine": lambda work, run: engine_rate(engine, work, run),
        "generate()": lambda work, run: generate_rate(peer, work),
    }
    if beside:
        systems["continuous"] = lambda work, run: continuous_rate(peer, work)
    for measure in systems.values():
        measure(make_work(1, size.length, 4, 7, 1), 7)
    click.echo(f"rows{'backend':>14}" + "".join(f"{name:>14}" for name in systems) + f"{'ratio':>8}{'gain':>8}")
    alone = 0.0
    for count, rate in bare.items():
        rates = dict.fromkeys(systems, 0.0)
        for run in range(size.runs):
            work = make_work(count, size.length, size.generated, 10 * count + run, 3 * count)
            for name, measure in systems.items():
                rates[name] = max(rates[name], measure(work, 10 * count + run))
        alone = alone or rates["engine"]
        ratio, gain = rates["engine"] / rates["generate()"], rates["engine"] / alone
        columns = "".join(f"{each:>14.1f}" for each in (rate, *rates.values()))
        click.echo(f"{count:>4}{columns}{ratio:>8.2f}{gain:>8.1f}")


if __name__ == "__main__":
    main()
