"""Kills and Ctrl-C in the middle of `nightdesk run`: nothing lost, nothing twice."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from app.core.models import address as addresses
from app.core.store.sqlite import sqlite3
from tests.cli.conftest import Start

pytestmark = pytest.mark.timeout(900)  # each starts two engines; a busy machine is slow and not wrong

DOCUMENTS = 12
STORY = "+++\ndescription = 'A story'\nmax_tokens = 30\n+++\nTell a long story that begins like this:\n\n{{document}}\n"
PATIENCE_S = 250.0

Run = Callable[..., "subprocess.Popen[str]"]


def scalar(database: Path, query: str) -> int:
    """One number of the database, which another process is writing; 0 while there is none yet."""
    if not database.exists():
        return 0
    connection = sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)
    try:
        return int(connection.execute(query).fetchone()[0])
    except sqlite3.OperationalError:
        return 0
    finally:
        connection.close()


def results(database: Path) -> int:
    return scalar(database, "SELECT count(*) FROM result")


def wait_for_results(database: Path, count: int, process: subprocess.Popen[str]) -> None:
    """Return once the run has so many results; fail when the process ends before."""
    deadline = time.monotonic() + PATIENCE_S
    while results(database) < count:
        assert process.poll() is None, process.communicate()[1]
        assert time.monotonic() < deadline, "no results came"
        time.sleep(0.01)


def everything_is_done_exactly_once(database: Path) -> None:
    assert scalar(database, "SELECT count(*) FROM job WHERE state = 'done'") == DOCUMENTS
    assert scalar(database, "SELECT count(*) FROM job") == DOCUMENTS
    assert scalar(database, "SELECT count(DISTINCT sha256) FROM result") == results(database) == DOCUMENTS


def engines_of(process: subprocess.Popen[str]) -> list[psutil.Process]:
    children = psutil.Process(process.pid).children(recursive=True)
    return [child for child in children if "engines.server" in child.cmdline()]


@pytest.fixture
def run(start: Start, documents: Path, tmp_path: Path, database: Path) -> Run:
    """Start working the letters off, few at a time and at length so that there is a middle to interrupt."""
    story = tmp_path / "story.md"
    story.write_text(STORY, encoding="utf-8")

    def begin(rows: int = 2) -> subprocess.Popen[str]:
        options = ["--recipe", story, "--db", database, "--rows", rows]
        return start("run", documents, *options, NIGHTDESK_QUEUE_ALONE="0")

    return begin


def test_the_engine_is_killed_and_every_document_is_done_exactly_once(run: Run, database: Path) -> None:
    process = run()
    wait_for_results(database, 2, process)
    engines = engines_of(process)
    assert len(engines) == 1
    engines[0].send_signal(signal.SIGKILL)
    report, said = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0, said
    everything_is_done_exactly_once(database)
    assert f"| Documents done | {DOCUMENTS} |" in report
    assert "Traceback" not in said


def test_the_app_is_killed_and_the_next_start_continues(run: Run, database: Path) -> None:
    process = run()
    wait_for_results(database, 2, process)
    left_behind = psutil.Process(process.pid).children(recursive=True)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    _, alive = psutil.wait_procs(left_behind, timeout=PATIENCE_S)
    assert alive == [], "the engine and the reader end with the app"
    before = results(database)
    assert 2 <= before < DOCUMENTS

    _, said = (second := run(rows=8)).communicate(timeout=PATIENCE_S)
    assert second.returncode == 0, said
    everything_is_done_exactly_once(database)
    assert scalar(database, "SELECT count(*) FROM result WHERE run_id = 1") == before, "what was done stays as it was"
    told = scalar(database, f"SELECT report LIKE '%| Documents done | {before} |%' FROM run WHERE id = 1")
    assert told == 1, "the night that was cut off has its report too"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_stops_cleanly_and_the_next_start_continues(run: Run, database: Path, number: signal.Signals) -> None:
    process = run()
    wait_for_results(database, 2, process)
    children = psutil.Process(process.pid).children(recursive=True)
    assert addresses.find(database) is not None, "the engine of a running owner can be found"
    os.killpg(process.pid, number) if number is signal.SIGINT else process.send_signal(number)
    _, said = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 130, said
    assert "the next `nightdesk run` on this database continues" in said
    assert "Traceback" not in said
    assert not any(child.is_running() for child in children), "no process is left behind"
    assert not addresses.address_file(database).exists()
    assert scalar(database, "SELECT count(*) FROM job WHERE state = 'running'") == 0
    assert scalar(database, "SELECT count(*) FROM job WHERE state = 'ready' AND attempts > 0") == 0
    assert scalar(database, "SELECT count(*) FROM job WHERE state = 'ready'") == DOCUMENTS - results(database)
    if number is signal.SIGINT:
        _, said = (second := run(rows=8)).communicate(timeout=PATIENCE_S)
        assert second.returncode == 0, said
        everything_is_done_exactly_once(database)
