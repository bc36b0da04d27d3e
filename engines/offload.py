"""How much of a GGUF model goes onto CUDA cards, by the memory that they have free.

The arithmetic is tested; no CUDA card was at hand to measure what a card takes beside the weights.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from engines.gguf import read_head
from engines.hardware import Card, Machine
from engines.models import ModelFile, inspect_model, serving_estimate
from engines.options import EngineOptions

log = logging.getLogger(__name__)

NumberOf = Callable[[str], int | None]

CARD_RESERVE = 768 << 20
"""What stays free on each card: CUDA's own context, the buffers of a step, and whatever draws the screen."""

LEAST_KV_BYTES = 512 << 20
"""Keys and values get no less than this before a layer is left to the processor."""


@dataclass(frozen=True, slots=True)
class Offload:
    """``layers`` of the model's ``all_layers`` (the last of them is its output) lie on the cards.

    ``kv_bytes`` is the memory of keys and values.
    """

    layers: int
    all_layers: int
    kv_bytes: int

    @property
    def whole(self) -> bool:
        """Whether the processor has nothing left to compute."""
        return self.layers >= self.all_layers


def plan_offload(weights: int, layers: int, kv_wanted: int, cards: Sequence[Card]) -> Offload:
    """What fits: first less for keys and values, then fewer layers. All sizes in bytes.

    ``layers`` are those of the model, its output not counted. A layer that stays with the processor keeps its keys
    and values there too.
    """
    room = sum(max(card.free - CARD_RESERVE, 0) for card in cards)
    all_layers = layers + 1
    if weights + min(kv_wanted, LEAST_KV_BYTES) <= room:
        return Offload(all_layers, all_layers, min(kv_wanted, room - weights))
    kv = min(kv_wanted, LEAST_KV_BYTES)
    each = (weights + kv) / all_layers
    return Offload(min(int(room / each), all_layers), all_layers, kv)


def on_cards(path: Path, options: EngineOptions, machine: Machine) -> EngineOptions:
    """``options`` for this machine's cards, unless they say themselves how many layers go there.

    Says so in the log when there are cards and this build of llama.cpp cannot use them.
    """
    if not machine.cards or options.gpu_layers is not None:
        return options
    if "cuda" not in machine.llama:
        log.warning(
            "This machine has a CUDA card (%s), but llama-cpp-python was built without CUDA: `make cuda` builds it so.",
            machine.card_names,
        )
        return options
    found = offload_of(inspect_model(path), read_head(path).number, options, machine.cards)
    log.info("%d of %d layers go onto %s.", found.layers, found.all_layers, machine.card_names)
    kv = found.kv_bytes if options.kv_memory_bytes is None else options.kv_memory_bytes
    return replace(options, gpu_layers=found.layers, kv_memory_bytes=kv, weights=options.weights or "packed")


def offload_of(model: ModelFile, number: NumberOf, options: EngineOptions, cards: Sequence[Card]) -> Offload:
    """The plan for one model; ``number`` reads its metadata."""
    layers = number(f"{model.architecture}.block_count") or 0
    wanted = serving_estimate(model, context=options.context, rows=options.batch_rows, free=0).kv
    return plan_offload(model.bytes, layers, options.kv_memory_bytes or wanted, cards)
