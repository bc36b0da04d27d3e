"""Tuning the real model, at a size that takes seconds; and what becomes of the settings."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engines.backends.base import Limits
from engines.errors import ModelError
from engines.hardware import Card, Machine
from engines.load import tuned
from engines.options import EngineOptions
from engines.tuning import __main__ as tuner
from engines.tuning import record
from engines.tuning import tune as tuning_of
from engines.tuning.record import explanation, keep, kept, record_path
from engines.tuning.tune import open_here, tune
from tests.engines.fake_backend import FakeBackend

GB = 1 << 30


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


def card_of(free: float) -> Machine:
    """A machine with one card that has so many GiB free."""
    return Machine(cards=(Card("NVIDIA L4", 24 * GB, int(free * GB)),), llama=frozenset({"cuda"}))


def test_a_model_that_cannot_forget_a_step_is_told_of_once_and_is_settled_then(
    model_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hybrid = FakeBackend(Limits(slots=4, slot_tokens=512, pool_tokens=2048, step_tokens=512, partial_reuse=False))
    monkeypatch.setattr(tuning_of, "open_here", lambda *_: hybrid)
    with pytest.raises(ModelError, match="hybrid or recurrent") as told:
        tune(model_path, resume=True, widths=(1, 2))
    assert hybrid.closed
    assert record_path(model_path).exists()
    assert not record_path(model_path).with_suffix(".notes").exists()
    assert explanation(model_path) == [str(told.value)]
    assert tuned(model_path, EngineOptions()) == EngineOptions()


def test_a_model_is_tuned_on_the_card_on_which_it_is_served(model_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[EngineOptions] = []
    monkeypatch.setattr(tuning_of, "this_machine", lambda: card_of(1.5))
    monkeypatch.setattr(tuning_of, "LlamaCppBackend", lambda _path, options: opened.append(options))
    open_here(model_path, EngineOptions(context=512, batch_rows=64))
    assert opened[0].gpu_layers == 31
    assert opened[0].kv_memory_bytes is not None
    assert opened[0].kv_memory_bytes < 1.5 * GB


def test_no_second_copy_goes_onto_a_card_that_has_no_room_for_it(model_path: Path) -> None:
    assert tuner.room_for(model_path, EngineOptions(), card_of(4))
    assert not tuner.room_for(model_path, EngineOptions(), card_of(1))
    assert not tuner.room_for(model_path, EngineOptions(gpu_layers=31), card_of(1))
    assert tuner.room_for(model_path, EngineOptions(gpu_layers=0), card_of(1))
