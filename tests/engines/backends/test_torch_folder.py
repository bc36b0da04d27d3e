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
from engines.backends.torch_paged.numbers import choose_dtype, has_bf16  # noqa: E402
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


KNOWN_MODELS: dict[str, tuple[dict[str, Any], str]] = {
    "gemma-2": ({"model_type": "gemma2", "sliding_window": 4096, "max_position_embeddings": 8192}, "sliding-window"),
    "mistral-7b-v0.1": ({"model_type": "mistral", "sliding_window": 4096}, "sliding-window"),
    "gpt-oss": ({"model_type": "gpt_oss", "quantization_config": {"quant_method": "mxfp4"}}, r"quantised \(mxfp4\)"),
    "gpt-oss-unpacked": ({"model_type": "gpt_oss", "sliding_window": 128}, "sliding-window"),
    "llama-gptq": ({"model_type": "llama", "quantization_config": {"quant_method": "gptq"}}, r"quantised \(gptq\)"),
    "llama-awq": ({"model_type": "llama", "quantization_config": {"quant_method": "awq"}}, r"quantised \(awq\)"),
    "llama-nf4": ({"model_type": "llama", "quantization_config": {"quant_method": "bitsandbytes"}}, "bitsandbytes"),
    "llama-mlx": ({"model_type": "llama", "quantization": {"bits": 4}}, r"quantised \(MLX\)"),
    "llama-4": ({"model_type": "llama4_text"}, "chunked_attention"),
    "deepseek-v2": ({"model_type": "deepseek_v2", "kv_lora_rank": 512}, "latent"),
    "qwen3-next": ({"model_type": "qwen3_next"}, "linear_attention"),
    "jamba": ({"model_type": "jamba"}, "jamba"),
    "minimax": ({"model_type": "minimax"}, "linear_attention"),
    "qwen2.5-vl": ({"model_type": "qwen2_5_vl", "vision_config": {"depth": 1}}, "more than text"),
    "t5": ({"model_type": "t5", "is_encoder_decoder": True}, "encoder"),
    "bert": ({"model_type": "bert", "architectures": ["BertForMaskedLM"]}, "writes text"),
    "judge": ({"model_type": "qwen2", "architectures": ["Qwen2ForSequenceClassification"]}, "writes text"),
}


@pytest.mark.parametrize("name", KNOWN_MODELS)
def test_a_known_model_that_cannot_be_served_is_refused_by_its_config_alone(name: str, tmp_path: Path) -> None:
    config, words = KNOWN_MODELS[name]
    folder = tmp_path / name
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps(config))
    with pytest.raises(ModelError, match=rf"^{name} .*{words}.*choose a GGUF file of it, which llama\.cpp serves"):
        TorchBackend(folder, OPTIONS)


def test_a_model_with_a_state_of_its_own_is_found_out_even_when_its_config_says_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mixed = write_model(tmp_path / "lfm", "lfm2", layer_types=["conv", "full_attention", "full_attention"])
    with pytest.raises(ModelError, match="conv"):
        TorchBackend(mixed, OPTIONS)
    monkeypatch.setattr(torch_folder, "obstacle_in", lambda config: None)
    with pytest.raises(ModelError, match="remember more"):
        TorchBackend(mixed, OPTIONS)


def test_a_model_that_looks_ahead_is_refused_whatever_its_config_says(tmp_path: Path) -> None:
    encoder = write_model(tmp_path / "encoder", "bert", num_key_value_heads=4)
    with pytest.raises(ModelError, match=r"a view of what comes later.*choose a GGUF file"):
        TorchBackend(encoder, OPTIONS)


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
    options = EngineOptions(
        threads=1, batch_rows=1, chat_rows=1, resident_slots=0, kv_memory_bytes=768 * 700, weights="packed"
    )
    backend = TorchBackend(llama, options)
    assert 512 <= backend.limits.slot_tokens < 700
    assert backend.model.context == backend.limits.slot_tokens
    backend.close()


def test_a_type_that_torch_does_not_keep_is_refused(llama: Path) -> None:
    with pytest.raises(ModelError, match="q8_0"):
        TorchBackend(llama, EngineOptions(kv_type="q8_0"))


@pytest.mark.parametrize(
    ("asked", "stored", "expected"),
    [
        ({}, "BF16", {torch.bfloat16, torch.float32}),
        ({"weights": "packed"}, "F32", {torch.float32}),
        ({"weights": "bf16"}, "F32", {torch.bfloat16}),
        ({"kv_type": "f16"}, "BF16", {torch.float16}),
    ],
)
def test_numbers_are_of_the_type_that_was_asked_for_or_suits_the_processor(
    asked: dict[str, Any], stored: str, expected: set[torch.dtype]
) -> None:
    assert choose_dtype(EngineOptions(**asked), torch.device("cpu"), stored) in expected


def test_a_processor_without_arithmetic_for_16_bits_computes_in_32() -> None:
    assert has_bf16({"avx512_bf16": True, "architecture": "x86_64"})
    assert has_bf16({"bf16": True, "architecture": "aarch64"})
    assert not has_bf16({"avx2": True, "avx512_bf16": False, "architecture": "x86_64"})


def test_two_types_at_once_are_refused() -> None:
    with pytest.raises(ModelError, match="the same for both"):
        choose_dtype(EngineOptions(weights="bf16", kv_type="f16"), torch.device("cpu"), "F32")
