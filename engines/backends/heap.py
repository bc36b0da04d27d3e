"""Hands memory that was freed back to the system: glibc keeps what lies between pieces still in use."""

from __future__ import annotations

import ctypes
import gc
import sys


def sweep() -> None:
    """Collect what nothing refers to any more, and return what was freed; where the system does so itself, no more."""
    # Modules of a network and their hooks refer to each other in circles, which only the collector takes apart.
    gc.collect()
    if sys.platform == "linux":
        # What was freed while weights changed their type lies in holes: about 200 MiB of the embedded model.
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)
