"""MLX itself: imported with a fast BLAS, its memory counted, its threads ended cleanly."""

from __future__ import annotations

import ctypes
import gc
import logging
import sys
import threading
from collections.abc import Callable
from typing import TypeVar

import psutil

from engines.backends.heap import sweep

log = logging.getLogger(__name__)


def preload_blas() -> None:
    """Gives MLX OpenBLAS, which it uses when it is there first; its own on Linux is sixty times slower."""
    try:
        ctypes.CDLL("libopenblas.so.0", ctypes.RTLD_GLOBAL)
    except OSError:
        log.warning("MLX computes slowly here without OpenBLAS; on Debian: apt install libopenblas0-pthread")


if sys.platform == "linux":
    preload_blas()

import mlx.core as mx  # noqa: E402  (after the BLAS that it is to find)

T = TypeVar("T")

CPU_KV_BYTES = 2 << 30
# Of the memory that Metal recommends to use: what steps need beside weights and keys and values.
METAL_SHARE = 0.85
METAL_CACHE_BYTES = 1 << 30


def on_metal() -> bool:
    """Whether MLX computes on an Apple GPU here."""
    return bool(mx.metal.is_available()) and mx.default_device() == mx.gpu


def device_name() -> str:
    return str(mx.device_info().get("device_name", "unknown"))


def weights_budget() -> int:
    """Bytes that a model's weights may take on this machine."""
    return metal_bytes() if on_metal() else int(psutil.virtual_memory().available)


def kv_budget() -> int:
    """Bytes that keys and values may take, once the weights are loaded."""
    if on_metal():
        return max(0, metal_bytes() - int(mx.get_active_memory()))
    return min(CPU_KV_BYTES, int(psutil.virtual_memory().available) // 4)


def metal_bytes() -> int:
    # The wired limit is left alone: raising it under concurrent batches has brought whole machines down
    # (mlx-lm #1666), and what is not wired is merely slower when memory runs short.
    recommended = int(mx.device_info().get("max_recommended_working_set_size", 0))
    return int(METAL_SHARE * min(recommended, psutil.virtual_memory().total))


def bound_cache() -> None:
    """Keeps MLX from hoarding freed buffers without limit."""
    if on_metal():
        mx.set_cache_limit(METAL_CACHE_BYTES)


def end_of_thread() -> None:
    """Frees what this thread holds of MLX; a thread that ends without it aborts the process at its exit.

    The thread cannot use MLX again, so the main thread, which others may need, is only swept.
    """
    gc.collect()
    mx.clear_cache()
    if threading.current_thread() is not threading.main_thread():
        mx.clear_streams()
    sweep()


def in_thread_of_its_own(work: Callable[[], T]) -> T:
    """What ``work`` gives, computed in a thread that leaves nothing of MLX behind in the calling one."""
    given: list[T] = []
    failed: list[BaseException] = []

    def run() -> None:
        try:
            given.append(work())
        except BaseException as error:  # noqa: BLE001  (it is raised where it belongs, in the calling thread)
            # The traceback's frames hold arrays, which must be gone before the thread's streams are.
            failed.append(error.with_traceback(None))
        end_of_thread()

    thread = threading.Thread(target=run, name="mlx-load")
    thread.start()
    thread.join()
    if failed:
        raise failed[0]
    return given[0]
