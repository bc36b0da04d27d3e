"""Lets the engine work for a while under mixed load and shows whether it grows: memory, handles, threads, KV cells.

``python tests/perf/soak_engine.py --minutes 60``: documents of one recipe in every row, chats beside them, clients
that leave in the middle, answers held to a schema. One line per interval; the last lines compare the end with the
time after the first interval, when every cache has been filled once, and look at the engine once all have left.
An interrupt (Ctrl-C) ends the run early with the same lines.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import random
import signal
import sys
import time
from contextlib import aclosing, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from engines.client import ChatSampling, EngineClient  # noqa: E402
from engines.errors import EngineError  # noqa: E402
from engines.process import EngineProcess, EngineSpec  # noqa: E402
from engines.request import Priority  # noqa: E402

MODEL = ROOT / "resources" / "models" / "SmolLM2-135M-Instruct.Q4_1.gguf"
RECIPE = "Read the letter below and say in one sentence what its writer wants. Be brief and exact.\n\n"
WORDS = ("order", "invoice", "lamp", "studio", "garden", "delivery", "Monday", "price", "thank", "letter", "wood")
SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"], "additionalProperties": False}


@dataclass(slots=True)
class Tally:
    """What has become of the requests so far."""

    documents: int = 0
    chats: int = 0
    left: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Sample:
    """The engine process at one moment. ``handles``: open files and sockets; ``kv``: share of its cells in use."""

    memory_mb: float
    handles: int
    threads: int
    kv: float
    in_hand: int


async def sample(process: psutil.Process, client: EngineClient) -> Sample:
    """Look at the process from outside, and at what it says of itself."""
    lines = (await client.get("/metrics")).text.splitlines()
    kv = next(float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith("vllm:kv_cache_usage_perc"))
    health = await client.health()
    return Sample(
        process.memory_info().rss / 1e6, process.num_fds(), process.num_threads(), kv, health.running + health.waiting
    )


def messages(chance: random.Random, words: int) -> list[dict[str, str]]:
    """A letter that nobody has sent before."""
    return [{"role": "user", "content": RECIPE + " ".join(chance.choices(WORDS, k=words))}]


async def documents(client: EngineClient, tally: Tally, chance: random.Random) -> None:
    """One row of documents, each fifth held to a schema."""
    for number in itertools.count():
        sampling = ChatSampling(max_tokens=chance.randint(4, 48), schema=None if number % 5 else SCHEMA)
        try:
            await client.complete(messages(chance, chance.randint(10, 300)), sampling=sampling, priority=Priority.BATCH)
            tally.documents += 1
        except EngineError:
            tally.failed += 1
            await asyncio.sleep(1.0)  # an engine that has gone refuses at once


async def chats(client: EngineClient, tally: Tally, chance: random.Random) -> None:
    """Questions one after the other; every third asker leaves after a few words."""
    for number in itertools.count():
        stays = number % 3
        async with aclosing(client.stream(messages(chance, 12), sampling=ChatSampling(max_tokens=40))) as parts:
            async for count, _ in aenumerate(parts):
                if not stays and count > 3:
                    break
        tally.chats += bool(stays)
        tally.left += not stays


async def aenumerate(parts):  # type: ignore[no-untyped-def]
    """``enumerate`` for what comes asynchronously."""
    count = 0
    async for part in parts:
        yield count, part
        count += 1


async def soak(minutes: float, interval_s: float, rows: int) -> int:
    """Run the load; gives back the exit code: 1 when the engine had to be restarted or requests failed."""
    engine = EngineProcess(EngineSpec(MODEL, rows=rows, context=1024, threads=2))
    await engine.start()
    try:
        return await under_load(engine, minutes * 60, interval_s, rows)
    except (EngineError, psutil.Error) as error:
        print(f"The engine did not last: {engine.state.detail or error}")
        return 1
    finally:
        await engine.stop()


async def under_load(engine: EngineProcess, seconds: float, interval_s: float, rows: int) -> int:
    """Documents in every row, two chats one after the other, and what that leaves behind."""
    tally, client = Tally(), await engine.client()
    process = psutil.Process(engine.state.pid)
    load = [asyncio.create_task(documents(client, tally, random.Random(seed))) for seed in range(rows * 2)]
    load += [asyncio.create_task(chats(client, tally, random.Random(1000 + seed))) for seed in range(2)]
    print("    s   RSS MB  handles  threads  KV used  documents  chats  left  failed", flush=True)
    try:
        first, last = await watched(engine, process, client, tally, seconds, interval_s)
    finally:
        for task in load:
            task.cancel()
        await asyncio.gather(*load, return_exceptions=True)
    rest = await at_rest(process, client)
    print(
        f"Growth after the first interval: {last.memory_mb - first.memory_mb:+.1f} MB, "
        f"{last.handles - first.handles:+d} handles, {last.threads - first.threads:+d} threads.\n"
        f"Once all had left: {rest.memory_mb:.1f} MB, {rest.handles} handles, {rest.threads} threads, "
        f"{rest.in_hand} requests in hand."
    )
    return 1 if engine.state.restarts or tally.failed or rest.in_hand else 0


async def watched(
    engine: EngineProcess,
    process: psutil.Process,
    client: EngineClient,
    tally: Tally,
    seconds: float,
    interval_s: float,
) -> tuple[Sample, Sample]:
    """Print a line per interval until the time is up or somebody interrupts; the first sample and the last."""
    began, samples = time.monotonic(), list[Sample]()
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGINT, stop.set)
    while (elapsed := time.monotonic() - began) < seconds and not stop.is_set():
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), min(interval_s, seconds - elapsed))
        if engine.state.restarts:
            raise EngineError(engine.state.detail)
        now = await sample(process, client)
        samples = [*samples[:1], now]
        print(
            f"{time.monotonic() - began:5.0f} {now.memory_mb:8.1f} {now.handles:8d} {now.threads:8d} {now.kv:8.3f} "
            f"{tally.documents:10d} {tally.chats:6d} {tally.left:5d} {tally.failed:7d}",
            flush=True,
        )
    return samples[0], samples[-1]


async def at_rest(process: psutil.Process, client: EngineClient) -> Sample:
    """The engine after the last request has gone, or after a minute in which one would not go."""
    for _ in range(600):
        now = await sample(process, client)
        if not now.in_hand:
            break
        await asyncio.sleep(0.1)
    return now


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--every", type=float, default=10.0, help="seconds between two lines")
    parser.add_argument("--rows", type=int, default=8)
    given = parser.parse_args()
    sys.exit(asyncio.run(soak(given.minutes, given.every, given.rows)))
