"""A GGUF file of the llama architecture, its tensors under the names and in the order of Hugging Face."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from gguf import GGMLQuantizationType, GGUFReader
from numpy.typing import NDArray

from engines.errors import ModelError
from engines.gguf import read_head

OUTSIDE = {
    "token_embd.weight": "model.embed_tokens.weight",
    "output_norm.weight": "model.norm.weight",
    "output.weight": "lm_head.weight",
}
IN_BLOCK = {
    "attn_norm": "input_layernorm", "attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj", "attn_output": "self_attn.o_proj", "ffn_norm": "post_attention_layernorm",
    "ffn_gate": "mlp.gate_proj", "ffn_up": "mlp.up_proj", "ffn_down": "mlp.down_proj",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tensor:
    """One weight. ``data`` has a row of values, or of the bytes of quantised blocks, for each output."""

    name: str
    kind: GGMLQuantizationType
    data: NDArray[Any]


class GgufSource:
    """What a GGUF file of the llama architecture says. Raises ``ModelError`` for any other."""

    def __init__(self, path: Path) -> None:
        read_head(path)  # says what is wrong with a damaged file, which the library does not
        self.path = path
        self._reader = GGUFReader(path)
        self.architecture = str(self.value("general.architecture"))
        if self.architecture != "llama":
            raise ModelError(
                f"{path.name} is of the architecture {self.architecture}, and only llama is converted: "
                "use the GGUF file as it is, or download the model in the other format."
            )
        if self.value("llama.rope.scaling.type") not in (None, "none"):
            raise ModelError(f"{path.name} stretches its positions, which is not converted: use the file as it is.")

    def value(self, name: str, default: Any = None) -> Any:
        """An entry of the metadata."""
        field = self._reader.get_field(name)
        return default if field is None else field.contents()

    def number(self, name: str) -> int:
        """An integer below ``llama.`` that must be there. Raises ``ModelError``."""
        value = self.value(f"llama.{name}")
        if not isinstance(value, int):
            raise ModelError(f"{self.path.name} does not say its {name}: download another copy.")
        return value

    @property
    def tied(self) -> bool:
        """Whether the first layer's table also serves as the last layer."""
        return all(tensor.name != "output.weight" for tensor in self._reader.tensors)

    def tensors(self) -> Iterator[Tensor]:
        """Every weight. Raises ``ModelError`` for one that has no place in a llama."""
        heads, kv_heads = self.number("attention.head_count"), self.number("attention.head_count_kv")
        for tensor in self._reader.tensors:
            name, data = self._name(tensor.name), np.asarray(tensor.data)
            if name.endswith("q_proj.weight"):
                data = unpermute(data, heads)
            elif name.endswith("k_proj.weight"):
                data = unpermute(data, kv_heads)
            yield Tensor(name, tensor.tensor_type, data)

    def _name(self, name: str) -> str:
        if name in OUTSIDE:
            return OUTSIDE[name]
        block, number, part, suffix = [*name.split("."), "", "", ""][:4]
        if block != "blk" or part not in IN_BLOCK or suffix != "weight":
            raise ModelError(f"{self.path.name} holds {name}, which has no place in a llama: use the file as it is.")
        return f"model.layers.{number}.{IN_BLOCK[part]}.weight"


def unpermute(rows: NDArray[Any], heads: int) -> NDArray[Any]:
    """Undoes llama.cpp's order of rotation pairs: (0, 1), (2, 3)… there, (0, n/2), (1, n/2 + 1)… here.

    Moves whole rows, so it works on the blocks of a quantised weight as well.
    """
    count, width = rows.shape
    pairs = rows.reshape(heads, count // heads // 2, 2, width)
    return pairs.swapaxes(1, 2).reshape(count, width)
