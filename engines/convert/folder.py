"""Writes a converted model as a folder that is either whole or not there, and only once for each source."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
from safetensors.numpy import save_file

from engines.convert import weights, words
from engines.convert.source import GgufSource
from engines.errors import ModelError

Form = Literal["hf-float32", "hf-float16", "mlx-4bit"]
FORMS: tuple[Form, ...] = get_args(Form)
STAMP = "converted.json"
VERSION = 1
"""Raised whenever the same source would give another folder."""


def convert(source: Path, cache: Path, form: Form) -> Path:
    """The folder below ``cache`` that holds ``source`` in ``form``; writes it unless a whole one is there.

    Raises ``ModelError`` when the file cannot be read, cannot be converted, or the disk is full.
    """
    digest = sha256_of(source)
    stamp = {"source_sha256": digest, "form": form, "version": VERSION}
    target = cache / "converted" / f"{source.stem}-{form}-{digest[:12]}"
    if stamp_of(target) == stamp:
        return target
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".converting-") as made:
            write(GgufSource(source), Path(made), form)
            write_json(Path(made) / STAMP, stamp)
            put_in_place(Path(made), target)
    except OSError as error:
        raise ModelError(f"The converted model cannot be written to {target.parent}: {error.strerror}.") from error
    return target


def put_in_place(made: Path, target: Path) -> None:
    """Moves a finished folder to its name, in the place of an older one."""
    made.chmod(0o755)
    shutil.rmtree(target, ignore_errors=True)
    made.replace(target)
    made.mkdir()  # what tempfile will remove


def write(source: GgufSource, folder: Path, form: Form) -> None:
    """The model itself: weights, shape, vocabulary."""
    arrays, extra = FORM_WEIGHTS[form](source)
    save_file(arrays, folder / "model.safetensors", metadata={"format": "mlx" if form == "mlx-4bit" else "pt"})
    write_json(folder / "config.json", config(source) | extra)
    ends = {name: source.value(f"tokenizer.ggml.{name}_token_id") for name in ("bos", "eos", "padding")}
    generation = {"bos_token_id": ends["bos"], "eos_token_id": ends["eos"], "pad_token_id": ends["padding"]}
    write_json(folder / "generation_config.json", generation)
    words.tokenizer(source).save(str(folder / "tokenizer.json"))
    write_json(folder / "tokenizer_config.json", words.tokenizer_config(source))


def config(source: GgufSource) -> dict[str, Any]:
    """The model's shape in Hugging Face's words."""
    theta = float(source.value("llama.rope.freq_base", 10000.0))
    heads, width = source.number("attention.head_count"), source.number("embedding_length")
    return {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "hidden_act": "silu",
        "hidden_size": width,
        "intermediate_size": source.number("feed_forward_length"),
        "num_hidden_layers": source.number("block_count"),
        "num_attention_heads": heads,
        "num_key_value_heads": source.number("attention.head_count_kv"),
        "head_dim": source.value("llama.attention.key_length") or width // heads,
        "max_position_embeddings": source.number("context_length"),
        # The file holds it as a 32-bit float; as a 64-bit one 1e-05 would read 9.999999747e-06.
        "rms_norm_eps": float(str(np.float32(source.value("llama.attention.layer_norm_rms_epsilon")))),
        "vocab_size": len(source.value("tokenizer.ggml.tokens")),
        "tie_word_embeddings": source.tied,
        "attention_bias": False,
        "mlp_bias": False,
        "bos_token_id": source.value("tokenizer.ggml.bos_token_id"),
        "eos_token_id": source.value("tokenizer.ggml.eos_token_id"),
        "pad_token_id": source.value("tokenizer.ggml.padding_token_id"),
        # transformers 5 reads the second, mlx-lm only the first; with one alone the other silently takes 10000.
        "rope_theta": theta,
        "rope_parameters": {"rope_type": "default", "rope_theta": theta},
        "rope_scaling": None,
    }


def as_float32(source: GgufSource) -> tuple[weights.Arrays, dict[str, Any]]:
    return weights.plain(source, np.float32), {"torch_dtype": "float32", "dtype": "float32"}


def as_float16(source: GgufSource) -> tuple[weights.Arrays, dict[str, Any]]:
    return weights.plain(source, np.float16), {"torch_dtype": "float16", "dtype": "float16"}


def as_mlx(source: GgufSource) -> tuple[weights.Arrays, dict[str, Any]]:
    arrays, layers = weights.packed(source)
    usual = {"group_size": weights.BLOCK, "bits": 4, "mode": "affine"}
    quantization = usual | {layer: how for layer, how in layers.items() if how != usual}
    return arrays, {"torch_dtype": "float16", "quantization": quantization}


FORM_WEIGHTS: dict[Form, Callable[[GgufSource], tuple[weights.Arrays, dict[str, Any]]]] = {
    "hf-float32": as_float32,
    "hf-float16": as_float16,
    "mlx-4bit": as_mlx,
}


def stamp_of(folder: Path) -> object:
    """What a finished folder says of its making, None when there is none."""
    try:
        return json.loads((folder / STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file in hexadecimal. Raises ``ModelError``."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(f"The model {path.name} cannot be read: {error.strerror or error}.") from error


def write_json(path: Path, value: dict[str, Any]) -> None:
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
