"""An mlx-lm model folder: checked, loaded, and tried out before anybody waits for it."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import mlx.core as mx
from mlx.nn.layers.base import Module
from mlx_lm.models.cache import KVCache, make_prompt_cache
from mlx_lm.utils import dequantize_model, get_total_parameters
from mlx_lm.utils import load_model as load_with_library

from engines.backends.base import Row
from engines.backends.hf_tokenizer import read_json
from engines.backends.mlx_slots.pool import KvPool, KvShape
from engines.backends.mlx_slots.ragged import RaggedModel
from engines.backends.mlx_slots.runtime import on_metal, weights_budget
from engines.errors import ModelError

log = logging.getLogger(__name__)

INSTEAD = "choose a GGUF file of the same model"
# Relative difference of logits that float arithmetic explains: in 32 bits, and in 16 bits or fewer.
TOLERANCE = {mx.float32: 1e-3, mx.float16: 0.05, mx.bfloat16: 0.1}


def load_model(folder: Path) -> tuple[Module, dict[str, Any]]:
    """The model and its settings. Raises ``ModelError`` with a sentence when it cannot be served."""
    config = read_config(folder)
    check_weights(folder)
    try:
        model, config = load_with_library(folder, model_config=position_settings(folder.name, config))
    except Exception as error:  # noqa: BLE001  (a format that it half knows makes it throw anything)
        first = (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
        packing = (config.get("quantization_config") or {}).get("quant_method")
        what = f"{folder.name}, packed by {packing}," if packing else folder.name
        raise ModelError(f"{what} cannot be loaded by mlx-lm ({first}); {INSTEAD}.") from None
    model.eval()
    if not on_metal():
        unpack(model)
    mx.eval(model.parameters())
    return model, config


def read_config(folder: Path) -> dict[str, Any]:
    config = read_json(folder / "config.json")
    if not config.get("model_type") or not isinstance(config.get("vocab_size"), int):
        raise ModelError(f"{folder.name} has no config.json of a text model; download the model again, or {INSTEAD}.")
    return config


def check_weights(folder: Path) -> None:
    """Raises ``ModelError`` when there are no weights, or more than this machine can hold."""
    files = list(folder.glob("model*.safetensors"))
    if not files:
        raise ModelError(f"{folder.name} holds no model*.safetensors; download the model again.")
    size, budget = sum(file.stat().st_size for file in files), weights_budget()
    if size > budget:
        raise ModelError(
            f"The weights of {folder.name} take {size / 1e9:.1f} GB, and {budget / 1e9:.1f} GB can be used for them "
            "here; choose a smaller model or a stronger quantisation."
        )


def position_settings(name: str, config: dict[str, Any]) -> dict[str, Any]:
    """What must be added to ``config`` for mlx-lm to turn positions as the model was trained.

    transformers 5 writes ``rope_parameters`` only, and some of mlx-lm's models read ``rope_theta`` and
    ``rope_scaling`` only: they would silently take their own default, and the text would still look fine.
    """
    named = config.get("rope_parameters")
    if not isinstance(named, dict) or "rope_theta" not in named:
        return {}
    theta = named["rope_theta"]
    if config.get("rope_theta", theta) != theta:
        raise ModelError(
            f"The config.json of {name} names two values of rope_theta ({config['rope_theta']} and {theta}); "
            "download the model again, or correct the wrong one."
        )
    settings: dict[str, Any] = {"rope_theta": theta}
    if named.get("rope_type", "default") != "default" and not config.get("rope_scaling"):
        settings["rope_scaling"] = named
    return settings


def unpack(model: Module) -> None:
    """Makes all weights 32-bit floats: on a CPU, MLX has fast arithmetic for nothing else."""
    # First the scales, so that unpacking rounds nothing.
    model.set_dtype(mx.float32)
    dequantize_model(model)
    log.info("MLX runs on the CPU here, in 32-bit floats, which is meant for tests")


def check_architecture(name: str, model: Module) -> None:
    """Raises ``ModelError`` for models that keep anything but plain keys and values."""
    cache = make_prompt_cache(model)
    kinds = sorted({type(layer).__name__ for layer in cache} - {KVCache.__name__})
    if kinds or len(cache) != len(model.layers):
        raise ModelError(
            f"{name} mixes kinds of memory ({', '.join(kinds) or 'shared layers'}) that cannot be served in "
            f"batches through MLX; {INSTEAD}."
        )


def try_out(name: str, model: Module, ragged: RaggedModel, vocab_size: int) -> list[KvShape]:
    """Compares ragged steps with the model's own way; returns what its layers keep of a token.

    Some architectures compute positions or attention in ways of their own that a flat batch would not
    follow; their text would look fine and be wrong. Raises ``ModelError`` for those.
    """
    prompt = [(7919 * i) % vocab_size for i in range(1, 9)]
    cache = make_prompt_cache(model)
    expected = model(mx.array([prompt]), cache=cache)[0, -1]
    shapes = [shape_of(layer) for layer in cache]
    pool = KvPool(shapes, slots=4, slot_tokens=len(prompt))
    pool.reserve(len(prompt))
    try:
        ragged([Row(3, prompt[:4], 0, False), Row(1, prompt[2:5], 0, True)], pool)
        ragged([Row(1, prompt[:1], 3, True), Row(3, prompt[4:7], 4, True)], pool)
        given = ragged([Row(1, prompt[:1], 4, True), Row(3, prompt[7:], 7, True)], pool)
    except (ValueError, TypeError, RuntimeError, NotImplementedError, AttributeError) as error:
        first = (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
        raise ModelError(f"{name} cannot be served in batches through MLX ({first}); {INSTEAD}.") from None
    assert given is not None, "rows that want logits give logits"
    if not distance(given[1], expected) <= TOLERANCE.get(expected.dtype, 0.1):
        raise ModelError(f"{name} computes otherwise in batches than alone through MLX; {INSTEAD}.")
    return shapes


def shape_of(layer: KVCache) -> KvShape:
    """What a layer keeps of a token, told from a cache that holds some."""
    assert layer.keys is not None, "the model keeps no keys"
    assert layer.values is not None, "the model keeps no values"
    return KvShape(layer.keys.shape[1], layer.keys.shape[3], layer.values.shape[3], layer.keys.dtype)


def distance(given: mx.array, expected: mx.array) -> float:
    """How far ``given`` is from ``expected``, relative to its size."""
    given, expected = given.astype(mx.float32), expected.astype(mx.float32)
    return float(mx.sqrt(mx.square(given - expected).sum() / mx.square(expected).sum()))


def describe_weights(model: Module, config: dict[str, Any]) -> tuple[int, str]:
    """How many parameters, and how they are stored."""
    quantization = config.get("quantization")
    stored = f"{quantization['bits']} bit" if quantization else str(config.get("dtype") or config.get("torch_dtype"))
    return int(get_total_parameters(model)), stored
