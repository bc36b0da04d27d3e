"""A packaged app, which has no interpreter beside it, starts its parts by starting itself."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys

import pytest

from engines.launch import DOCUMENT_READER, ENGINE_SERVER, MODULES, command_for

ITSELF = "import sys, app.cli; sys.argv[0] = 'nightdesk'; app.cli.main()"


@pytest.mark.parametrize("part", [ENGINE_SERVER, DOCUMENT_READER])
def test_every_part_has_a_module_and_a_word(monkeypatch: pytest.MonkeyPatch, part: str) -> None:
    assert command_for(part) == [sys.executable, "-m", MODULES[part]]
    assert importlib.util.find_spec(MODULES[part]) is not None
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert command_for(part) == [sys.executable, part]


def test_the_entry_point_becomes_the_reader_of_documents() -> None:
    command = [sys.executable, "-c", ITSELF, DOCUMENT_READER]
    ended = subprocess.run(command, input=b"", capture_output=True, check=False, timeout=200)
    assert (ended.returncode, json.loads(ended.stdout)) == (0, {"ready": True})


def test_the_entry_point_becomes_the_engine() -> None:
    command = [sys.executable, "-c", ITSELF, ENGINE_SERVER, "--model", "/no/model.gguf"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=200)
    assert "/no/model.gguf" in ended.stderr
    assert "Traceback" not in ended.stderr
