"""Include and exclude patterns, as ``PurePath.full_match`` of Python 3.13 reads them."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Sequence
from functools import lru_cache


def matches_any(relative: str, patterns: Sequence[str]) -> bool:
    """Whether ``relative`` (with ``/`` between folders) matches a pattern as a whole, letter case aside.

    ``**`` stands for any number of folders. A pattern without ``/`` is compared with the name in every folder.
    """
    return any(_compiled(pattern).fullmatch(relative) is not None for pattern in patterns)


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    if "/" not in pattern:
        pattern = f"**/{pattern}"
    parts = pattern.strip("/").split("/")
    expression = "".join(_part(part, last=index == len(parts) - 1) for index, part in enumerate(parts))
    return re.compile(expression, re.IGNORECASE | re.DOTALL)


def _part(part: str, *, last: bool) -> str:
    if part == "**":
        return ".*" if last else "(?:[^/]+/)*"
    # fnmatch lets * and ? cross folders; a part of a pattern must not.
    translated = re.sub(r"\\[zZ]$", "", fnmatch.translate(part)).replace("(?s:", "(?:", 1)
    inside = translated.replace(".*?", "[^/]*?").replace(".*", "[^/]*")
    return inside if last else inside + "/"
