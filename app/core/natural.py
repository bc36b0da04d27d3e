"""The order in which people expect names: file2 before file10, whatever the case of its letters."""

from __future__ import annotations

import re

from app.core.store.sqlite import Connection

_NUMBER = re.compile(r"\d+")
_DIGITS = 16  # longer numbers are sorted by their length first, as numbers of more digits are larger


def natural_key(name: str) -> str:
    """A text to sort names by: runs of digits count as numbers, letters regardless of case."""
    return _NUMBER.sub(_padded, name.casefold())


def register(conn: Connection) -> None:
    """Give SQL the function ``natural(name)``: it sorts without holding up the program's other threads."""
    conn.create_function("natural", 1, lambda name: natural_key(name or ""), deterministic=True)


def _padded(digits: re.Match[str]) -> str:
    number = digits[0].lstrip("0") or "0"
    return number.zfill(_DIGITS) if len(number) <= _DIGITS else f"{'9' * _DIGITS}{len(number):06d}{number}"
