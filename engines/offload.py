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

    ``kv_bytes`` is the memory of keys and values. ``fits``: there is room for all the layers that were wanted.
    """

    layers: int
    all_layers: int
    kv_bytes: int
    fits: bool

    @property
    def share(self) -> float:
        """How much of the model lies on the cards, from 0 to 1."""
        return self.layers / self.all_layers

    @property
    def whole(self) -> bool:
        """Whether the processor has nothing left to compute."""
        return self.layers >= self.all_layers


def plan_offload(weights: int, layers: int, kv_wanted: int, cards: Sequence[Card], asked: int | None = None) -> Offload:
    """What fits: first less for keys and values, then fewer layers. All sizes in bytes.

    ``layers`` are those of the model, its output not counted. A layer that stays with the processor keeps its keys
    and values there too. So many layers as are ``asked`` for (below zero: all) go onto the cards in any case.
    """
    room = sum(max(card.free - CARD_RESERVE, 0) for card in cards)
    all_layers = layers + 1
    wanted = all_layers if asked is None or asked < 0 else min(asked, all_layers)
    least = min(kv_wanted, LEAST_KV_BYTES)
    needed = (weights + least) * wanted
    if needed <= room * all_layers:
        most = room * all_layers // wanted - weights if wanted else kv_wanted
        return Offload(wanted, all_layers, min(kv_wanted, most), fits=True)
    if asked is None:
        wanted = min(room * all_layers // (weights + least), all_layers)
    return Offload(wanted, all_layers, least, fits=False)


def on_cards(path: Path, options: EngineOptions, machine: Machine) -> EngineOptions:
    """``options`` for this machine's cards: how many layers go there, unless they say so themselves, and the memory
    of keys and values that is left beside them.

    Says so in the log when there are cards and this build of llama.cpp cannot use them.
    """
    if machine.cards and options.gpu_layers != 0 and "cuda" not in machine.llama:
        log.warning(
            "This machine has a CUDA card (%s), but llama-cpp-python was built without CUDA: `make cuda` builds it so.",
            machine.card_names,
        )
    found = planned(path, options, machine)
    if found is None:
        return options
    log.info("%d of %d layers go onto %s.", found.layers, found.all_layers, machine.card_names)
    layers = found.layers if options.gpu_layers is None else options.gpu_layers
    if not found.layers:
        return replace(options, gpu_layers=0)
    kv = found.kv_bytes if options.kv_memory_bytes is None else options.kv_memory_bytes
    return replace(options, gpu_layers=layers, kv_memory_bytes=kv, weights=options.weights or "packed")


def planned(path: Path, options: EngineOptions, machine: Machine) -> Offload | None:
    """The plan for the model at ``path`` beside what lies on the cards now; None where no card is to be used."""
    if not machine.cards or "cuda" not in machine.llama or options.gpu_layers == 0:
        return None
    return offload_of(inspect_model(path), read_head(path).number, options, machine.cards)


def offload_of(model: ModelFile, number: NumberOf, options: EngineOptions, cards: Sequence[Card]) -> Offload:
    """The plan for one model; ``number`` reads its metadata."""
    layers = number(f"{model.architecture}.block_count") or 0
    wanted = serving_estimate(model, context=options.context, rows=options.batch_rows, free=0).kv
    return plan_offload(model.bytes, layers, options.kv_memory_bytes or wanted, cards, options.gpu_layers)
