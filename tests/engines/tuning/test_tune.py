"""Tuning the real model, at a size that takes seconds; and what becomes of the settings."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engines.load import tuned
from engines.options import EngineOptions
from engines.tuning import record
from engines.tuning.record import explanation, keep, kept, record_path
from engines.tuning.tune import tune


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of this test alone."""
    monkeypatch.setattr(record, "cache_folder", lambda: tmp_path / "weights")
    return tmp_path


def test_the_real_model_is_measured_and_the_next_load_takes_what_was_found(model_path: Path) -> None:
    tuning, file = tune(model_path, EngineOptions(weights="packed", batch_rows=2), seconds=1.0, widths=(1, 2))
    assert set(tuning.measured.steps) == {1, 2}
    assert tuning.measured.prefill > 0
    saved = json.loads(file.read_text("utf-8"))
    assert [entry["rows"] for entry in saved["widths"]] == [1, 2]
    assert tuned(model_path, EngineOptions()).batch_rows == tuning.values["batch_rows"]
    assert any("documents at once" in sentence.lower() for sentence in explanation(model_path))


def test_a_setting_that_was_asked_for_is_not_overruled(model_path: Path) -> None:
    keep(model_path, {"kv_type": "q8_0", "batch_rows": 24}, {})
    options = tuned(model_path, EngineOptions(kv_type="f16"))
    assert (options.kv_type, options.batch_rows) == ("f16", 24)


def test_settings_that_make_no_sense_are_passed_over(model_path: Path) -> None:
    keep(model_path, {"kv_type": "f64", "batch_rows": -3, "threads": True, "colour": "red", "step_tokens": 128}, {})
    assert kept(model_path) == {"step_tokens": 128}


@pytest.mark.parametrize("text", ["", "[]", '{"settings": 3}', "\x00\x01"])
def test_a_damaged_file_is_as_good_as_none(model_path: Path, text: str) -> None:
    target = record_path(model_path)
    target.parent.mkdir(parents=True)
    target.write_text(text)
    assert tuned(model_path, EngineOptions()) == EngineOptions()
