"""The real command line: in this process against the session's engine, or as a process of its own."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from click.testing import CliRunner, Result

from app.cli.root import cli

RECIPE = "+++\ndescription = 'A word'\nmax_tokens = 12\n+++\nSay in a few words what this is about.\n\n{{document}}\n"

Nightdesk = Callable[..., Result]
Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings, data and models of a person who has none yet."""
    folder = tmp_path / "home"
    for name in [name for name in os.environ if name.startswith("NIGHTDESK_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("NIGHTDESK_HOME", str(folder))
    monkeypatch.setenv("HF_HUB_CACHE", str(folder / "none"))
    return folder


@pytest.fixture
def nightdesk(tmp_path: Path) -> Nightdesk:
    """Run a command line; the database is a file of this test."""

    def run(*arguments: str, env: dict[str, str] | None = None, input: str | None = None) -> Result:
        return CliRunner().invoke(cli, [str(one) for one in arguments], env=env, input=input)

    return run


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "night.db"


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    """A recipe with short answers."""
    file = tmp_path / "word.md"
    file.write_text(RECIPE, encoding="utf-8")
    return file


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    """A folder of short letters."""
    folder = tmp_path / "letters"
    folder.mkdir()
    for number in range(12):
        (folder / f"letter {number}.txt").write_text(
            f"Dear customer {number}, your order of {number} chairs arrives on day {number} of May.", encoding="utf-8"
        )
    return folder


@pytest.fixture
def start() -> Iterator[Start]:
    """Start the command line as a process; what is left of it at the end of the test is killed."""
    started: list[subprocess.Popen[str]] = []

    def begin(*arguments: Any, **environment: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "app", *map(str, arguments)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,  # so that a test can press Ctrl-C for the whole group, as a terminal does
            env={**os.environ, **environment},
        )
        started.append(process)
        return process

    yield begin
    for process in started:
        if process.poll() is None:
            for child in psutil.Process(process.pid).children(recursive=True):
                with contextlib.suppress(psutil.NoSuchProcess):
                    child.send_signal(signal.SIGKILL)
            process.kill()
        process.communicate()
