"""What HTTP costs in processor time, in the server and in our client; prints a table, changes nothing.

The engine is the real one, over a model that needs no time, so that nothing but the way is left to be measured: for
every request its connection, JSON, template and tokens; for every token its way to the answer. Processor time is a
fair measure on a busy machine, where seconds on the clock are none. The same requests go to the same engine without
a server in between, their prompts made beforehand, and what that costs is taken off.

    python tests/perf/bench_http.py [--documents N] [--rounds N]
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).resolve().parent)]

from work import DOCUMENT_WORDS, INSTRUCTION_WORDS, text  # noqa: E402

from engines.backends.base import NEVER, Limits, Logits, Row, Stop  # noqa: E402
from engines.client import ChatSampling, EngineClient  # noqa: E402
from engines.engine import Engine  # noqa: E402
from engines.options import EngineOptions  # noqa: E402
from engines.request import Delta, Priority, Request, SamplingParams  # noqa: E402
from engines.server.host import template_of  # noqa: E402

MODEL = ROOT / "resources" / "models" / "SmolLM2-135M-Instruct.Q4_1.gguf"
SHORT, LONG = 8, 136
IN_FLIGHT = 32
"""As the queue asks: the rows of the engine, and some more that are read ahead."""
KEY = "bench"


class Nowhere:
    """The vocabulary and the card of a real model, and no weights: each token of an answer is the same word."""

    def __init__(self, path: Path) -> None:
        import llama_cpp as lib

        from engines.backends.llama_model import describe, silence
        from engines.backends.llama_tokenizer import LlamaTokenizer

        silence()
        parameters = lib.llama_model_default_params()
        parameters.vocab_only = True
        self._model = lib.llama_model_load_from_file(os.fsencode(path), parameters)
        self.tokenizer = LlamaTokenizer(lib.llama_model_get_vocab(self._model))
        self.model = describe(self._model, path, 2048, {})
        self.limits = Limits(slots=20, slot_tokens=2048, pool_tokens=20 * 2048, step_tokens=512, joint_steps=False)
        self.word = self.tokenizer.encode(" river", special=False)[0]

    def step(self, rows: Sequence[Row], stop: Stop = NEVER) -> Words:
        return Words(self.word, sum(row.wants_logits for row in rows), self.tokenizer.vocab_size)

    def copy(self, source: int, target: int, length: int) -> None:
        """There is no memory."""

    def trim(self, slot: int, length: int) -> None:
        """As above."""

    def close(self) -> None:
        """Nothing to give back."""


@dataclass(frozen=True)
class Words:
    """The same token for every row."""

    word: int
    rows: int
    vocabulary: int

    def argmax(self) -> list[int]:
        return [self.word] * self.rows

    def logits(self, rows: Sequence[int]) -> Logits:
        raise AssertionError("greedy answers need no logits")


def messages(number: int) -> list[dict[str, str]]:
    """A document with its instructions, as bench_engine.py asks for it."""
    instructions, document = text(INSTRUCTION_WORDS, 7), text(DOCUMENT_WORDS, number + 100)
    return [{"role": "system", "content": instructions}, {"role": "user", "content": document}]


def serve() -> None:
    """The server of this bench, in a process of its own: the real one but for its model."""
    import engines.load as load
    from engines.server.__main__ import _bind, say
    from engines.server.serving import serve as serve_engine

    load.load_engine = lambda *_: started()
    listener = _bind("127.0.0.1", 0)
    say(port=listener.getsockname()[1])
    serve_engine(MODEL, "nowhere", EngineOptions(), KEY, listener, say)


def started() -> Engine:
    engine = Engine(Nowhere(MODEL))
    engine.start()
    return engine


class Served:
    """A child process that serves, and our client of it."""

    def __init__(self) -> None:
        command = [sys.executable, __file__, "--serve"]
        self.child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        said: dict[str, Any] = {}
        while "loaded" not in said:
            assert self.child.stdout is not None
            said |= json.loads(self.child.stdout.readline())
        self.address = f"http://127.0.0.1:{said['port']}"

    def close(self) -> None:
        self.child.terminate()
        self.child.wait()

    def used_s(self) -> float:
        """Processor time of the server so far."""
        import psutil

        times = psutil.Process(self.child.pid).cpu_times()
        return float(times.user + times.system)

    def ask(self, documents: int, generated: int, *, streamed: bool) -> tuple[float, float]:
        """Processor seconds of the server and of this process for so many documents."""
        server, ours = self.used_s(), time.process_time()
        asyncio.run(self._all(documents, generated, streamed))
        return self.used_s() - server, time.process_time() - ours

    async def _all(self, documents: int, generated: int, streamed: bool) -> None:
        client = EngineClient(self.address, KEY)
        sampling = ChatSampling(max_tokens=generated)
        one = self._streamed if streamed else self._whole
        numbers = iter(range(documents))

        async def lane() -> None:
            for number in numbers:
                await one(client, messages(number), sampling)

        await asyncio.gather(*(lane() for _ in range(IN_FLIGHT)))
        await client.close()

    async def _whole(self, client: EngineClient, asked: Any, sampling: ChatSampling) -> None:
        answer = await client.complete(asked, sampling=sampling, priority=Priority.BATCH)
        assert answer.generated_tokens == sampling.max_tokens

    async def _streamed(self, client: EngineClient, asked: Any, sampling: ChatSampling) -> None:
        async with aclosing(client.stream(asked, sampling=sampling, priority=Priority.BATCH)) as parts:
            async for part in parts:
                assert part.completion is None or part.completion.generated_tokens == sampling.max_tokens


def without_server(documents: int, generated: int) -> float:
    """Processor seconds of the engine alone, its prompts made beforehand."""
    engine = started()
    template = template_of(engine.model, engine.tokenizer)
    prompts = [tuple(template.encode(engine.tokenizer, messages(number)).tokens) for number in range(documents)]
    left, ended = documents, threading.Event()

    def hear(delta: Delta) -> None:
        nonlocal left
        if delta.finish is not None:
            left -= 1
            if not left:
                ended.set()

    began = time.process_time()
    for number, prompt in enumerate(prompts):
        engine.submit(Request(str(number), prompt, SamplingParams(max_tokens=generated), Priority.BATCH), hear)
    ended.wait()
    used = time.process_time() - began
    engine.close()
    return used


@dataclass(frozen=True)
class Cost:
    """Milliseconds of processor time for a request without its tokens, and microseconds for one of its tokens."""

    request_ms: float
    token_us: float


def cost(short_s: float, long_s: float, documents: int) -> Cost:
    """From what short answers and long ones took."""
    token_s = (long_s - short_s) / documents / (LONG - SHORT)
    return Cost(1000 * (short_s / documents - SHORT * token_s), 1_000_000 * token_s)


def measure(served: Served, documents: int) -> dict[str, Cost]:
    """One round of everything, short and long answers in turn."""
    whole = [served.ask(documents, size, streamed=False) for size in (SHORT, LONG)]
    streamed = [served.ask(documents, size, streamed=True) for size in (SHORT, LONG)]
    alone = cost(without_server(documents, SHORT), without_server(documents, LONG), documents)
    return {
        "engine alone": alone,
        "server, whole answers": cost(whole[0][0], whole[1][0], documents),
        "server, streamed": cost(streamed[0][0], streamed[1][0], documents),
        "client, whole answers": cost(whole[0][1], whole[1][1], documents),
        "client, streamed": cost(streamed[0][1], streamed[1][1], documents),
    }


@click.command()
@click.option("--documents", default=256, help=f"Documents of a round, {IN_FLIGHT} of them in flight.")
@click.option("--rounds", default=5, help="Rounds; the median is printed.")
@click.option("--serve", "as_server", is_flag=True, hidden=True)
def main(documents: int, rounds: int, as_server: bool) -> None:
    """Measure what HTTP costs."""
    if as_server:
        serve()
        return
    served = Served()
    try:
        served.ask(documents, SHORT, streamed=False)
        measured = [measure(served, documents) for _ in range(rounds)]
    finally:
        served.close()
    click.echo("| processor time | ms for a request | µs for a token |\n| --- | ---: | ---: |")
    for name in measured[0]:
        request = statistics.median(one[name].request_ms for one in measured)
        token = statistics.median(one[name].token_us for one in measured)
        click.echo(f"| {name} | {request:.2f} | {token:.1f} |")


if __name__ == "__main__":
    main()
