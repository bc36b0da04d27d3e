"""GGUF models through llama.cpp's low-level interface: many sequences in one context, logits without a copy."""

from __future__ import annotations

import ctypes
import itertools
import logging
import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import llama_cpp as lib
import numpy as np
import psutil
from numpy.typing import NDArray

from engines.backends.base import BackendFailed, Limits, Logits, NoRoom, Row
from engines.backends.llama_tokenizer import LlamaTokenizer
from engines.errors import ModelError
from engines.gguf import read_head
from engines.models import inspect_model
from engines.options import EngineOptions, KvType, WeightForm
from engines.pressure import available_bytes, reserve_bytes
from engines.tokenizer import ModelCard
from engines.weights import guess_form, weights_in

log = logging.getLogger(__name__)

KV_TYPES = {"f16": 1, "bf16": 30, "q8_0": 8}
KV_BYTES = {"f16": 2.0, "bf16": 2.0, "q8_0": 34 / 32}
MOST_CONTEXT = 4096
LEAST_CONTEXT = 512
MODEST_KV_BYTES = 1 << 30
# A filler row costs 2 ms where another pass over the weights costs 8 (see LlamaCppBackend._fillers).
WIDEST_GAP = 4
LEVELS = {1: logging.DEBUG, 2: logging.DEBUG, 3: logging.WARNING, 4: logging.ERROR}


class LlamaOutput:
    """A view of llama.cpp's own logits buffer, overwritten by the next step; ``places`` says where each row lies."""

    def __init__(self, values: Logits, places: Sequence[int]) -> None:
        self._values = values
        self._places = places

    def argmax(self) -> list[int]:
        tokens: list[int] = self._values.argmax(axis=1).tolist()
        return [tokens[place] for place in self._places]

    def logits(self, rows: Sequence[int]) -> Logits:
        return self._values[[self._places[row] for row in rows]]


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
        partitioned = options.kv_layout == "partitioned"
        slot_tokens = int(lib.llama_n_ctx_seq(self._context)) if partitioned else context
        self.limits = Limits(
            slots=options.slots,
            slot_tokens=slot_tokens,
            pool_tokens=slot_tokens * options.slots if partitioned else int(lib.llama_n_ctx(self._context)),
            step_tokens=min(options.step_tokens, int(lib.llama_n_batch(self._context)) - options.slots),
            partial_reuse=not (lib.llama_model_is_recurrent(self._model) or lib.llama_model_is_hybrid(self._model)),
            joint_steps=not partitioned,
        )
        self._batch = StepBatch(self.limits.step_tokens + options.slots)
        self._lengths = [0] * options.slots
        self._fills_gaps = partitioned and self.limits.partial_reuse
        settings = {"kv_layout": options.kv_layout, "kv_type": kv_type, "flash_attention": "on" if flash else "off"}
        settings |= {"threads": str(lib.llama_n_threads(self._context)), "weights": form}
        self.model = describe(self._model, path, slot_tokens, settings)

    def step(self, rows: Sequence[Row]) -> LlamaOutput:
        order = sorted(range(len(rows)), key=lambda i: rows[i].slot)
        fillers = self._fillers([rows[i].slot for i in order]) if self._fills_gaps else []
        laid = sorted([*rows, *fillers], key=lambda row: row.slot)
        wanted = self._batch.fill(laid)
        code = lib.llama_decode(self._context, self._batch.struct)
        self._drop(fillers)
        if code != 0:
            self._drop(rows)
            if code == 1:
                raise NoRoom("The model's memory is full.")
            raise BackendFailed(f"llama.cpp could not compute a step (code {code}).")
        for row in rows:
            self._lengths[row.slot] = row.start + len(row.tokens)
        if not wanted:
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


def places_of(rows: Sequence[Row], order: Sequence[int]) -> list[int]:
    """Where the logits of every row that wants some lie, when the rows have been laid out in ``order``."""
    places: dict[int, int] = {}
    for i in order:
        if rows[i].wants_logits:
            places[i] = len(places)
    return [places[i] for i in range(len(rows)) if rows[i].wants_logits]


class StepBatch:
    """A ``llama_batch`` whose arrays are numpy's, so that a step is filled by slices and not token by token."""

    def __init__(self, capacity: int) -> None:
        self._token = np.zeros(capacity, np.int32)
        self._position = np.zeros(capacity, np.int32)
        self._count = np.ones(capacity, np.int32)
        self._slot = np.zeros(capacity, np.int32)
        self._output = np.zeros(capacity, np.int8)
        self._slot_pointers = self._slot.ctypes.data + 4 * np.arange(capacity, dtype=np.uint64)
        self._ramp = np.arange(1 << 20, dtype=np.int32) if capacity > 1 << 20 else np.arange(capacity, dtype=np.int32)
        self.struct = lib.llama_batch()
        self.struct.token = pointer_to(self._token, ctypes.c_int32)
        self.struct.pos = pointer_to(self._position, ctypes.c_int32)
        self.struct.n_seq_id = pointer_to(self._count, ctypes.c_int32)
        self.struct.seq_id = pointer_to(self._slot_pointers, ctypes.POINTER(ctypes.c_int32))
        self.struct.logits = pointer_to(self._output, ctypes.c_int8)

    def fill(self, rows: Sequence[Row]) -> int:
        """Lays the rows out one after the other; returns how many of them want logits."""
        at = 0
        self._output[: self.struct.n_tokens] = 0
        wanted = 0
        for row in rows:
            count = len(row.tokens)
            end = at + count
            if count == 1:
                self._token[at], self._position[at], self._slot[at] = row.tokens[0], row.start, row.slot
            else:
                self._token[at:end] = row.tokens
                np.add(self._ramp[:count], row.start, out=self._position[at:end])
                self._slot[at:end] = row.slot
            if row.wants_logits:
                self._output[end - 1] = 1
                wanted += 1
            at = end
        self.struct.n_tokens = at
        return wanted


def pointer_to(array: NDArray[Any], kind: Any) -> Any:
    return ctypes.cast(array.ctypes.data, ctypes.POINTER(kind))


def choose_weights(path: Path, options: EngineOptions) -> tuple[WeightForm, Path]:
    """The form to compute with and the file that holds it. Raises ``ModelError`` when the form asked for fails."""
    form = options.weights or guess_form(read_head(path), gpu=bool(lib.llama_supports_gpu_offload()))
    try:
        return form, weights_in(form, path, thread_count(options))
    except ModelError as error:
        if options.weights is not None:
            raise
        log.warning("%s It is served as it lies in the file, more slowly.", error)
        return "packed", path


def thread_count(options: EngineOptions) -> int:
    """As asked, or one for each physical core: a second one on the same core only waits for the first."""
    return options.threads or psutil.cpu_count(logical=False) or 1


def load_model(path: Path, options: EngineOptions, on_progress: Callable[[float], None] | None) -> int:
    """The model's handle. Raises ``ModelError``."""
    params = lib.llama_model_default_params()
    if options.gpu_layers is not None:
        params.n_gpu_layers = options.gpu_layers
    if on_progress is not None:
        params.progress_callback = lib.llama_progress_callback(progress_reporter(on_progress))
    last_words.clear()
    model = lib.llama_model_load_from_file(os.fsencode(path), params)
    if not model:
        reason = last_words[-1] if last_words else "it names no reason"
        raise ModelError(f"{path.name} cannot be loaded by llama.cpp: {reason}. Download it again or choose another.")
    return int(model)


def progress_reporter(report: Callable[[float], None]) -> Callable[[float, int | None], bool]:
    def go_on(fraction: float, _: int | None) -> bool:
        report(fraction)
        return True

    return go_on


def open_context(model: int, options: EngineOptions, context: int, kv_type: str, flash: bool) -> int:
    """A context of ``options.slots`` sequences of ``context`` tokens. Raises ``ModelError``."""
    params = lib.llama_context_default_params()
    partitioned = options.kv_layout == "partitioned"
    params.n_ctx = context * options.slots if partitioned else max(context, unified_cells(model, options, kv_type))
    params.n_seq_max = options.slots
    # Room for the fillers beside a full step.
    params.n_batch = params.n_ubatch = options.step_tokens + options.slots
    params.n_outputs_max = options.slots
    params.kv_unified = not partitioned
    params.flash_attn_type = 1 if flash else 0
    params.type_k = params.type_v = KV_TYPES[kv_type]
    params.n_threads = params.n_threads_batch = thread_count(options)
    params.no_perf = True
    params.swa_full = True
    last_words.clear()
    handle = lib.llama_init_from_model(model, params)
    if not handle:
        reason = last_words[-1] if last_words else "too little memory"
        raise ModelError(f"The model's working memory cannot be set up: {reason}. Choose a smaller context.")
    return int(handle)


def choose(model: int, options: EngineOptions) -> tuple[int, KvType, bool]:
    """Context, type of the key-value memory and flash attention: as asked, or as this machine suggests."""
    best_type, best_flash = attention_for(lib.llama_print_system_info().decode("utf-8", "replace"))
    kv_type = options.kv_type or best_type
    flash = best_flash if options.flash_attention is None else options.flash_attention
    train = int(lib.llama_model_n_ctx_train(model))
    if options.context is not None:
        return min(options.context, train), kv_type, flash
    fits = int(kv_budget(model, options) / (options.slots * kv_bytes_per_token(model, kv_type)))
    return max(LEAST_CONTEXT, min(train, MOST_CONTEXT, fits // 256 * 256)), kv_type, flash


def attention_for(system: str) -> tuple[KvType, bool]:
    """Type of the key-value memory and flash attention that were fastest on machines like this one.

    Measured on SmolLM2-135M with 16 rows of 400 tokens. AMX multiplies bf16 matrices in hardware: without flash
    attention a row decodes twice as fast there. A Zen 5 takes 33 ms for a step with flash attention and f16, 36 ms
    without it and bf16, 50 ms without it and f16, and its mixed steps differ even more.
    """
    return ("bf16", False) if "AMX_INT8 = 1" in system else ("f16", True)


def kv_budget(model: int, options: EngineOptions) -> int:
    """Bytes for key-value memory: as asked, or as much as the weights take, within what the machine can spare."""
    if options.kv_memory_bytes is not None:
        return options.kv_memory_bytes
    wanted = max(MODEST_KV_BYTES, int(lib.llama_model_size(model)))
    return min(wanted, max(0, available_bytes() - reserve_bytes()) // 2)


def fitting(model: int, options: EngineOptions) -> EngineOptions:
    """``options`` with as many batch rows as find memory: at worst one, so that a small machine is slow, not closed."""
    if options.kv_layout != "partitioned":
        return options
    context, kv_type, _ = choose(model, options)
    each = context * kv_bytes_per_token(model, kv_type)
    spare = max(0, available_bytes() - reserve_bytes()) if options.kv_memory_bytes is None else options.kv_memory_bytes
    others = options.chat_rows + options.resident_slots
    rows = max(1, min(options.batch_rows, int(spare / each) - others))
    if rows < options.batch_rows:
        log.warning("There is memory for %d documents at once, not for %d.", rows, options.batch_rows)
    return replace(options, batch_rows=rows)


def unified_cells(model: int, options: EngineOptions, kv_type: str) -> int:
    cells = int(kv_budget(model, options) / kv_bytes_per_token(model, kv_type))
    return min(cells, options.slots * int(lib.llama_model_n_ctx_train(model))) // 256 * 256


def kv_bytes_per_token(model: int, kv_type: str) -> float:
    heads, layers = lib.llama_model_n_head_kv(model), lib.llama_model_n_layer(model)
    architecture = metadata(model, "general.architecture")
    head = metadata(model, f"{architecture}.attention.key_length")
    width = int(head) if head else lib.llama_model_n_embd(model) // max(1, lib.llama_model_n_head(model))
    return max(1.0, 2 * KV_BYTES[kv_type] * int(heads * layers * width))


def metadata(model: int, key: str) -> str | None:
    buffer = ctypes.create_string_buffer(4096)
    size = lib.llama_model_meta_val_str(model, key.encode(), buffer, len(buffer))
    return buffer.value.decode("utf-8", "replace") if size >= 0 else None


def describe(model: int, path: Path, context: int, settings: dict[str, str]) -> ModelCard:
    template = lib.llama_model_chat_template(model, None)
    words = ctypes.create_string_buffer(256)
    lib.llama_model_desc(model, words, len(words))
    # llama.cpp writes "llama 135M Q4_1"; the last part is the quantisation, which may have spaces of its own.
    parts = words.value.decode("utf-8", "replace").split(" ", 2)
    return ModelCard(
        name=metadata(model, "general.name") or path.stem,
        path=path,
        architecture=metadata(model, "general.architecture") or "unknown",
        parameters=int(lib.llama_model_n_params(model)),
        quantisation=inspect_model(path).quantisation or parts[-1],
        context=context,
        train_context=int(lib.llama_model_n_ctx_train(model)),
        chat_template=template.decode("utf-8", "replace") if template else None,
        backend="llama.cpp",
        settings=settings,
    )


last_words: list[str] = []


def write_log(level: int, text: bytes, _: int | None) -> None:
    line = text.decode("utf-8", "replace").strip()
    if level >= 4 and line:
        last_words.append(line.rstrip("."))
    if line:
        log.log(LEVELS.get(level, logging.DEBUG), "%s", line)


# llama.cpp keeps the callback for the life of the process, so it must never be collected.
log_callback = lib.llama_log_callback(write_log)


def silence() -> None:
    """Sends llama.cpp's chatter to the log instead of the terminal."""
    lib.llama_log_set(log_callback, ctypes.c_void_p(0))
    lib.llama_backend_init()
