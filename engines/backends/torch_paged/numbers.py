"""The type of number that a model computes with: one for its weights, keys and values."""

from __future__ import annotations

from collections.abc import Mapping

import torch

from engines.errors import ModelError
from engines.options import EngineOptions

ASKED = {"f16": torch.float16, "bf16": torch.bfloat16}
STORED = {"F16": torch.float16, "BF16": torch.bfloat16, "F32": torch.float32}
# In torch's words for what a processor can do. Where none is there, it counts in 32 bits what it is given in 16.
BF16_INSTRUCTIONS = ("avx512_bf16", "amx_bf16", "bf16")


def choose_dtype(options: EngineOptions, device: torch.device, stored: str) -> torch.dtype:
    """As asked; else bf16 where the machine has arithmetic for it, fp16 on an older card and fp32 on an older CPU.

    ``stored`` is what the folder's weights are, in safetensors' words. Raises ``ModelError`` for what torch lacks.
    """
    if "q8_0" in (options.kv_type, options.weights):
        raise ModelError("The torch engine computes with no q8_0 numbers; choose f16 or bf16, or a GGUF file.")
    asked = {ASKED[form] for form in (options.weights, options.kv_type) if form in ASKED}
    if len(asked) > 1:
        raise ModelError("The torch engine keeps weights, keys and values in one type; ask for the same for both.")
    if asked:
        return asked.pop()
    if options.weights == "packed" and stored in STORED:
        return STORED[stored]
    if device.type == "cpu":
        # Elsewhere than in oneDNN, which torch lacks on Macs, these instructions lie idle.
        library: bool = torch.backends.mkldnn.is_available()  # type: ignore[no-untyped-call]
        return torch.bfloat16 if library and has_bf16(torch.cpu.get_capabilities()) else torch.float32
    return torch.bfloat16 if torch.cuda.is_bf16_supported(including_emulation=False) else torch.float16


def has_bf16(capabilities: Mapping[str, object]) -> bool:
    """Whether a processor with these ``capabilities`` multiplies bf16 by instructions of its own."""
    return any(capabilities.get(name) for name in BF16_INSTRUCTIONS)
