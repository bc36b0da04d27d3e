"""``nightdesk bench`` with the real model, at a size that takes seconds."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from engines.load import tuned
from engines.options import EngineOptions
from engines.tuning import record

Nightdesk = Callable[..., Result]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is tuned here stays here."""
    monkeypatch.setattr(record, "cache_folder", lambda: tmp_path / "weights")


def test_tuning_says_what_it_found_and_the_next_load_uses_it(nightdesk: Nightdesk, model_path: Path) -> None:
    result = nightdesk("bench", "--tune", "--seconds", "1", "--json", "--model", str(model_path))
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert found["settings"]["batch_rows"] in [entry["rows"] for entry in found["widths"]]
    assert "25 ms" in found["goal"]
    assert found["explanation"][-1].startswith("The time was up")
    assert tuned(model_path, EngineOptions()).batch_rows == found["settings"]["batch_rows"]


def test_a_model_that_is_no_file_is_refused_with_a_sentence(nightdesk: Nightdesk, tmp_path: Path) -> None:
    result = nightdesk("bench", "--model", str(tmp_path / "absent.gguf"))
    assert result.exit_code != 0
    assert "absent.gguf" in result.output
    assert "Traceback" not in result.output
