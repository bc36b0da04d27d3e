"""How much memory there is, and how it is divided into weights and pages."""

from __future__ import annotations

from dataclasses import dataclass

import psutil
import torch

from engines.backends.base import Limits
from engines.backends.heap import sweep
from engines.errors import ModelError
from engines.options import EngineOptions

MOST_CONTEXT = {"cpu": 4096, "cuda": 32768}
MOST_CPU_KV_BYTES = 2 << 30
SMALLEST_CONTEXT = 512
# What a step needs besides weights and pages: activations, the kernels' workspace, recorded graphs.
CUDA_RESERVE = 0.10
CUDA_RESERVE_BYTES = 512 << 20


def free_bytes(device: torch.device) -> int:
    """Memory that can be had on ``device`` now."""
    if device.type == "cuda":
        return int(torch.cuda.mem_get_info(device)[0])
    return int(psutil.virtual_memory().available)


def give_back(device: torch.device) -> None:
    """Hands what is no longer used back to the system."""
    sweep()
    if device.type == "cuda":
        torch.cuda.empty_cache()


def check_weights(name: str, needed: int, device: torch.device) -> None:
    """Raises ``ModelError`` when ``needed`` bytes of weights do not fit."""
    free = free_bytes(device)
    if needed > free:
        where = "graphics card" if device.type == "cuda" else "computer"
        raise ModelError(
            f"{name} needs {needed / 1e9:.1f} GB of memory for its weights, and this {where} has {free / 1e9:.1f} GB "
            "free; close other programs, choose a smaller model, or a quantised GGUF file of it."
        )


def pages_budget(options: EngineOptions, device: torch.device) -> int:
    """Bytes that pages may take, once the weights are loaded."""
    if options.kv_memory_bytes is not None:
        return options.kv_memory_bytes
    free = free_bytes(device)
    if device.type == "cuda":
        return max(0, int(free * (1 - CUDA_RESERVE)) - CUDA_RESERVE_BYTES)
    return min(MOST_CPU_KV_BYTES, free // 4)


@dataclass(frozen=True, slots=True)
class Plan:
    """How many pages there are, and what they can hold."""

    pages: int
    page_tokens: int
    limits: Limits

    @property
    def width(self) -> int:
        """Pages of the longest row."""
        return -(-self.limits.slot_tokens // self.page_tokens)


def plan_pages(options: EngineOptions, budget: int, token_bytes: int, page_tokens: int, train: int, most: int) -> Plan:
    """Divides ``budget`` bytes into pages. ``train`` is the model's own context, ``most`` the default's limit.

    Raises ``ModelError`` when not even one short request fits.
    """
    slots = options.slots
    # Each slot may leave the rest of its last page empty, and one page is for padding.
    spare = slots * (page_tokens - 1) + page_tokens
    affordable = budget // (token_bytes * page_tokens) * page_tokens - spare
    wanted = min(options.context or min(train, most), train)
    context = min(wanted, affordable)
    if context < min(wanted, SMALLEST_CONTEXT) or (options.context and context < wanted):
        needed = (min(wanted, SMALLEST_CONTEXT) if not options.context else wanted) + spare
        raise ModelError(
            f"The model's working memory needs {needed * token_bytes / 1e9:.2f} GB and {budget / 1e9:.2f} GB can be "
            "had; close other programs, or choose a smaller context, fewer rows or a smaller model."
        )
    pool = min(affordable, slots * context)
    pages = (pool + spare) // page_tokens
    return Plan(pages, page_tokens, Limits(slots, context, pool, options.step_tokens))
