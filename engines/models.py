"""Models on this machine: what a file is, whether it is whole, and whether it fits into memory."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import psutil

from engines.choice import Kind, choose_engine
from engines.errors import ModelError
from engines.gguf import TENSOR_TYPES, GgufHead, read_head
from engines.hardware import Machine, this_machine
from engines.options import EngineOptions

KV_BYTES_PER_VALUE = 2
"""Keys and values are kept in 16-bit floats."""

WORKING_BYTES = 256 << 20
"""What an engine takes beside weights and KV memory: buffers of a step, the interpreter, the vocabulary."""

MOST_REMEMBERED = 4096
"""Model files whose heads are not read again while they stay as they are."""

USUAL_CONTEXT = 4096
"""Tokens of a request where nobody asks for more."""

MODEST_KV_BYTES = 1 << 30
"""What keys and values may take beside a small model."""

_SPLIT = re.compile(r"-\d{5}-of-\d{5}$")
# llama.cpp's general.file_type, for names that count tensors could not tell apart.
_FILE_TYPES = {
    0: "F32", 1: "F16", 2: "Q4_0", 3: "Q4_1", 7: "Q8_0", 8: "Q5_0", 9: "Q5_1", 10: "Q2_K", 11: "Q3_K_S",
    12: "Q3_K_M", 13: "Q3_K_L", 14: "Q4_K_S", 15: "Q4_K_M", 16: "Q5_K_S", 17: "Q5_K_M", 18: "Q6_K", 19: "IQ2_XXS",
    20: "IQ2_XS", 21: "Q2_K_S", 22: "IQ3_XS", 23: "IQ3_XXS", 24: "IQ1_S", 25: "IQ4_NL", 26: "IQ3_S", 27: "IQ3_M",
    28: "IQ2_S", 29: "IQ2_M", 30: "IQ4_XS", 31: "IQ1_M", 32: "BF16", 36: "TQ1_0", 37: "TQ2_0", 38: "MXFP4_MOE",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A model as it lies on the disk. ``trouble`` is a sentence when it cannot be served as it is.

    ``kv_token_bytes`` is the memory that one token of context takes in one row, None when it is not known.
    """

    path: Path
    name: str
    kind: Kind
    bytes: int
    source: str = "file"
    architecture: str = ""
    parameters: int = 0
    quantisation: str = ""
    train_context: int = 0
    kv_token_bytes: int | None = None
    chat_template: str | None = field(default=None, repr=False)
    trouble: str | None = None


@dataclass(frozen=True, slots=True)
class MemoryEstimate:
    """Bytes that serving takes, against those that are free now."""

    weights: int
    kv: int
    working: int
    free: int

    @property
    def total(self) -> int:
        """All that serving takes."""
        return self.weights + self.kv + self.working

    @property
    def fits(self) -> bool:
        """Whether it can be held without pushing other programs out."""
        return self.total <= self.free


def inspect_model(path: Path) -> ModelFile:
    """Read what ``path`` is, in milliseconds. Raises ModelError when it cannot be served, with the way out."""
    if path.is_dir():
        return _inspect_folder(path)
    try:
        facts = path.stat()
    except OSError:
        return _inspect_file(path, 0, 0)  # says what is wrong
    return _inspect_file(path, sum(piece.stat().st_size for piece in _parts(path)), facts.st_mtime_ns)


@lru_cache(maxsize=MOST_REMEMBERED)
def _inspect_file(path: Path, size: int, changed_ns: int) -> ModelFile:
    """A file in a state that is known by its size and time; a large vocabulary takes a tenth of a second to pass."""
    head = read_head(path)
    if head.text("general.type") not in (None, "model"):
        raise ModelError(f"{path} is an addition to a model ({head.text('general.type')}): choose the model itself.")
    if not head.parameters:
        raise ModelError(f"{path} holds a vocabulary and no weights: choose a complete model.")
    return _model_of(head, size)


def describe(path: Path, source: str = "file", name: str | None = None) -> ModelFile:
    """As ``inspect_model``, but a model that cannot be served comes back with its ``trouble``."""
    try:
        model = inspect_model(path)
    except ModelError as error:
        size = path.stat().st_size if path.is_file() else 0
        model = ModelFile(path, name or path.stem, "gguf", size, source, trouble=str(error))
    return replace(model, source=source, name=name or model.name)


def describe_folder(path: Path, source: str, machine: Machine | None = None) -> ModelFile | None:
    """A folder with weights in MLX's or Hugging Face's format, None when it is something else.

    Its trouble is that of ``machine``, by default this one: no engine for its format may be installed.
    """
    config = _config_of(path)
    weights = sorted(path.glob("*.safetensors"))
    if config is None or not weights:
        return None
    kind: Kind = "mlx" if "quantization" in config or "mlx" in path.as_posix().lower() else "hf"
    bits = (config.get("quantization") or {}).get("bits")
    choice = choose_engine(kind, path.name, machine or this_machine())
    return ModelFile(
        path=path,
        name=path.name,
        kind=kind,
        bytes=sum(file.stat().st_size for file in weights),
        source=source,
        architecture=str(config.get("model_type", "")),
        quantisation=f"{bits} bit" if bits else str(config.get("torch_dtype") or config.get("dtype") or ""),
        train_context=int(config.get("max_position_embeddings") or 0),
        trouble=None if choice.engine else choice.why,
    )


def memory_estimate(model: ModelFile, *, context: int, rows: int, free: int | None = None) -> MemoryEstimate:
    """What ``rows`` sequences of ``context`` tokens take beside the weights, in bytes."""
    kv = (model.kv_token_bytes or 0) * context * rows
    available = int(psutil.virtual_memory().available) if free is None else free
    return MemoryEstimate(model.bytes, kv, WORKING_BYTES, available)


def serving_estimate(
    model: ModelFile, *, context: int | None = None, rows: int | None = None, free: int | None = None
) -> MemoryEstimate:
    """What an engine takes that may choose for itself: as much for keys and values as for the weights, within reason.

    A ``context`` that is asked for is given in full, for each of ``rows`` documents and the rows beside them.
    """
    options = EngineOptions()
    slots = options.slots if rows is None else replace(options, batch_rows=rows).slots
    if context is not None:
        return memory_estimate(model, context=context, rows=slots, free=free)
    usual = min(model.train_context or USUAL_CONTEXT, USUAL_CONTEXT)
    full = memory_estimate(model, context=usual, rows=slots, free=free)
    return replace(full, kv=min(full.kv, max(MODEST_KV_BYTES, model.bytes)))


def memory_trouble(model: ModelFile, estimate: MemoryEstimate) -> str | None:
    """A sentence when the model does not fit, else None."""
    if estimate.fits:
        return None
    return (
        f"{model.name} needs about {_gib(estimate.total)} of memory and {_gib(estimate.free)} is free: "
        "close other programs, use fewer rows or a shorter context, or choose a smaller model."
    )


def _model_of(head: GgufHead, size: int) -> ModelFile:
    architecture = head.text("general.architecture") or ""
    return ModelFile(
        path=head.path,
        name=_SPLIT.sub("", head.path.stem),
        kind="gguf",
        bytes=size,
        architecture=architecture,
        parameters=head.parameters,
        quantisation=_quantisation(head),
        train_context=head.number(f"{architecture}.context_length") or 0,
        kv_token_bytes=_kv_token_bytes(head, architecture),
        chat_template=head.text("tokenizer.chat_template"),
    )


def _parts(path: Path) -> list[Path]:
    """All files of a model: several where it is split."""
    if not _SPLIT.search(path.stem):
        return [path]
    return sorted(path.parent.glob(_SPLIT.sub("-*-of-*", path.name.removesuffix(".gguf")) + ".gguf"))


def _quantisation(head: GgufHead) -> str:
    named = _FILE_TYPES.get(head.number("general.file_type") or 0) if "general.file_type" in head.values else None
    if named:
        return named
    kinds = list(head.tensor_types.values())
    return TENSOR_TYPES[max(set(kinds), key=kinds.count)][0] if kinds else ""


def _kv_token_bytes(head: GgufHead, architecture: str) -> int | None:
    def number(name: str) -> int | None:
        return head.number(f"{architecture}.{name}")

    layers, heads, width = number("block_count"), number("attention.head_count"), number("embedding_length")
    if not (layers and heads and width):
        return None
    kv_heads = number("attention.head_count_kv") or heads
    keys = number("attention.key_length") or width // heads
    values = number("attention.value_length") or width // heads
    return layers * kv_heads * (keys + values) * KV_BYTES_PER_VALUE


def _config_of(path: Path) -> dict[str, Any] | None:
    try:
        config = json.loads((path / "config.json").read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return config if isinstance(config, dict) else None


def _inspect_folder(path: Path) -> ModelFile:
    found = describe_folder(path, "file")
    if found is None:
        raise ModelError(f"{path} is a folder without a model that is known here: name a .gguf file.")
    if found.trouble:
        raise ModelError(found.trouble)
    return found


def _gib(size: int) -> str:
    return f"{size / (1 << 30):.1f} GiB"
