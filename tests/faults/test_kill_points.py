"""SIGKILL at the SQL statements of the document path: no loss, no double, no acknowledged result missing.

`make faults` tries every statement; the suite tries some of them.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = [
    pytest.mark.faults,
    pytest.mark.timeout(900),
    pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL"),
]

PROGRAM = Path(__file__).with_name("kill_points.py")
FIRST_OF_THE_QUEUE = 80  # before it lies the making of the tables, tried more coarsely
FULL = bool(os.environ.get("NIGHTDESK_FAULTS"))
STEP = 1 if FULL else 7


def killed(*arguments: str) -> dict[str, Any]:
    """Run the program; its JSON."""
    done = subprocess.run([sys.executable, str(PROGRAM), *arguments], capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def test_a_kill_at_any_statement_loses_nothing_and_does_nothing_twice() -> None:
    found = killed("--from", str(FIRST_OF_THE_QUEUE), "--step", str(STEP))
    assert found["wrong"] == {}
    assert found["points"] * STEP > 150


def test_a_kill_while_the_tables_are_made_leaves_a_database_that_opens() -> None:
    assert killed("--step", str(9 if FULL else 45))["wrong"] == {}


def test_the_kills_find_a_result_that_is_written_in_a_second_transaction() -> None:
    wrong = killed("--planted-bug", "--from", "150", "--step", "5" if FULL else "9")["wrong"]
    assert any("a done document without a result" in problem for found in wrong.values() for problem in found)
