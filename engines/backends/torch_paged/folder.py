"""What a Hugging Face folder holds, and whether this engine can serve it; read before any weight is loaded."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

from engines.backends.hf_tokenizer import read_json
from engines.errors import ModelError

INSTEAD = "choose a GGUF file of it, which llama.cpp serves, or on a Mac an MLX folder"
INDEX = "model.safetensors.index.json"
LARGEST_HEAD = 100 << 20
# How the classes of transformers that write text are called; the others judge, fill gaps or make vectors.
WRITERS = ("ForCausalLM", "LMHeadModel")


@dataclass(frozen=True, slots=True)
class Weights:
    """All tensors of a folder: how many numbers, how many bytes on the disk, and their commonest type."""

    parameters: int
    bytes: int
    dtype: str


def read_config(folder: Path) -> dict[str, Any]:
    """The model's settings. Raises ``ModelError`` when it is missing, damaged or not of a kind that is served."""
    config = read_json(folder / "config.json")
    if not config:
        raise ModelError(f"{folder.name} has no config.json; choose the folder of a whole model, or a GGUF file.")
    refuse_obstacles(folder.name, config)
    return config


def refuse_obstacles(name: str, config: Mapping[str, Any]) -> None:
    """Raises ``ModelError`` when the torch engine cannot serve a model with this config."""
    obstacle = obstacle_in(config)
    if obstacle:
        raise ModelError(f"{name} {obstacle}, which the torch engine does not serve; {INSTEAD}.")


def obstacle_in(config: Mapping[str, Any]) -> str | None:
    """Why the torch engine cannot serve a model with this config, as the end of a sentence; None when it can."""
    kinds = set(config.get("layer_types") or ["full_attention"]) - {"full_attention"}
    packing = config.get("quantization_config") or config.get("quantization")
    classes = [str(name) for name in config.get("architectures") or []]
    writes = not classes or any(name.endswith(WRITERS) for name in classes)
    reasons = {
        f"is quantised ({packing_of(config)})": packing,
        "reads more than text": any(config.get(k) for k in ("vision_config", "audio_config", "text_config")),
        "is an encoder with a decoder": config.get("is_encoder_decoder"),
        f"mixes attention of other kinds ({', '.join(sorted(kinds))})": kinds,
        "uses sliding-window attention": slides(config),
        "uses compressed (latent) attention": config.get("kv_lora_rank"),
        "caps its attention scores": config.get("attn_logit_softcapping"),
        f"is no model that writes text ({', '.join(classes)})": not writes,
    }
    return next((reason for reason, holds in reasons.items() if holds), None)


def packing_of(config: Mapping[str, Any]) -> str:
    """The name of the format that the weights are packed in."""
    settings = config.get("quantization_config")
    return str(settings.get("quant_method", "unknown")) if isinstance(settings, Mapping) else "MLX"


def slides(config: Mapping[str, Any]) -> bool:
    """Whether attention forgets what lies far back, within the length that the model was made for."""
    window = config.get("sliding_window")
    if not isinstance(window, int) or config.get("use_sliding_window") is False or config.get("layer_types"):
        return False
    return window < int(config.get("max_position_embeddings") or window + 1)


def weigh(folder: Path) -> Weights:
    """Reads the heads of the weight files. Raises ``ModelError`` when one is missing, damaged or cut short."""
    index = read_json(folder / INDEX).get("weight_map")
    names = sorted(set(index.values())) if isinstance(index, dict) else ["model.safetensors"]
    missing = [name for name in names if not (folder / name).is_file()]
    if missing:
        raise ModelError(f"{folder.name} lacks {missing[0]}; download it again, in the safetensors format.")
    parameters, size, types = 0, 0, dict[str, int]()
    for name in names:
        for tensor in head_of(folder / name):
            count = prod(tensor["shape"])
            begin, end = tensor["data_offsets"]
            parameters, size = parameters + count, size + end - begin
            types[tensor["dtype"]] = types.get(tensor["dtype"], 0) + count
    return Weights(parameters, size, max(types, key=lambda name: types[name]))


def head_of(path: Path) -> list[dict[str, Any]]:
    """The tensors that a safetensors file announces. Raises ``ModelError`` unless the file holds them all."""
    size = path.stat().st_size
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        text = file.read(length) if length <= min(size, LARGEST_HEAD) else b""
    try:
        tensors = [tensor for name, tensor in json.loads(text).items() if name != "__metadata__"]
        end = 8 + length + max(tensor["data_offsets"][1] for tensor in tensors)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(f"{path.name} in {path.parent.name} is damaged; download it again.") from error
    if size < end:
        raise ModelError(
            f"{path.name} in {path.parent.name} is cut short: it has {size:,} of {end:,} bytes; download it again."
        )
    return tensors
