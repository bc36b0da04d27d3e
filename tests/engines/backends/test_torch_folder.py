"""Folders that the torch backend cannot serve are refused with a sentence that names the fault and the way out."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="needs the extra 'nightdesk[torch]'")

from safetensors.torch import load_file, save_file  # noqa: E402
from torch_models import OPTIONS, write_model  # noqa: E402

from engines.backends.torch_paged import folder as torch_folder  # noqa: E402
from engines.backends.torch_paged import memory  # noqa: E402
from engines.backends.torch_paged.backend import TorchBackend  # noqa: E402
from engines.errors import ModelError  # noqa: E402
from engines.options import EngineOptions  # noqa: E402


@pytest.fixture(scope="module")
def llama(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_model(tmp_path_factory.mktemp("whole"), "llama")


@pytest.fixture
def folder(llama: Path, tmp_path: Path) -> Path:
    """A copy that a test may damage."""
    return Path(shutil.copytree(llama, tmp_path / "my-model"))


def change_config(folder: Path, **changes: Any) -> None:
    path = folder / "config.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"sliding_window": 64}, "sliding-window"),
        ({"layer_types": ["full_attention", "linear_attention"]}, "linear_attention"),
        ({"quantization_config": {"quant_method": "awq"}}, "quantised"),
        ({"vision_config": {"hidden_size": 8}}, "more than text"),
        ({"attn_logit_softcapping": 50.0}, "caps its attention"),
        ({"kv_lora_rank": 512}, "latent"),
        ({"model_type": "theirs", "auto_map": {"AutoModel": "modeling.Model"}}, "program code"),
        ({"rope_parameters": {"rope_type": "dynamic", "factor": 2.0, "rope_theta": 1e4}}, "position code"),
        ({"model_type": "bloom"}, "bloom"),
        ({"model_type": "never-heard-of"}, "never-heard-of"),
        ({"model_type": "mamba"}, "mamba"),
    ],
)
def test_an_architecture_that_cannot_be_served_names_the_other_ways(
    folder: Path, changes: dict[str, Any], words: str
) -> None:
    change_config(folder, **changes)
    with pytest.raises(ModelError, match=words) as refused:
        TorchBackend(folder, OPTIONS)
    assert "my-model" in str(refused.value)
    assert "GGUF" in str(refused.value)


def test_a_model_with_a_state_of_its_own_is_found_out_even_when_its_config_says_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mixed = write_model(tmp_path / "lfm", "lfm2", layer_types=["conv", "full_attention", "full_attention"])
    with pytest.raises(ModelError, match="conv"):
        TorchBackend(mixed, OPTIONS)
    monkeypatch.setattr(torch_folder, "obstacle_in", lambda config: None)
    with pytest.raises(ModelError, match="remember more"):
        TorchBackend(mixed, OPTIONS)


def test_layers_that_only_transformers_knows_of_are_found(folder: Path) -> None:
    change_config(folder, model_type="qwen3", use_sliding_window=True, sliding_window=64, max_window_layers=1)
    with pytest.raises(ModelError, match=r"sliding_attention|sliding-window"):
        TorchBackend(folder, OPTIONS)


def test_program_code_in_the_folder_of_a_known_architecture_is_left_alone(folder: Path) -> None:
    change_config(folder, auto_map={"AutoConfig": "theirs.Config", "AutoModelForCausalLM": "theirs.Model"})
    (folder / "theirs.py").write_text("raise SystemExit('the code in the folder was run')")
    TorchBackend(folder, OPTIONS).close()


def test_a_window_longer_than_the_model_is_no_obstacle(folder: Path) -> None:
    change_config(folder, sliding_window=4096)
    TorchBackend(folder, OPTIONS).close()


@pytest.mark.parametrize("name", ["config.json", "model.safetensors", "tokenizer.json"])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(ModelError, match=name):
        TorchBackend(folder, OPTIONS)


def test_a_missing_part_of_the_weights_is_named(folder: Path) -> None:
    parts = {"lm_head.weight": "model-00002-of-00002.safetensors", "x": "model.safetensors"}
    (folder / "model.safetensors.index.json").write_text(json.dumps({"weight_map": parts}))
    with pytest.raises(ModelError, match="model-00002-of-00002"):
        TorchBackend(folder, OPTIONS)


@pytest.mark.parametrize("kept", [0, 5, 3000, -1])
def test_weights_that_are_cut_short_are_refused(folder: Path, kept: int) -> None:
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(ModelError, match=r"model\.safetensors in my-model is (cut short|damaged)"):
        TorchBackend(folder, OPTIONS)


def test_a_tensor_that_is_not_there_is_named_and_not_invented(folder: Path) -> None:
    tensors = load_file(folder / "model.safetensors")
    del tensors["model.layers.1.mlp.up_proj.weight"]
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(ModelError, match=r"layers\.1\.mlp\.up_proj\.weight"):
        TorchBackend(folder, OPTIONS)


def test_weights_of_another_shape_than_the_config_says_are_refused(folder: Path) -> None:
    change_config(folder, intermediate_size=100)
    with pytest.raises(ModelError, match=r"my-model have another shape .*mlp"):
        TorchBackend(folder, OPTIONS)


def test_weights_larger_than_the_memory_are_refused_before_they_are_read(
    llama: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "free_bytes", lambda device: 10_000)
    with pytest.raises(ModelError, match=r"needs .* GB of memory .* smaller model"):
        TorchBackend(llama, OPTIONS)


def test_a_context_that_does_not_fit_into_the_memory_is_refused(llama: Path) -> None:
    with pytest.raises(ModelError, match="smaller context"):
        TorchBackend(llama, EngineOptions(threads=1, context=512, kv_memory_bytes=100_000))


def test_what_the_memory_holds_decides_the_context_when_nobody_asks_for_one(llama: Path) -> None:
    options = EngineOptions(threads=1, batch_rows=1, chat_rows=1, resident_slots=0, kv_memory_bytes=768 * 700)
    backend = TorchBackend(llama, options)
    assert 512 <= backend.limits.slot_tokens < 700
    assert backend.model.context == backend.limits.slot_tokens
    backend.close()


def test_a_type_that_torch_does_not_keep_is_refused(llama: Path) -> None:
    with pytest.raises(ModelError, match="q8_0"):
        TorchBackend(llama, EngineOptions(kv_type="q8_0"))
