"""Keeps the garbage collector away from what lives as long as the program: modules, classes, the window itself.

A collection of everything stops all threads, whichever of them began it: 96 ms for the 150,000 objects of a window that
has just opened, in which no key is taken and nothing is painted. What has been frozen is not looked through again.
"""

from __future__ import annotations

import gc


def freeze() -> None:
    """Take everything that is in use now for long-lived. What only just became garbage is let go first."""
    gc.collect(1)
    gc.freeze()
