"""Which Nightdesk this is."""

from __future__ import annotations

import importlib.metadata


def version() -> str:
    """The installed version, or the checkout's."""
    try:
        return importlib.metadata.version("nightdesk")
    except importlib.metadata.PackageNotFoundError:
        return "0 (not installed)"
