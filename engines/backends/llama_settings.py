"""The settings of a GGUF model in llama.cpp: as asked for, or as the model, the machine and its memory suggest."""

from __future__ import annotations

import ctypes
import logging
from dataclasses import replace
from pathlib import Path

import llama_cpp as lib
import psutil

from engines.errors import ModelError
from engines.gguf import read_head
from engines.options import EngineOptions, KvType, WeightForm
from engines.pressure import available_bytes, reserve_bytes
from engines.weights import guess_form, weights_in

log = logging.getLogger(__name__)

KV_BYTES = {"f16": 2.0, "bf16": 2.0, "q8_0": 34 / 32}
MOST_CONTEXT = 4096
LEAST_CONTEXT = 512
MODEST_KV_BYTES = 1 << 30


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


def choose(model: int, options: EngineOptions) -> tuple[int, KvType, bool]:
    """Context, type of the key-value memory and flash attention: as asked, or as this machine suggests."""
    best_type, best_flash = attention_for(lib.llama_print_system_info().decode("utf-8", "replace"))
    kv_type = options.kv_type or best_type
    flash = best_flash if options.flash_attention is None else options.flash_attention
    train = int(lib.llama_model_n_ctx_train(model))
    if options.context is not None:
        return min(options.context, train), kv_type, flash
    slots = options.slots
    if options.kv_layout == "unified":  # a sequence may take more than its share: more rows shorten nobody's chat
        slots = min(slots, EngineOptions().slots)
    fits = int(kv_budget(model, options) / (slots * kv_bytes_per_token(model, kv_type)))
    return max(LEAST_CONTEXT, min(train, MOST_CONTEXT, fits // 256 * 256)), kv_type, flash


def attention_for(system: str) -> tuple[KvType, bool]:
    """Type of the key-value memory and flash attention that were fastest on machines like this one.

    Measured on SmolLM2-135M with 16 rows of 400 tokens. AMX multiplies bf16 matrices in hardware: without flash
    attention a row decodes twice as fast there. A Zen 5 takes 33 ms for a step with flash attention and f16, 36 ms
    without it and bf16, 50 ms without it and f16, and its mixed steps differ even more.
    """
    on_card = "CUDA" in system  # llama.cpp names it among the features of a build with CUDA
    return ("bf16", False) if "AMX_INT8 = 1" in system and not on_card else ("f16", True)


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
