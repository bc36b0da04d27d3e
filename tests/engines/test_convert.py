"""Conversion changes the layout of the embedded model, never a number or a token."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import numpy as np
import platformdirs
import pytest

pytest.importorskip("gguf", reason="the extra 'convert' is not installed")

from gguf import GGMLQuantizationType, GGUFReader
from gguf.quants import dequantize, quantize
from safetensors.numpy import load_file

from engines.backends.hf_tokenizer import HuggingFaceTokenizer
from engines.backends.llama_cpp import LlamaCppBackend
from engines.convert import convert
from engines.convert.source import Tensor, unpermute
from engines.convert.weights import PACKERS
from engines.errors import ModelError
from engines.options import EngineOptions

KINDS = [GGMLQuantizationType.Q4_0, GGMLQuantizationType.Q4_1, GGMLQuantizationType.Q8_0]
TEXTS = [
    "In 1984, 1,234,567 people paid $12.50 (or 10 €) for 3 tickets, 007 times.",
    "It's they're we'll I'd don't 'tis  two  spaces\n\n\nand\ttabs \r\n end ",
    "naïve 😀👩‍👩‍👧 日本語 Ελλάδα ٣٤٥ Ⅷ ½ \u0000 \u200b end",
    "def f(x):\n    return x**2 + 0x1F  # 3.14159e-10",
    "<|im_start|>user\nhello<|im_end|>\n<|endoftext|> <repo_name>x",
    "",
    " ",
    "ÄÖÜ ß " * 40,
]


@pytest.fixture(scope="module")
def cache() -> Path:
    return platformdirs.user_cache_path("nightdesk", appauthor=False)


@pytest.fixture(scope="module")
def plain(model_path: Path, cache: Path) -> Path:
    return convert(model_path, cache, "hf-float32")


@pytest.fixture(scope="module")
def packed(model_path: Path, cache: Path) -> Path:
    return convert(model_path, cache, "mlx-4bit")


def unpacked(weight: np.ndarray, scales: np.ndarray, biases: np.ndarray, bits: int) -> np.ndarray:
    """What MLX's documentation says its packed integers mean."""
    integers = (weight[..., None] >> np.arange(0, 32, bits, dtype=np.uint32)) & np.uint32(2**bits - 1)
    values = integers.reshape(len(weight), -1, 32).astype(np.float32)
    given = values * scales[..., None].astype(np.float32) + biases[..., None].astype(np.float32)
    return given.reshape(len(weight), -1)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_packed_weights_mean_the_same_numbers(kind: GGMLQuantizationType) -> None:
    floats = np.random.default_rng(1).normal(size=(8, 128)).astype(np.float32)
    blocks = quantize(floats, kind)
    bits, pack = PACKERS[kind]
    parts = pack(Tensor("w", kind, blocks))
    assert np.array_equal(unpacked(parts["weight"], parts["scales"], parts["biases"], bits), dequantize(blocks, kind))


def test_scales_that_overflow_are_refused() -> None:
    blocks = quantize(np.full((1, 32), 60000 * 127.0, np.float32), GGMLQuantizationType.Q8_0)
    with pytest.raises(ModelError, match="too large"):
        PACKERS[GGMLQuantizationType.Q8_0][1](Tensor("w", GGMLQuantizationType.Q8_0, blocks))


def test_the_rotation_pairs_are_put_apart_again() -> None:
    rows = np.arange(8)[:, None] * np.ones((1, 3))
    assert unpermute(rows, 2)[:, 0].tolist() == [0, 2, 1, 3, 4, 6, 5, 7]


def test_both_folders_hold_the_numbers_of_the_file(model_path: Path, plain: Path, packed: Path) -> None:
    source = {tensor.name: tensor for tensor in GGUFReader(model_path).tensors}
    floats, words = load_file(plain / "model.safetensors"), load_file(packed / "model.safetensors")
    down = source["blk.7.ffn_down.weight"]
    expected = dequantize(down.data, down.tensor_type)
    assert np.array_equal(floats["model.layers.7.mlp.down_proj.weight"], expected)
    layers = {name.removesuffix(".scales") for name in words if name.endswith(".scales")}
    assert len(layers) == 211
    for layer in ("model.embed_tokens", "model.layers.0.self_attn.q_proj", "model.layers.29.mlp.gate_proj"):
        bits = 8 if layer == "model.embed_tokens" else 4
        parts = (words[f"{layer}.{part}"] for part in ("weight", "scales", "biases"))
        assert np.array_equal(unpacked(*parts, bits), floats[f"{layer}.weight"]), layer
    assert len(floats) == 272


def test_the_shape_of_the_model_is_written_in_the_words_of_both_libraries(plain: Path, packed: Path) -> None:
    for folder in (plain, packed):
        config = json.loads((folder / "config.json").read_text())
        assert config["rope_theta"] == config["rope_parameters"]["rope_theta"] == 100_000.0
        assert config["rms_norm_eps"] == 1e-5
        assert (config["num_attention_heads"], config["num_key_value_heads"], config["head_dim"]) == (9, 3, 64)
        assert config["tie_word_embeddings"] is True
        assert (config["bos_token_id"], config["eos_token_id"]) == (1, 2)


def test_texts_become_the_tokens_that_llama_cpp_makes(model_path: Path, plain: Path) -> None:
    ours = HuggingFaceTokenizer(plain, 49152)
    backend = LlamaCppBackend(model_path, EngineOptions(context=64, batch_rows=1, chat_rows=1, resident_slots=1))
    try:
        theirs = backend.tokenizer
        for text in TEXTS:
            for special in (False, True):
                tokens = theirs.encode(text, special=special)
                assert ours.encode(text, special=special) == tokens, (text, special)
                assert ours.decode(tokens) == theirs.decode(tokens)
        assert all(ours.piece(token) == theirs.piece(token) for token in range(49152))
        assert (ours.bos, ours.eos) == (theirs.bos, theirs.eos)
        ends, more = ({t for t in range(49152) if each.is_end(t)} for each in (ours, theirs))
        # llama.cpp also ends where a model for code names a repository.
        assert ends == more - set(ours.encode("<reponame>", special=True)) == {0, 2}
    finally:
        backend.close()


def test_half_a_character_does_not_break_the_tokenizer(plain: Path) -> None:
    assert HuggingFaceTokenizer(plain, 49152).encode("a \ud83d b", special=False)


def test_numbers_beyond_the_vocabulary_stand_for_nothing(plain: Path) -> None:
    padded = HuggingFaceTokenizer(plain, 49216)
    assert padded.vocab_size == 49216
    assert padded.decode([*padded.encode("yes", special=False), 49155]) == b"yes"


def test_a_whole_folder_is_not_written_again(model_path: Path, cache: Path, packed: Path) -> None:
    before = (packed / "model.safetensors").stat().st_mtime_ns
    assert convert(model_path, cache, "mlx-4bit") == packed
    assert (packed / "model.safetensors").stat().st_mtime_ns == before


def test_a_folder_that_lacks_its_stamp_is_written_anew(model_path: Path, tmp_path: Path, packed: Path) -> None:
    folder = Path(shutil.copytree(packed, tmp_path / "converted" / packed.name))
    (folder / "converted.json").unlink()
    os.truncate(folder / "model.safetensors", 1000)
    assert convert(model_path, tmp_path, "mlx-4bit") == folder
    assert (folder / "model.safetensors").stat().st_size > 90_000_000
    assert [path.name for path in (tmp_path / "converted").iterdir()] == [folder.name]


def test_a_file_that_is_no_model_is_refused_with_a_sentence(tmp_path: Path) -> None:
    letter = tmp_path / "letter.gguf"
    letter.write_text("Dear reader, " * 100)
    with pytest.raises(ModelError, match=r"letter\.gguf"):
        convert(letter, tmp_path, "mlx-4bit")
    with pytest.raises(ModelError, match=r"missing\.gguf"):
        convert(tmp_path / "missing.gguf", tmp_path, "mlx-4bit")
    assert not any((tmp_path / "converted").glob("[!.]*"))
