"""Weights in the two forms that are written: plain floats, and MLX's packed integers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from gguf import GGMLQuantizationType as Kind
from gguf.quants import dequantize
from numpy.typing import NDArray

from engines.convert.source import GgufSource, Tensor
from engines.errors import ModelError

BLOCK = 32
Arrays = dict[str, NDArray[Any]]


def plain(source: GgufSource, dtype: type[np.floating[Any]]) -> Arrays:
    """Every weight as floats."""
    arrays: Arrays = {}
    for tensor in source.tensors():
        values = tensor.data if tensor.kind == Kind.F32 else dequantize(tensor.data, tensor.kind)
        arrays[tensor.name] = np.ascontiguousarray(values, dtype)
    return arrays


def packed(source: GgufSource) -> tuple[Arrays, dict[str, dict[str, Any]]]:
    """Every weight as MLX keeps it, and how each quantised layer is packed. Raises ``ModelError``.

    The same integers and scales are only laid out anew: quantising the floats again would ruin the model.
    """
    arrays: Arrays = {}
    layers: dict[str, dict[str, Any]] = {}
    for tensor in source.tensors():
        if tensor.kind == Kind.F32:
            # Norms in the scales' type, or MLX would compute everything after them in 32 bits.
            arrays[tensor.name] = tensor.data.astype(np.float16)
            continue
        if tensor.kind not in PACKERS:
            raise ModelError(
                f"{source.path.name} holds weights of the type {tensor.kind.name}, which MLX has no twin of: "
                "convert it to plain floats instead, or use the GGUF file."
            )
        bits, pack = PACKERS[tensor.kind]
        layer = tensor.name.removesuffix(".weight")
        arrays |= {f"{layer}.{part}": values for part, values in pack(tensor).items()}
        layers[layer] = {"group_size": BLOCK, "bits": bits, "mode": "affine"}
    return arrays, layers


def pack_q4_1(tensor: Tensor) -> Arrays:
    """Blocks of scale, minimum and 32 nibbles: value = scale * nibble + minimum, as in MLX."""
    blocks = tensor.data.reshape(len(tensor.data), -1, 20)
    nibbles = blocks[..., 4:]
    # A block's low nibbles are its first 16 values, its high ones the rest; MLX wants neighbours in one byte.
    values = np.concatenate([nibbles & 15, nibbles >> 4], axis=-1)
    joined = values[..., 0::2] | (values[..., 1::2] << 4)
    return {"weight": words(joined), "scales": halves(blocks[..., 0:2]), "biases": halves(blocks[..., 2:4])}


def pack_q4_0(tensor: Tensor) -> Arrays:
    """Blocks of scale and 32 nibbles: value = scale * (nibble - 8)."""
    blocks = tensor.data.reshape(len(tensor.data), -1, 18)
    nibbles = blocks[..., 2:]
    values = np.concatenate([nibbles & 15, nibbles >> 4], axis=-1)
    joined = values[..., 0::2] | (values[..., 1::2] << 4)
    scales = halves(blocks[..., 0:2])
    return {"weight": words(joined), "scales": scales, "biases": scales * np.float16(-8)}


def pack_q8_0(tensor: Tensor) -> Arrays:
    """Blocks of scale and 32 signed bytes; MLX's bytes have no sign, so the minimum is -128 scales."""
    blocks = tensor.data.reshape(len(tensor.data), -1, 34)
    scales = halves(blocks[..., 0:2])
    with np.errstate(over="ignore"):  # told below, in a sentence
        biases = scales * np.float16(-128)
    if not np.isfinite(biases).all():
        raise ModelError(f"{tensor.name} has scales that are too large for MLX: convert to plain floats instead.")
    return {"weight": words(blocks[..., 2:] ^ np.uint8(128)), "scales": scales, "biases": biases}


def words(integers: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """Bytes joined to the 32-bit words in which MLX stores packed integers."""
    return np.ascontiguousarray(integers.reshape(len(integers), -1)).view(np.uint32)


def halves(pairs: NDArray[np.uint8]) -> NDArray[np.float16]:
    """The 16-bit floats that head each block, one for each."""
    return np.ascontiguousarray(pairs).view(np.float16)[..., 0]


PACKERS: dict[Kind, tuple[int, Callable[[Tensor], Arrays]]] = {
    Kind.Q4_1: (4, pack_q4_1),
    Kind.Q4_0: (4, pack_q4_0),
    Kind.Q8_0: (8, pack_q8_0),
}
