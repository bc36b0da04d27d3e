"""An engine process that goes wrong in one chosen way, once: the real server and the real engine over a fake model.

``python -m tests.engines.strange_server WAY ARGUMENTS…`` behaves as engines.server does. The first life writes a
note beside the model and goes wrong; later lives find the note and are well. ``waits`` is no wrong: nothing is
computed before the file of ``gate`` is there, and then each step takes a while, as a model's does.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import engines.load
from engines.backends.base import NEVER, Backend, BackendLost, Limits, Row, Stop
from engines.options import EngineOptions
from engines.server import __main__ as server
from engines.server import host
from engines.template import ChatTemplate
from tests.engines.fake_backend import FakeBackend, FakeOutput

STEP_S = 0.001
LOOK_S = 0.01
LIMITS = Limits(slots=4, slot_tokens=512, step_tokens=512, pool_tokens=2048)


class StuckBackend(FakeBackend):
    """A step that never returns, as in a driver that hangs; the rest of the process goes on answering."""

    def step(self, rows: Sequence[Row], stop: Stop = NEVER) -> FakeOutput:
        threading.Event().wait()
        return super().step(rows)


class LostBackend(FakeBackend):
    """A graphics card that has failed and computes nothing more for this process."""

    def step(self, rows: Sequence[Row], stop: Stop = NEVER) -> FakeOutput:
        raise BackendLost("The graphics card failed.")


class WaitingBackend(FakeBackend):
    """Steps that take a while, from the moment on in which the gate is opened."""

    gate = Path()

    def step(self, rows: Sequence[Row], stop: Stop = NEVER) -> FakeOutput:
        while not self.gate.exists():
            time.sleep(LOOK_S)
        time.sleep(STEP_S)
        return super().step(rows, stop)


WAYS = {"sticks": StuckBackend, "loses its card": LostBackend, "waits": WaitingBackend}


def gate(model: Path) -> Path:
    """The file for which a server that waits does so."""
    return model.with_suffix(".open")


def once(model: Path) -> bool:
    """Whether this is the first life."""
    note = model.with_suffix(".note")
    first = not note.exists()
    note.touch()
    return first


def main(way: str, arguments: Sequence[str]) -> int:
    """Serve; the first life in the given ``way``."""
    model = server.parser().parse_args(arguments).model
    first = once(model)
    WaitingBackend.gate = gate(model)

    def open_fake(path: Path, options: EngineOptions, on_progress: Callable[[float], None] | None) -> Backend:
        if first and way == "shouts":
            print("x" * (3 << 20), flush=True)
        if first and way == "raves":
            print('{"port": "none"}', flush=True)
        return WAYS.get(way if first else "", FakeBackend)(LIMITS)

    engines.load.OPENERS["gguf"] = open_fake
    host.template_of = lambda *_: ChatTemplate(None)
    return server.main(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
