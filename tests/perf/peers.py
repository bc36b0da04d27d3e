"""The servers that the engine is compared with, asked over HTTP: our own engine process, and llama-server."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from work import Call, Work

PATIENCE_S = 120
TUNED = ["-np", "17", "-fa", "off", "-ctk", "bf16", "-ctv", "bf16", "-ub", "256", "-b", "2048", "--no-kv-unified"]


@dataclass(frozen=True)
class Server:
    """A running server. ``in_flight`` documents are asked for at once; ``chat_body`` is what a chat adds."""

    base: str
    key: str
    path: str
    in_flight: int
    document: dict[str, Any]
    chat: dict[str, Any]

    def documents(self, work: Work, run: int) -> float:
        """Seconds for all documents; the client's own start, which takes a server's time nowhere, is not among them."""
        self._client()
        began = time.monotonic()
        with ThreadPoolExecutor(self.in_flight) as pool:
            for _ in pool.map(lambda i: self._ask(work.body(self.path, i, run) | self.document), range(work.documents)):
                pass
        return time.monotonic() - began

    def _ask(self, body: dict[str, Any]) -> None:
        answer = self._client().post(self.base + self.path, json=body)
        answer.raise_for_status()

    def chat_call(self, work: Work, number: int) -> Call:
        """One chat, streamed; the times of its tokens."""
        body = work.chat_body(self.path, number) | self.chat | {"stream": True}
        call = Call(time.monotonic())
        with self._client().stream("POST", self.base + self.path, json=body) as answer:
            for line in answer.iter_lines():
                if line.startswith("data: {") and has_text(json.loads(line[6:])):
                    call.times.append(time.monotonic())
        return call

    def _client(self) -> httpx.Client:
        if not hasattr(self, "_http"):
            # llama-server closes a connection after its hundredth request, whoever is just about to reuse it.
            limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
            http = httpx.Client(timeout=None, headers={"Authorization": f"Bearer {self.key}"}, limits=limits)
            object.__setattr__(self, "_http", http)
        client: httpx.Client = self._http  # type: ignore[attr-defined]
        return client


def has_text(event: dict[str, Any]) -> bool:
    if "choices" in event:
        return any(choice.get("delta", {}).get("content") for choice in event["choices"])
    return bool(event.get("content"))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def process(command: list[str], base: str, environment: dict[str, str]) -> Iterator[None]:
    """A server from its first breath to its last."""
    child = subprocess.Popen(
        command, env=os.environ | environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        until(lambda: healthy(base), child)
        yield
    finally:
        child.terminate()
        child.wait()


def until(ready: Callable[[], bool], child: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not ready():
        if child.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"{child.args} did not start (exit code {child.poll()}).")
        time.sleep(0.1)


def healthy(base: str) -> bool:
    try:
        return httpx.get(base + "/health").status_code == 200
    except httpx.TransportError:
        return False


@contextlib.contextmanager
def llama_server(program: Path, model: Path, context: int, *, tuned: bool, threads: int) -> Iterator[Server]:
    """llama-server at its defaults, with everything asked at once, or tuned, its client keeping one slot free."""
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    extra = [*TUNED, "-t", str(threads), "-c", str(17 * context)] if tuned else []
    equal = {"temperature": 0.0, "ignore_eos": True, "cache_prompt": True}
    with process([str(program), "-m", str(model), "--port", str(port), *extra], base, {}):
        yield Server(base, "none", "/completion", 16 if tuned else 64, equal, equal)


@contextlib.contextmanager
def our_server(model: Path, context: int, options: dict[str, Any]) -> Iterator[Server]:
    """The engine process, all documents asked at once."""
    port = free_port()
    base, key = f"http://127.0.0.1:{port}", "bench"
    command = [sys.executable, "-m", "engines.server", "--model", str(model), "--port", str(port)]
    command += ["--context", str(context), "--options", json.dumps(options)]
    with process(command, base, {"NIGHTDESK_API_KEY": key}):
        yield Server(base, key, "/v1/chat/completions", 64, {"temperature": 0.0, "priority": 1}, {"temperature": 0.0})
