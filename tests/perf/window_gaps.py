"""How long the event loop does not turn while an answer streams and a thousand jobs change every second; and how soon
the window is there. Used by bench_window.py.
"""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEventLoop, Qt, QTimer

from app.core.events import AnswerDelta, AnswerStarted, JobsChanged, ProgressChanged
from app.core.store.conversations import add_conversation, add_message
from app.core.store.sqlite import Connection

if TYPE_CHECKING:
    from app.core.service import Service

TOKENS_PER_S = 200
JOBS_PER_S = 1_000
SECONDS = 15.0
STARTS = 3
_BEAT_MS = 1
# Between two events of the window's loop nothing is to be measured but the loop: this is what a started app runs.
_TOLD = """
import sys, time
import app.ui.application as application
class Told(application.MainWindow):
    def __init__(self, *arguments, **named):
        super().__init__(*arguments, **named)
        self.painted.connect(lambda: print("painted", time.time(), flush=True))
application.MainWindow = Told
from app.cli import main
sys.argv = ["nightdesk", "--smoke"]
main()
"""


class Load:
    """A core at work, as the window sees it: deltas of one answer, changed jobs, figures. Runs in its own thread."""

    def __init__(self, service: Service, conversation: int, answer: int, jobs: list[int], pieces: list[str]) -> None:
        self._publish = service.events.publish
        self._answer = conversation, answer
        self._jobs = jobs
        self._pieces = itertools.cycle(pieces)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="load")

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        began = time.perf_counter()
        told = seconds = 0
        self._publish(AnswerStarted(*self._answer, 0.1))
        while not self._over.wait(0.005):
            due = int((time.perf_counter() - began) * TOKENS_PER_S)
            for _ in range(due - told):
                self._publish(AnswerDelta(*self._answer, next(self._pieces)))
            told = due
            if time.perf_counter() - began > seconds:
                seconds += 1
                self._publish(JobsChanged(tuple(self._jobs[:JOBS_PER_S])))
                self._publish(ProgressChanged(100_000, seconds * JOBS_PER_S, 0, 16, 50_000, 3.6e6, 900.0, 60.0, None))


def turns(seconds: float) -> tuple[list[float], list[float]]:
    """Milliseconds between two turns of the event loop, on the clock and in the GUI thread's own CPU time."""
    loop, beat = QEventLoop(), QTimer()
    beat.setTimerType(Qt.TimerType.PreciseTimer)
    gaps: list[float] = []
    own: list[float] = []
    last = [time.perf_counter(), time.thread_time()]

    def turn() -> None:
        now, cpu = time.perf_counter(), time.thread_time()
        gaps.append(1000 * (now - last[0]) - _BEAT_MS)
        own.append(1000 * (cpu - last[1]))
        last[:] = now, cpu

    beat.timeout.connect(turn)
    beat.start(_BEAT_MS)
    QTimer.singleShot(round(1000 * seconds), loop.quit)
    loop.exec()
    beat.stop()
    return gaps, own


def summary(name: str, gaps: list[float], own: list[float]) -> dict[str, float]:
    """The figures of one measurement; ``_own`` counts only what the GUI thread itself computed."""
    gaps, own = sorted(gaps), sorted(own)
    return {
        f"gap_{name}_p99_ms": gaps[len(gaps) * 99 // 100],
        f"gap_{name}_max_ms": gaps[-1],
        f"gap_{name}_own_p99_ms": own[len(own) * 99 // 100],
        f"gap_{name}_own_max_ms": own[-1],
    }


def begin_answer(conn: Connection) -> tuple[int, int]:
    """A conversation with an answer that is being written."""
    conversation = add_conversation(conn, "Streaming")
    question = add_message(conn, conversation, "user", "Tell me everything.")
    answer = add_message(conn, conversation, "assistant", "", parent_id=question, state="streaming")
    return conversation, answer


def start_ms() -> float:
    """The median time from starting the program to the first frame on the screen; no engine is loaded by then."""
    took = []
    for _ in range(STARTS):
        with tempfile.TemporaryDirectory(prefix="nightdesk-start-") as home:
            environment = {**os.environ, "NIGHTDESK_HOME": home, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
            began = time.time()
            done = subprocess.run(
                [sys.executable, "-c", _TOLD], env=environment, capture_output=True, text=True, timeout=120, check=False
            )
        painted = next((line for line in done.stdout.splitlines() if line.startswith("painted")), None)
        if painted is None:
            raise RuntimeError(f"the window did not come up: {done.stderr[-400:]}")
        took.append(1000 * (float(painted.split()[1]) - began))
    return sorted(took)[len(took) // 2]
