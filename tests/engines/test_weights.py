"""Weights unpacked once for a processor that multiplies them faster."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engines import weights
from engines.backends.base import Row
from engines.backends.llama_cpp import LlamaCppBackend
from engines.errors import ModelError
from engines.options import EngineOptions

TEXT = (
    "The desk lamp was still on when the night shift began. Forty contracts lay in the tray, each of them with a "
    "question to answer, and nobody had to stay awake for it. In the morning there would be a table: who signed, "
    "what it costs, and when it ends."
)
SMALL = EngineOptions(context=512, batch_rows=1, chat_rows=1, resident_slots=0)


def logits_along(path: Path, form: weights.WeightForm) -> np.ndarray:
    """The logits after each token of TEXT, teacher-forced."""
    backend = LlamaCppBackend(path, replace(SMALL, weights=form))
    try:
        tokens = backend.tokenizer.encode(TEXT, special=False)
        rows = [backend.step([Row(0, [token], at, True)]).logits([0])[0] for at, token in enumerate(tokens)]
        return np.stack(rows).astype(np.float64)
    finally:
        backend.close()


def log_softmax(values: np.ndarray) -> np.ndarray:
    shifted = values - values.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def test_unpacked_weights_say_the_same_as_packed_ones(model_path: Path) -> None:
    packed = log_softmax(logits_along(model_path, "packed"))
    for form in ("bf16", "f16", "q8_0"):
        other = log_softmax(logits_along(model_path, form))
        divergence = (np.exp(packed) * (packed - other)).sum(axis=1).mean()
        agreement = (packed.argmax(axis=1) == other.argmax(axis=1)).mean()
        assert divergence < 0.02, form  # what separates llama.cpp's Q4_1 arithmetic from exact arithmetic is 0.004
        assert agreement >= 0.93, form


def test_a_copy_is_made_once_and_named_after_the_state_of_the_file(model_path: Path) -> None:
    first = weights.weights_in("q8_0", model_path, 2)
    made_at = first.stat().st_ino
    assert weights.weights_in("q8_0", model_path, 2) == first
    assert first.stat().st_ino == made_at
    assert weights.weights_in("packed", model_path, 2) == model_path


def test_only_the_copies_used_last_are_kept(tmp_path: Path, model_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "cache_folder", lambda: tmp_path)
    monkeypatch.setattr(weights, "COPIES_KEPT", 1)
    weights.weights_in("bf16", model_path, 2)
    newest = weights.weights_in("q8_0", model_path, 2)
    assert list(tmp_path.glob("*.gguf")) == [newest]


def test_a_copy_that_cannot_be_written_is_one_sentence(
    tmp_path: Path, model_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    occupied = tmp_path / "a file where the folder should be"
    occupied.write_text("")
    monkeypatch.setattr(weights, "cache_folder", lambda: occupied)
    with pytest.raises(ModelError, match="cannot be unpacked to bf16"):
        weights.weights_in("bf16", model_path, 2)
