"""GGUF models through llama.cpp's low-level interface: many sequences in one context, logits without a copy."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from pathlib import Path

import llama_cpp as lib
import numpy as np

from engines.backends.base import NEVER, BackendFailed, Interrupted, Limits, NoRoom, Row, Stop
from engines.backends.llama_model import StopWatch, describe, load_model, open_context, silence
from engines.backends.llama_settings import attention_for, choose, choose_weights, fitting, thread_count
from engines.backends.llama_step import LlamaOutput, StepBatch, places_of
from engines.backends.llama_tokenizer import LlamaTokenizer
from engines.errors import ModelError
from engines.options import EngineOptions

__all__ = ["LlamaCppBackend", "attention_for", "choose_weights", "thread_count"]

# A filler row costs 2 ms where another pass over the weights costs 8 (see LlamaCppBackend._fillers).
WIDEST_GAP = 4
ABORTED = 2


class LlamaCppBackend:
    """One model and one context of llama.cpp, driven from one thread."""

    def __init__(self, path: Path, options: EngineOptions, on_progress: Callable[[float], None] | None = None) -> None:
        """Loads the model. Raises ``ModelError`` with a sentence when llama.cpp refuses it."""
        silence()
        form, weights = choose_weights(path, options)
        self._model = load_model(weights, options, on_progress)
        self.tokenizer = LlamaTokenizer(lib.llama_model_get_vocab(self._model))
        self._vocab_size = self.tokenizer.vocab_size
        options = fitting(self._model, options)
        context, kv_type, flash = choose(self._model, options)
        try:
            self._context = open_context(self._model, options, context, kv_type, flash)
        except ModelError:
            lib.llama_model_free(self._model)
            raise
        self._memory = lib.llama_get_memory(self._context)
        self._stops = StopWatch(self._context)
        partitioned = options.kv_layout == "partitioned"
        slot_tokens = int(lib.llama_n_ctx_seq(self._context)) if partitioned else context
        partial_reuse = not (lib.llama_model_is_recurrent(self._model) or lib.llama_model_is_hybrid(self._model))
        self.limits = Limits(
            slots=options.slots,
            slot_tokens=slot_tokens,
            pool_tokens=slot_tokens * options.slots if partitioned else int(lib.llama_n_ctx(self._context)),
            step_tokens=min(options.step_tokens, int(lib.llama_n_batch(self._context)) - options.slots),
            partial_reuse=partial_reuse,
            joint_steps=not partitioned,
            interruptible=partial_reuse and on_processor(options),
        )
        self._batch = StepBatch(self.limits.step_tokens + options.slots)
        self._lengths = [0] * options.slots
        self._fills_gaps = partitioned and partial_reuse
        settings = {"kv_layout": options.kv_layout, "kv_type": kv_type, "flash_attention": "on" if flash else "off"}
        settings |= {"threads": str(lib.llama_n_threads(self._context)), "weights": form}
        self.model = describe(self._model, path, slot_tokens, settings)

    def step(self, rows: Sequence[Row], stop: Stop = NEVER) -> LlamaOutput:
        order = sorted(range(len(rows)), key=lambda i: rows[i].slot)
        fillers = self._fillers([rows[i].slot for i in order]) if self._fills_gaps else []
        laid = sorted([*rows, *fillers], key=lambda row: row.slot)
        wanted = self._batch.fill(laid)
        self._stops.heed(stop)
        code = lib.llama_decode(self._context, self._batch.struct)
        self._drop(fillers)
        if code != 0:
            self._drop(rows)
            if code == 1:
                raise NoRoom("The model's memory is full.")
            if code == ABORTED:
                raise Interrupted("The step was broken off.")
            raise BackendFailed(f"llama.cpp could not compute a step (code {code}).")
        for row in rows:
            self._lengths[row.slot] = row.start + len(row.tokens)
        if not wanted:
            lib.llama_synchronize(self._context)  # a graphics card is still at it, and the step's time is learnt from
            return LlamaOutput(np.empty((0, self._vocab_size), np.float32), ())
        pointer = lib.llama_get_logits(self._context)
        return LlamaOutput(np.ctypeslib.as_array(pointer, (wanted, self._vocab_size)), places_of(rows, order))

    def _fillers(self, slots: Sequence[int]) -> list[Row]:
        """Rows of one token, forgotten at once, for idle slots that lie between busy ones.

        With partitioned memory llama.cpp computes only neighbouring sequences together, and goes through all the
        weights again after every gap: eight rows in every other slot take 79 ms where eight neighbours take 25.
        """
        fillers = []
        for before, after in itertools.pairwise(slots):
            gap = range(before + 1, after)
            if len(gap) <= WIDEST_GAP and all(self._lengths[slot] < self.limits.slot_tokens for slot in gap):
                fillers += [Row(slot, (0,), self._lengths[slot], False) for slot in gap]
        return fillers

    def _drop(self, rows: Sequence[Row]) -> None:
        for row in rows:
            self.trim(row.slot, row.start)

    def copy(self, source: int, target: int, length: int) -> None:
        # Only a whole sequence can be copied in every memory layout; the rest is then cut off.
        lib.llama_memory_seq_rm(self._memory, target, -1, -1)
        lib.llama_memory_seq_cp(self._memory, source, target, -1, -1)
        self.trim(target, length)

    def trim(self, slot: int, length: int) -> None:
        start = length if length > 0 else -1
        if not lib.llama_memory_seq_rm(self._memory, slot, start, -1):
            raise BackendFailed("This model's memory cannot be cut back to an earlier position.")
        self._lengths[slot] = length

    def close(self) -> None:
        lib.llama_free(self._context)
        lib.llama_model_free(self._model)


def on_processor(options: EngineOptions) -> bool:
    """Whether no graphics card takes part: it is given a whole step at once and does not ask in between."""
    return options.gpu_layers == 0 or not lib.llama_supports_gpu_offload()
