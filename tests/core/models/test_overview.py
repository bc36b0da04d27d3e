"""What the models page is told: each model with its engine, and the memory that this engine can use."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.core.models.choice import engine_choice
from app.core.models.overview import memory_for, overview
from app.core.settings import ModelSettings
from engines.hardware import Card, Machine
from engines.models import describe_folder, inspect_model

GB = 1 << 30
CARD = Card("NVIDIA L4", 24 * GB, 20 * GB)


def test_an_engine_on_a_card_has_the_cards_memory(tmp_path: Path, model_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "llama"}))
    (tmp_path / "model.safetensors").write_bytes(b"0" * 64)
    machine = Machine(cards=(CARD, CARD), extras=frozenset({"torch"}), llama=frozenset({"cuda"}), torch_cuda=True)
    folder, file = describe_folder(tmp_path, "file", machine), inspect_model(model_path)
    assert folder is not None
    assert memory_for(engine_choice(folder, machine), machine, 8 * GB) == 40 * GB
    assert memory_for(engine_choice(file, machine), machine, 8 * GB) == 48 * GB
    without = Machine(cards=(CARD,))
    assert memory_for(engine_choice(file, without), without, 8 * GB) == 8 * GB


def test_the_chosen_model_comes_first_and_the_others_by_name(
    tmp_path: Path, model_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for variable in ("HF_HOME", "HF_HUB_CACHE", "OLLAMA_MODELS"):
        monkeypatch.delenv(variable, raising=False)
    for name in ("zebra.gguf", "Ant.gguf", "bee.gguf"):
        (tmp_path / name).write_bytes(model_path.read_bytes()[:1000])
    found = overview(ModelSettings(), tmp_path, Machine())
    assert [view.model.name for view in found.models] == [model_path.stem, "Ant", "bee", "zebra"]
    assert [view.chosen for view in found.models] == [True, False, False, False]
    assert found.models[0].memory.total > found.models[0].model.bytes
    assert all("cut short" in (view.model.trouble or "") for view in found.models[1:])


def test_the_chosen_model_is_shown_wherever_it_lies(
    tmp_path: Path, model_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    elsewhere = tmp_path / "a stick" / "mine.gguf"
    elsewhere.parent.mkdir()
    elsewhere.write_bytes(model_path.read_bytes()[:1000])
    for path in (elsewhere, elsewhere.parent / ".." / "a stick" / "mine.gguf"):
        found = overview(ModelSettings(path=str(path)), tmp_path / "models", Machine())
        assert [(view.model.name, view.chosen) for view in found.models] == [("mine", True), (model_path.stem, False)]
