"""A model and its context in llama.cpp: loading, working memory, description, and where its chatter goes."""

from __future__ import annotations

import ctypes
import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path

import llama_cpp as lib

from engines.backends.base import NEVER, Stop
from engines.backends.llama_settings import metadata, thread_count, unified_cells
from engines.errors import ModelError
from engines.models import inspect_model
from engines.options import EngineOptions
from engines.tokenizer import ModelCard

log = logging.getLogger(__name__)

KV_TYPES = {"f16": 1, "bf16": 30, "q8_0": 8}
# What llama.cpp says of a step that was broken off: we did that, and tidy up ourselves.
BROKEN_OFF = (
    "graph_compute_async failed with error 1",
    "failed to compute graph, compute status: 1",
    "removing memory module entries",
    "failed to decode, ret = 2",
)
LEVELS = {1: logging.DEBUG, 2: logging.DEBUG, 3: logging.WARNING, 4: logging.ERROR}


def load_model(path: Path, options: EngineOptions, on_progress: Callable[[float], None] | None) -> int:
    """The model's handle. Raises ``ModelError``."""
    params = lib.llama_model_default_params()
    if options.gpu_layers is not None:
        params.n_gpu_layers = options.gpu_layers
    shares = (ctypes.c_float * int(lib.llama_max_devices()))(*options.tensor_split)
    if options.tensor_split:
        params.tensor_split = shares
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


class StopWatch:
    """Breaks off what a context computes on the processor: it ends with code 2 once its ``Stop`` has been asked to.

    llama.cpp asks a function after every operation whether to go on. The C library's ``strlen`` of the stop's text,
    empty or not, answers that without Python.
    """

    def __init__(self, context: int) -> None:
        library = ctypes.cdll.msvcrt if sys.platform == "win32" else ctypes.CDLL(None)
        self._answer = ctypes.cast(library.strlen, lib.ggml_abort_callback)
        self._context = context
        self._stop = NEVER

    def heed(self, stop: Stop) -> None:
        """What is computed from now on heeds ``stop`` and no earlier one."""
        lib.llama_set_abort_callback(self._context, self._answer, ctypes.cast(stop.text, ctypes.c_void_p))
        self._stop = stop  # llama.cpp has its address


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
    if any(words in line for words in BROKEN_OFF):
        level = 1
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
