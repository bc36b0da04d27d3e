"""What is found on a machine, and what is said about files that cannot be served."""

from __future__ import annotations

import json
import shutil
import struct
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from engines.errors import ModelError
from engines.gguf import control_texts, read_head, token_texts
from engines.hardware import Machine
from engines.models import describe, describe_folder, inspect_model, memory_estimate, memory_trouble
from engines.places import Places, find_models

CONFIG = {"model_type": "llama", "max_position_embeddings": 2048, "torch_dtype": "bfloat16"}


@pytest.fixture(scope="session")
def head_of_model(model_path: Path) -> bytes:
    """The first bytes of the embedded model: all of its metadata and some tensors."""
    with model_path.open("rb") as file:
        return file.read(3_000_000)


def test_a_model_tells_what_it_is_without_being_loaded(model_path: Path) -> None:
    model = inspect_model(model_path)
    assert (model.kind, model.architecture, model.quantisation) == ("gguf", "llama", "Q4_1")
    assert (model.parameters, model.train_context, model.bytes) == (134_515_008, 8192, 98_362_432)
    assert model.kv_token_bytes == 30 * 3 * (64 + 64) * 2
    assert model.chat_template is not None
    assert "<|im_start|>" in model.chat_template
    assert model.trouble is None


def test_control_tokens_are_known_by_their_texts(model_path: Path) -> None:
    head = read_head(model_path)
    texts = control_texts(head)
    assert {"<|im_start|>", "<|im_end|>", "<|endoftext|>"} <= set(texts)
    assert "the" not in texts
    assert token_texts(head, "tokenizer.ggml.bos_token_id", "no.such.entry") == ("<|im_start|>", "")


def test_a_file_cut_short_is_named_with_its_sizes(model_path: Path, tmp_path: Path, head_of_model: bytes) -> None:
    cut = tmp_path / "cut.gguf"
    cut.write_bytes(head_of_model)
    with pytest.raises(ModelError, match=r"cut\.gguf is cut short .*3,000,000 of 98,362,432 bytes.*download it again"):
        inspect_model(cut)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(length=st.integers(0, 2_000_000), at=st.integers(0, 4000), byte=st.integers(0, 255))
@example(length=2134, at=2133, byte=128)  # a text longer than any memory
def test_a_damaged_head_is_always_a_sentence(
    tmp_path: Path, head_of_model: bytes, length: int, at: int, byte: int
) -> None:
    damaged = bytearray(head_of_model[:length])
    if at < length:
        damaged[at] = byte
    path = tmp_path / "damaged.gguf"
    path.write_bytes(damaged)
    with pytest.raises(ModelError, match=r"damaged\.gguf"):
        inspect_model(path)


def test_files_of_other_kinds_are_refused_with_the_way_out(tmp_path: Path) -> None:
    text = tmp_path / "notes.gguf"
    text.write_text("These are notes, and long enough to be looked at.")
    with pytest.raises(ModelError, match="not a GGUF"):
        inspect_model(text)
    text.write_bytes(b"GGUF" + struct.pack("<IQQ", 1, 0, 0))
    with pytest.raises(ModelError, match="version 1"):
        inspect_model(text)
    with pytest.raises(ModelError, match=r"absent\.gguf does not exist"):
        inspect_model(tmp_path / "absent.gguf")
    with pytest.raises(ModelError, match="folder"):
        inspect_model(tmp_path)


def test_a_vocabulary_without_weights_is_not_a_model(tmp_path: Path) -> None:
    vocabulary = tmp_path / "vocab.gguf"
    vocabulary.write_bytes(b"GGUF" + struct.pack("<IQQ", 3, 0, 0))
    with pytest.raises(ModelError, match="no weights"):
        inspect_model(vocabulary)


def test_memory_is_weights_and_keys_and_values_of_every_row(model_path: Path) -> None:
    model = inspect_model(model_path)
    estimate = memory_estimate(model, context=1000, rows=10, free=10**9)
    assert estimate.kv == 23_040 * 10_000
    assert estimate.total > estimate.weights + estimate.kv
    assert estimate.fits
    assert memory_trouble(model, estimate) is None
    tight = memory_estimate(model, context=8192, rows=64, free=10**9)
    assert not tight.fits
    sentence = memory_trouble(model, tight)
    assert sentence is not None
    assert model.name in sentence
    assert "0.9 GiB is free" in sentence


def test_models_of_every_place_are_found_once(model_path: Path, tmp_path: Path, head_of_model: bytes) -> None:
    ours, studio = tmp_path / "models", tmp_path / ".lmstudio" / "models" / "someone" / "thing"
    for folder in (ours, studio):
        folder.mkdir(parents=True)
    (ours / "small.gguf").symlink_to(model_path)
    (ours / "again.gguf").symlink_to(model_path)
    (studio / "broken.gguf").write_bytes(head_of_model[:5000])
    (studio / "mmproj-thing.gguf").write_bytes(head_of_model[:5000])
    found = find_models(Places.usual([ours], {"HOME": str(tmp_path)}))
    assert [(model.name, model.source, model.trouble is None) for model in found] == [
        ("again", "folder", True),
        ("broken", "LM Studio", False),
    ]
    assert "cut short" in (found[1].trouble or "")


def test_ollama_models_carry_the_names_of_their_manifests(model_path: Path, tmp_path: Path) -> None:
    root = tmp_path / ".ollama" / "models"
    manifests = root / "manifests" / "registry.ollama.ai" / "library" / "smollm2"
    manifests.mkdir(parents=True)
    (root / "blobs").mkdir()
    (root / "blobs" / "sha256-abc").symlink_to(model_path)
    layers = [
        {"mediaType": "application/vnd.ollama.image.model", "digest": "sha256:abc"},
        {"mediaType": "application/vnd.ollama.image.license", "digest": "sha256:abc"},
    ]
    (manifests / "135m").write_text(json.dumps({"layers": layers}))
    (manifests / "broken").write_text("{")
    found = find_models(Places.usual([], {"HOME": str(tmp_path)}))
    assert [(model.name, model.source, model.parameters) for model in found] == [
        ("smollm2:135m", "Ollama", 134_515_008)
    ]


def test_hugging_face_snapshots_are_found_by_their_repository(model_path: Path, tmp_path: Path) -> None:
    snapshot = tmp_path / "hub" / "models--someone--Thing-MLX" / "snapshots" / "abc"
    snapshot.mkdir(parents=True)
    (snapshot / "thing.gguf").symlink_to(model_path)
    (snapshot / "config.json").write_text(json.dumps({**CONFIG, "quantization": {"bits": 4}}))
    (snapshot / "model.safetensors").write_bytes(b"0" * 100)
    found = find_models(Places(hugging_face=tmp_path / "hub"))
    assert [(model.name, model.kind, model.bytes) for model in found] == [
        ("thing", "gguf", 98_362_432),
        ("someone/Thing-MLX", "mlx", 100),
    ]


def test_a_folder_of_safetensors_is_named_with_the_extra_it_needs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = Machine()
    folder = tmp_path / "Thing"
    folder.mkdir()
    assert describe_folder(folder, "file") is None
    (folder / "config.json").write_text(json.dumps(CONFIG))
    (folder / "model.safetensors").write_bytes(b"0" * 100)
    found = describe_folder(folder, "file", bare)
    assert found is not None
    assert (found.kind, found.architecture, found.train_context) == ("hf", "llama", 2048)
    assert "nightdesk[torch]" in (found.trouble or "")
    monkeypatch.setattr("engines.models.this_machine", lambda: bare)
    with pytest.raises(ModelError, match=r"nightdesk\[torch\]"):
        inspect_model(folder)


def test_a_split_model_is_one_model(model_path: Path, tmp_path: Path) -> None:
    first = tmp_path / "big-00001-of-00002.gguf"
    first.symlink_to(model_path)
    shutil.copyfile(__file__, tmp_path / "big-00002-of-00002.gguf")
    found = find_models(Places(folders=(tmp_path,)))
    assert [model.name for model in found] == ["big"]
    assert found[0].bytes == 98_362_432 + Path(__file__).stat().st_size
    assert describe(first).name == "big"


def test_a_file_is_read_again_only_when_it_has_changed(model_path: Path, tmp_path: Path) -> None:
    target = tmp_path / "changing.gguf"
    shutil.copyfile(model_path, target)
    first = inspect_model(target)
    assert inspect_model(target) is first
    with target.open("ab") as file:
        file.write(b"more")
    again = inspect_model(target)
    assert (again.bytes, again.parameters) == (first.bytes + 4, first.parameters)
    target.unlink()
    with pytest.raises(ModelError, match="does not exist"):
        inspect_model(target)
