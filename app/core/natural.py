"""The order in which people expect names: file2 before file10, whatever the case of its letters."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"(\d+)")
Key = tuple[tuple[int, int | str], ...]


def natural_key(name: str) -> Key:
    """A key to sort names by: runs of digits count as numbers, letters regardless of case."""
    return tuple((0, int(part)) if part.isdecimal() else (1, part.casefold()) for part in _NUMBER.split(name) if part)
